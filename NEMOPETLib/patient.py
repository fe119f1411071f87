"""One patient from study to row: the command line, the batch and the panel all go through here."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from NEMOPETLib import __version__
from NEMOPETLib.cohort.table import CohortTable
from NEMOPETLib.dicom_out.object_uids import tracking_uid
from NEMOPETLib.dicom_out.patient_objects import PatientFindings, write_patient_objects
from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.engine import LesionEngine, TissueEngine
from NEMOPETLib.masks.lesions import LesionMap
from NEMOPETLib.masks.mask import Mask, PackedMask
from NEMOPETLib.masks.segmentation_file import write_lesions, write_segmentation
from NEMOPETLib.measurements.patient_measurements import LESIONS, PatientMeasurements, measure_patient
from NEMOPETLib.privacy.disguise import Disguise
from NEMOPETLib.privacy.pseudonyms import Pseudonyms
from NEMOPETLib.progress import Progress, no_progress
from NEMOPETLib.report.patient_page import PatientPage, write_patient_page
from NEMOPETLib.report.patient_pictures import PatientPictures
from NEMOPETLib.report.words import Language
from NEMOPETLib.studies.lean_body_mass import LbmFormula
from NEMOPETLib.studies.overrides import NO_OVERRIDES, Overrides
from NEMOPETLib.studies.patient_data import PatientData
from NEMOPETLib.studies.selection import Selection
from NEMOPETLib.studies.study import Study

WARNING_SEPARATOR = " | "
DICOM_FOLDER = "dicom"
_FREE_TEXTS = ("lesion_engine", "tissue_engine", "warnings")  # may name files, and these the patient
_LONGEST_NAME = 60  # of a patient's folder: paths must stay short enough for Windows

Row = dict[str, object]


@dataclass(frozen=True)
class PatientOptions:
    """How a patient is measured and written.

    Parameters
    ----------
    lbm_formula
        Lean body mass of SUL.
    overrides
        What the user gave instead of the header's values; written in the row.
    reader
        Who answers for the masks; empty for a run that nobody looked at.
    language
        Of the page: ``en`` or ``fr``.
    replace_reviewed
        Whether a row that a reader has approved may be replaced.
    dicom
        Whether masks and numbers are written as DICOM objects too.
    pseudonyms
        Hide the patient in all that is written.
    """

    lbm_formula: LbmFormula = "janmahasatian"
    overrides: Overrides = NO_OVERRIDES
    reader: str = ""
    language: Language = "en"
    replace_reviewed: bool = False
    dicom: bool = False
    pseudonyms: Pseudonyms | None = None


@dataclass(frozen=True)
class PatientResult:
    """What one patient gave: the row as written, the numbers with each lesion, and the page."""

    row: Row
    measured: PatientMeasurements
    page: PatientPage


def process_patient(
    study: Study,
    cohort: CohortTable,
    lesions: LesionEngine,
    tissues: TissueEngine | None,
    options: PatientOptions,
    progress: Progress = no_progress,
) -> PatientResult:
    """Segment, measure, picture and write one patient.

    Masks and page lie in a folder of the patient's beside the table; the row is written last, so that all it
    names is there. Running the same study again replaces them.

    Raises
    ------
    InputError
        If a mask cannot be had, the table cannot be written, or the row is approved and may not be replaced.
    """
    cohort.check()
    disguise = Disguise.of(study.selection, study.patient, options.pseudonyms) if options.pseudonyms else None
    if disguise:
        study = replace(study, patient=disguise.patient(study.patient))
    folder = patient_folder(cohort.path, study.patient)
    pictures = PatientPictures(study.pet, study.ct)
    found = lesions.segment(study)
    pictures.set_lesions(found.labels)
    masks = tissues.segment(study) if tissues else {}
    kept: dict[str, PackedMask] = {}
    sources = {name: _observed(read, pictures, kept) for name, read in masks.items()}
    measured = measure_patient(
        {LESIONS: lambda: found.labels, **sources},
        pet=study.pet,
        ct=study.ct,
        sul_per_suv=study.patient.sul_per_suv(options.lbm_formula),
        progress=progress,
    )
    row = make_row(study, measured, options, found.warnings)
    row["lesion_engine"] = lesions.description
    row["tissue_engine"] = tissues.description if tissues else ""
    if disguise:
        row.update({name: disguise.text(str(row[name])) for name in _FREE_TEXTS})
    row["masks_path"] = folder.relative_to(cohort.path.parent).as_posix()
    _write_masks(folder, found, kept)
    said = str(row["warnings"]).split(WARNING_SEPARATOR)
    page = write_patient_page(folder, pictures, {**row, "warnings": said}, measured, options.language)
    if options.dicom:
        objects = PatientFindings(found.labels, measured.lesions, tuple(kept.values()))
        write_patient_objects(folder / DICOM_FOLDER, sources_of(study), objects, row, progress, disguise)
    _write_row(cohort, row, options)
    return PatientResult(row, measured, page)


def make_row(
    study: Study, measured: PatientMeasurements, options: PatientOptions, more_warnings: tuple[str, ...] = ()
) -> Row:
    """The row of the cohort table: patient, measurements and provenance, without the engines' own columns."""
    patient = study.patient
    return {
        "patient_id": patient.patient_id,
        "study_uid": patient.study_uid,
        "study_date": patient.study_date,
        "sex": patient.sex,
        "age_years": patient.age_years,
        "weight_kg": patient.weight_kg,
        "height_m": patient.height_m,
        "bmi": patient.bmi,
        **measured.values,
        "software_version": __version__,
        "suv_scheme": study.suv.scheme,
        "lbm_formula": options.lbm_formula,
        "overrides": options.overrides.described(),
        "corrected_segments": "",
        "reader": options.reader,
        "reviewed": 0,
        "tracking_uid": tracking_uid(patient.study_uid, measured.lesions),
        "warnings": WARNING_SEPARATOR.join(dict.fromkeys((*study.warnings, *more_warnings, *measured.warnings))),
        "measured_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    }


def sources_of(study: Study) -> Selection:
    """The series that a study was read from. Raises ``InputError`` if it was read from image files."""
    if study.selection is None:
        raise InputError("DICOM objects refer to DICOM images: a study of image files cannot have them")
    return study.selection


def patient_folder(cohort: Path, patient: PatientData) -> Path:
    """Where a patient's masks and page lie: beside the table, a name that any file system takes, one a study."""
    key = f"{patient.patient_id}\0{patient.study_uid}".encode()
    readable = re.sub(r"[^\w.-]+", "_", patient.patient_id).strip("._")[:_LONGEST_NAME] or "patient"
    return cohort.parent / f"{cohort.stem}_patients" / f"{readable}-{hashlib.sha256(key).hexdigest()[:8]}"


def _observed(read: Callable[[], Mask], pictures: PatientPictures, kept: dict[str, PackedMask]) -> Callable[[], Mask]:
    """The same reader, which also puts the mask that it gives into the pictures and keeps it for writing."""

    def observed() -> Mask:
        mask = read()
        pictures.add_tissue(mask)
        kept[mask.name] = PackedMask(mask)
        return mask

    return observed


def _write_masks(folder: Path, lesions: LesionMap, tissues: Mapping[str, PackedMask]) -> None:
    """Write what was measured, as segmentations that Slicer opens: lesions on the PET, tissues on the CT."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder} cannot be made ({error.strerror})") from error
    write_lesions(folder / "lesions.seg.nrrd", lesions.labels)
    if tissues:
        write_segmentation(folder / "tissues.seg.nrrd", tissues)


def _write_row(cohort: CohortTable, row: Row, options: PatientOptions) -> None:
    def may_replace(old: Mapping[str, str]) -> bool:
        return options.replace_reviewed or old.get("reviewed", "").strip() != "1"

    if not cohort.upsert(row, may_replace):
        raise InputError(
            f"{cohort.path}: the row of this patient is approved by a reader and was left as it is: "
            "give --replace-reviewed to replace it"
        )

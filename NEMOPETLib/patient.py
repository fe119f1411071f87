"""One patient from study to row: the command line, the batch and the panel all go through here."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from NEMOPETLib import __version__
from NEMOPETLib.cohort import committed_file
from NEMOPETLib.cohort.keys import Cells
from NEMOPETLib.cohort.table import CohortTable
from NEMOPETLib.dicom_out.object_uids import listed, results_uid, tracking_uids
from NEMOPETLib.dicom_out.patient_objects import PatientFindings, write_patient_objects
from NEMOPETLib.dicom_out.source_folder import refuse_source_folder
from NEMOPETLib.engines.input_checks import check_input
from NEMOPETLib.engines.mask_checks import check_numbers
from NEMOPETLib.errors import InputError, why_refused
from NEMOPETLib.masks.engine import LesionEngine, TissueEngine, TissueMasks
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
from NEMOPETLib.whole_file import remove_unfinished

WARNING_SEPARATOR = " | "
LESIONS_FILE, TISSUES_FILE, PHYSIOLOGICAL_FILE = "lesions.seg.nrrd", "tissues.seg.nrrd", "physiological.seg.nrrd"
DICOM_FOLDER = "dicom"
AUTOMATIC = "automatic"
"""The folder in a patient's own that keeps the automatic masks where a reader has corrected them."""

PHYSIOLOGICAL = "physiological"
"""Uptake that is no lesion: kept with the masks so that it can be made a lesion again, never measured."""

_LOCK_TIMEOUT_S = 60.0
_LONGEST_NAME, _LONGEST_NAME_BYTES = 60, 150  # of a patient's folder: paths must stay short enough for Windows

_NO_SCORE: Mapping[str, object] = dict.fromkeys(("bci", "risk_score", "risk_group", "model_id"))
"""A score that stands in the table is of the numbers before: it goes with them."""

Row = dict[str, object]

Refusal = Callable[[Cells], None]
"""Raises InputError if the row of a patient that is in the table, or none, may not be replaced."""


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
        Whether a row that a reader has approved or corrected may be replaced, with its masks.
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
class PatientMasks:
    """The masks that a row's numbers were measured on.

    Parameters
    ----------
    lesions
        On the PET's grid.
    tissues
        By name, on the CT's grid.
    tissue_engine
        What found the tissues, as written in the row.
    warnings
        Of finding the tissues.
    corrected_segments
        What a reader changed of the automatic masks, as written in the row.
    """

    lesions: LesionMap
    tissues: Mapping[str, PackedMask]
    tissue_engine: str = ""
    warnings: tuple[str, ...] = ()
    corrected_segments: str = ""


@dataclass(frozen=True)
class PatientResult:
    """What one patient gave: the row, the numbers with each lesion, the pictures and the page."""

    row: Row
    measured: PatientMeasurements
    pictures: PatientPictures
    page: PatientPage

    @property
    def folder(self) -> Path:
        """Where masks and page lie."""
        return self.page.html.parent


PatientStep = Literal["segment", "measure", "write"]


def _tell_nobody(_: PatientStep) -> None:
    """Nobody listens."""


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
    names is there. Running the same study again replaces them, but not what a reader has corrected or approved.

    Raises
    ------
    InputError
        If a mask cannot be had, the table cannot be written, or the row is approved and may not be replaced.
    """
    cohort.check()
    refusal = _refusal_of(cohort, study.patient, options)
    refusal(_old_row(cohort, study.patient))  # before the long work, and after it
    return prepare_patient(study, cohort, lesions, tissues, options, progress, with_row=True)


def prepare_patient(
    study: Study,
    cohort: CohortTable,
    lesions: LesionEngine,
    tissues: TissueEngine | None,
    options: PatientOptions,
    progress: Progress = no_progress,
    at: Callable[[PatientStep], None] = _tell_nobody,
    with_row: bool = False,
) -> PatientResult:
    """All of ``process_patient``, but the row goes into the table only ``with_row``; it is given back in any case.

    Parameters
    ----------
    at
        Told each step as it begins.

    Raises
    ------
    InputError
        As ``process_patient``.
    """
    if options.dicom:
        check_dicom(study, cohort)
    at("segment")
    pictures = PatientPictures(study.pet, study.ct)
    found = lesions.segment(study, progress)
    pictures.set_lesions(found.labels)
    tissue_masks = tissues.segment(study, progress) if tissues else TissueMasks({}, "")
    at("measure")
    kept: dict[str, PackedMask] = {}
    sources = {name: _observed(read, pictures, kept) for name, read in tissue_masks.masks.items()}
    measured = measure_patient(
        {LESIONS: lambda: found.labels, **sources},
        pet=study.pet,
        ct=study.ct,
        sul_per_suv=study.patient.sul_per_suv(options.lbm_formula),
        progress=progress,
    )
    masks = PatientMasks(found, kept, tissue_masks.description, tissue_masks.warnings)
    at("write")
    return write_patient(study, cohort, masks, measured, pictures, options, with_row=with_row)


def write_patient(
    study: Study,
    cohort: CohortTable,
    masks: PatientMasks,
    measured: PatientMeasurements,
    pictures: PatientPictures,
    options: PatientOptions,
    *,
    automatic: PatientMasks | None = None,
    more: Mapping[str, object] | None = None,
    with_row: bool = False,
    refusal: Refusal | None = None,
) -> PatientResult:
    """Write the masks and the page of a patient whose masks are measured, and make the row that names them.

    Whether the row may be replaced is found out, and all is written, while nobody else may write the patient's files:
    the row in the table and the masks beside it are always of the same hand.

    Parameters
    ----------
    pictures
        With the lesions' silhouettes and the sections of the tissues.
    automatic
        The masks as an engine made them, if a reader changed any: kept in a folder of their own beside.
    more
        More of the row: what a reader or a model says.
    with_row
        Whether the row is put into the table, after all that it names.
    refusal
        Which row may not be replaced, instead of what the options say.

    Raises
    ------
    InputError
        If the row may not be replaced, or a file cannot be written.
    """
    disguise = None
    if options.pseudonyms:
        disguise = Disguise.of(study.selection, study.patient, options.pseudonyms)
        study = replace(study, patient=disguise.patient(study.patient), source=None)  # its path may name the patient
        options = replace(options, overrides=disguise.overrides(options.overrides))
    row = {**make_row(study, measured, options, masks, cohort.path), **_NO_SCORE, **(more or {})}
    if disguise:
        row = disguise.row(row)
    refusal = refusal or _refusal_of(cohort, study.patient, options)
    with only_writer(cohort, study.patient, refusal) as folder:
        if automatic is None:
            shutil.rmtree(folder / AUTOMATIC, ignore_errors=True)
        else:
            write_masks(folder / AUTOMATIC, automatic)
        write_masks(folder, masks)
        said = str(row["warnings"]).split(WARNING_SEPARATOR)
        page = write_patient_page(folder, pictures, {**row, "warnings": said}, measured, options.language)
        if options.dicom:
            found = PatientFindings(masks.lesions.labels, measured.lesions, tuple(masks.tissues.values()))
            write_patient_objects(folder / DICOM_FOLDER, sources_of(study), found, row, disguise=disguise)
        else:
            shutil.rmtree(folder / DICOM_FOLDER, ignore_errors=True)  # of a row that is no more
        if with_row:
            _write_row(cohort, row, refusal)
    return PatientResult(row, measured, pictures, page)


def make_row(
    study: Study, measured: PatientMeasurements, options: PatientOptions, masks: PatientMasks, cohort: Path
) -> Row:
    """The row of a patient in the cohort table of the file ``cohort``: patient, measurements and provenance."""
    warnings = all_warnings(study, (*masks.lesions.warnings, *masks.warnings), measured)
    patient = study.patient
    results = results_uid(patient.study_uid, measured.lesions)
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
        "lesion_engine": masks.lesions.description,
        "tissue_engine": masks.tissue_engine,
        "suv_scheme": study.suv.scheme,
        "lbm_formula": options.lbm_formula,
        "overrides": options.overrides.described(),
        "corrected_segments": masks.corrected_segments,
        "reader": options.reader,
        "reviewed": 0,
        "masks_path": patient_folder(cohort, patient).relative_to(cohort.parent).as_posix(),
        "study_path": study.source.text(cohort.parent) if study.source else "",
        "tracking_uid": results,
        "finding_uids": listed(tracking_uids(patient.study_uid or results, measured.lesions)),
        "warnings": WARNING_SEPARATOR.join(warnings),
        "measured_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    }


def sources_of(study: Study) -> Selection:
    """The series that a study was read from. Raises ``InputError`` if it was read from image files."""
    if study.selection is None:
        raise InputError("DICOM objects refer to DICOM images: a study of image files cannot have them")
    return study.selection


def check_dicom(study: Study, cohort: CohortTable) -> None:
    """Refuse before the work what could not be written after it. Raises ``InputError``."""
    refuse_source_folder(patients_folder(cohort.path), sources_of(study))


def all_warnings(study: Study, of_masks: Sequence[str], measured: PatientMeasurements) -> tuple[str, ...]:
    """What a row warns of: the images, how the masks were found, their numbers; each line once."""
    of_images, of_numbers = check_input(study), check_numbers(measured.values, study)
    return tuple(dict.fromkeys((*study.warnings, *of_images, *of_masks, *measured.warnings, *of_numbers)))


def patient_folder(cohort: Path, patient: PatientData) -> Path:
    """Where a patient's masks and page lie: beside the table, one folder a study."""
    return patients_folder(cohort) / folder_name(patient.patient_id, patient.study_uid)


def patients_folder(cohort: Path) -> Path:
    """Where the folders of all patients of a table lie."""
    return cohort.parent / f"{cohort.stem}_patients"


def folder_name(patient_id: str, study_uid: str) -> str:
    """What the folder of a patient's study is called: a name that any file system takes, one a study."""
    key = f"{patient_id}\0{study_uid}".encode("utf-8", "backslashreplace")
    readable = re.sub(r"[^\w.-]+", "_", patient_id).strip("._")
    readable = readable[:_LONGEST_NAME].encode()[:_LONGEST_NAME_BYTES].decode(errors="ignore") or "patient"
    return f"{readable}-{hashlib.sha256(key).hexdigest()[:8]}"


def is_a_readers(row: Mapping[str, str]) -> bool:
    """Whether a reader has approved a row of the table, or corrected its masks."""
    return row.get("reviewed", "").strip() == "1" or bool(row.get("corrected_segments", "").strip())


@contextmanager
def only_user(folder: Path) -> Iterator[None]:
    """Be the only one, among all programs, who changes the files in a patient's folder, which need not be there yet.

    The table's own lock is taken inside this one, never around it.

    Raises
    ------
    InputError
        If the folder cannot be locked, or is another program's for too long.
    """
    with ExitStack() as held:
        with committed_file.named(folder):
            held.enter_context(committed_file.locked(folder, _LOCK_TIMEOUT_S))
        yield


@contextmanager
def only_writer(cohort: CohortTable, patient: PatientData, refusal: Refusal) -> Iterator[Path]:
    """Be the only one, among all programs, who changes the files of a patient; gives the folder, which is there.

    Raises
    ------
    InputError
        As ``only_user``, or if the row may not be replaced, or the folder cannot be made.
    """
    folder = patient_folder(cohort.path, patient)
    try:
        folder.parent.mkdir(exist_ok=True)  # not its parents: a network share may be away
        with only_user(folder):
            refusal(_old_row(cohort, patient))
            folder.mkdir(exist_ok=True)
            remove_unfinished(folder)
            yield folder
    except OSError as error:
        raise InputError(f"{folder} cannot be made or locked ({why_refused(error)})") from error


def _old_row(cohort: CohortTable, patient: PatientData) -> Cells:
    return cohort.row(patient.patient_id, patient.study_uid) or {}


def _refusal_of(cohort: CohortTable, patient: PatientData, options: PatientOptions) -> Refusal:
    """Of a reader's row, or of masks that a reader has corrected, unless the options say that they are replaced."""

    def refusal(old: Cells) -> None:
        is_kept = is_a_readers(old) or (patient_folder(cohort.path, patient) / AUTOMATIC).exists()
        if is_kept and not options.replace_reviewed:
            raise InputError(
                f"{cohort.path}: the row of this patient is approved or corrected by a reader and was left as it is,"
                " with its masks: give --replace-reviewed to replace it"
            )

    return refusal


def _observed(read: Callable[[], Mask], pictures: PatientPictures, kept: dict[str, PackedMask]) -> Callable[[], Mask]:
    """The same reader, which also puts the mask that it gives into the pictures and keeps it for writing."""

    def observed() -> Mask:
        mask = read()
        pictures.add_tissue(mask)
        kept[mask.name] = PackedMask(mask)
        return mask

    return observed


def write_masks(folder: Path, masks: PatientMasks) -> None:
    """Write masks as segmentations that Slicer opens: lesions on the PET, tissues on the CT; others are removed."""
    folder.mkdir(exist_ok=True)
    write_lesions(folder / LESIONS_FILE, masks.lesions.labels)
    removed = masks.lesions.physiological
    apart = {} if removed is None else {PHYSIOLOGICAL: Mask(PHYSIOLOGICAL, removed.voxels > 0, removed.grid)}
    _write_or_remove(folder / PHYSIOLOGICAL_FILE, apart)
    _write_or_remove(folder / TISSUES_FILE, masks.tissues)


def _write_or_remove(path: Path, masks: Mapping[str, Mask | PackedMask]) -> None:
    if masks:
        write_segmentation(path, masks)
    else:
        path.unlink(missing_ok=True)


def _write_row(cohort: CohortTable, row: Row, refusal: Refusal) -> None:
    """Add or replace the row of a patient; asked again, for some programs write rows alone."""

    def may_replace(old: Cells) -> bool:
        refusal(old)
        return True

    cohort.upsert(row, may_replace)

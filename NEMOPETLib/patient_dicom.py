"""DICOM objects of a row that is in the cohort table already, from the masks that lie beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from NEMOPETLib.cohort.table import CohortTable
from NEMOPETLib.dicom_out.object_uids import listed, results_uid, tracking_uids
from NEMOPETLib.dicom_out.patient_objects import PatientFindings, write_patient_objects
from NEMOPETLib.dicom_out.source_folder import refuse_source_folder
from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.engine import LesionFile, MaskFile
from NEMOPETLib.masks.mask_files import read_named_masks
from NEMOPETLib.measurements.lesions import Lesion, measure_lesions
from NEMOPETLib.measurements.patient_measurements import TISSUES
from NEMOPETLib.patient import DICOM_FOLDER, LESIONS_FILE, TISSUES_FILE, only_user, patient_folder
from NEMOPETLib.privacy.disguise import Disguise
from NEMOPETLib.privacy.pseudonyms import Pseudonyms
from NEMOPETLib.progress import Progress, no_progress
from NEMOPETLib.studies.overrides import NO_OVERRIDES, Overrides
from NEMOPETLib.studies.patient_data import PatientData, read_patient
from NEMOPETLib.studies.selection import Selection
from NEMOPETLib.studies.study import Study, load_study

_SAME = 1e-6  # relative: the table holds all digits


def export_patient(
    selection: Selection,
    cohort: CohortTable,
    pseudonyms: Pseudonyms | None = None,
    progress: Progress = no_progress,
) -> tuple[Path, ...]:
    """Write the DICOM objects of a study's row into the patient's folder beside the table.

    Row and masks are read, and the objects written, while nobody else may write the patient's files.
    Nothing is segmented anew: the masks are those in the patient's folder, corrected or not. Lesions are measured
    again for their own numbers, which the row does not hold; they must amount to what the row says.

    Parameters
    ----------
    selection
        The study's PET and CT on disk.
    cohort
        The table with its row.
    pseudonyms
        What hides the patient in the objects, whether the row was written with them or under the true id. Objects
        of such a row go into a folder of the pseudonym.

    Returns
    -------
    The files.

    Raises
    ------
    InputError
        If the study has no row or masks, these are not what the row was measured on, another program writes them for
        too long, or only one of row and objects would have the true dates.
    """
    true = read_patient(selection.pet.series.header, NO_OVERRIDES)
    disguise = Disguise.of(selection, true, pseudonyms) if pseudonyms else None
    shown = disguise.patient(true) if disguise else true
    patient, row = _row(cohort, shown, true)
    folder = cohort.path.parent / str(row["masks_path"])
    refuse_source_folder(folder, selection)
    _refuse_missing(folder)
    overrides = row["overrides"]
    study = replace(load_study(selection, Overrides.parse(overrides or ""), progress), patient=patient)
    with only_user(folder):
        patient, row = _row(cohort, patient)  # as it is now: a reader may have saved while the images were loaded
        if row["overrides"] != overrides:
            raise InputError(
                f"{cohort.path}: the row was measured anew with other overrides meanwhile: export it again"
            )
        found = _findings(folder, study)
        _check(row, found, study, folder)
        if disguise and patient is shown:
            _refuse_other_dates(row, shown, disguise, cohort.path)
        elif disguise:
            folder = patient_folder(cohort.path, shown)
            row = _hidden(row, shown, disguise, found.lesions)
        return write_patient_objects(folder / DICOM_FOLDER, selection, found, row, progress, disguise)


def _row(cohort: CohortTable, *names: PatientData) -> tuple[PatientData, dict[str, Any]]:
    """The row of a patient under the first of some names that the table has, and that name."""
    table = cohort.read()
    for patient in names:
        rows = table[(table["patient_id"] == patient.patient_id) & (table["study_uid"] == patient.study_uid)]
        if len(rows) == 1:
            return patient, {str(name): None if pd.isna(cell) else cell for name, cell in rows.iloc[0].items()}
    raise InputError(f"{cohort.path} has no row of this study: measure it first (nemopet run)")


def _hidden(row: dict[str, Any], shown: PatientData, disguise: Disguise, lesions: Sequence[Lesion]) -> dict[str, Any]:
    """A row of true ids as it would be with pseudonyms; where images and masks lie is not told."""
    overrides = disguise.overrides(Overrides.parse(row["overrides"] or ""))
    names = {"patient_id": shown.patient_id, "study_uid": shown.study_uid, "study_date": shown.study_date}
    places = {"study_path": None, "masks_path": None, "overrides": overrides.described()}
    results = results_uid(shown.study_uid, lesions)
    uids = {"tracking_uid": results, "finding_uids": listed(tracking_uids(shown.study_uid or results, lesions))}
    return {**disguise.row(row), **names, **places, **uids}


def _refuse_other_dates(row: dict[str, Any], shown: PatientData, disguise: Disguise, table: Path) -> None:
    """A true date beside a moved one would tell how far all dates of the patient are moved."""
    if row["study_date"] in (None, shown.study_date):
        return
    if disguise.pseudonyms.keep_dates:
        raise InputError(f"{table}: the row has moved dates: leave out --keep-dates")
    raise InputError(f"{table}: the row has true dates: give --keep-dates")


def _refuse_missing(folder: Path) -> None:
    lesions = folder / LESIONS_FILE
    if not lesions.is_file():
        raise InputError(f"{lesions} is not there: measure the study again (nemopet run)")


def _findings(folder: Path, study: Study) -> PatientFindings:
    tissues = folder / TISSUES_FILE
    labels = LesionFile(MaskFile(folder / LESIONS_FILE)).segment(study).labels
    masks = read_named_masks(tissues, TISSUES, study.ct.grid) if tissues.is_file() else {}
    return PatientFindings(labels, measure_lesions(labels, study.pet).lesions, tuple(masks.values()))


def _check(row: dict[str, Any], found: PatientFindings, study: Study, folder: Path) -> None:
    """Refuse masks that the row was not measured on, and a PET whose SUV is not the row's."""
    again = "measure the study again (nemopet run)"
    if row.get("tracking_uid") not in (None, results_uid(study.patient.study_uid, found.lesions)):
        raise InputError(f"{folder}: its lesions are not those of the row: {again}")
    highest = max((one.suv_max for one in found.lesions if one.suv_max is not None), default=None)
    if highest is not None and abs(highest - (row["suv_max"] or 0.0)) > _SAME * highest:
        raise InputError(f"the study's SUVmax is {highest:g}, its row's {row['suv_max']}: {again}")

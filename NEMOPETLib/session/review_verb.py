"""``review``: the patient of a row of the cohort table opened, with the masks that the row's numbers are of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from NEMOPETLib.cohort.table import CohortTable
from NEMOPETLib.errors import InputError
from NEMOPETLib.measurements.patient_measurements import LESIONS, TISSUES
from NEMOPETLib.patient import AUTOMATIC, PHYSIOLOGICAL, WARNING_SEPARATOR, PatientOptions
from NEMOPETLib.progress import Progress
from NEMOPETLib.session.mask_files import CROPPED, read_mask_files, write_cropped_files, write_mask_files
from NEMOPETLib.session.mask_set import MaskSet
from NEMOPETLib.session.opening import Opening, open_patient
from NEMOPETLib.session.reading import ReadingSession
from NEMOPETLib.session.verbs import Desk
from NEMOPETLib.studies.lean_body_mass import LBM_FORMULAS
from NEMOPETLib.studies.open_study import Identity
from NEMOPETLib.studies.overrides import Overrides
from NEMOPETLib.studies.study_source import source_of_text

_OF_LESIONS = re.compile(r"lesions?\b|\d+ regions ")
_OF_NUMBERS = re.compile(rf"no lesion\b|({'|'.join((*TISSUES, 'fat'))}): ")
"""What is told anew of the numbers as they are."""


def execute(
    desk: Desk, progress: Progress, *, cohort: Path, patient_id: str, study_uid: str, work_folder: Path
) -> dict[str, Any]:
    """Open a row's patient in place of the one that was open, who is put away even if this fails.

    The masks are written to the work folder (as they are now) and below it (as engines made them).
    """
    desk.reading = None
    row = CohortTable(cohort).row(patient_id, study_uid)
    if row is None:
        raise InputError(f"{cohort}: there is no such patient and study in the table")
    if not row.get("masks_path", "").strip():
        raise InputError(f"{cohort}: the row names no masks: open the study and segment it")
    reading, facts = open_patient(_opening(row, cohort, work_folder), progress)
    _take_masks(reading, cohort.parent / row["masks_path"], row)
    answer = {
        **facts,
        "row": {name: cell for name, cell in row.items() if cell},
        "masks": write_mask_files(work_folder, reading.current),
        "automatic": write_mask_files(work_folder / AUTOMATIC, reading.automatic),
        "cropped": write_cropped_files(work_folder / CROPPED, reading.current),
        "automatic_cropped": write_cropped_files(work_folder / AUTOMATIC / CROPPED, reading.automatic),
    }
    desk.reading = reading
    return answer


def _opening(row: Mapping[str, str], cohort: Path, work_folder: Path) -> Opening:
    """How the row's numbers were measured."""
    place = row.get("study_path", "").strip()
    if not place:
        raise InputError(f"{cohort}: the row does not say where its images lie: open the study by its folder")
    formula = row.get("lbm_formula", "") or LBM_FORMULAS[0]
    if formula not in LBM_FORMULAS:
        raise InputError(f"{cohort}: lbm_formula {formula} of the row is unknown")
    return Opening(
        source_of_text(place, cohort.parent),
        Identity(row.get("patient_id", ""), row.get("study_date", ""), _age(row)),
        row.get("study_uid", ""),
        PatientOptions(lbm_formula=formula, overrides=Overrides.parse(row.get("overrides", ""))),
        work_folder,
    )


def _age(row: Mapping[str, str]) -> float | None:
    """As the user gave it with image files; DICOM says it itself."""
    try:
        return float(row.get("age_years", "").replace(",", "."))
    except ValueError:
        return None


def _take_masks(reading: ReadingSession, folder: Path, row: Mapping[str, str]) -> None:
    """Put the row's masks into the session, with what the row says of how they were made."""
    current = read_mask_files(folder, reading.study)
    is_corrected = (folder / AUTOMATIC).is_dir()
    automatic = read_mask_files(folder / AUTOMATIC, reading.study) if is_corrected else current.copy()
    said = [one for one in row.get("warnings", "").split(WARNING_SEPARATOR) if one not in reading.study.warnings]
    of_lesions = tuple(one for one in said if _OF_LESIONS.match(one))
    general = tuple(one for one in said if one and not _OF_LESIONS.match(one) and not _OF_NUMBERS.match(one))
    for masks in (automatic, current):
        _describe(masks, row, of_lesions, general)
    if not is_corrected:
        current.lesions, current.physiological = automatic.lesions, automatic.physiological
        current.tissues = dict(automatic.tissues)
    reading.take(automatic, [LESIONS, PHYSIOLOGICAL, *TISSUES], current)


def _describe(masks: MaskSet, row: Mapping[str, str], of_lesions: tuple[str, ...], general: tuple[str, ...]) -> None:
    assert masks.lesions is not None
    masks.lesions = replace(masks.lesions, description=row.get("lesion_engine", ""), warnings=of_lesions)
    masks.tissue_engine, masks.warnings = row.get("tissue_engine", ""), general

"""``open``: a study loaded, its images written for Slicer, and what a reader is shown of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from NEMOPETLib.patient import PatientOptions
from NEMOPETLib.progress import Progress
from NEMOPETLib.session.opening import Opening, open_patient
from NEMOPETLib.session.source_of import PetUnit, source_of
from NEMOPETLib.session.verbs import Desk
from NEMOPETLib.studies.lean_body_mass import LbmFormula
from NEMOPETLib.studies.open_study import Identity
from NEMOPETLib.studies.overrides import Overrides


def execute(
    desk: Desk,
    progress: Progress,
    *,
    work_folder: Path,
    study: Path | None = None,
    study_uid: str = "",
    pet: Path | None = None,
    ct: Path | None = None,
    pet_unit: PetUnit = "suvbw",
    uptake_min: float | None = None,
    patient_id: str = "",
    study_date: str = "",
    age_years: float | None = None,
    pet_series: str | None = None,
    ct_series: str | None = None,
    overrides: dict[str, Any] | None = None,
    lbm_formula: LbmFormula = "janmahasatian",
) -> dict[str, Any]:
    """Open a patient in place of the one that was open, who is put away even if this fails."""
    desk.reading = None
    opening = Opening(
        source_of(study, pet, ct, pet_series, ct_series, pet_unit, uptake_min),
        Identity(patient_id, study_date, age_years),
        study_uid,
        PatientOptions(lbm_formula=lbm_formula, overrides=Overrides.of(overrides or {})),
        work_folder,
    )
    desk.reading, facts = open_patient(opening, progress)
    return facts

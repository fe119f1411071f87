"""Which images a request names: a DICOM folder, or a PET and a CT image file."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from NEMOPETLib.errors import InputError
from NEMOPETLib.studies.study_source import StudySource

PetUnit = Literal["suvbw", "bqml"]


def source_of(
    study: Path | None,
    pet: Path | None,
    ct: Path | None,
    pet_series: str | None,
    ct_series: str | None,
    pet_unit: PetUnit,
    uptake_min: float | None,
) -> StudySource:
    """The source. Raises InputError unless it is either ``study``, or ``pet`` and ``ct``."""
    if study is not None and pet is None and ct is None:
        return StudySource(study, None, pet_series, ct_series)
    if study is None and pet is not None and ct is not None:
        return StudySource(pet, ct, pet_unit=pet_unit, uptake_min=uptake_min)
    raise InputError("give either study, or pet and ct")

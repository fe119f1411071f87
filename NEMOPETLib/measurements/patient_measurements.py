"""All measured columns of one patient's row, from the PET, the CT and the masks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.measurements.definitions import MEASUREMENTS
from NEMOPETLib.measurements.lesions import Lesion, LesionNumbers, measure_lesions
from NEMOPETLib.measurements.tissues import TissueNumbers, measure_tissue
from NEMOPETLib.progress import Progress, no_progress
from NEMOPETLib.studies.volume import Volume

LESIONS = "lesions"
TISSUES = ("muscle", "fat_sc", "fat_v", "spleen")
MASK_NAMES = (LESIONS, *TISSUES)
TISSUE_COLUMNS = ("volume_ml", "sul_mean", "hu_mean")
LESION_COLUMNS = (
    "tmtv_ml",
    "dmax_mm",
    "dmax_voxel_mm",
    "lesion_count",
    "tlg",
    "suv_max",
    "suv_mean",
    "suv_peak",
)

Value = float | int | None
MaskSource = Callable[[], Mask | Volume]


@dataclass(frozen=True)
class PatientMeasurements:
    """The measured part of a row of the cohort table.

    Attributes
    ----------
    values
        Every column of ``MEASUREMENTS`` in its order; None where it was not measured.
    lesions
        Each lesion.
    tissues
        The numbers of each tissue that was given, by name.
    warnings
        What a reader should know, one line each, named by the mask.
    """

    values: dict[str, Value]
    lesions: tuple[Lesion, ...]
    tissues: dict[str, TissueNumbers]
    warnings: tuple[str, ...]


def measure_patient(
    masks: Mapping[str, MaskSource],
    *,
    pet: Volume | None,
    ct: Volume | None,
    sul_per_suv: float | None,
    progress: Progress = no_progress,
) -> PatientMeasurements:
    """Measure a patient, one mask after the other.

    Parameters
    ----------
    masks
        For each name of ``MASK_NAMES`` that there is, a function that gives the mask. It is called once, when
        its turn comes, and what it gives is let go before the next, so that one mask at a time is in memory:
        tissues on the grid of the CT; lesions on that of the PET, as a ``Mask`` or as a label map (a
        ``Volume`` of integers).
    pet
        SUVbw.
    ct
        HU.
    sul_per_suv
        Lean body mass divided by body weight; None leaves the SUL columns empty, with a warning.
    progress
        Shows how many masks are done.

    Raises
    ------
    InputError
        If a name is unknown, there are lesions but no PET, or a mask does not lie on the grid it needs.
    """
    unknown = [name for name in masks if name not in MASK_NAMES]
    if unknown:
        raise InputError(f"unknown mask {', '.join(unknown)}: the known ones are {', '.join(MASK_NAMES)}")
    found = {
        name: measure_mask(name, source(), pet=pet, ct=ct, sul_per_suv=sul_per_suv)
        for name, source in progress(list(masks.items()), "Measuring")
    }
    return collected(found, is_sul_lacking=pet is not None and sul_per_suv is None)


def measure_mask(
    name: str, mask: Mask | Volume, *, pet: Volume | None, ct: Volume | None, sul_per_suv: float | None
) -> LesionNumbers | TissueNumbers:
    """Measure one mask of ``MASK_NAMES``; parameters and errors as ``measure_patient``."""
    if name == LESIONS:
        if pet is None:
            raise InputError("lesions are measured on the PET, and there is none")
        return measure_lesions(mask, pet)
    if not isinstance(mask, Mask):
        raise InputError(f"{name} is given as a label map where a mask is needed")
    return measure_tissue(mask, ct, pet, sul_per_suv)


def column_names(name: str) -> tuple[str, ...]:
    """The columns that a mask fills; none for a mask that is not measured."""
    if name == LESIONS:
        return LESION_COLUMNS
    return tuple(f"{name}_{what}" for what in TISSUE_COLUMNS) if name in TISSUES else ()


def columns_of(name: str, numbers: LesionNumbers | TissueNumbers) -> dict[str, Value]:
    """The columns that one mask fills, with their values."""
    fields = LESION_COLUMNS if name == LESIONS else TISSUE_COLUMNS
    return {column: getattr(numbers, field) for column, field in zip(column_names(name), fields, strict=True)}


def collected(
    found: Mapping[str, LesionNumbers | TissueNumbers], *, is_sul_lacking: bool = False
) -> PatientMeasurements:
    """The patient's numbers from those of the masks, in the order of ``MASK_NAMES`` however they come.

    Parameters
    ----------
    found
        What ``measure_mask`` gave for each mask that there is.
    is_sul_lacking
        Whether the SUL columns are empty for want of a lean body mass.
    """
    values: dict[str, Value] = {measurement.column: None for measurement in MEASUREMENTS}
    lesions: tuple[Lesion, ...] = ()
    tissues: dict[str, TissueNumbers] = {}
    warnings: list[str] = []
    for name in sorted(found, key=MASK_NAMES.index):
        numbers = found[name]
        values |= columns_of(name, numbers)
        warnings += numbers.warnings
        if isinstance(numbers, LesionNumbers):
            lesions = numbers.lesions
        else:
            tissues[name] = numbers
    if tissues and is_sul_lacking:
        warnings.append("the SUL columns are empty: there is no lean body mass")
    return PatientMeasurements(values, lesions, tissues, tuple(warnings))

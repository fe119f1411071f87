"""All measured columns of one patient's row, from the PET, the CT and the masks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.measurements.definitions import MEASUREMENTS
from NEMOPETLib.measurements.lesions import Lesion, measure_lesions
from NEMOPETLib.measurements.tissues import measure_tissue
from NEMOPETLib.studies.volume import Volume

LESIONS = "lesions"
TISSUES = ("muscle", "fat_sc", "fat_v", "spleen")
MASK_NAMES = (LESIONS, *TISSUES)

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
    warnings
        What a reader should know, one line each, named by the mask.
    """

    values: dict[str, Value]
    lesions: tuple[Lesion, ...]
    warnings: tuple[str, ...]


def measure_patient(
    masks: Mapping[str, MaskSource], *, pet: Volume | None, ct: Volume | None, sul_per_suv: float | None
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

    Raises
    ------
    InputError
        If a name is unknown, there are lesions but no PET, or a mask does not lie on the grid it needs.
    """
    unknown = [name for name in masks if name not in MASK_NAMES]
    if unknown:
        raise InputError(f"unknown mask {', '.join(unknown)}: the known ones are {', '.join(MASK_NAMES)}")
    values: dict[str, Value] = {measurement.column: None for measurement in MEASUREMENTS}
    lesions: tuple[Lesion, ...] = ()
    warnings: list[str] = []
    for name, source in masks.items():
        if name == LESIONS:
            found, lesions, said = _lesion_columns(source, pet)
        else:
            found, said = _tissue_columns(name, source, pet, ct, sul_per_suv)
        values |= found
        warnings += said
    if sul_per_suv is None and pet is not None and any(name in TISSUES for name in masks):
        warnings.append("the SUL columns are empty: there is no lean body mass")
    return PatientMeasurements(values, lesions, tuple(warnings))


def _lesion_columns(
    source: MaskSource, pet: Volume | None
) -> tuple[dict[str, Value], tuple[Lesion, ...], tuple[str, ...]]:
    """Columns, lesions and warnings of the lesions."""
    if pet is None:
        raise InputError("lesions are measured on the PET, and there is none")
    numbers = measure_lesions(source(), pet)
    columns: dict[str, Value] = {
        "tmtv_ml": numbers.tmtv_ml,
        "dmax_mm": numbers.dmax_mm,
        "dmax_voxel_mm": numbers.dmax_voxel_mm,
        "lesion_count": numbers.lesion_count,
        "tlg": numbers.tlg,
        "suv_max": numbers.suv_max,
        "suv_mean": numbers.suv_mean,
        "suv_peak": numbers.suv_peak,
    }
    return columns, numbers.lesions, numbers.warnings


def _tissue_columns(
    name: str, source: MaskSource, pet: Volume | None, ct: Volume | None, sul_per_suv: float | None
) -> tuple[dict[str, Value], tuple[str, ...]]:
    """Columns and warnings of a tissue."""
    mask = source()
    if not isinstance(mask, Mask):
        raise InputError(f"{name} is given as a label map where a mask is needed")
    numbers = measure_tissue(mask, ct, pet, sul_per_suv)
    columns: dict[str, Value] = {
        f"{name}_volume_ml": numbers.volume_ml,
        f"{name}_sul_mean": numbers.sul_mean,
        f"{name}_hu_mean": numbers.hu_mean,
    }
    return columns, numbers.warnings

"""Lesions on the PET: each one's volume, uptake and place, and the patient's totals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.connected import label_regions
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.measurements.borders import touched_sides
from NEMOPETLib.measurements.dmax import farthest_distance, hull_vertices, row_ends
from NEMOPETLib.measurements.mesh import max_diameter_mm, mesh_volume_ml
from NEMOPETLib.measurements.suv_peak import sphere_offsets, suv_peak
from NEMOPETLib.studies.volume import Points, Volume

HIGHEST_LABEL = 65535  # a DICOM segment number has 16 bits
Box = tuple[slice, slice, slice]


@dataclass(frozen=True)
class Lesion:
    """One lesion. Definitions, units and codes: ``definitions.LESION_MEASUREMENTS``.

    Voxels whose SUV is not finite count for the volume, not for the uptake; the uptake of a lesion without
    any finite voxel is None. ``suv_max_lps_mm`` is where the SUVmax lies; of equal voxels the first of the array.
    """

    label: int
    voxel_count: int
    volume_ml: float
    mesh_volume_ml: float
    max_diameter_mm: float
    suv_max: float | None
    suv_mean: float | None
    suv_peak: float | None
    tlg: float | None
    integrated_intensity: float | None
    centroid_lps_mm: tuple[float, float, float]
    suv_max_lps_mm: tuple[float, float, float] | None


@dataclass(frozen=True)
class LesionNumbers:
    """What all lesions of a patient amount to. Definitions: ``definitions.MEASUREMENTS``.

    Without a lesion ``tmtv_ml``, ``lesion_count`` and ``tlg`` are 0, and the uptakes and distances None.
    With one lesion ``dmax_mm`` is 0: the disease has not spread from its only site.
    """

    tmtv_ml: float
    dmax_mm: float | None
    dmax_voxel_mm: float | None
    lesion_count: int
    tlg: float | None
    suv_max: float | None
    suv_mean: float | None
    suv_peak: float | None
    lesions: tuple[Lesion, ...]
    warnings: tuple[str, ...]


def measure_lesions(lesions: Mask | Volume, pet: Volume) -> LesionNumbers:
    """Measure lesions on the PET.

    Parameters
    ----------
    lesions
        Either a label map of integers, 0 outside, each other value one lesion whose label is kept, in as many
        pieces as it has; or a mask, whose connected components (by faces, edges and corners: 26
        neighbours) are the lesions, numbered from 1 in the order of the array. On the grid of the PET.
    pet
        SUVbw.

    Raises
    ------
    InputError
        If the lesions lie on another grid, or are not integer labels from 0 to 65535.
    """
    if not lesions.grid.matches(pet.grid):
        raise InputError("the lesions do not lie on the voxel grid of the PET: resample them onto it first")
    labels = label_regions(lesions.voxels)[0] if isinstance(lesions, Mask) else _checked_labels(lesions)
    offsets = sphere_offsets(pet.grid)
    measured: list[Lesion] = []
    outlines: list[Points] = []
    for label, box, inside in _each(labels):
        measured.append(_measure(label, inside, box, pet, offsets))
        outlines.append(hull_vertices(pet.grid.positions(_hull_candidates(inside, box))))
    warnings = _warnings(measured, labels, pet)
    if isinstance(lesions, Mask):
        warnings = (*lesions.warnings, *warnings)
    return _totals(tuple(measured), outlines, warnings)


def _checked_labels(volume: Volume) -> NDArray[Any]:
    """The voxels of a label map."""
    labels = volume.voxels
    if not np.issubdtype(labels.dtype, np.integer):
        raise InputError(f"the lesion label map holds {labels.dtype} where whole numbers are needed")
    if labels.size and not 0 <= int(labels.min()) <= int(labels.max()) <= HIGHEST_LABEL:
        raise InputError(
            f"the lesion labels go from {labels.min()} to {labels.max()}: number the lesions from 1 "
            f"to at most {HIGHEST_LABEL}, 0 outside"
        )
    return labels


def _each(labels: NDArray[Any]) -> Iterator[tuple[int, Box, NDArray[np.bool_]]]:
    """Label, bounding box and mask in that box of each lesion."""
    for label, box in enumerate(ndimage.find_objects(labels), start=1):
        if box is not None:
            yield label, box, labels[box] == label


def _measure(label: int, inside: NDArray[np.bool_], box: Box, pet: Volume, offsets: NDArray[np.int64]) -> Lesion:
    """One lesion, given as a mask in its bounding box."""
    corner = (box[0].start, box[1].start, box[2].start)
    count = int(np.count_nonzero(inside))
    volume_ml = count * pet.grid.voxel_volume_ml
    mesh_ml = mesh_volume_ml(inside, pet.grid)
    uptake = pet.voxels[box][inside]
    uptake = uptake[np.isfinite(uptake)]
    mean = float(uptake.mean(dtype=np.float64)) if uptake.size else None
    return Lesion(
        label=label,
        voxel_count=count,
        volume_ml=volume_ml,
        mesh_volume_ml=mesh_ml,
        max_diameter_mm=max_diameter_mm(inside, pet.grid),
        suv_max=float(uptake.max()) if uptake.size else None,
        suv_mean=mean,
        suv_peak=suv_peak(pet, inside, corner, offsets),
        tlg=None if mean is None else mean * volume_ml,
        integrated_intensity=None if mean is None else mean * mesh_ml,
        centroid_lps_mm=_centroid(inside, corner, pet),
        suv_max_lps_mm=_hottest(inside, corner, box, pet) if uptake.size else None,
    )


def _centroid(inside: NDArray[np.bool_], corner: tuple[int, int, int], pet: Volume) -> tuple[float, float, float]:
    """Plain mean of the voxel centres, LPS in mm."""
    counts = [inside.sum(axis=tuple(a for a in range(3) if a != axis)) for axis in range(3)]
    index = np.array([np.arange(len(c)) @ c / c.sum() for c in counts]) + corner
    return _position(index, pet)


def _hottest(
    inside: NDArray[np.bool_], corner: tuple[int, int, int], box: Box, pet: Volume
) -> tuple[float, float, float]:
    """Centre of the voxel of the highest SUV, LPS in mm."""
    uptake = np.where(inside & np.isfinite(pet.voxels[box]), pet.voxels[box], -np.inf)
    return _position(np.array(np.unravel_index(uptake.argmax(), uptake.shape)) + corner, pet)


def _position(index: NDArray[Any], pet: Volume) -> tuple[float, float, float]:
    left, posterior, superior = pet.grid.positions(index).tolist()
    return left, posterior, superior


def _hull_candidates(inside: NDArray[np.bool_], box: Box) -> NDArray[np.int64]:
    """Indices (k, j, i) in the PET of voxels, all vertices of the lesion's convex hull among them."""
    return np.concatenate(row_ends(inside, axis=2)) + [side.start for side in box]


def _totals(lesions: tuple[Lesion, ...], outlines: list[Points], warnings: tuple[str, ...]) -> LesionNumbers:
    """The patient's numbers from those of the lesions."""
    if not lesions:
        return LesionNumbers(0.0, None, None, 0, 0.0, None, None, None, (), warnings)
    taken_up = [(lesion.tlg, lesion.volume_ml) for lesion in lesions if lesion.tlg is not None]
    tlg = sum(tlg for tlg, _ in taken_up) if taken_up else None
    return LesionNumbers(
        tmtv_ml=sum(lesion.volume_ml for lesion in lesions),
        dmax_mm=farthest_distance(np.array([lesion.centroid_lps_mm for lesion in lesions])),
        dmax_voxel_mm=farthest_distance(np.concatenate(outlines)),
        lesion_count=len(lesions),
        tlg=tlg,
        suv_max=_highest([lesion.suv_max for lesion in lesions]),
        suv_mean=None if tlg is None else tlg / sum(volume for _, volume in taken_up),
        suv_peak=_highest([lesion.suv_peak for lesion in lesions]),
        lesions=lesions,
        warnings=warnings,
    )


def _highest(values: list[float | None]) -> float | None:
    """Largest of the values that there are."""
    return max((value for value in values if value is not None), default=None)


def _warnings(lesions: list[Lesion], labels: NDArray[Any], pet: Volume) -> tuple[str, ...]:
    """What a reader should know."""
    if not lesions:
        return ("lesions: the mask is empty",)
    warnings = []
    sides = touched_sides(labels, pet.grid)
    if sides:
        warnings.append(f"lesions: touch the border of the PET ({', '.join(sides)}) and may be cut off there")
    lost = int(np.count_nonzero(~np.isfinite(pet.voxels[labels > 0])))
    if lost:
        warnings.append(f"lesions: {lost} voxels have no finite SUV and are left out of all uptake")
    return tuple(warnings)

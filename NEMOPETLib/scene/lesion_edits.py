"""Lesions by a click: a part becomes physiological and a lesion again, a new one is grown from SUV."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.connected import label_regions
from NEMOPETLib.masks.cropped_mask import CroppedMask, Index, common_voxels, overlap
from NEMOPETLib.masks.region_growing import GrownRegion, grow_region, part_at, seed_voxel
from NEMOPETLib.scene.geometry import volume_of
from NEMOPETLib.scene.memory import entries, forget, keep, kept
from NEMOPETLib.scene.patient_nodes import LESIONS, PHYSIOLOGICAL, PatientNodes
from NEMOPETLib.scene.review import mark_edited
from NEMOPETLib.scene.segments import get_mask, set_mask
from NEMOPETLib.studies.volume import Points

LIMIT_ML = 500.0
"""Growing from a click ends here: larger than most bladders, so that one is seen in full before it is added."""

_MOVED = "moved."


@dataclass(frozen=True)
class MovedPart:
    """A part that went from one mask to another."""

    source: str
    target: str
    volume_ml: float


@dataclass(frozen=True)
class LesionPlace:
    """Where a lesion is: centroid, and the position of a voxel of it near the centroid to jump to (LPS, mm)."""

    centroid_lps: tuple[float, float, float]
    inside_lps: tuple[float, float, float]
    volume_ml: float


def toggle_lesion(patient: PatientNodes, position_lps: Points) -> MovedPart:
    """Move the connected part at a position from the lesions to physiological uptake, or back.

    The same click undoes it, even if the part has come to touch another one meanwhile: it is remembered.

    Raises
    ------
    InputError
        If there is neither a lesion nor physiological uptake at the position.
    """
    seed = seed_voxel(patient.grid_of(LESIONS), position_lps)
    for source, target in ((LESIONS, PHYSIOLOGICAL), (PHYSIOLOGICAL, LESIONS)):
        mask = _mask_or_none(patient, source)
        part = part_at(mask, seed) if mask is not None else None
        if mask is not None and part is not None:
            part = _moved_before(patient, source, part, seed) or part
            _move(patient, part, mask, target)
            return MovedPart(source, target, part.volume_ml)
    raise InputError("there is no lesion at this point, and no physiological uptake that was one")


def grow_lesion(
    patient: PatientNodes, position_lps: Points, *, suv: float = 4.0, limit_ml: float = LIMIT_ML
) -> GrownRegion:
    """The lesion that a click would add: connected voxels of SUVbw ≥ ``suv``; the scene stays as it is.

    Raises
    ------
    InputError
        If the position is outside the PET or below the threshold.
    """
    return grow_region(volume_of(patient.pet), position_lps, suv, limit_ml=limit_ml, name=LESIONS)


def add_lesion(patient: PatientNodes, region: GrownRegion) -> None:
    """Add a grown region to the lesions; voxels of it that were physiological uptake are so no longer."""
    _set_edited(patient, _union(_mask_or_none(patient, LESIONS), region.mask, LESIONS))
    physiological = _mask_or_none(patient, PHYSIOLOGICAL)
    if physiological is not None and common_voxels(physiological, region.mask):
        _set_edited(patient, _without(physiological, region.mask))


def lesion_places(mask: CroppedMask) -> tuple[LesionPlace, ...]:
    """The connected parts of a mask from head to feet, as lesions are numbered."""
    labels, count = label_regions(mask.voxels)
    members = np.argwhere(mask.voxels)
    numbers = labels[tuple(members.T)]
    places = []
    for number in range(1, count + 1):
        positions = mask.grid.positions(members[numbers == number] + np.array(mask.corner))
        centroid = positions.mean(axis=0)
        inside = positions[np.linalg.norm(positions - centroid, axis=1).argmin()]
        volume = len(positions) * mask.grid.voxel_volume_ml
        places.append(LesionPlace(tuple(centroid.tolist()), tuple(inside.tolist()), volume))
    return tuple(sorted(places, key=_head_to_feet))


def _head_to_feet(place: LesionPlace) -> tuple[float, float, float]:
    x, y, z = (round(coordinate, 2) for coordinate in place.centroid_lps)
    return -z, y, x


def _move(patient: PatientNodes, part: CroppedMask, mask: CroppedMask, target: str) -> None:
    remembered = entries(patient, _MOVED)
    number = int(remembered[-1].rpartition(".")[2]) + 1 if remembered else 0
    keep(patient, f"{_MOVED}{target}.{number:06d}", part)
    _set_edited(patient, _without(mask, part))
    _set_edited(patient, _union(_mask_or_none(patient, target), part, target))


def _moved_before(patient: PatientNodes, source: str, now: CroppedMask, seed: Index) -> CroppedMask | None:
    """The part with the seed that last came to ``source`` by a click, if it is still there whole."""
    for entry in reversed(entries(patient, f"{_MOVED}{source}.")):
        part = kept(patient, entry, source)
        if (
            part is not None
            and part_at(part, seed) is not None
            and common_voxels(now, part) == np.count_nonzero(part.voxels)
        ):
            forget(patient, entry)
            return part
    return None


def _mask_or_none(patient: PatientNodes, name: str) -> CroppedMask | None:
    return get_mask(patient, name) if name in patient.names else None


def _set_edited(patient: PatientNodes, mask: CroppedMask) -> None:
    set_mask(patient, mask)
    mark_edited(patient, mask.name)


def _union(one: CroppedMask | None, other: CroppedMask, name: str) -> CroppedMask:
    if one is None or not one.voxels.any():
        return CroppedMask(name, other.voxels, other.corner, other.grid)
    low = np.minimum(one.corner, other.corner)
    high = np.maximum(np.add(one.corner, one.voxels.shape), np.add(other.corner, other.voxels.shape))
    voxels = np.zeros(tuple(high - low), dtype=bool)
    for mask in (one, other):
        voxels[_within(mask, low)] |= mask.voxels
    return CroppedMask(name, voxels, (int(low[0]), int(low[1]), int(low[2])), other.grid)


def _without(mask: CroppedMask, part: CroppedMask) -> CroppedMask:
    voxels = mask.voxels.copy()
    ours, theirs = overlap(mask, part)
    voxels[ours] &= ~part.voxels[theirs]
    return CroppedMask(mask.name, voxels, mask.corner, mask.grid).cropped()


def _within(mask: CroppedMask, low: np.ndarray) -> tuple[slice, ...]:
    starts = np.subtract(mask.corner, low)
    return tuple(slice(int(start), int(start) + n) for start, n in zip(starts, mask.voxels.shape, strict=True))

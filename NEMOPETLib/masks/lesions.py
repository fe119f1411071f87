"""Lesions from SUV: connected regions that a rule finds, less those of physiological uptake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.connected import Box, label_regions
from NEMOPETLib.masks.lesion_rules import LesionRule, check_grid
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.studies.volume import Volume

_MOSTLY = 0.5  # of a region's voxels inside an organ: more is that organ's uptake
_MOST_LESIONS = np.iinfo(np.uint16).max


@dataclass(frozen=True, eq=False)
class LesionMap:
    """The lesions of a study.

    Parameters
    ----------
    labels
        A label map (uint16, 0 is background) on the PET's grid.
    warnings
        What the reader should know of how they were found, one line each.
    description
        What found them: name, version, options and mode really used, as written in the row's ``lesion_engine``.
    physiological
        Regions that the rule found and that were removed as an organ's uptake; None if none were.
    """

    labels: Volume
    warnings: tuple[str, ...] = ()
    description: str = ""
    physiological: Mask | None = None


@dataclass(frozen=True)
class _Region:
    """A candidate: where it lies, its voxels, and the share of them in each organ and in all organs together."""

    box: Box
    voxels: NDArray[np.bool_]
    in_organs: dict[str, float]
    in_any_organ: float

    @property
    def organ(self) -> str:
        """The organ that most of it lies in, if the organs together hold most of it; else empty."""
        if self.in_any_organ <= _MOSTLY:
            return ""
        return max(self.in_organs, key=lambda name: self.in_organs[name])


def segment_lesions(
    pet: Volume,
    rule: LesionRule,
    *,
    inside: Mask | None = None,
    organs: Mapping[str, Mask] | None = None,
    min_volume_ml: float = 0.0,
) -> LesionMap:
    """Find the lesions of a PET.

    Voxels that the rule passes and that share a face, edge or corner are one lesion. A region smaller than the
    least volume is dropped. A region of which more than half lies in the organs of physiological uptake is
    removed; one that touches them is kept and said, for the reader to decide. Lesions are numbered from head to
    feet by their centroids (then from front to back, then from right to left), however the grid is oriented, so
    that the same image always gives the same numbers.

    Parameters
    ----------
    pet
        SUVbw.
    rule
        Which voxels are lesion.
    inside
        Where lesions may be, on the PET's grid; the whole image if None.
    organs
        Masks of physiological uptake by name, on the PET's grid.
    min_volume_ml
        Least volume of a lesion in ml.

    Raises
    ------
    InputError
        If a mask lies on another grid, or there are more regions than a label map holds.
    """
    organs = organs or {}
    for mask in (*organs.values(), *((inside,) if inside is not None else ())):
        check_grid(mask, pet)
    candidates, _ = label_regions(rule.apply(pet, inside))
    regions, small = [], 0
    for number, box in enumerate(ndimage.find_objects(candidates), start=1):
        voxels = candidates[box] == number
        size = int(voxels.sum())
        if size * pet.grid.voxel_volume_ml < min_volume_ml:
            small += 1
            continue
        regions.append(_region(box, voxels, organs))
    kept = sorted((region for region in regions if not region.organ), key=lambda region: _place(region, pet))
    if len(kept) > _MOST_LESIONS:
        raise InputError(f"{len(kept)} regions were found: the threshold lies in the noise")
    return LesionMap(
        _label_map(kept, pet),
        tuple(_warnings(kept, regions, small, min_volume_ml)),
        physiological=_physiological([region for region in regions if region.organ], pet),
    )


def _region(box: Box, voxels: NDArray[np.bool_], organs: Mapping[str, Mask]) -> _Region:
    size, in_any = np.count_nonzero(voxels), np.zeros(voxels.shape, dtype=bool)
    shares = {}
    for name, mask in organs.items():
        in_organ = mask.voxels[box] & voxels
        if in_organ.any():
            shares[name] = float(np.count_nonzero(in_organ) / size)
            in_any |= in_organ  # organ masks may overlap: a voxel in two organs counts once
    return _Region(box, voxels, shares, float(np.count_nonzero(in_any) / size))


def _place(region: _Region, pet: Volume) -> tuple[float, float, float]:
    """What lesions are ordered by: head to feet, front to back, right to left (to a hundredth of a mm)."""
    first = np.array([extent.start for extent in region.box])
    centre = np.argwhere(region.voxels).mean(axis=0) + first
    x, y, z = pet.grid.positions(centre[None])[0].round(2)
    return -z, y, x


def _label_map(kept: list[_Region], pet: Volume) -> Volume:
    labels = np.zeros(pet.grid.shape, dtype=np.uint16)
    for number, region in enumerate(kept, start=1):
        labels[region.box][region.voxels] = number
    return Volume(labels, pet.grid)


def _physiological(removed: list[_Region], pet: Volume) -> Mask | None:
    if not removed:
        return None
    voxels = np.zeros(pet.grid.shape, dtype=bool)
    for region in removed:
        voxels[region.box] |= region.voxels
    return Mask("physiological", voxels, pet.grid)


def _warnings(kept: list[_Region], regions: list[_Region], small: int, min_volume_ml: float) -> list[str]:
    warnings = []
    removed = [region.organ for region in regions if region.organ]
    if removed:
        counts = ", ".join(f"{removed.count(name)} in {name}" for name in dict.fromkeys(removed))
        warnings.append(f"{len(removed)} regions of physiological uptake were removed ({counts})")
    for number, region in enumerate(kept, start=1):
        for name, share in region.in_organs.items():
            warnings.append(f"lesion {number} overlaps {name} ({100 * share:.0f} % of it): check it")
    if small:
        warnings.append(f"{small} regions smaller than {min_volume_ml:g} ml were dropped")
    return warnings

"""Lesions from SUV: connected regions that a rule finds, less those of physiological uptake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
        The regions that were removed as an organ's own uptake, as a label map, so that a reader can bring one back;
        None where nothing was removed.
    """

    labels: Volume
    warnings: tuple[str, ...] = ()
    description: str = ""
    physiological: Volume | None = None


@dataclass(frozen=True)
class _Region:
    """A candidate: where it lies, its voxels, and the share of them in each organ and in all organs together."""

    box: Box
    voxels: NDArray[np.bool_]
    in_organs: dict[str, float]
    in_any_organ: float
    suv_max: float

    @property
    def organ(self) -> str:
        """The organ that most of it lies in, if the organs together hold most of it; else empty."""
        if self.in_any_organ <= _MOSTLY:
            return ""
        return max(self.in_organs, key=lambda name: self.in_organs[name])

    def is_physiological(self, focal_suv: Mapping[str, float]) -> bool:
        """Whether it is the uptake of the organ that it lies in, and not focal uptake in that organ."""
        return bool(self.organ) and self.suv_max < focal_suv.get(self.organ, np.inf)


def segment_lesions(
    pet: Volume,
    rule: LesionRule,
    *,
    inside: Mask | None = None,
    organs: Mapping[str, Mask] | None = None,
    focal_suv: Mapping[str, float] | None = None,
    min_volume_ml: float = 0.0,
) -> LesionMap:
    """Find the lesions of a PET.

    Voxels that the rule passes and that share a face, edge or corner are one lesion. A region smaller than the
    least volume is dropped. A region of which more than half lies in the organs of physiological uptake is removed
    from the lesions and kept apart, unless it is focal there; one that touches them is kept and said, for the reader
    to decide. Lesions are numbered from head to feet by their centroids (then from front to back, then from right to
    left), however the grid is oriented, so that the same image always gives the same numbers.

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
    focal_suv
        By organ, the SUV from which on uptake inside it is focal and no longer its own (``organs.focal_suv``).
    min_volume_ml
        Least volume of a lesion in ml.

    Raises
    ------
    InputError
        If a mask lies on another grid, or there are more regions than a label map holds.
    """
    organs, focal_suv = organs or {}, focal_suv or {}
    for mask in (*organs.values(), *((inside,) if inside is not None else ())):
        check_grid(mask, pet)
    candidates, _ = label_regions(rule.apply(pet, inside))
    lesions: list[_Region] = []
    physiological: list[_Region] = []
    small = 0
    for number, box in enumerate(ndimage.find_objects(candidates), start=1):
        voxels = candidates[box] == number
        if np.count_nonzero(voxels) * pet.grid.voxel_volume_ml < min_volume_ml:
            small += 1
            continue
        region = _region(box, voxels, pet, organs)
        (physiological if region.is_physiological(focal_suv) else lesions).append(region)
    for regions in (lesions, physiological):
        regions.sort(key=lambda region: _place(region, pet))
    warnings = (*_removed(physiological), *_flags(lesions), *_too_small(small, min_volume_ml))
    removed = _label_map(physiological, pet) if physiological else None
    return LesionMap(_label_map(lesions, pet), warnings, physiological=removed)


def _region(box: Box, voxels: NDArray[np.bool_], pet: Volume, organs: Mapping[str, Mask]) -> _Region:
    size, in_any = np.count_nonzero(voxels), np.zeros(voxels.shape, dtype=bool)
    shares = {}
    for name, mask in organs.items():
        in_organ = mask.voxels[box] & voxels
        if in_organ.any():
            shares[name] = float(np.count_nonzero(in_organ) / size)
            in_any |= in_organ  # organ masks may overlap: a voxel in two organs counts once
    suv_max = float(pet.voxels[box][voxels].max())
    return _Region(box, voxels, shares, float(np.count_nonzero(in_any) / size), suv_max)


def _place(region: _Region, pet: Volume) -> tuple[float, float, float]:
    """What lesions are ordered by: head to feet, front to back, right to left (to a hundredth of a mm)."""
    first = np.array([extent.start for extent in region.box])
    centre = np.argwhere(region.voxels).mean(axis=0) + first
    x, y, z = pet.grid.positions(centre[None])[0].round(2)
    return -z, y, x


def _label_map(regions: Sequence[_Region], pet: Volume) -> Volume:
    if len(regions) > _MOST_LESIONS:
        raise InputError(f"{len(regions)} regions were found: the threshold lies in the noise")
    labels = np.zeros(pet.grid.shape, dtype=np.uint16)
    for number, region in enumerate(regions, start=1):
        labels[region.box][region.voxels] = number
    return Volume(labels, pet.grid)


def _removed(regions: Sequence[_Region]) -> Iterator[str]:
    organs = [region.organ for region in regions]
    if organs:
        counts = ", ".join(f"{name}: {organs.count(name)}" for name in dict.fromkeys(organs))
        yield f"{len(organs)} regions of physiological uptake were removed ({counts})"


def _flags(lesions: Sequence[_Region]) -> Iterator[str]:
    for number, region in enumerate(lesions, start=1):
        for name, share in region.in_organs.items():
            yield f"lesion {number} overlaps {name} ({100 * share:.0f} % of it): check it"


def _too_small(small: int, min_volume_ml: float) -> Iterator[str]:
    if small:
        yield f"{small} regions smaller than {min_volume_ml:g} ml were dropped"

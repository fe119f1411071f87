"""The connected region that a click lies in, found without labelling the whole image."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.connected import Box, label_regions
from NEMOPETLib.masks.cropped_mask import CroppedMask, Index
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.studies.volume import Grid, Points, Volume

_FIRST_REACH = 12  # voxels on each side of the click; doubled while the region goes on


@dataclass(frozen=True, eq=False)
class GrownRegion:
    """A region grown from a click.

    Parameters
    ----------
    mask
        Its voxels on the PET's grid.
    suv_max
        Highest SUV in it.
    complete
        False if it was cut off because it grew beyond the limit: such as a bladder, or the noise.
    """

    mask: CroppedMask
    suv_max: float
    complete: bool


def grow_region(pet: Volume, seed_lps: Points, suv: float, *, limit_ml: float, name: str = "lesions") -> GrownRegion:
    """The voxels of SUVbw ≥ ``suv`` that are connected (26 neighbours) with the one at a position.

    Parameters
    ----------
    pet
        SUVbw.
    seed_lps
        Position of the click (3,), LPS in mm.
    suv
        Threshold.
    limit_ml
        Growing ends once the region is larger; what there is then is given as not complete.
    name
        Of the mask.

    Raises
    ------
    InputError
        If the position is outside the image or its voxel below the threshold.
    """
    seed = seed_voxel(pet.grid, seed_lps)
    if not pet.voxels[seed] >= suv:
        raise InputError(f"SUV {pet.voxels[seed]:.2f} at this point is below {suv:g}: click into the lesion")
    limit = limit_ml / pet.grid.voxel_volume_ml
    box, region, complete = _region_at(lambda part: pet.voxels[part] >= suv, pet.grid.shape, seed, limit)
    found = CroppedMask(name, region, _corner(box), pet.grid).cropped()
    return GrownRegion(found, float(pet.voxels[found.box][found.voxels].max()), complete)


def part_at(mask: Mask | CroppedMask, seed: Index) -> CroppedMask | None:
    """The connected part (26 neighbours) of a mask that holds a voxel (k, j, i); None if the mask does not."""
    whole = mask if isinstance(mask, CroppedMask) else CroppedMask(mask.name, mask.voxels, (0, 0, 0), mask.grid)
    k, j, i = (index - first for index, first in zip(seed, whole.corner, strict=True))
    inside = all(0 <= index < n for index, n in zip((k, j, i), whole.voxels.shape, strict=True))
    if not inside or not whole.voxels[k, j, i]:
        return None
    box, region, _ = _region_at(lambda part: whole.voxels[part], whole.voxels.shape, (k, j, i), np.inf)
    first_k, first_j, first_i = (first + side.start for first, side in zip(whole.corner, box, strict=True))
    return CroppedMask(whole.name, region, (first_k, first_j, first_i), whole.grid).cropped()


def seed_voxel(grid: Grid, position_lps: Points) -> Index:
    """Index (k, j, i) of the voxel at a position; raises InputError if it is outside the image."""
    k, j, i = (int(index) for index in np.floor(grid.indices(np.asarray(position_lps)[None])[0] + 0.5))
    if not all(0 <= index < n for index, n in zip((k, j, i), grid.shape, strict=True)):
        raise InputError("this point lies outside the image")
    return k, j, i


def _region_at(
    voxels: Callable[[Box], NDArray[np.bool_]], shape: tuple[int, ...], seed: Index, limit: float
) -> tuple[Box, NDArray[np.bool_], bool]:
    """The region at ``seed``: the box it was found in, its voxels there, and whether all of it was found."""
    reach = _FIRST_REACH
    while True:
        k, j, i = (slice(max(0, at - reach), min(n, at + reach + 1)) for at, n in zip(seed, shape, strict=True))
        labels, _ = label_regions(voxels((k, j, i)))
        region = labels == labels[seed[0] - k.start, seed[1] - j.start, seed[2] - i.start]
        complete = not _goes_on(region, (k, j, i), shape)
        if complete or np.count_nonzero(region) > limit:
            return (k, j, i), region, complete and bool(np.count_nonzero(region) <= limit)
        reach *= 2


def _goes_on(region: NDArray[np.bool_], box: Box, shape: tuple[int, ...]) -> bool:
    """Whether the region touches a side of its box behind which there is more of the image."""
    for axis, (side, n) in enumerate(zip(box, shape, strict=True)):
        faces = np.moveaxis(region, axis, 0)
        if (side.start > 0 and faces[0].any()) or (side.stop < n and faces[-1].any()):
            return True
    return False


def _corner(box: Box) -> Index:
    k, j, i = (side.start for side in box)
    return k, j, i

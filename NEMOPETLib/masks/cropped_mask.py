"""A mask cut to the box that holds its voxels: what a window passes on in little memory and time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.connected import Box
from NEMOPETLib.masks.mask import Mask, MaskVoxels
from NEMOPETLib.studies.volume import Grid

Index = tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class CroppedMask:
    """Voxels that belong to one structure, within a box of an image's grid.

    Parameters
    ----------
    name
        As of ``Mask``.
    voxels
        Booleans of the box's shape (k, j, i); no voxel belongs outside the box.
    corner
        Index (k, j, i) on ``grid`` of the box's first voxel.
    grid
        The grid of the image.

    Raises
    ------
    InputError
        If the box is not inside the grid.
    """

    name: str
    voxels: NDArray[np.bool_]
    corner: Index
    grid: Grid

    def __post_init__(self) -> None:
        """Refuse a box that reaches out of the image."""
        ends = np.add(self.corner, self.voxels.shape)
        if min(self.corner) < 0 or (ends > self.grid.shape).any():
            raise InputError(f"mask {self.name!r} reaches out of its image")

    @property
    def box(self) -> Box:
        """Where the box lies on the grid."""
        k, j, i = (slice(first, first + n) for first, n in zip(self.corner, self.voxels.shape, strict=True))
        return k, j, i

    @property
    def volume_ml(self) -> float:
        """Volume in millilitres."""
        return int(np.count_nonzero(self.voxels)) * self.grid.voxel_volume_ml

    def slab(self, slices: slice) -> NDArray[np.bool_]:
        """The voxels of some slices of the whole grid."""
        first, stop, _ = slices.indices(self.grid.shape[0])
        slab = np.zeros((max(0, stop - first), *self.grid.shape[1:]), dtype=bool)
        k, j, i = self.box
        low, high = max(first, k.start), min(stop, k.stop)
        if low < high:
            slab[low - first : high - first, j, i] = self.voxels[low - k.start : high - k.start]
        return slab

    def whole(self) -> Mask:
        """The mask on its whole grid."""
        return Mask(self.name, self.slab(slice(None)), self.grid)

    def on_its_box(self) -> Mask:
        """The same voxels at the same place, on a grid that is the box alone: a small file."""
        affine = self.grid.affine.copy()
        affine[:3, 3] = self.grid.positions(np.array([self.corner]))[0]
        shape = self.voxels.shape
        return Mask(self.name, self.voxels, Grid((shape[0], shape[1], shape[2]), affine))

    def cropped(self) -> CroppedMask:
        """The same mask in the smallest box; its voxels are a view of these. One voxel if it is empty."""
        box = occupied_box(self.voxels)
        k, j, i = (first + side.start for first, side in zip(self.corner, box, strict=True))
        return CroppedMask(self.name, self.voxels[box], (k, j, i), self.grid)


def crop(mask: Mask) -> CroppedMask:
    """A mask in the smallest box that holds it; its voxels are a view of the mask's."""
    return CroppedMask(mask.name, mask.voxels, (0, 0, 0), mask.grid).cropped()


def empty_mask(name: str, grid: Grid) -> CroppedMask:
    """A mask without a voxel."""
    return CroppedMask(name, np.zeros((1, 1, 1), dtype=bool), (0, 0, 0), grid)


def occupied_box(voxels: NDArray[np.bool_]) -> Box:
    """The smallest box that holds all voxels; the first voxel alone if there is none."""
    occupied = voxels.any(axis=(1, 2))
    if not np.any(occupied):
        return slice(0, 1), slice(0, 1), slice(0, 1)
    k = _extent(occupied)
    shadow = np.logical_or.reduce(voxels[k], axis=0)
    return k, _extent(shadow.any(axis=1)), _extent(shadow.any(axis=0))


def _extent(occupied: Any) -> slice:
    places = np.flatnonzero(occupied)
    return slice(int(places[0]), int(places[-1]) + 1)


def fingerprint(mask: CroppedMask) -> str:
    """A text that is the same for the same voxels of a grid, and for no others; the box does not matter."""
    tight = mask.cropped()
    if not tight.voxels.any():
        return "empty"
    content = hashlib.blake2b(repr((tight.corner, tight.voxels.shape)).encode(), digest_size=16)
    content.update(np.packbits(tight.voxels, axis=-1).tobytes())
    return content.hexdigest()


def overlap(one: CroppedMask, other: CroppedMask) -> tuple[Box, Box]:
    """The part of the grid that both boxes have, as a box of each mask's own array."""
    low = np.maximum(one.corner, other.corner)
    high = np.minimum(np.add(one.corner, one.voxels.shape), np.add(other.corner, other.voxels.shape))
    high = np.maximum(low, high)

    def on(mask: CroppedMask) -> Box:
        pairs = zip(low - mask.corner, high - mask.corner, strict=True)
        k, j, i = (slice(int(start), int(stop)) for start, stop in pairs)
        return k, j, i

    return on(one), on(other)


def common_voxels(one: CroppedMask, other: CroppedMask) -> int:
    """How many voxels two masks of a grid have in common."""
    ours, theirs = overlap(one, other)
    return int(np.count_nonzero(one.voxels[ours] & other.voxels[theirs]))


def same_voxels(one: MaskVoxels, other: MaskVoxels) -> bool:
    """Whether two masks hold the same voxels of the same grid."""
    if not one.grid.matches(other.grid):
        return False
    planes = (slice(k, k + 1) for k in range(one.grid.shape[0]))
    return all(np.array_equal(one.slab(plane), other.slab(plane)) for plane in planes)

"""A binary mask with its place in the patient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from NEMOPETLib.studies.volume import Grid


class MaskVoxels(Protocol):
    """A mask however it is kept: whole, packed or cropped."""

    @property
    def grid(self) -> Grid:
        """Where its voxels lie."""

    def slab(self, slices: slice) -> NDArray[np.bool_]:
        """The voxels of some slices; shape (slices, j, i) of the grid."""


@dataclass(frozen=True, eq=False)
class Mask:
    """Voxels that belong to one structure.

    Parameters
    ----------
    name
        ``lesions``, ``muscle``, ``fat_sc``, ``fat_v`` or ``spleen`` (any other name is allowed).
    voxels
        Booleans of shape ``grid.shape`` (k, j, i).
    grid
        Where the voxels lie.
    warnings
        What the reader should know of how the mask came onto this grid, one line each.
    """

    name: str
    voxels: NDArray[np.bool_]
    grid: Grid
    warnings: tuple[str, ...] = ()

    def slab(self, slices: slice) -> NDArray[np.bool_]:
        """The voxels of some slices."""
        return self.voxels[slices]


class PackedMask:
    """A mask kept in an eighth of its memory: one bit a voxel.

    Parameters
    ----------
    mask
        Copied; it may be let go.
    """

    def __init__(self, mask: Mask) -> None:
        self.name, self.grid, self.warnings = mask.name, mask.grid, mask.warnings
        depth, rows, columns = mask.grid.shape
        self._bits = np.empty((depth, -(-rows * columns // 8)), dtype=np.uint8)
        for packed, plane in zip(self._bits, mask.voxels, strict=True):
            packed[:] = np.packbits(plane)

    def slab(self, slices: slice) -> NDArray[np.bool_]:
        """The voxels of some slices."""
        _, rows, columns = self.grid.shape
        bits = np.unpackbits(self._bits[slices], axis=1, count=rows * columns)
        return bits.view(np.bool_).reshape(-1, rows, columns)

    def unpacked(self) -> Mask:
        """The mask again."""
        return Mask(self.name, self.slab(slice(None)), self.grid, self.warnings)

    def same_voxels(self, other: PackedMask) -> bool:
        """Whether both have the same voxels on grids of the same shape."""
        return self.grid.shape == other.grid.shape and bool(np.array_equal(self._bits, other._bits))

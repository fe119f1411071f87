"""Voxels as they stand in the patient, whatever order and sense the axes of their array have."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from NEMOPETLib.studies.volume import Grid

_LPS_AXES = (2, 1, 0)  # superior, posterior, left, as numbers of LPS axes


@dataclass(frozen=True, eq=False)
class Upright:
    """A view of voxels along the patient's axes; nothing is copied.

    An oblique grid is seen along those of its own axes that are nearest to the patient's.

    Parameters
    ----------
    voxels
        Shape (superior, posterior, left), each axis ascending in that direction.
    spacing, low, high
        Voxel spacing, and where the voxels' outer edges lie, in mm of LPS; shape (3,), in the order of ``voxels``.
    """

    voxels: NDArray[Any]
    spacing: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    @classmethod
    def of(cls, voxels: NDArray[Any], grid: Grid) -> Upright:
        """Turn voxels of shape ``grid.shape`` (k, j, i)."""
        array_axes = _array_axes(grid)
        steps = grid.affine[_LPS_AXES, [2 - axis for axis in array_axes]]
        turned = voxels.transpose(array_axes)[tuple(slice(None, None, -1 if step < 0 else 1) for step in steps)]
        spacing = grid.spacing[::-1][array_axes]
        centre = grid.positions((np.array(grid.shape) - 1) / 2)[::-1]
        half = np.array(turned.shape) * spacing / 2
        return cls(turned, spacing, centre - half, centre + half)

    def index(self, axis: int, position_mm: float) -> int | None:
        """Index along an axis of ``voxels`` of the voxel that a position lies in; None outside."""
        index = int(np.floor((position_mm - self.low[axis]) / self.spacing[axis]))
        return index if 0 <= index < self.voxels.shape[axis] else None


def _array_axes(grid: Grid) -> list[int]:
    """The axes of a (k, j, i) array that run most nearly along superior, posterior and left."""
    alignment = np.abs(grid.direction)[:, ::-1]
    best = max(permutations(range(3)), key=lambda axes: sum(alignment[_LPS_AXES, axes]))
    return list(best)

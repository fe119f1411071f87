"""Where a structure reaches the border of its image, and so may be cut off."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from NEMOPETLib.studies.volume import Grid

SIDES = (("right", "left"), ("anterior", "posterior"), ("inferior", "superior"))  # towards −, + of L, P, S


def touched_sides(voxels: NDArray[Any], grid: Grid) -> list[str]:
    """Patient sides at which a mask or label map (not 0: inside) touches the border of its grid.

    Parameters
    ----------
    voxels
        Shape ``grid.shape`` (k, j, i).
    """
    sides = []
    for axis in range(3):
        first, last = np.moveaxis(voxels, axis, 0)[[0, -1]]
        sides += [side_name(grid, axis, last=False)] if first.any() else []
        sides += [side_name(grid, axis, last=True)] if last.any() else []
    return sides


def side_name(grid: Grid, axis: int, *, last: bool) -> str:
    """Patient side (nearest of the six) where an axis of the array (k, j, i) begins or ends."""
    outward = grid.direction[:, 2 - axis] * (1 if last else -1)
    nearest = int(np.abs(outward).argmax())
    return SIDES[nearest][int(outward[nearest] > 0)]

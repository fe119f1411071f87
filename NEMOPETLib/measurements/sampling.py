"""Values of an image at the voxel centres of another grid, by linear interpolation."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from NEMOPETLib.studies.volume import Grid, Volume

ROUNDING = 1e-6  # of a voxel: a centre this far beyond the edge still counts as inside


class PlaneSampler:
    """Samples an image at voxels of another grid, one plane of that grid at a time.

    Linear interpolation between the eight surrounding voxel centres, in any relative orientation of the
    grids. The field of view is the box of the image's voxels: between its outermost voxel centres and its
    edge, half a voxel out, the value of the nearest edge is taken; beyond, there is none.

    Parameters
    ----------
    image
        What is sampled.
    grid
        The grid whose voxel centres are the places to sample.
    """

    def __init__(self, image: Volume, grid: Grid) -> None:
        self._voxels = image.voxels
        self._to_image = grid.index_transform(image.grid)

    def values(self, k: int, j: NDArray[np.int64], i: NDArray[np.int64]) -> NDArray[np.float64]:
        """Values at the voxels (k, j, i) that lie in the image's field of view, in order; shape (≤ n,).

        A value is NaN where one of the surrounding voxels is not finite.
        """
        places = np.empty((3, j.size))
        for row, place in zip(self._to_image[2::-1], places, strict=True):
            np.multiply(i, row[0], out=place)
            place += row[1] * j
            place += row[2] * k + row[3]
        edge = np.array(self._voxels.shape)[:, None] - 0.5 + ROUNDING
        inside = ((places >= -0.5 - ROUNDING) & (places <= edge)).all(axis=0)
        if not inside.all():
            places = places[:, inside]
        values: NDArray[Any] = map_coordinates(
            self._voxels, places, output=np.float64, order=1, mode="nearest", prefilter=False
        )
        values[~np.isfinite(values)] = np.nan
        return values

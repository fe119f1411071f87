"""Parallel planes of a segmentation, and how far each one reaches."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from NEMOPETLib.studies.volume import Grid

SAME_PLANE_MM = 0.2
"""Planes this close are one: real frames lie a few hundredths of a millimetre off their image."""


def slab_thickness(positions_mm: NDArray[np.float64], otherwise_mm: float) -> float:
    """How thick the slab around each plane is, in mm, so that neighbouring planes leave no gap.

    That is the greatest distance between neighbours: real gaps are uneven (3.19 to 3.29 mm). Distances of 1.5
    times the least and more are gaps in the structure, or slices that it does not reach.

    Parameters
    ----------
    positions_mm
        Positions of the planes along their normal, in any order; planes may repeat.
    otherwise_mm
        What to take where there is one plane only.
    """
    gaps = np.diff(np.sort(positions_mm))
    gaps = gaps[gaps > SAME_PLANE_MM]
    return float(gaps[gaps < 1.5 * gaps.min()].max()) if gaps.size else otherwise_mm


def plane_grid(
    origin_mm: NDArray[np.float64],
    step_i: NDArray[np.float64],
    step_j: NDArray[np.float64],
    thickness_mm: float,
    shape: tuple[int, int],
) -> Grid:
    """The grid of one plane of ``shape`` (j, i); the steps are LPS vectors in mm from pixel to pixel."""
    normal = np.cross(step_i, step_j)
    affine = np.eye(4)
    affine[:3, :3] = np.stack([step_i, step_j, thickness_mm * normal / np.linalg.norm(normal)], axis=1)
    affine[:3, 3] = origin_mm
    return Grid((1, *shape), affine)

"""Parallel planes of a segmentation, and how far each one reaches."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from NEMOPETLib.studies.volume import Grid

SAME_PLANE_MM = 0.2
"""Planes this close are one: real frames lie a few hundredths of a millimetre off their image."""

_UNEVEN = 1.1  # so much further apart than stated neighbours may be: real distances are 3.19 to 3.29 mm


def slab_thickness(positions_mm: NDArray[np.float64], spacing_mm: float) -> float:
    """How thick the slab around each plane is, in mm, so that neighbouring planes leave no gap and no other is bridged.

    That is the greatest distance between neighbours. Planes further apart than the spacing are none: between them
    nothing was segmented.

    Parameters
    ----------
    positions_mm
        Positions of the planes along their normal, in any order; planes may repeat.
    spacing_mm
        Distance between the slices that the planes were drawn on.
    """
    gaps = plane_distances(positions_mm)
    near = gaps[gaps < _UNEVEN * spacing_mm]
    return float(near[near < 1.5 * near.min()].max()) if near.size else spacing_mm


def plane_distances(positions_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distances between each plane and the next, in mm, the least first."""
    gaps = np.diff(np.sort(positions_mm))
    return np.sort(gaps[gaps > SAME_PLANE_MM])


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

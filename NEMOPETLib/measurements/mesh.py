"""Volume and largest diameter of a mask's surface, as IBSI defines them on a marching-cubes mesh.

The mesh itself is never built. Its vertices lie halfway between a voxel inside and a neighbour outside
(the 0.5 level of a mask), which gives the diameter; and the volume that it encloses in a cube of eight
voxel centres depends only on which of the eight are inside, so counting the 256 kinds of cube gives the
volume.

Sources
-------
IBSI reference manual, arXiv:1612.07003: Volume (mesh) RNU0, Maximum 3D diameter L0JK;
Lorensen WE, Cline HE, SIGGRAPH Comput Graph 1987;21:163–169 (marching cubes).
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from NEMOPETLib.measurements.dmax import farthest_distance, row_ends
from NEMOPETLib.studies.volume import Grid, Points

# The cases of marching cubes, told apart by the number of corners inside, of the cube's edges between them,
# and of the fewest such edges at one of them: volume inside the surface in 48ths of the cube. Where a face
# has its corners inside diagonally, the surface separates them.
ENCLOSED_48THS = {
    (0, 0, 0): 0,
    (1, 0, 0): 1,
    (2, 0, 0): 2,
    (2, 1, 1): 6,
    (3, 0, 0): 3,
    (3, 1, 0): 7,
    (3, 2, 1): 17,
    (4, 0, 0): 4,
    (4, 2, 0): 18,
    (4, 2, 1): 12,
    (4, 3, 1): 24,
    (4, 4, 2): 24,
    (5, 3, 0): 25,
    (5, 4, 0): 25,
    (5, 4, 1): 25,
    (5, 5, 1): 31,
    (6, 6, 1): 38,
    (6, 6, 2): 46,
    (6, 7, 2): 42,
    (7, 9, 2): 47,
    (8, 12, 3): 48,
}


def mesh_volume_ml(voxels: NDArray[np.bool_], grid: Grid) -> float:
    """Volume in ml that the 0.5 surface of a mask of shape (k, j, i) encloses (IBSI RNU0).

    Beyond the array all is outside.
    """
    counts = np.zeros(256, dtype=np.int64)
    below = np.zeros((voxels.shape[1] + 1, voxels.shape[2] + 1), dtype=np.uint8)
    for plane in np.pad(voxels, 1).view(np.uint8)[1:]:
        above = plane[:-1, :-1] | plane[:-1, 1:] << 1 | plane[1:, :-1] << 2 | plane[1:, 1:] << 3
        counts += np.bincount((below | above << 4).ravel(), minlength=256)
        below = above
    return float(counts @ _enclosed_fractions()) * grid.voxel_volume_ml


@cache
def _enclosed_fractions() -> NDArray[np.float64]:
    """Part of the cube inside the surface for each of its 256 kinds; bit 4z + 2y + x: corner (x, y, z)."""
    fractions = np.empty(256)
    for kind in range(256):
        inside = [bit for bit in range(8) if kind >> bit & 1]
        neighbours = [sum(kind >> (bit ^ step) & 1 for step in (1, 2, 4)) for bit in inside]
        case = (len(inside), sum(neighbours) // 2, min(neighbours, default=0))
        fractions[kind] = ENCLOSED_48THS[case] / 48
    return fractions


def max_diameter_mm(voxels: NDArray[np.bool_], grid: Grid) -> float:
    """Largest distance in mm between two vertices of a mask's 0.5 surface (IBSI L0JK).

    Parameters
    ----------
    voxels
        Mask of shape (k, j, i) with at least one voxel, not necessarily all of the grid.
    grid
        Gives the size and directions of the voxels.
    """
    return farthest_distance(_surface_points(voxels) @ grid.affine[:3, 2::-1].T)


def _surface_points(voxels: NDArray[np.bool_]) -> Points:
    """Indices (k, j, i), whole or half, of mesh vertices, all those of their convex hull among them."""
    points = []
    for axis in range(3):
        outward = 0.5 * np.eye(3)[axis]
        first, last = row_ends(voxels, axis)
        points += [first - outward, last + outward]
    return np.concatenate(points)

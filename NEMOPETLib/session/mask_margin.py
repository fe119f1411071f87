"""A mask one voxel larger or smaller: how far its edge may be off without anybody seeing it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]


def grown(voxels: Bools) -> Bools:
    """The mask with each voxel that shares a face with one of its own."""
    larger = voxels.copy()
    for one, other in _neighbours(voxels.ndim):
        larger[one] |= voxels[other]
        larger[other] |= voxels[one]
    return larger


def shrunk(voxels: Bools) -> Bools:
    """The mask without each voxel that shares a face with one outside; beyond the image it is taken to go on."""
    smaller = voxels.copy()
    for one, other in _neighbours(voxels.ndim):
        smaller[one] &= voxels[other]
        smaller[other] &= voxels[one]
    return smaller


def _neighbours(dimensions: int) -> list[tuple[tuple[slice, ...], tuple[slice, ...]]]:
    """For each axis all voxels but the last, and all but the first: each beside its neighbour."""
    everything = [slice(None)] * dimensions
    pairs = []
    for axis in range(dimensions):
        one, other = list(everything), list(everything)
        one[axis], other[axis] = slice(None, -1), slice(1, None)
        pairs.append((tuple(one), tuple(other)))
    return pairs

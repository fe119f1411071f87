"""SUVpeak: the highest mean over a sphere of 1 ml centred in a lesion.

Sources
-------
IBSI reference manual, arXiv:1612.07003: Global intensity peak 0F91;
Wahl RL et al. (PERCIST), J Nucl Med 2009;50(Suppl 1):122S–150S.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from NEMOPETLib.studies.volume import Grid, Volume

SPHERE_RADIUS_MM = 10.0 * (3.0 / (4.0 * np.pi)) ** (1.0 / 3.0)  # of 1 ml: 6.2035 mm
CENTRES_AT_ONCE = 4096


def sphere_offsets(grid: Grid) -> NDArray[np.int64]:
    """Offsets (k, j, i) of the voxels whose centre lies in a sphere of 1 ml about a voxel centre; (n, 3)."""
    inverse = np.linalg.inv(grid.affine[:3, :3])[::-1]
    reach = np.floor(SPHERE_RADIUS_MM * np.linalg.norm(inverse, axis=1)).astype(int)
    offsets = np.stack(np.meshgrid(*(np.arange(-r, r + 1) for r in reach), indexing="ij"), axis=-1)
    offsets = offsets.reshape(-1, 3)
    distance = np.linalg.norm(offsets[:, ::-1] @ grid.affine[:3, :3].T, axis=1)
    return offsets[distance <= SPHERE_RADIUS_MM * (1 + 1e-9)]


def suv_peak(
    pet: Volume, lesion: NDArray[np.bool_], corner: tuple[int, int, int], offsets: NDArray[np.int64]
) -> float | None:
    """Highest mean SUV of the 1 ml spheres centred at the voxels of a lesion (IBSI 0F91).

    The sphere may reach out of the lesion. Its voxels beyond the edge of the image, and those that are not
    finite, are left out of its mean. None if no sphere holds a finite voxel.

    Parameters
    ----------
    pet
        SUV.
    lesion
        Mask of a box of the PET; shape (k, j, i).
    corner
        Index (k, j, i) in the PET of the box's first voxel.
    offsets
        Those of ``sphere_offsets(pet.grid)``.
    """
    reach = np.abs(offsets).max(axis=0)
    block = _with_margin(pet.voxels, np.array(corner), np.array(lesion.shape), reach)
    centres = np.argwhere(lesion) + reach
    flat_centres = np.ravel_multi_index(tuple(centres.T), block.shape)
    flat_offsets = offsets @ (np.array(block.strides) // block.itemsize)
    flat = block.ravel()
    starts = range(0, len(flat_centres), CENTRES_AT_ONCE)
    means = [_highest_mean(flat[flat_centres[s : s + CENTRES_AT_ONCE, None] + flat_offsets]) for s in starts]
    highest = max(means, default=-np.inf)
    return float(highest) if np.isfinite(highest) else None


def _with_margin(voxels: NDArray[Any], corner: NDArray[Any], size: NDArray[Any], margin: NDArray[Any]) -> NDArray[Any]:
    """Copy of a box with a margin around it, NaN beyond the edge of the image."""
    block = np.full(size + 2 * margin, np.nan, dtype=np.result_type(voxels.dtype, np.float32))
    low, high = corner - margin, corner + size + margin
    inner_low, inner_high = np.maximum(low, 0), np.minimum(high, voxels.shape)
    here = tuple(slice(a, b) for a, b in zip(inner_low, inner_high, strict=True))
    there = tuple(slice(a, b) for a, b in zip(inner_low - low, inner_high - low, strict=True))
    block[there] = voxels[here]
    return block


def _highest_mean(spheres: NDArray[Any]) -> float:
    """Highest mean of the finite values of each row, −inf if there are none."""
    finite = np.isfinite(spheres)
    counts = finite.sum(axis=1)
    sums = np.where(finite, spheres, 0).sum(axis=1, dtype=np.float64)
    return float(np.divide(sums, counts, out=np.full(len(sums), -np.inf), where=counts > 0).max())

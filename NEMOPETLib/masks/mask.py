"""A binary mask with its place in the patient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from NEMOPETLib.studies.volume import Grid


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

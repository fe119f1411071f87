"""What a reader changed of an automatic mask: voxels added and removed, and Dice against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.cropped_mask import CroppedMask, common_voxels
from NEMOPETLib.masks.mask import MaskVoxels
from NEMOPETLib.masks.mask_files import read_mask
from NEMOPETLib.studies.volume import Grid

_SEPARATOR = "; "
_SLAB_VOXELS = 1 << 22


@dataclass(frozen=True)
class Correction:
    """How a corrected mask differs from the automatic one.

    Parameters
    ----------
    added_voxels
        Those only the corrected mask has.
    removed_voxels
        Those only the automatic mask has.
    dice
        2 |A ∩ B| / (|A| + |B|) (Dice, Ecology 1945;26:297); 1 if both are empty.
    """

    added_voxels: int
    removed_voxels: int
    dice: float

    @property
    def changed(self) -> bool:
        """Whether there is any difference."""
        return bool(self.added_voxels or self.removed_voxels)

    def described(self) -> str:
        """As ``+120 -35 voxels Dice 0.93``; Dice is cut, not rounded, so that 1.00 means no difference."""
        return f"+{self.added_voxels} -{self.removed_voxels} voxels Dice {int(self.dice * 100) / 100:.2f}"


def correction(automatic: MaskVoxels, corrected: MaskVoxels) -> Correction:
    """Compare a corrected mask with the automatic one.

    Raises
    ------
    InputError
        If they do not lie on the same grid.
    """
    if not automatic.grid.matches(corrected.grid):
        raise InputError("the corrected mask does not lie on the voxels of the automatic one")
    if isinstance(automatic, CroppedMask) and isinstance(corrected, CroppedMask):
        before, after = (int(np.count_nonzero(mask.voxels)) for mask in (automatic, corrected))
        return _correction(before, after, common_voxels(automatic, corrected))
    depth, rows, columns = automatic.grid.shape
    thickness = max(1, _SLAB_VOXELS // (rows * columns))
    counts = np.zeros(3, dtype=np.int64)
    for first in range(0, depth, thickness):
        slices = slice(first, first + thickness)
        one, other = automatic.slab(slices), corrected.slab(slices)
        counts += [np.count_nonzero(one), np.count_nonzero(other), np.count_nonzero(one & other)]
    return _correction(*counts.tolist())


def _correction(before: int, after: int, common: int) -> Correction:
    return Correction(after - common, before - common, 2 * common / (before + after) if before + after else 1.0)


def correction_of_files(automatic: Path, corrected: Path, name: str, grid: Grid) -> Correction:
    """Compare the mask ``name`` of two mask files, each read onto the image's grid.

    Raises
    ------
    InputError
        As ``read_mask`` does.
    """
    return correction(read_mask(automatic, name, grid), read_mask(corrected, name, grid))


def corrected_segments(corrections: Mapping[str, Correction]) -> str:
    """The cell of the row: ``lesions +120 -35 voxels Dice 0.93; spleen …``; empty if nothing was changed."""
    changed = {name: found for name, found in corrections.items() if found.changed}
    return _SEPARATOR.join(f"{name} {found.described()}" for name, found in changed.items())

"""The automatic mask brought back, so that no uptake is both a lesion and physiological, nor lost."""

from __future__ import annotations

import numpy as np

from NEMOPETLib.masks.cropped_mask import CroppedMask, crop
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.scene.patient_nodes import LESIONS, PHYSIOLOGICAL, PatientNodes
from NEMOPETLib.scene.review import automatic_mask, bring_back_automatic, mark_edited
from NEMOPETLib.scene.segments import get_mask, set_mask

_PAIR = {LESIONS: PHYSIOLOGICAL, PHYSIOLOGICAL: LESIONS}


def restore_automatic(patient: PatientNodes, name: str) -> tuple[str, ...]:
    """Undo all corrections of a mask.

    What a click moved between lesions and physiological uptake goes back in both: voxels that return to one leave
    the other, and voxels that leave it and were automatically the other's return to that. All else in the other
    stays as the reader made it.

    Returns
    -------
    The masks that have changed.

    Raises
    ------
    InputError
        If there is no automatic mask.
    """
    before = get_mask(patient, name)
    bring_back_automatic(patient, name)
    other = _PAIR.get(name, "")
    if other not in patient.names:
        return (name,)
    mask, restored, automatic = get_mask(patient, other), get_mask(patient, name), automatic_mask(patient, other)
    mended = _mended(mask, before, restored, automatic)
    if np.array_equal(mended.voxels, mask.whole().voxels):
        return (name,)
    set_mask(patient, crop(mended))
    mark_edited(patient, other)
    return name, other


def _mended(mask: CroppedMask, before: CroppedMask, restored: CroppedMask, automatic: CroppedMask | None) -> Mask:
    """The other mask once ``restored`` has taken the place of ``before``."""
    voxels = mask.whole().voxels
    if automatic is not None:
        left = before.whole().voxels
        left[restored.box] &= ~restored.voxels
        voxels[automatic.box] |= automatic.voxels & left[automatic.box]
    voxels[restored.box] &= ~restored.voxels
    return Mask(mask.name, voxels, mask.grid)

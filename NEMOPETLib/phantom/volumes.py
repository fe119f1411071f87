"""The phantom's images and masks as whole volumes in memory, for the small one."""

from __future__ import annotations

import numpy as np

from NEMOPETLib.phantom.images import Variant, ct_slices, pet_slices
from NEMOPETLib.phantom.masks import lesion_label_slices, mask_sampling, mask_slices
from NEMOPETLib.phantom.phantom import Phantom
from NEMOPETLib.studies.volume import Volume


def ct_volume(phantom: Phantom, variant: Variant = "sharp", seed: int = 0) -> Volume:
    """The CT in HU (int16)."""
    return Volume(np.stack(list(ct_slices(phantom, variant, seed))), phantom.ct.grid)


def pet_volume(phantom: Phantom, variant: Variant = "sharp", seed: int = 0) -> Volume:
    """The PET in SUVbw (float32)."""
    return Volume(np.stack(list(pet_slices(phantom, variant, seed))), phantom.pet.grid)


def mask_volume(phantom: Phantom, name: str) -> Volume:
    """A mask (bool) on its own grid: ``lesions`` on the PET's, every other name on the CT's."""
    return Volume(np.stack(list(mask_slices(phantom, name))), mask_sampling(phantom, name).grid)


def lesion_label_volume(phantom: Phantom) -> Volume:
    """Lesion labels (uint8) on the PET grid: n is ``Truth.lesions[n - 1]``."""
    return Volume(np.stack(list(lesion_label_slices(phantom))), phantom.pet.grid)

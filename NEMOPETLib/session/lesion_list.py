"""The lesions as a table that a reader walks through: where each is, its numbers, and what to look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import ndimage

from NEMOPETLib.masks.connected import TOUCHING, Box
from NEMOPETLib.measurements.lesions import Lesion
from NEMOPETLib.session.mask_set import MaskSet
from NEMOPETLib.studies.volume import Volume

SMALL_ML = 1.0  # less than the sphere of SUVpeak: few voxels, and much of what they show is the scanner's blur


def lesion_list(lesions: Sequence[Lesion], pet: Volume, current: MaskSet, automatic: MaskSet) -> list[dict[str, Any]]:
    """One object a lesion, by number.

    ``flags`` are of: ``small`` (below 1 ml), ``border`` (touches the edge of the PET), ``physiological`` (touches
    uptake that was taken for physiological), ``added`` (no voxel of it is automatic), ``changed`` (some are not, or
    some automatic ones next to it are gone).
    """
    if current.lesions is None:
        return []
    labels = current.lesions.labels.voxels
    boxes = ndimage.find_objects(labels)
    return [_described(lesion, boxes[lesion.label - 1], pet, current, automatic) for lesion in lesions]


def _described(lesion: Lesion, box: Box, pet: Volume, current: MaskSet, automatic: MaskSet) -> dict[str, Any]:
    assert current.lesions is not None
    inside = current.lesions.labels.voxels[box] == lesion.label
    suv = np.where(inside, np.nan_to_num(pet.voxels[box], nan=-np.inf), -np.inf)
    within = np.unravel_index(int(suv.argmax()), suv.shape)
    hottest = np.array([side.start + int(at) for side, at in zip(box, within, strict=True)])
    return {
        "number": lesion.label,
        "centroid_lps_mm": list(lesion.centroid_lps_mm),
        "inside_lps_mm": pet.grid.positions(hottest).tolist(),
        "volume_ml": lesion.volume_ml,
        "suv_max": lesion.suv_max,
        "suv_mean": lesion.suv_mean,
        "suv_peak": lesion.suv_peak,
        "tlg": lesion.tlg,
        "max_diameter_mm": lesion.max_diameter_mm,
        "flags": _flags(lesion, box, current, automatic),
    }


def _flags(lesion: Lesion, box: Box, current: MaskSet, automatic: MaskSet) -> list[str]:
    assert current.lesions is not None
    labels = current.lesions.labels.voxels
    around = tuple(slice(max(side.start - 1, 0), side.stop + 1) for side in box)
    inside = labels[around] == lesion.label
    touched = ndimage.binary_dilation(inside, TOUCHING)
    flags = ["small"] if lesion.volume_ml < SMALL_ML else []
    if any(side.start == 0 or side.stop == size for side, size in zip(box, labels.shape, strict=True)):
        flags.append("border")
    if current.physiological is not None:
        k, j, i = around
        if (current.physiological.slab(k)[:, j, i] & touched).any():
            flags.append("physiological")
    if automatic.lesions is not None:
        was = automatic.lesions.labels.voxels[around] > 0
        if not (was & inside).any():
            flags.append("added")
        elif (inside & ~was).any() or (touched & was & (labels[around] == 0)).any():
            flags.append("changed")
    return flags

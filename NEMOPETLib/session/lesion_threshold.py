"""Lesions as another SUV threshold would have drawn them, with what a reader changed left as it is.

A lesion mask that a threshold t₀ made and a reader then edited holds voxels of at least t₀, and voxels below it that
somebody drew on purpose; voxels of at least t₀ outside it were taken out on purpose (another organ, a reader's
erasure) or belong to no lesion. So only voxels whose SUV lies between t₀ and the other threshold t change:

- t > t₀: voxels of a lesion with t₀ ≤ SUV < t leave it;
- t < t₀: voxels with t ≤ SUV < t₀ join a lesion that they are connected with (26 neighbours) through such voxels,
  within 10 mm of the lesion, and never where uptake was taken for physiological.

At t = t₀ nothing changes. Without edits it is what the threshold itself gives, but for new lesions without any voxel
of t₀, which only a reader can judge, and flat uptake beyond 10 mm, such as a liver of SUV 3.7 around a metastasis.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from NEMOPETLib.masks.connected import TOUCHING, label_regions
from NEMOPETLib.studies.volume import Volume

REACH_MM = 10.0
"""An edge of a lesion blurred by a scanner of 7 mm falls from SUV 4.5 to 3.5 within a few mm, even for faint ones."""

STUDY_THRESHOLD = 4.0
_FIXED = re.compile(r"SUVbw >= (\d+(?:\.\d+)?)")

Bools = NDArray[np.bool_]


def threshold_of(lesion_engine: str) -> float:
    """The SUV threshold in a row's ``lesion_engine``; the study's 4 where it names none."""
    found = _FIXED.search(lesion_engine)
    return float(found[1]) if found else STUDY_THRESHOLD


def at_threshold(
    lesions: Bools, pet: Volume, threshold: float, base: float, physiological: Bools | None = None
) -> Bools:
    """The lesions at another threshold.

    Parameters
    ----------
    lesions
        As they are; shape of the PET.
    pet
        SUVbw.
    threshold
        The other threshold.
    base
        The one that they were drawn with.
    physiological
        Where no lesion can grow to.
    """
    if threshold >= base:
        return lesions & ~((pet.voxels >= base) & (pet.voxels < threshold))
    larger = lesions.copy()
    spacing = pet.grid.spacing[::-1]
    margin = np.ceil(REACH_MM / spacing).astype(int).tolist()
    regions, _ = label_regions(lesions)
    for number, box in enumerate(ndimage.find_objects(regions), start=1):
        around = tuple(slice(max(side.start - m, 0), side.stop + m) for side, m in zip(box, margin, strict=True))
        suv, region = pet.voxels[around], regions[around] == number
        band = (suv >= threshold) & (suv < base)
        if physiological is not None:
            band &= ~physiological[around]
        band &= ndimage.distance_transform_edt(~region, sampling=spacing) <= REACH_MM
        larger[around] |= ndimage.binary_propagation(region, TOUCHING, mask=region | band)
    return larger

"""Organs of physiological uptake, as lesions are told from them on the PET."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.studies.volume import Volume

SPILL_OUT_MM = 5.0
"""How far an organ's uptake is seen beyond its edge on the CT.

The edge of a uniform organ of SUV S, blurred by a Gaussian of standard deviation sigma, falls to SUV 4 at a distance
of sigma times the normal quantile of 1 - 4/S: 1.3 sigma for a bladder of SUV 40, which is 3.5 mm at a FWHM of 6 to
7 mm, as scans after the EANM's guideline have (Boellaard et al., EJNMMI 2015;42:328). Half a PET voxel (2 mm) is
added. Breathing and filling move organs further, but to grow them by that much would take nearby lesions with them.
"""


def grown(mask: Mask, distance_mm: float) -> Mask:
    """The mask with all voxels whose centre lies within a distance in mm of the centre of one of its own."""
    filled = [np.flatnonzero(mask.voxels.any(axis=tuple({0, 1, 2} - {axis}))) for axis in range(3)]
    if distance_mm <= 0 or not filled[0].size:
        return mask
    spacing_kji = mask.grid.spacing[::-1]
    margin = np.ceil(distance_mm / spacing_kji).astype(int)
    box = tuple(slice(max(int(f[0]) - m, 0), int(f[-1]) + m + 1) for f, m in zip(filled, margin.tolist(), strict=True))
    distance = ndimage.distance_transform_edt(~mask.voxels[box], sampling=spacing_kji.tolist())
    voxels = mask.voxels.copy()
    voxels[box] = distance <= distance_mm
    return Mask(mask.name, voxels, mask.grid, mask.warnings)


def focal_suv(liver: Mask, pet: Volume) -> float:
    """SUV from which on uptake inside the liver is focal: 1.5 x median + 2 x 1.4826 x MAD of the liver.

    It is PERCIST's threshold for lesions in the liver, 1.5 x mean + 2 SD (Wahl et al., J Nucl Med 2009;50 Suppl
    1:122S), which wants the mean and SD of normal liver; median and median absolute deviation stay those of normal
    liver as long as metastases fill less than half of it. Infinite if the mask is empty.
    """
    suv = pet.voxels[liver.voxels]
    if not suv.size:
        return float("inf")
    median = np.median(suv)
    return float(1.5 * median + 2 * 1.4826 * np.median(np.abs(suv - median)))

"""Masks that cannot be right: said in the row, for whoever made them, network or reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from scipy import ndimage

from NEMOPETLib.masks.connected import label_regions
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.studies.study import Study

MUSCLE_HU, FAT_HU = (-29.0, 150.0), (-190.0, -30.0)
"""The ranges by which muscle and fat are told on CT (Mitsiopoulos et al., J Appl Physiol 1998;85:115; Aubrey et al.,
Acta Physiol 2014;210:489): a mask whose mean lies outside is of something else."""
SPLEEN_ML = (40.0, 1000.0)
"""Healthy adults have 107 to 315 ml (Prassopoulos et al., Eur Radiol 1997;7:246); more than 1000 g is massive."""
MOST_MUSCLE, MOST_FAT = 0.6, 0.7
"""Of body weight. Muscle is 38 % in men and 31 % in women, SD 5 % (Janssen et al., J Appl Physiol 2000;89:81)."""
LEAST_MUSCLE, WHOLE_BODY_MM = 0.05, 700.0
"""Of body weight, on a CT at least so long: trunk and thighs hold more than half of all muscle."""
MUSCLE_G_PER_ML, FAT_G_PER_ML = 1.06, 0.92
"""Densities (Ward and Lieber, J Biomech 2005;38:2317; Martin et al., Am J Hum Biol 1994;6:261)."""
LEAST_LARGEST_PART = 0.9
"""Of a spleen's mask, in its largest piece: accessory spleens are small."""

Values = Mapping[str, float | int | None]


def check_numbers(values: Values, study: Study) -> tuple[str, ...]:
    """Warnings about measured columns that no patient has, one line each."""
    length_mm = float(np.ptp(study.ct.grid.positions(study.ct.grid.corner_indices())[:, 2]))
    return (*_lesions(values), *_densities(values), *_spleen(values), *_masses(values, study, length_mm))


def check_mask(mask: Mask) -> tuple[str, ...]:
    """Warnings about the shape of a tissue's mask: a spleen in pieces has left-over islands."""
    if mask.name != "spleen" or not mask.voxels.any():
        return ()
    (box,) = ndimage.find_objects(mask.voxels.view(np.uint8))
    labels, count = label_regions(mask.voxels[box])
    largest = np.bincount(labels.ravel())[1:].max() / np.count_nonzero(mask.voxels)
    if largest >= LEAST_LARGEST_PART:
        return ()
    return (f"the spleen's mask is in {count} pieces, the largest has {100 * largest:.0f} % of it: look for islands",)


def _lesions(values: Values) -> Iterator[str]:
    if values.get("lesion_count") == 0:
        yield "no lesion was found: look at the PET"


def _densities(values: Values) -> Iterator[str]:
    for name, (low, high) in {"muscle": MUSCLE_HU, "fat_sc": FAT_HU, "fat_v": FAT_HU}.items():
        mean = values.get(f"{name}_hu_mean")
        if mean is not None and not low <= mean <= high:
            yield f"{name}: a mean of {mean:.0f} HU is outside {low:g} to {high:g}: the mask is of something else"


def _spleen(values: Values) -> Iterator[str]:
    low, high = SPLEEN_ML
    volume = values.get("spleen_volume_ml")
    if volume is not None and not low <= volume <= high:
        yield f"spleen: {volume:.0f} ml is outside {low:g} to {high:g} ml: check its mask"


def _masses(values: Values, study: Study, length_mm: float) -> Iterator[str]:
    weight = study.patient.weight_kg
    muscle = values.get("muscle_volume_ml")
    fats = [values.get(f"{name}_volume_ml") for name in ("fat_sc", "fat_v")]
    if weight is None:
        return
    if muscle is not None:
        share = muscle * MUSCLE_G_PER_ML / 1000 / weight
        if share > MOST_MUSCLE or (share < LEAST_MUSCLE and length_mm >= WHOLE_BODY_MM):
            yield f"muscle: {muscle:.0f} ml would be {100 * share:.0f} % of the body weight: check its mask"
    fat = sum(volume for volume in fats if volume is not None)
    if fat * FAT_G_PER_ML / 1000 > MOST_FAT * weight:
        yield f"fat: {fat:.0f} ml would be {fat * FAT_G_PER_ML / 10 / weight:.0f} % of the body weight: check the masks"

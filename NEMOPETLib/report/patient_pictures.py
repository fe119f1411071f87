"""What the patient page shows of the images: two-dimensional pictures, taken while the volumes are in memory."""

from __future__ import annotations

import numpy as np

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.report.projections import (
    Picture,
    Silhouettes,
    body_centre_mm,
    coronal_projection,
    coronal_section,
    sagittal_projection,
    silhouettes,
)
from NEMOPETLib.report.upright import Upright
from NEMOPETLib.studies.volume import Volume

BODY_HU, BODY_SUV = -300.0, 0.3


class PatientPictures:
    """Collects pictures of a patient's images and masks; it keeps no volume.

    Parameters
    ----------
    pet
        SUVbw; None if there is none.
    ct
        HU; None if there is none.
    coronal_mm
        Where the coronal section lies: the LPS coordinate P in mm. If not given, in the middle of the body.

    Attributes
    ----------
    coronal_mip, sagittal_mip
        Maximum-intensity projections of the PET from the front and from the side.
    coronal_mm, ct_section
        The section through the CT; None if there is no CT or it lies outside.
    tissues
        The same section through each tissue mask, by name; None where it lies outside.
    lesions
        The lesions' silhouettes by label; None until ``set_lesions``.
    """

    def __init__(self, pet: Volume | None, ct: Volume | None, coronal_mm: float | None = None) -> None:
        pet_body = _upright(pet)
        ct_body = _upright(ct)
        self.coronal_mip = coronal_projection(pet_body) if pet_body else None
        self.sagittal_mip = sagittal_projection(pet_body) if pet_body else None
        self.coronal_mm = _middle(ct_body, pet_body) if coronal_mm is None else coronal_mm
        self.has_ct = ct is not None
        self.ct_section = coronal_section(ct_body, self.coronal_mm) if ct_body else None
        self.tissues: dict[str, Picture | None] = {}
        self.lesions: dict[int, Silhouettes] | None = None

    def add_tissue(self, mask: Mask) -> None:
        """Take the section through a tissue mask, which may lie on any grid."""
        section = coronal_section(Upright.of(mask.voxels, mask.grid), self.coronal_mm)
        self.tissues[mask.name] = section if section and section.pixels.any() else None

    def set_lesions(self, labels: Volume) -> None:
        """Take the silhouettes of the lesions of a label map of integers, 0 outside, on any grid.

        Raises
        ------
        InputError
            If the labels are not whole numbers.
        """
        if not np.issubdtype(labels.voxels.dtype, np.integer):
            raise InputError(f"the lesion label map holds {labels.voxels.dtype} where whole numbers are needed")
        self.lesions = {one.label: one for one in silhouettes(Upright.of(labels.voxels, labels.grid))}


def _upright(volume: Volume | None) -> Upright | None:
    return None if volume is None else Upright.of(volume.voxels, volume.grid)


def _middle(ct: Upright | None, pet: Upright | None) -> float:
    if ct is not None:
        return body_centre_mm(ct, BODY_HU)
    return 0.0 if pet is None else body_centre_mm(pet, BODY_SUV)

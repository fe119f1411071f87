"""The small phantom, measured, for the tests of what is reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.measurements.patient_measurements import TISSUES, PatientMeasurements, measure_patient
from NEMOPETLib.phantom.phantom import small_phantom
from NEMOPETLib.phantom.volumes import ct_volume, lesion_label_volume, mask_volume, pet_volume
from NEMOPETLib.report.patient_pictures import PatientPictures
from NEMOPETLib.studies.volume import Grid, Volume


@dataclass(frozen=True)
class Patient:
    """Images, masks and numbers of the small phantom."""

    pet: Volume
    ct: Volume
    lesions: Volume
    tissues: tuple[Mask, ...]
    measured: PatientMeasurements
    row: dict[str, object]

    def pictures(self, **options: float) -> PatientPictures:
        pictures = PatientPictures(self.pet, self.ct, **options)
        pictures.set_lesions(self.lesions)
        for tissue in self.tissues:
            pictures.add_tissue(tissue)
        return pictures


@pytest.fixture(scope="session")
def patient() -> Patient:
    phantom = small_phantom()
    pet, ct, lesions = pet_volume(phantom), ct_volume(phantom), lesion_label_volume(phantom)
    tissues = []
    for name in TISSUES:
        mask = mask_volume(phantom, name)
        tissues.append(Mask(name, mask.voxels, mask.grid))
    sources = {"lesions": lambda: lesions} | {mask.name: (lambda mask=mask: mask) for mask in tissues}
    measured = measure_patient(sources, pet=pet, ct=ct, sul_per_suv=0.66)
    row: dict[str, object] = {
        "patient_id": "PHANTOM-001",
        "study_date": "2024-05-14",
        "sex": "F",
        "age_years": 54.3,
        "weight_kg": 68.0,
        "height_m": 1.64,
        "suv_scheme": "BQML START, series time",
        "lbm_formula": "janmahasatian",
        "lesion_engine": "threshold SUVbw ≥ 4.0",
        "software_version": "9.8.7",
    }
    return Patient(pet, ct, lesions, tuple(tissues), measured, row)


def turned(volume: Volume, axes: Sequence[int], flips: Sequence[bool]) -> Volume:
    """The same voxels at the same places in the patient, stored in another order and sense of the array axes."""
    voxels = volume.voxels.transpose(axes)[tuple(slice(None, None, -1 if flip else 1) for flip in flips)]
    columns = [2 - axis for axis in axes][::-1]
    affine = np.eye(4)
    affine[:3, :3] = volume.grid.affine[:3, columns]
    affine[:3, 3] = volume.grid.origin
    for flip, i in zip(flips, (2, 1, 0), strict=True):
        if flip:
            affine[:3, 3] += affine[:3, i] * (voxels.shape[2 - i] - 1)
            affine[:3, i] *= -1
    return Volume(np.ascontiguousarray(voxels), Grid(voxels.shape, affine))


@pytest.fixture(scope="session")
def turn():
    """``turned``."""
    return turned

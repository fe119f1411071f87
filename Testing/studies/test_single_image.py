"""A PET or a CT alone, against another export of the same scan."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import SimpleITK

from NEMOPETLib.studies import header as h
from NEMOPETLib.studies.dicom_files import read_headers
from NEMOPETLib.studies.series import group_series
from NEMOPETLib.studies.single_image import load_ct, load_pet
from NEMOPETLib.studies.slices import stack_slices


def test_whole_body_in_bq_per_ml_equals_its_crop_in_suv(reference_data: Path) -> None:
    """Voxel by voxel: to a stored step of the crop, whose values were rounded to 16 bits once more."""
    whole = load_pet(reference_data / "wholebody_pet_ge" / "PET").volume
    folder = reference_data / "petct_sts" / "STS_001" / "PET" / "image"
    crop = load_pet(folder).volume
    first = np.round(whole.grid.indices(crop.grid.positions(np.zeros((1, 3))))[0]).astype(int)
    same = whole.voxels[tuple(slice(start, start + n) for start, n in zip(first, crop.grid.shape, strict=True))]
    (series,) = group_series(read_headers(folder).headers)
    steps = np.array([h.number(one.header, "RescaleSlope") for one in stack_slices(series.slices).slices])
    assert (np.abs(same - crop.voxels) <= 1.01 * steps[:, None, None]).all()
    hot = crop.voxels > 0.5
    assert abs(np.median(same[hot] / crop.voxels[hot]) - 1) < 1e-6
    assert abs(same.max() / crop.voxels.max() - 1) < 1e-5


def test_a_ct_of_three_slices(reference_data: Path) -> None:
    ct = load_ct(reference_data / "dcmqi_seg_sr" / "ct-3slice").volume
    assert ct.voxels.dtype == np.int16
    assert abs(ct.grid.spacing[2] - 1.0) < 1e-6, "the distance of the slices, not their thickness of 1.25 mm"


@pytest.mark.parametrize(("highest", "doubted"), [(66.5, False), (500.0, False), (31_200.0, True)])
def test_a_file_in_bq_per_ml_that_is_taken_for_suv_is_doubted(tmp_path: Path, highest: float, doubted: bool) -> None:
    voxels = np.zeros((4, 5, 6), np.float32)
    voxels[2, 2, 2] = highest
    SimpleITK.WriteImage(SimpleITK.GetImageFromArray(voxels), str(tmp_path / "pet.nii.gz"))
    warnings = load_pet(tmp_path / "pet.nii.gz").warnings
    assert [("--pet-unit bqml" in text) for text in warnings] == [True] * doubted

"""Images for engines are where and what they were, as SimpleITK reads them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import SimpleITK

from NEMOPETLib.engines.image_file import write_image
from NEMOPETLib.studies.volume import Grid, Volume


def turned(i: float, j: float, k: float) -> np.ndarray:
    """An affine turned about all three axes, with a spacing for each."""
    x, y = np.cos((i, j, k)), np.sin((i, j, k))
    about_x = np.array([[1, 0, 0], [0, x[0], -y[0]], [0, y[0], x[0]]])
    about_y = np.array([[x[1], 0, y[1]], [0, 1, 0], [-y[1], 0, x[1]]])
    about_z = np.array([[x[2], -y[2], 0], [y[2], x[2], 0], [0, 0, 1]])
    affine = np.eye(4)
    affine[:3, :3] = about_x @ about_y @ about_z @ np.diag([0.9766, 0.9766, 1.5])
    affine[:3, 3] = (-249.4, 31.5, -870.25)
    return affine


@pytest.mark.parametrize("affine", [turned(0, 0, 0), turned(0.1, -0.2, 0.3), turned(np.pi, 0, 0)])
@pytest.mark.parametrize("dtype", [np.int16, np.float32, np.float64, np.uint16])
def test_read_by_another(tmp_path: Path, affine: np.ndarray, dtype: type) -> None:
    voxels = np.random.default_rng(1).integers(0, 3000, (5, 7, 9)).astype(dtype)
    image = Volume(voxels, Grid(voxels.shape, affine))
    write_image(tmp_path / "ct.nii", image)
    read = SimpleITK.ReadImage(str(tmp_path / "ct.nii"))
    assert np.array_equal(SimpleITK.GetArrayFromImage(read), voxels)
    assert Volume.from_sitk(read).grid.matches(image.grid, tolerance_mm=0.001)
    assert read.GetPixelIDTypeAsString() == ("16-bit signed integer" if dtype == np.int16 else "32-bit float")


def test_place_that_cannot_be_written(tmp_path: Path) -> None:
    image = Volume(np.zeros((1, 2, 3), dtype=np.int16), Grid((1, 2, 3), np.eye(4)))
    with pytest.raises(FileNotFoundError):
        write_image(tmp_path / "missing" / "ct.nii", image)

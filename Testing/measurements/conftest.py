"""Grids and reference images that the tests of measurements share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import SimpleITK
from scipy.spatial.transform import Rotation

from NEMOPETLib.studies.volume import Grid, Volume


def grid(
    shape: tuple[int, int, int] = (12, 14, 16),
    spacing: tuple[float, float, float] = (1.0, 1.0, 1.0),
    origin: tuple[float, float, float] = (0.0, 0.0, 0.0),
    degrees: tuple[float, float, float] = (0.0, 0.0, 0.0),
) -> Grid:
    """A grid of shape (k, j, i) with spacing along i, j, k, turned about x, y and z."""
    affine = np.eye(4)
    affine[:3, :3] = Rotation.from_euler("xyz", degrees, degrees=True).as_matrix() * spacing
    affine[:3, 3] = origin
    return Grid(shape, affine)


@pytest.fixture(scope="session")
def make_grid() -> Callable[..., Grid]:
    return grid


@pytest.fixture(scope="session")
def read_volume() -> Callable[[Path], Volume]:
    """Read an image file, or a folder that holds one DICOM series."""

    def read(path: Path) -> Volume:
        if path.is_dir():
            reader = SimpleITK.ImageSeriesReader()
            reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(path)))
            return Volume.from_sitk(reader.Execute())
        return Volume.from_sitk(SimpleITK.ReadImage(str(path)))

    return read


@pytest.fixture(scope="session")
def ibsi_phantom(reference_data: Path, read_volume: Callable[[Path], Volume]) -> tuple[Volume, Volume]:
    """The IBSI digital phantom: image and label map."""
    folder = reference_data / "ibsi_digital_phantom" / "nifti"
    return read_volume(folder / "image" / "phantom.nii.gz"), read_volume(folder / "mask" / "mask.nii.gz")

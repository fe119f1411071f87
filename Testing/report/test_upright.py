from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest
import SimpleITK
from hypothesis import given
from hypothesis import strategies as st

from NEMOPETLib.report.upright import Upright
from NEMOPETLib.studies.volume import Grid, Volume

ORIENTATIONS = [(axes, flips) for axes in permutations(range(3)) for flips in product((False, True), repeat=3)]


@pytest.fixture
def axial() -> Volume:
    """Voxels that are all different, on an axial LPS grid with three different spacings."""
    affine = np.diag([2.0, 3.0, 5.0, 1.0])
    affine[:3, 3] = -11.0, 7.0, 40.0
    return Volume(np.arange(4 * 5 * 6).reshape(4, 5, 6), Grid((4, 5, 6), affine))


@pytest.mark.parametrize(("axes", "flips"), ORIENTATIONS)
def test_all_orders_and_senses_of_the_array_give_the_same_view(axial, turn, axes, flips):
    volume = turn(axial, axes, flips)
    view = Upright.of(volume.voxels, volume.grid)
    assert np.array_equal(view.voxels, axial.voxels)
    assert view.low == pytest.approx([40 - 2.5, 7 - 1.5, -11 - 1])
    assert view.high == pytest.approx([40 + 3.5 * 5, 7 + 4.5 * 3, -11 + 5.5 * 2])
    assert view.spacing == pytest.approx([5, 3, 2])


@pytest.mark.parametrize("code", ["RAS", "LPI", "SPR", "PIL", "ASL", "IRP"])
def test_agrees_with_dicom_orient_of_itk(code):
    voxels = np.random.default_rng(1).normal(size=(5, 6, 7)).astype(np.float32)
    image = SimpleITK.GetImageFromArray(voxels)
    image.SetSpacing((1.5, 2.5, 3.5))
    image.SetOrigin((10, -20, 30))
    stored = Volume.from_sitk(SimpleITK.DICOMOrient(image, code))
    upright = SimpleITK.DICOMOrient(stored.to_sitk(), "LPS")
    assert np.array_equal(Upright.of(stored.voxels, stored.grid).voxels, SimpleITK.GetArrayFromImage(upright))


def test_is_a_view(axial, turn):
    volume = turn(axial, (2, 0, 1), (True, False, True))
    assert np.shares_memory(Upright.of(volume.voxels, volume.grid).voxels, volume.voxels)


@given(tilt=st.floats(-40, 40), about=st.integers(0, 2))
def test_an_oblique_grid_is_seen_along_its_own_nearest_axes(tilt, about):
    angle = np.deg2rad(tilt)
    turn = np.eye(4)
    a, b = [axis for axis in range(3) if axis != about]
    turn[[a, a, b, b], [a, b, a, b]] = np.cos(angle), -np.sin(angle), np.sin(angle), np.cos(angle)
    voxels = np.arange(3 * 4 * 5).reshape(3, 4, 5)
    view = Upright.of(voxels, Grid((3, 4, 5), turn @ np.diag([1.0, 2.0, 3.0, 1.0])))
    assert np.array_equal(view.voxels, voxels)
    assert view.spacing == pytest.approx([3, 2, 1])


def test_the_voxel_that_a_position_lies_in(axial):
    view = Upright.of(axial.voxels, axial.grid)
    assert view.index(0, 40 + 5 * 2 + 2.4) == 2
    assert view.index(2, -11.0) == 0
    assert view.index(1, 7 - 1.6) is None
    assert view.index(1, 7 + 4.5 * 3 + 0.1) is None

from __future__ import annotations

import numpy as np
import pytest

from NEMOPETLib.report.projections import (
    body_centre_mm,
    coronal_projection,
    coronal_section,
    sagittal_projection,
    silhouettes,
)
from NEMOPETLib.report.upright import Upright
from NEMOPETLib.studies.volume import Grid

GRID = Grid((6, 5, 4), np.array([[2.0, 0, 0, -3], [0, 3.0, 0, -6], [0, 0, 5.0, 100], [0, 0, 0, 1]]))


def upright(voxels: np.ndarray) -> Upright:
    return Upright.of(voxels, GRID)


def test_a_hot_voxel_is_seen_where_it_lies():
    voxels = np.zeros(GRID.shape, np.float32)
    voxels[4, 1, 3] = 7.0
    left, posterior, superior = GRID.positions(np.array([4, 1, 3]))
    for picture, across in (
        (coronal_projection(upright(voxels)), left),
        (sagittal_projection(upright(voxels)), posterior),
    ):
        row, column = np.unravel_index(picture.pixels.argmax(), picture.pixels.shape)
        low, high, bottom, top = picture.extent
        rows, columns = picture.pixels.shape
        assert picture.pixels.max() == 7.0
        assert low + (column + 0.5) * (high - low) / columns == pytest.approx(across)
        assert bottom + (row + 0.5) * (top - bottom) / rows == pytest.approx(superior)


def test_projections_are_the_maximum_along_the_third_axis():
    voxels = np.random.default_rng(2).normal(size=GRID.shape).astype(np.float32)
    assert np.array_equal(coronal_projection(upright(voxels)).pixels, voxels.max(axis=1))
    assert np.array_equal(sagittal_projection(upright(voxels)).pixels, voxels.max(axis=2))


def test_voxels_that_are_not_finite_do_not_spoil_a_projection():
    voxels = np.ones(GRID.shape, np.float32)
    voxels[0, 0, 0], voxels[1, 1, 1] = np.nan, np.inf
    assert np.array_equal(coronal_projection(upright(voxels)).pixels, np.ones((6, 4)))


def test_a_section_is_the_plane_at_a_position_and_no_view_of_the_volume():
    voxels = np.arange(6 * 5 * 4).reshape(GRID.shape)
    section = coronal_section(upright(voxels), -6 + 2 * 3 + 1.4)
    assert section is not None
    assert np.array_equal(section.pixels, voxels[:, 2, :])
    assert section.extent == pytest.approx((-4, 4, 97.5, 127.5))
    assert not np.shares_memory(section.pixels, voxels)
    assert coronal_section(upright(voxels), 50) is None


def test_a_lesion_behind_another_keeps_its_own_silhouette():
    labels = np.zeros(GRID.shape, np.uint8)
    labels[1:5, 0, 1:3] = 2
    labels[2:4, 3, 1:3] = 7
    front, behind = silhouettes(upright(labels))
    assert (front.label, behind.label) == (2, 7)
    assert behind.coronal.pixels.shape == (2, 2)
    assert behind.coronal.pixels.all()
    assert behind.coronal.extent == pytest.approx((-3 + 1, -3 + 5, 100 + 7.5, 100 + 17.5))
    assert front.sagittal.extent == pytest.approx((-7.5, -4.5, 102.5, 122.5))
    assert list(silhouettes(upright(np.zeros(GRID.shape, np.uint8)))) == []


def test_a_lesion_in_two_pieces_keeps_the_gap():
    labels = np.zeros(GRID.shape, np.int32)
    labels[[0, 5], 2, 1] = 1
    (lesion,) = silhouettes(upright(labels))
    assert lesion.coronal.pixels.ravel().tolist() == [True, False, False, False, False, True]


def test_the_middle_of_the_body():
    voxels = np.full((40, 64, 64), -1000, np.int16)
    voxels[:, 10:31] = 40
    grid = Grid(voxels.shape, np.diag([2.0, 2.0, 2.0, 1.0]))
    assert body_centre_mm(Upright.of(voxels, grid), -300) == pytest.approx(40, abs=2)
    voxels[:] = -1000
    assert body_centre_mm(Upright.of(voxels, grid), -300) == pytest.approx(63)


def test_the_middle_of_the_body_does_not_depend_on_the_order_of_the_array(patient, turn):
    other = turn(patient.ct, (2, 1, 0), (True, True, False))
    centre = body_centre_mm(Upright.of(patient.ct.voxels, patient.ct.grid), -300)
    assert body_centre_mm(Upright.of(other.voxels, other.grid), -300) == pytest.approx(centre)

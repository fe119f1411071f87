from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matplotlib.path import Path

from NEMOPETLib.dicom_out.outlines import outlines
from NEMOPETLib.masks.contour_fill import fill

PLANES = arrays(np.bool_, st.tuples(st.integers(1, 12), st.integers(1, 12)))


def area(polygon: np.ndarray) -> float:
    x, y = polygon.T
    return float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


def filled(polygons, shape) -> np.ndarray:
    """The union of the polygons, each filled by itself."""
    plane = np.zeros(shape, bool)
    for polygon in polygons:
        inside, (column, row) = fill([polygon], (1e-3, 1e-3))
        rows, columns = np.nonzero(inside)
        assert not plane[rows + row, columns + column].any()
        plane[rows + row, columns + column] = True
    return plane


@given(PLANES)
def test_each_polygon_filled_by_itself_gives_back_the_pixels(plane):
    polygons = outlines(plane)
    assert np.array_equal(filled(polygons, plane.shape), plane)
    assert sum(map(area, polygons)) == plane.sum()


@given(PLANES)
def test_as_matplotlib_fills_them(plane):
    """By the winding rule, and along other lines than our own filling."""
    rows, columns = np.indices(plane.shape)
    centres = np.stack([columns.ravel(), rows.ravel()], axis=1)
    inside = np.zeros(plane.size, bool)
    for polygon in outlines(plane):
        inside |= Path(np.concatenate([polygon, polygon[:1]]), closed=True).contains_points(centres)
    assert np.array_equal(inside.reshape(plane.shape), plane)


@given(PLANES)
def test_borders_run_along_pixels(plane):
    for polygon in outlines(plane):
        steps = np.roll(polygon, -1, axis=0) - polygon
        assert (steps == 0).any(axis=1).all()
        assert (polygon % 1 == 0.5).all()


def test_a_ring_in_a_ring_is_two_polygons():
    plane = np.zeros((9, 9), bool)
    plane[0:9, 0:9] = True
    plane[1:8, 1:8] = False
    plane[3:6, 3:6] = True
    plane[4, 4] = False
    assert sorted(map(area, outlines(plane))) == [8, 32]


@pytest.mark.parametrize("plane", [[[1, 0], [0, 1]], [[0, 1], [1, 0]]])
def test_pixels_that_share_a_corner_are_apart(plane):
    assert [len(polygon) for polygon in outlines(np.array(plane, bool))] == [4, 4]


def test_a_plane_without_pixels_has_no_outline():
    assert outlines(np.zeros((3, 4), bool)) == []

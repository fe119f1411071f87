from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.path import Path as Polygon

from NEMOPETLib.masks.contour_fill import fill

NEAR = (1e-4, 1e-4)


def square(x, y, size):
    return np.array([(x, y), (x + size, y), (x + size, y + size), (x, y + size)], float)


def on_canvas(rings, size=30, near=NEAR):
    """The filled pixels on a fixed canvas of pixels 0 … size-1."""
    filled, (column, row) = fill(rings, near)
    canvas = np.zeros((size, size), bool)
    canvas[row : row + filled.shape[0], column : column + filled.shape[1]] = filled
    return canvas


@given(seed=st.integers(0, 2**32), corners=st.integers(3, 40))
def test_random_polygons_as_matplotlib_has_them(seed, corners):
    rng = np.random.default_rng(seed)
    angles = np.sort(rng.uniform(0, 2 * np.pi, corners))
    ring = 15 + rng.uniform(2, 14, (corners, 1)) * np.stack([np.cos(angles), np.sin(angles)], 1)
    centres = np.stack(np.meshgrid(np.arange(30), np.arange(30)), -1).reshape(-1, 2)
    expected = Polygon(np.vstack([ring, ring[:1]]), closed=True).contains_points(centres).reshape(30, 30)
    assert np.array_equal(on_canvas([ring], near=(0, 0)), expected)
    assert np.array_equal(on_canvas([ring[::-1]], near=(0, 0)), expected)


def test_centres_on_the_contour_belong_whatever_its_sense():
    ring = square(3, 4, 5)
    expected = np.zeros((30, 30), bool)
    expected[4:10, 3:9] = True
    assert np.array_equal(on_canvas([ring]), expected)
    assert np.array_equal(on_canvas([ring[::-1]]), expected)
    assert np.array_equal(on_canvas([ring + 5e-5]), expected)
    assert np.array_equal(on_canvas([ring - 5e-5]), expected)
    assert on_canvas([ring + 2e-4]).sum() == 25


def test_centres_on_slanted_edges_belong():
    """All 45 of a triangle, its corners and the 45° edge among them; and the five on a flat edge."""
    triangle = np.array([(2, 2), (10, 10), (2, 10)], float)
    assert on_canvas([triangle]).sum() == 45
    assert on_canvas([triangle[:, ::-1]]).sum() == 45
    wedge = np.array([(2, 2), (22, 7), (2, 7)], float)
    filled = on_canvas([wedge])
    assert filled[range(2, 8), range(2, 23, 4)].all()
    assert filled.sum() == 1 + 5 + 9 + 13 + 17 + 21


def test_a_contour_within_another_is_a_hole():
    outer, inner = square(1.5, 1.5, 10), square(4.5, 4.5, 3)
    filled = on_canvas([outer, inner])
    assert filled.sum() == 100 - 9
    assert not filled[5:8, 5:8].any()
    island = square(5.5, 5.5, 1)
    assert on_canvas([outer, inner, island]).sum() == 100 - 9 + 1


@pytest.mark.parametrize("bridge_row", [5.7, 6.0])
def test_a_keyhole_is_a_hole(bridge_row):
    """One polygon that goes to the inner boundary and back along the same line, on or between centres."""
    keyhole = np.array(
        [
            *[(1.5, 1.5), (11.5, 1.5), (11.5, 11.5), (1.5, 11.5), (1.5, bridge_row), (4.5, bridge_row)],
            *[(4.5, 7.5), (7.5, 7.5), (7.5, 4.5), (4.5, 4.5), (4.5, bridge_row), (1.5, bridge_row)],
        ]
    )
    assert np.array_equal(on_canvas([keyhole]), on_canvas([square(1.5, 1.5, 10), square(4.5, 4.5, 3)]))


def test_contours_side_by_side_leave_no_seam():
    assert on_canvas([square(2, 2, 4), np.array([(6, 2), (9, 2), (9, 6), (6, 6)], float)]).sum() == 8 * 5


def test_area_of_a_circle():
    angles = np.linspace(0, 2 * np.pi, 720, endpoint=False)
    circle = 300.3 + 250 * np.stack([np.cos(angles), np.sin(angles)], 1)
    assert on_canvas([circle], 600).sum() == pytest.approx(np.pi * 250**2, rel=1e-3)


def test_a_contour_beyond_the_first_pixel_keeps_its_place():
    filled, first = fill([square(-7.5, -3.5, 2)], NEAR)
    assert first == (-8, -4)
    assert np.argwhere(filled).tolist() == [[1, 1], [1, 2], [2, 1], [2, 2]]

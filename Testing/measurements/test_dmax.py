from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.spatial.distance import pdist

from NEMOPETLib.measurements.dmax import farthest_distance, hull_vertices, row_ends

# Small whole numbers: often on a line, in a plane or at one place.
lattice_points = hnp.arrays(np.int64, st.tuples(st.integers(2, 25), st.just(3)), elements=st.integers(-3, 3))
masks = hnp.arrays(bool, hnp.array_shapes(min_dims=3, max_dims=3, max_side=6))
matrices = hnp.arrays(np.float64, (3, 3), elements=st.floats(-4, 4, width=32))


@given(lattice_points, matrices)
def test_the_farthest_distance_is_that_of_all_pairs(points: np.ndarray, matrix: np.ndarray) -> None:
    places = points @ matrix.T + [100.0, -200.0, 1000.0]
    assert farthest_distance(places) == pytest.approx(pdist(places).max(), rel=1e-12, abs=1e-9)


@given(masks)
def test_row_ends_hold_the_farthest_voxels(mask: np.ndarray) -> None:
    if not mask.any():
        mask[0, 0, 0] = True
    spacing = np.array([3.0, 2.0, 0.7])
    voxels = np.argwhere(mask) * spacing
    brute = np.linalg.norm(voxels[:, None] - voxels[None], axis=-1).max()
    for axis in range(3):
        ends = np.concatenate(row_ends(mask, axis)) * spacing
        assert farthest_distance(ends) == pytest.approx(brute, rel=1e-12)


@given(masks, st.integers(0, 2))
def test_row_ends_are_first_and_last_of_each_row(mask: np.ndarray, axis: int) -> None:
    first, last = row_ends(mask, axis)
    others = [a for a in range(3) if a != axis]
    expected = {}
    for index in np.argwhere(mask):
        low, high = expected.get(tuple(index[others]), (99, -1))
        expected[tuple(index[others])] = (min(low, index[axis]), max(high, index[axis]))
    found = {tuple(a[others]): (a[axis], b[axis]) for a, b in zip(first, last, strict=True)}
    assert found == expected


@pytest.mark.parametrize(
    ("points", "distance"),
    [
        ([[5, 5, 5]], 0),
        ([[5, 5, 5]] * 4, 0),
        ([[0, 0, 0], [3, 4, 0]], 5),
        ([[0, 0, 0], [1, 1, 1], [2, 2, 2]], np.sqrt(12)),
        ([[0, 0, 7], [4, 0, 7], [0, 3, 7], [4, 3, 7]], 5),
    ],
    ids=["one", "coincident", "two", "collinear", "coplanar"],
)
def test_degenerate_points(points: list[list[float]], distance: float) -> None:
    assert farthest_distance(np.array(points, dtype=float)) == pytest.approx(distance, abs=1e-12)


def test_points_that_are_coplanar_but_for_rounding() -> None:
    random = np.random.default_rng(1)
    plane = np.column_stack([random.uniform(-500, 500, (300, 2)), np.zeros(300)])
    tilted = plane @ np.linalg.qr(random.normal(size=(3, 3)))[0] + 1e3
    assert farthest_distance(tilted) == pytest.approx(pdist(tilted).max(), rel=1e-9)


def test_a_sphere_of_many_voxels_is_as_wide_as_its_diameter() -> None:
    axis = np.arange(-60, 61)
    ball = (axis[:, None, None] ** 2 + axis[:, None] ** 2 + axis**2) <= 60**2
    assert ball.sum() > 900_000
    assert farthest_distance(np.concatenate(row_ends(ball, 2)).astype(float)) == 120


def test_hull_vertices_of_a_box_are_its_corners() -> None:
    box = np.argwhere(np.ones((4, 5, 6), dtype=bool)).astype(float)
    assert {tuple(v) for v in hull_vertices(box)} == {(k, j, i) for k in (0, 3) for j in (0, 4) for i in (0, 5)}


def test_an_empty_mask_has_no_rows() -> None:
    first, last = row_ends(np.zeros((3, 4, 5), dtype=bool), 1)
    assert first.shape == last.shape == (0, 3)

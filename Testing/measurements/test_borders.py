from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from NEMOPETLib.measurements.borders import touched_sides
from NEMOPETLib.studies.volume import Grid


@pytest.mark.parametrize(
    ("voxel", "sides"),
    [
        ((5, 5, 5), []),
        ((0, 5, 5), ["inferior"]),
        ((11, 5, 5), ["superior"]),
        ((5, 0, 5), ["anterior"]),
        ((5, 13, 5), ["posterior"]),
        ((5, 5, 0), ["right"]),
        ((5, 5, 15), ["left"]),
        ((0, 13, 15), ["inferior", "posterior", "left"]),
    ],
)
def test_sides_of_an_axial_grid(make_grid: Callable[..., Grid], voxel: tuple[int, int, int], sides: list[str]) -> None:
    place = make_grid()
    mask = np.zeros(place.shape, dtype=bool)
    mask[voxel] = True
    assert touched_sides(mask, place) == sides


def test_sides_follow_the_orientation(make_grid: Callable[..., Grid]) -> None:
    place = make_grid(degrees=(180.0, 0.0, 0.0))  # i still to the left; j and k reversed
    mask = np.zeros(place.shape, dtype=np.uint16)
    mask[0, 0, 0] = 7
    assert touched_sides(mask, place) == ["superior", "posterior", "right"]


def test_a_single_slice_is_cut_off_on_both_sides(make_grid: Callable[..., Grid]) -> None:
    place = make_grid((1, 5, 5))
    mask = np.zeros(place.shape, dtype=bool)
    mask[0, 2, 2] = True
    assert touched_sides(mask, place) == ["inferior", "superior"]

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import SimpleITK
from hypothesis import given, settings
from hypothesis import strategies as st

from NEMOPETLib.measurements.sampling import PlaneSampler
from NEMOPETLib.studies.volume import Grid, Volume

GRADIENT, OFFSET = np.array([0.02, -0.05, 0.03]), 4.0
angles = st.tuples(*[st.floats(-180, 180)] * 3)


def all_values(image: Volume, place: Grid) -> np.ndarray:
    sampler = PlaneSampler(image, place)
    everywhere = np.nonzero(np.ones(place.shape[1:], dtype=bool))
    return np.concatenate([sampler.values(k, *everywhere) for k in range(place.shape[0])])


def positions(place: Grid) -> np.ndarray:
    return place.positions(np.moveaxis(np.indices(place.shape), 0, -1).reshape(-1, 3))


def ramp(place: Grid) -> Volume:
    return Volume((positions(place) @ GRADIENT + OFFSET).reshape(place.shape), place)


@settings(deadline=None, max_examples=40)
@given(angles, angles)
def test_a_linear_ramp_is_sampled_exactly_in_any_orientation(
    make_grid: Callable[..., Grid], pet_degrees: tuple[float, ...], ct_degrees: tuple[float, ...]
) -> None:
    pet = ramp(make_grid((30, 25, 20), (4.0, 4.5, 3.3), (10.0, 20.0, 30.0), pet_degrees))
    centre = positions(pet.grid).mean(axis=0)
    place = make_grid((6, 7, 8), (2.0, 1.0, 1.5), tuple(centre), ct_degrees)
    assert all_values(pet, place) == pytest.approx(positions(place) @ GRADIENT + OFFSET, rel=1e-9)


@pytest.mark.parametrize("flip", [(1, 1, 1), (-1, -1, 1), (1, -1, -1)])
def test_it_equals_itk_s_linear_interpolation(make_grid: Callable[..., Grid], flip: tuple[int, int, int]) -> None:
    random = np.random.default_rng(3)
    pet_grid = make_grid((9, 10, 11), (4.0, 4.0, 3.0), (-20.0, -18.0, -15.0), (5.0, 10.0, 15.0))
    pet = Volume(random.random(pet_grid.shape, dtype=np.float32), pet_grid)
    affine = np.diag([1.7 * flip[0], 1.7 * flip[1], 2.3 * flip[2], 1.0])
    affine[:3, 3] = -30.0 * np.array(flip)
    place = Grid((30, 35, 40), affine)
    reference = Volume(np.zeros(place.shape, dtype=np.uint8), place).to_sitk()
    resampled = SimpleITK.Resample(
        pet.to_sitk(), reference, SimpleITK.Transform(), SimpleITK.sitkLinear, -1.0, SimpleITK.sitkFloat64
    )
    expected = SimpleITK.GetArrayFromImage(resampled).ravel()
    assert 0.1 < np.mean(expected >= 0) < 0.9
    assert all_values(pet, place) == pytest.approx(expected[expected >= 0], abs=1e-5)


def test_the_field_of_view_ends_half_a_voxel_beyond_the_outermost_centres(
    make_grid: Callable[..., Grid],
) -> None:
    pet = Volume(np.array([[[10.0, 20.0]]]), make_grid((1, 1, 2), (4.0, 4.0, 4.0)))
    line = make_grid((1, 1, 9), (1.0, 1.0, 1.0), (-3.0, 0.0, 0.0))  # x = −3 … 5; field of view −2 … 6
    assert all_values(pet, line).tolist() == [10, 10, 10, 12.5, 15, 17.5, 20, 20]


def test_whole_number_images_are_interpolated_too(make_grid: Callable[..., Grid]) -> None:
    image = Volume(np.array([[[1, 2]]], dtype=np.int16), make_grid((1, 1, 2)))
    assert all_values(image, make_grid((1, 1, 1), origin=(0.5, 0.0, 0.0))).tolist() == [1.5]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_gives_nan(make_grid: Callable[..., Grid], bad: float) -> None:
    image = Volume(np.array([[[1, 2, bad, 4, 5]]], dtype=np.float32), make_grid((1, 1, 5)))
    values = all_values(image, make_grid((1, 1, 5)))
    assert np.isnan(values[2])
    assert values[[0, 4]].tolist() == [1, 5]

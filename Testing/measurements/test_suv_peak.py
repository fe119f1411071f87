from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.ndimage import correlate

from NEMOPETLib.measurements.suv_peak import SPHERE_RADIUS_MM, sphere_offsets, suv_peak
from NEMOPETLib.studies.volume import Grid, Volume


def peak(pet: Volume, lesion: np.ndarray) -> float | None:
    return suv_peak(pet, lesion, (0, 0, 0), sphere_offsets(pet.grid))


def test_the_sphere_holds_one_millilitre() -> None:
    assert 4 / 3 * np.pi * SPHERE_RADIUS_MM**3 == pytest.approx(1000)


@pytest.mark.parametrize("degrees", [(0, 0, 0), (10, 50, 200)])
def test_offsets_are_all_voxels_of_the_sphere(
    make_grid: Callable[..., Grid], degrees: tuple[float, float, float]
) -> None:
    place = make_grid((25, 25, 25), (1.3, 2.1, 0.9), (5, 6, 7), degrees)
    positions = place.positions(np.moveaxis(np.indices(place.shape), 0, -1).reshape(-1, 3))
    centre = place.positions(np.array([12, 12, 12]))
    expected = np.argwhere((np.linalg.norm(positions - centre, axis=1) <= SPHERE_RADIUS_MM).reshape(place.shape)) - 12
    assert {tuple(o) for o in sphere_offsets(place)} == {tuple(o) for o in expected}


def test_ibsi_global_peak(ibsi_phantom: tuple[Volume, Volume]) -> None:
    image, mask = ibsi_phantom
    assert peak(image, mask.voxels > 0) == pytest.approx(3.1, abs=0.05)


def test_ibsi_local_peak_is_that_of_the_hottest_voxels(ibsi_phantom: tuple[Volume, Volume]) -> None:
    image, mask = ibsi_phantom
    hottest = (mask.voxels > 0) & (image.voxels == image.voxels[mask.voxels > 0].max())
    assert peak(image, hottest) == pytest.approx(2.6, abs=0.05)


def test_a_lesion_within_is_the_highest_of_a_mean_filter(make_grid: Callable[..., Grid]) -> None:
    place = make_grid((20, 21, 22), (4.0, 4.0, 3.0))
    pet = Volume(np.random.default_rng(0).random(place.shape, dtype=np.float32), place)
    lesion = np.zeros(place.shape, dtype=bool)
    lesion[8:12, 7:14, 9:13] = True
    offsets = sphere_offsets(place)
    kernel = np.zeros(2 * np.abs(offsets).max(axis=0) + 1)
    kernel[tuple((offsets + np.abs(offsets).max(axis=0)).T)] = 1 / len(offsets)
    expected = correlate(pet.voxels.astype(np.float64), kernel)[lesion].max()
    box = lesion[8:12, 7:14, 9:13]
    assert suv_peak(pet, box, (8, 7, 9), offsets) == pytest.approx(expected, rel=1e-6)
    assert peak(pet, lesion) == pytest.approx(expected, rel=1e-6)


def test_the_sphere_may_hold_voxels_outside_the_lesion(make_grid: Callable[..., Grid]) -> None:
    place = make_grid((9, 9, 9), (4.0, 4.0, 4.0))
    pet = np.full(place.shape, 2.0, dtype=np.float32)
    pet[4, 4, 4] = 8
    lesion = pet > 4
    count = len(sphere_offsets(place))
    assert peak(Volume(pet, place), lesion) == pytest.approx((8 + 2 * (count - 1)) / count)


def test_beyond_the_edge_of_the_image_nothing_counts(make_grid: Callable[..., Grid]) -> None:
    place = make_grid((6, 6, 6), (2.0, 2.0, 2.0))
    corner = np.zeros(place.shape, dtype=bool)
    corner[0, 0, 0] = True
    assert peak(Volume(np.full(place.shape, 3.0, dtype=np.float32), place), corner) == pytest.approx(3)


def test_voxels_larger_than_the_sphere_stand_for_themselves(make_grid: Callable[..., Grid]) -> None:
    place = make_grid((3, 3, 3), (10.0, 10.0, 10.0))
    pet = np.arange(27, dtype=np.float32).reshape(place.shape)
    assert peak(Volume(pet, place), np.ones(place.shape, dtype=bool)) == 26


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_is_left_out(make_grid: Callable[..., Grid], bad: float) -> None:
    place = make_grid((7, 7, 7), (3.0, 3.0, 3.0))
    pet = np.full(place.shape, 5.0, dtype=np.float32)
    pet[3, 3, 4] = bad
    lesion = np.zeros(place.shape, dtype=bool)
    lesion[3, 3, 3] = True
    assert peak(Volume(pet, place), lesion) == pytest.approx(5)
    assert peak(Volume(np.full_like(pet, bad), place), lesion) is None


def test_many_voxels_are_taken_in_blocks(make_grid: Callable[..., Grid]) -> None:
    place = make_grid((20, 20, 20), (5.0, 5.0, 5.0))
    pet = np.ones(place.shape, dtype=np.float32)
    pet[15, 15, 15] = 8
    assert peak(Volume(pet, place), np.ones(place.shape, dtype=bool)) == pytest.approx((8 + 6) / 7)

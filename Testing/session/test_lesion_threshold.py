"""Lesions at another threshold: equal to the threshold itself where nobody edited, and edits respected."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from NEMOPETLib.masks.lesion_rules import FixedThreshold, PercentOfMaximum
from NEMOPETLib.session.lesion_threshold import REACH_MM, at_threshold, threshold_of
from NEMOPETLib.session.mask_margin import grown, shrunk
from NEMOPETLib.studies.volume import Grid, Volume

GRID = Grid((24, 30, 30), np.diag([4.0, 4.0, 4.0, 1.0]))


def blobs(*centres_and_peaks: tuple[tuple[int, int, int], float]) -> Volume:
    """Gaussians of 7 mm FWHM and more, added to a background of SUV 1."""
    index = np.indices(GRID.shape)
    suv = np.ones(GRID.shape)
    for centre, peak in centres_and_peaks:
        squared = sum((index[axis] - centre[axis]) ** 2 for axis in range(3))
        suv += (peak - 1) * np.exp(-squared / (2 * 2.0**2))
    return Volume(suv.astype(np.float32), GRID)


PET = blobs(((8, 8, 8), 12.0), ((15, 20, 20), 6.0))


@pytest.mark.parametrize("threshold", [2.5, 3.5, 4.0, 4.5, 5.5, 8.0])
def test_without_edits_it_is_the_threshold_itself(threshold: float) -> None:
    lesions = PET.voxels >= 4
    np.testing.assert_array_equal(at_threshold(lesions, PET, threshold, 4.0), PET.voxels >= threshold)


def test_a_lesion_that_a_reader_took_out_stays_out_and_does_not_come_back_from_its_edge() -> None:
    numbers, _ = ndimage.label(PET.voxels >= 4)
    second = numbers == numbers[15, 20, 20]
    kept = (PET.voxels >= 4) & ~second
    lower = at_threshold(kept, PET, 3.5, 4.0)
    assert not (lower & ndimage.binary_dilation(second, iterations=2)).any()
    assert (lower & ~kept).any()


def test_what_a_reader_drew_below_the_threshold_stays_at_any() -> None:
    drawn = PET.voxels >= 4
    drawn[20:22, 4:6, 4:6] = True
    for threshold in (3.5, 4.5, 9.0):
        assert at_threshold(drawn, PET, threshold, 4.0)[20:22, 4:6, 4:6].all()


def test_it_does_not_grow_into_physiological_uptake() -> None:
    lesions = PET.voxels >= 4
    apart = np.zeros(GRID.shape, dtype=bool)
    apart[:, :, 8:] = True
    lower = at_threshold(lesions, PET, 3.0, 4.0, apart)
    assert not (lower & ~lesions & apart).any()
    assert (lower & ~lesions).any()


def test_flat_uptake_around_is_entered_for_a_centimetre_at_most() -> None:
    warm = Volume(np.maximum(PET.voxels, 3.7), GRID)
    lesions = warm.voxels >= 4
    lower = at_threshold(lesions, warm, 3.5, 4.0)
    distance = ndimage.distance_transform_edt(~lesions, sampling=4.0)
    np.testing.assert_array_equal(lower, distance <= REACH_MM)


def test_no_new_lesion_is_made() -> None:
    faint = blobs(((8, 8, 8), 12.0), ((15, 20, 20), 3.9))
    lower = at_threshold(faint.voxels >= 4, faint, 3.5, 4.0)
    assert ndimage.label(lower, structure=np.ones((3, 3, 3)))[1] == 1


def test_lesions_at_the_border_and_none_at_all() -> None:
    edge = blobs(((0, 0, 0), 12.0))
    np.testing.assert_array_equal(at_threshold(edge.voxels >= 4, edge, 3.5, 4.0), edge.voxels >= 3.5)
    nothing = np.zeros(GRID.shape, dtype=bool)
    assert not at_threshold(nothing, PET, 3.5, 4.0).any()
    assert not at_threshold(nothing, PET, 4.5, 4.0).any()


@settings(max_examples=25, deadline=None)
@given(
    flips=st.lists(st.tuples(*(st.integers(0, size - 1) for size in GRID.shape)), max_size=40),
    thresholds=st.lists(st.floats(2.0, 8.0), min_size=2, max_size=3),
)
def test_a_higher_threshold_never_gives_more(flips: list[tuple[int, int, int]], thresholds: list[float]) -> None:
    lesions = PET.voxels >= 4
    for index in flips:
        lesions[index] = ~lesions[index]
    np.testing.assert_array_equal(at_threshold(lesions, PET, 4.0, 4.0), lesions)
    low, *_, high = sorted(thresholds)
    assert not (at_threshold(lesions, PET, high, 4.0) & ~at_threshold(lesions, PET, low, 4.0)).any()


def test_the_threshold_is_read_from_what_the_row_says_of_the_engine() -> None:
    assert threshold_of(f"threshold: {FixedThreshold(2.5).description}, 26-connected") == 2.5
    assert threshold_of(f"LION: Dataset1, {FixedThreshold().description}, 26-connected") == 4.0
    assert threshold_of(f"percent: {PercentOfMaximum().description}") == 4.0
    assert threshold_of("drawn by the reader") == 4.0


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), share=st.floats(0.02, 0.98))
def test_one_voxel_more_or_less_is_that_of_scipy(seed: int, share: float) -> None:
    mask = np.random.default_rng(seed).random((7, 8, 9)) < share
    np.testing.assert_array_equal(grown(mask), ndimage.binary_dilation(mask))
    np.testing.assert_array_equal(shrunk(mask), ndimage.binary_erosion(mask, border_value=1))

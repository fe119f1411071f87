from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.masks.region_growing import grow_region, part_at, seed_voxel
from NEMOPETLib.studies.volume import Grid, Volume

AFFINE = np.array([[0, 2.0, 0, 10], [-2.0, 0, 0, -20], [0, 0, 2.5, 30], [0, 0, 0, 1]])
GRID = Grid((70, 50, 60), AFFINE)  # larger than the first box around a click


def smooth_pet(seed: int) -> Volume:
    noise = ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=GRID.shape), 2.5)
    return Volume((4 + noise / noise.std()).astype(np.float32), GRID)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000))
def test_the_region_is_that_of_labelling_the_whole_image(seed):
    pet = smooth_pet(seed)
    labels, _ = ndimage.label(pet.voxels >= 4, np.ones((3, 3, 3)))
    at = tuple(np.argwhere(labels)[seed % np.count_nonzero(labels)])
    region = grow_region(pet, GRID.positions(np.array([at]))[0], 4.0, limit_ml=np.inf)
    assert region.complete
    assert np.array_equal(region.mask.whole().voxels, labels == labels[at])
    assert region.suv_max == pet.voxels[labels == labels[at]].max()
    part = part_at(Mask("lesions", labels > 0, GRID), at)
    assert part is not None
    assert np.array_equal(part.whole().voxels, labels == labels[at])


def test_growing_ends_at_the_limit():
    pet = Volume(np.full(GRID.shape, 9, np.float32), GRID)
    region = grow_region(pet, GRID.positions(np.array([[35, 25, 30]]))[0], 4.0, limit_ml=50)
    assert not region.complete
    assert region.mask.volume_ml > 50
    assert region.mask.voxels.size < pet.voxels.size / 2


def test_a_small_region_beyond_the_limit_is_not_complete():
    pet = Volume(np.zeros(GRID.shape, np.float32), GRID)
    pet.voxels[30:34, 20:24, 20:24] = 5  # 64 voxels of 10 mm³
    at = GRID.positions(np.array([[31, 21, 21]]))[0]
    assert not grow_region(pet, at, 4.0, limit_ml=0.5).complete
    assert grow_region(pet, at, 4.0, limit_ml=0.65).complete
    assert grow_region(pet, at, 4.0, limit_ml=1).mask.volume_ml == pytest.approx(0.64)


@pytest.mark.parametrize(("point", "what"), [([35, 25, 30], "SUV 1.00 .* is below 4"), ([70, 0, 0], "outside")])
def test_a_click_beside_a_lesion_is_said(point, what):
    pet = Volume(np.ones(GRID.shape, np.float32), GRID)
    with pytest.raises(InputError, match=what):
        grow_region(pet, GRID.positions(np.array([point]))[0], 4.0, limit_ml=100)


def test_no_part_where_the_mask_is_not():
    mask = Mask("lesions", np.zeros(GRID.shape, bool), GRID)
    mask.voxels[1, 1, 1] = True
    assert part_at(mask, (5, 5, 5)) is None


def test_the_voxel_at_a_point():
    for index in [(0, 0, 0), (69, 49, 59), (12, 3, 40)]:
        assert seed_voxel(GRID, GRID.positions(np.array([index]) + 0.4)[0]) == index

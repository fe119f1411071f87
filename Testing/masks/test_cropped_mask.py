from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.cropped_mask import CroppedMask, crop, empty_mask, same_voxels
from NEMOPETLib.masks.mask import Mask, PackedMask
from NEMOPETLib.masks.mask_files import read_mask
from NEMOPETLib.masks.segmentation_file import write_segmentation
from NEMOPETLib.studies.volume import Grid

AFFINE = np.array([[0.8, 0, -1.2, 10], [0.6, 0, 1.6, -20], [0, -1.5, 0, 30], [0, 0, 0, 1]])
GRID = Grid((6, 7, 8), AFFINE)


def random_mask(seed: int, share: float) -> Mask:
    return Mask("spleen", np.random.default_rng(seed).random(GRID.shape) < share, GRID)


@given(st.integers(0, 2**32), st.sampled_from([0.0, 0.005, 0.02, 1.0]))
def test_cropping_loses_nothing_and_is_tight(seed, share):
    mask = random_mask(seed, share)
    cropped = crop(mask)
    assert np.array_equal(cropped.whole().voxels, mask.voxels)
    assert same_voxels(cropped, PackedMask(mask))
    assert cropped.volume_ml == pytest.approx(mask.voxels.sum() * 3.0 / 1000)
    if mask.voxels.any():
        for axis in range(3):
            sides = np.moveaxis(cropped.voxels, axis, 0)
            assert sides[0].any()
            assert sides[-1].any()


@pytest.mark.parametrize("slices", [slice(0, 2), slice(1, 5), slice(4, 9), slice(6, 8), slice(None)])
def test_slabs(slices):
    mask = random_mask(4, 0.01)
    assert np.array_equal(crop(mask).slab(slices), mask.voxels[slices])


def test_the_file_of_the_box_alone_lies_at_its_place(tmp_path):
    mask = random_mask(7, 0.01)
    path = tmp_path / "spleen.seg.nrrd"
    write_segmentation(path, {"spleen": crop(mask).on_its_box()}, compressed=False)
    back = read_mask(path, "spleen", GRID)
    assert back.warnings == ()
    assert np.array_equal(back.voxels, mask.voxels)


def test_an_empty_mask():
    assert not empty_mask("spleen", GRID).whole().voxels.any()


@pytest.mark.parametrize("corner", [(-1, 0, 0), (0, 0, 7)])
def test_a_box_that_reaches_out_of_the_image_is_refused(corner):
    with pytest.raises(InputError, match="reaches out of its image"):
        CroppedMask("spleen", np.ones((1, 1, 2), bool), corner, GRID)

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.corrections import Correction, corrected_segments, correction, correction_of_files
from NEMOPETLib.masks.cropped_mask import crop
from NEMOPETLib.masks.mask import Mask, PackedMask
from NEMOPETLib.masks.segmentation_file import write_segmentation
from NEMOPETLib.studies.volume import Grid

GRID = Grid((5, 6, 7), np.diag([2.0, 2.0, 3.0, 1.0]))


def random_mask(seed: int, share: float) -> Mask:
    return Mask("lesions", np.random.default_rng(seed).random(GRID.shape) < share, GRID)


def test_by_hand():
    automatic = Mask("lesions", np.zeros(GRID.shape, bool), GRID)
    automatic.voxels[1, 1, 1:5] = True  # 4 voxels
    corrected = Mask("lesions", np.zeros(GRID.shape, bool), GRID)
    corrected.voxels[1, 1, 3:6] = True  # 3 voxels, 2 of them in common
    found = correction(automatic, corrected)
    assert found == Correction(added_voxels=1, removed_voxels=2, dice=4 / 7)
    assert corrected_segments({"lesions": found}) == "lesions +1 -2 voxels Dice 0.57"


@given(st.integers(0, 2**32), st.integers(0, 2**32), st.sampled_from([0.0, 0.01, 0.5, 1.0]))
def test_as_sets_of_voxels(seed, other, share):
    automatic, corrected = random_mask(seed, share), random_mask(other, 0.4)
    one, two = set(np.flatnonzero(automatic.voxels)), set(np.flatnonzero(corrected.voxels))
    found = correction(PackedMask(automatic), crop(corrected))
    assert correction(crop(automatic), crop(corrected)) == found
    assert found.added_voxels == len(two - one)
    assert found.removed_voxels == len(one - two)
    assert found.dice == pytest.approx(2 * len(one & two) / (len(one) + len(two)))


@pytest.mark.parametrize("share", [0.0, 0.3])
def test_nothing_changed_is_not_said(share):
    found = correction(random_mask(1, share), random_mask(1, share))
    assert found == Correction(0, 0, 1.0)
    assert corrected_segments({"lesions": found, "spleen": Correction(5, 0, 0.999)}) == "spleen +5 -0 voxels Dice 0.99"


def test_all_taken_away():
    assert correction(random_mask(1, 1.0), random_mask(1, 0.0)) == Correction(0, 210, 0.0)


def test_two_files(tmp_path):
    automatic, corrected = random_mask(1, 0.3), random_mask(2, 0.2)
    (tmp_path / "automatic").mkdir()
    for path, mask in ((tmp_path / "automatic" / "m.seg.nrrd", automatic), (tmp_path / "m.seg.nrrd", corrected)):
        write_segmentation(path, {"lesions": mask, "spleen": random_mask(3, 0.1)})
    found = correction_of_files(tmp_path / "automatic" / "m.seg.nrrd", tmp_path / "m.seg.nrrd", "lesions", GRID)
    assert found == correction(automatic, corrected)


def test_masks_of_several_grids_are_refused():
    other = Mask("lesions", np.zeros((5, 6, 8), bool), Grid((5, 6, 8), GRID.affine))
    with pytest.raises(InputError, match="does not lie on the voxels"):
        correction(random_mask(1, 0.1), other)

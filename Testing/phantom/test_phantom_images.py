import tracemalloc
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from NEMOPETLib.phantom.images import CT_NOISE_HU, PET_FWHM_MM, ct_slices, pet_slices
from NEMOPETLib.phantom.materials import Material
from NEMOPETLib.phantom.parts import Anatomy, Part
from NEMOPETLib.phantom.phantom import Phantom, full_phantom, small_phantom
from NEMOPETLib.phantom.sampling import Sampling
from NEMOPETLib.phantom.solids import sphere
from NEMOPETLib.phantom.volumes import ct_volume, lesion_label_volume, mask_volume, pet_volume


@pytest.fixture(scope="module")
def phantom():
    return small_phantom()


def test_sizes():
    full, small = full_phantom(), small_phantom()
    assert full.ct.grid.shape == (700, 512, 512)
    assert full.pet.grid.shape == (500, 200, 200)
    assert full.pet.grid.spacing == pytest.approx([2.5, 2.5, 2.0])
    for phantom in (full, small):
        assert not np.allclose(phantom.ct.grid.origin, phantom.pet.grid.origin)
        assert not np.allclose(phantom.ct.grid.spacing, phantom.pet.grid.spacing)


def test_sharp_images_hold_nothing_but_the_materials(phantom):
    for name in ("muscle", "fat_sc", "fat_v", "spleen", "liver", "lung", "kidney"):
        material = next(part.material for part in phantom.anatomy.parts if part.name == name)
        inside = ct_volume(phantom).voxels[mask_volume(phantom, name).voxels]
        assert (inside == material.hu).all()
    uptakes = {0.0} | {part.material.suv for part in phantom.anatomy.parts}
    assert set(np.unique(pet_volume(phantom).voxels)) == {np.float32(suv) for suv in uptakes}


def test_types_and_shapes(phantom):
    hu, suv = next(ct_slices(phantom, "noisy")), next(pet_slices(phantom, "noisy"))
    assert (hu.dtype, hu.shape) == (np.int16, (phantom.ct.rows, phantom.ct.columns))
    assert (suv.dtype, suv.shape) == (np.float32, (phantom.pet.rows, phantom.pet.columns))


def test_blur_keeps_the_activity_and_spills_it_over(phantom):
    sharp, blurred = pet_volume(phantom).voxels, pet_volume(phantom, "blurred").voxels
    assert blurred.sum() == pytest.approx(sharp.sum(), rel=0.005)
    inside = lesion_label_volume(phantom).voxels > 0
    assert 0.5 * sharp[inside].mean() < blurred[inside].mean() < 0.9 * sharp[inside].mean()


def test_blur_has_the_stated_width():
    # The second moment of a blurred ball: r²/5 of the ball, σ² of the blur, w²/12 of the voxel.
    ball = Anatomy((Part("ball", sphere((0.3, -0.4, 0.2), 4.0), Material(0, 1.0)),))
    grid = Sampling(32, 32, 2.0, (-31.0, -31.0), tuple(np.arange(-30.0, 31.0, 1.5)))
    image = pet_volume(Phantom("ball", ball, grid, grid), "blurred")
    weights = image.voxels / image.voxels.sum()
    positions = image.grid.positions(np.argwhere(weights > 0))
    weights = weights[weights > 0]
    centre = weights @ positions
    assert centre == pytest.approx([0.3, -0.4, 0.2], abs=0.1)
    expected = 4.0**2 / 5 + PET_FWHM_MM**2 / (8 * np.log(2)) + image.grid.spacing**2 / 12
    assert weights @ (positions - centre) ** 2 == pytest.approx(expected, rel=0.02)


def test_noise_is_of_the_stated_size_and_without_bias(phantom):
    noise = ct_volume(phantom, "noisy").voxels.astype(float) - ct_volume(phantom, "blurred").voxels
    muscle = noise[mask_volume(phantom, "muscle").voxels]
    assert muscle.std() == pytest.approx(CT_NOISE_HU, rel=0.02)
    assert muscle.mean() == pytest.approx(0.0, abs=0.1)
    suv, clean = pet_volume(phantom, "noisy").voxels, pet_volume(phantom, "blurred").voxels
    body = clean > 0.2
    assert suv[body].mean() == pytest.approx(clean[body].mean(), rel=0.002)
    assert suv.min() >= 0.0
    hot = clean > 5.0
    assert (suv - clean)[hot].std() > 2 * (suv - clean)[body & (clean < 0.5)].std()


def test_noise_depends_on_the_seed_alone(phantom):
    first, again, other = (pet_volume(phantom, "noisy", seed).voxels for seed in (1, 1, 2))
    assert (first == again).all()
    assert not (first == other).all()


def test_bed_gaps_are_those_of_a_real_scanner(phantom):
    for original in (phantom, full_phantom()):
        heights = original.with_bed_gaps().pet.heights
        gaps = np.diff(heights).round(2)
        assert set(gaps) == {3.19, 3.27, 3.29} if original.name == "full" else {3.27, 3.29} <= set(gaps)
        assert (gaps != 3.27).sum() == (len(heights) - 1) // 44
        assert heights[0] == original.pet.heights[0]
        assert 0 <= original.pet.heights[-1] - heights[-1] < 3.27


def test_slices_with_bed_gaps_are_made_where_they_lie(phantom):
    gapped = phantom.with_bed_gaps()
    slices = list(pet_slices(gapped))
    for k in (0, 50, len(slices) - 1):
        alone = replace(gapped, pet=replace(gapped.pet, heights=(gapped.pet.heights[k], 900.0)))
        assert (next(pet_slices(alone)) == slices[k]).all()


@pytest.mark.parametrize("variant", ["sharp", "noisy"])
def test_no_more_than_a_few_slices_are_in_memory(variant):
    phantom = full_phantom()
    tracemalloc.start()
    for _ in islice(ct_slices(phantom, variant), 20):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40e6  # the whole CT is 367 MB

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.masks.onto_grid import onto_grid, part_of, place
from NEMOPETLib.masks.segments import Block
from NEMOPETLib.studies.volume import Grid


def random_grid(rng: np.random.Generator, shape: tuple[int, int, int]) -> Grid:
    affine = np.eye(4)
    affine[:3, :3] = Rotation.random(rng=rng).as_matrix() * rng.uniform(0.8, 5, 3)
    affine[:3, 3] = rng.uniform(-300, 300, 3)
    return Grid(shape, affine)


def straight_grid(shape, spacing=(1.0, 1.0, 1.0), origin=(0.0, 0.0, 0.0)) -> Grid:
    return Grid(shape, np.block([[np.diag(spacing), np.array(origin)[:, None]], [np.zeros((1, 3)), np.ones((1, 1))]]))


def by_search(voxels, source: Grid, target: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Whether the centre of each target voxel lies in a source voxel that is set; one voxel at a time.

    And whether no border between voxels is near the centre.
    """
    found, clear = np.zeros(target.shape, bool), np.zeros(target.shape, bool)
    for index in itertools.product(*map(range, target.shape)):
        there = source.indices(target.positions(np.array([index])))[0] + 0.5
        clear[index] = (np.abs(there - np.rint(there)) > 2e-4).all()
        there = np.floor(there).astype(int)
        if (there >= 0).all() and (there < source.shape).all():
            found[index] = voxels[tuple(there)]
    return found, clear


@given(
    seed=st.integers(0, 2**32),
    order=st.permutations([0, 1, 2]),
    senses=st.tuples(*[st.sampled_from([-1, 1])] * 3),
    shift=st.tuples(*[st.integers(-4, 4)] * 3),
)
def test_coinciding_lattices_keep_every_voxel(seed, order, senses, shift):
    rng = np.random.default_rng(seed)
    target = random_grid(rng, tuple(rng.integers(1, 7, 3)))
    turn = np.zeros((4, 4))
    turn[order, [0, 1, 2]] = senses
    turn[:3, 3], turn[3, 3] = shift, 1
    source = Grid(tuple(rng.integers(1, 7, 3)), target.affine @ turn)
    moved = source.affine.copy()
    moved[:3, 3] += rng.uniform(-0.03, 0.03, 3)
    source = Grid(source.shape, moved)
    voxels = rng.random(source.shape) < 0.5

    indices = np.rint(target.indices(source.positions(np.argwhere(voxels)))).astype(int)
    kept = ((indices >= 0) & (indices < target.shape)).all(axis=1)
    expected = np.zeros(target.shape, bool)
    expected[tuple(indices[kept].T)] = True

    placed = place([Block(voxels, source)], target)
    assert np.array_equal(placed.voxels, expected)
    assert not placed.resampled
    assert placed.source_ml == pytest.approx(voxels.sum() * source.voxel_volume_ml)
    assert placed.lost_fraction == pytest.approx(1 - kept.mean() if voxels.any() else 0)


@given(seed=st.integers(0, 2**32))
def test_other_lattices_are_sampled_at_voxel_centres(seed):
    rng = np.random.default_rng(seed)
    target = random_grid(rng, tuple(rng.integers(1, 7, 3)))
    source = random_grid(rng, tuple(rng.integers(1, 7, 3)))
    moved = source.affine.copy()
    moved[:3, 3] += target.positions(np.array([np.array(target.shape) / 2]))[0] - moved[:3, 3]
    source = Grid(source.shape, moved)
    voxels = rng.random(source.shape) < 0.6
    placed = place([Block(voxels, source)], target)
    found, clear = by_search(voxels, source, target)
    assert np.array_equal(placed.voxels[clear], found[clear])


@settings(deadline=None)
@given(seed=st.integers(0, 2**32), spacing=st.sampled_from([0.5, 1.0, 1.5, 2.0, 3.0, 4.0]), half=st.booleans())
def test_slabs_tile_space_even_where_centres_lie_between_voxels(seed, spacing, half):
    """Centres exactly on the border of two slabs belong to one of them: no gap, and nothing twice."""
    rng = np.random.default_rng(seed)
    source = straight_grid((6, 3, 3), (1, 1, 2.0), (0, 0, 0.1))
    target = straight_grid((20, 3, 3), (1, 1, spacing), (0, 0, 0.1 + (spacing / 2 if half else 0)))
    voxels = rng.random(source.shape) < 0.5
    whole = place([Block(voxels, source)], target).voxels
    slabs = [Block(voxels[k : k + 1], part_of(source, k, 1)) for k in range(6)]
    assert np.array_equal(place(slabs, target).voxels, whole)
    assert sum(place([slab], target).voxels.sum() for slab in slabs) == whole.sum()


def test_finer_grid_keeps_the_volume():
    mask = Mask("spleen", np.ones((4, 5, 6), bool), straight_grid((4, 5, 6), (4, 4, 3), (-1.5, -1.5, -1)))
    fine = straight_grid((20, 30, 40), origin=(-5, -5, -3))
    carried = onto_grid(mask, fine)
    assert carried.voxels.sum() * fine.voxel_volume_ml == pytest.approx(120 * 0.048)
    (said,) = carried.warnings
    assert said.startswith("mask 'spleen' lies on other voxels than the image: carried over by nearest")
    assert said.endswith("5.76 ml became 5.76 ml")


def test_what_sticks_out_is_counted():
    voxels = np.ones((4, 5, 6), bool)
    grid = straight_grid((4, 5, 6), (2, 2, 2))
    inner = Grid((3, 5, 6), grid.affine)
    assert onto_grid(Mask("muscle", voxels, grid), inner).warnings == (
        "25 % of mask 'muscle' lies outside the image and is left out",
    )
    coarse = straight_grid((2, 10, 10), (2, 2, 4), (0, 0, 1))
    lost = [w for w in onto_grid(Mask("muscle", voxels, grid), coarse).warnings if "outside" in w]
    assert lost == []
    shifted = straight_grid((2, 10, 10), (2, 2, 4), (0, 0, 5))
    lost = [w for w in onto_grid(Mask("muscle", voxels, grid), shifted).warnings if "outside" in w]
    assert lost == ["50 % of mask 'muscle' lies outside the image and is left out"]


def test_a_mask_of_elsewhere_is_refused():
    mask = Mask("muscle", np.ones((4, 5, 6), bool), straight_grid((4, 5, 6)))
    for origin in ((0, 0, 4), (0.3, 0, 4), (0.3, 0, 400)):
        with pytest.raises(InputError, match="mask 'muscle' lies wholly outside the image"):
            onto_grid(mask, straight_grid((4, 5, 6), origin=origin))


def test_an_empty_mask_is_said():
    mask = Mask("lesions", np.zeros((4, 5, 6), bool), straight_grid((4, 5, 6)), ("before",))
    carried = onto_grid(mask, straight_grid((4, 5, 6), origin=(0, 0, 400)))
    assert not carried.voxels.any()
    assert carried.warnings == ("before", "mask 'lesions' has no voxel")


def test_blocks_that_overlap_are_united():
    grid = straight_grid((1, 1, 3))
    blocks = [Block(np.array([[[True, False, False]]]), grid), Block(np.array([[[True, True, False]]]), grid)]
    assert place(blocks, grid).voxels.tolist() == [[[True, True, False]]]


@pytest.mark.parametrize(("off", "resampled"), [(0.04, False), (0.09, False), (0.2, True)])
def test_lattices_coincide_within_a_tenth_of_a_millimetre(off, resampled):
    grid = straight_grid((3, 3, 3), (2, 2, 2))
    placed = place([Block(np.ones((3, 3, 3), bool), straight_grid((3, 3, 3), (2, 2, 2), (0, off, 0)))], grid)
    assert placed.resampled is resampled
    assert placed.voxels.all()


def test_coarse_frames_are_not_copied_one_to_one():
    """Single 5 mm frames on 3.5 mm slices: each frame fills every slice whose centre it contains."""
    slices = straight_grid((4, 1, 1), (1, 1, 3.5))
    frames = [Block(np.ones((1, 1, 1), bool), straight_grid((1, 1, 1), (1, 1, 5), (0, 0, z))) for z in (0, 5, 10)]
    placed = place(frames, slices)
    assert placed.resampled
    assert placed.voxels.all()

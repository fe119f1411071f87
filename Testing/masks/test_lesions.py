"""Lesions found from SUV: which regions, which numbers, which are flagged."""

from __future__ import annotations

import numpy as np
import pytest
import SimpleITK
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy import ndimage

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.lesion_rules import FixedThreshold, PercentOfMaximum, PercistLiver, RobustPercistLiver
from NEMOPETLib.masks.lesions import segment_lesions
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.phantom.examination import Examination
from NEMOPETLib.phantom.phantom import small_phantom
from NEMOPETLib.phantom.truth import truth_of
from NEMOPETLib.phantom.volumes import mask_volume, pet_volume
from NEMOPETLib.studies.volume import Grid, Volume

GRID = Grid((8, 9, 10), np.diag([4.0, 4.0, 3.0, 1.0]))
SUV = arrays(np.float32, GRID.shape, elements=st.floats(0, 10, width=16))


def pet_with(*spots: tuple[tuple[int, int, int], float]) -> Volume:
    voxels = np.zeros(GRID.shape, np.float32)
    for place, suv in spots:
        voxels[place] = suv
    return Volume(voxels, GRID)


def mask_of(*places: tuple[int, int, int], name: str = "organ") -> Mask:
    voxels = np.zeros(GRID.shape, bool)
    for place in places:
        voxels[place] = True
    return Mask(name, voxels, GRID)


@given(SUV, st.floats(0.5, 9))
def test_regions_are_those_of_itk(voxels: NDArray[np.float32], suv: float) -> None:
    found = segment_lesions(Volume(voxels, GRID), FixedThreshold(suv)).labels.voxels
    image = SimpleITK.GetImageFromArray((voxels >= suv).astype(np.uint8))
    expected = SimpleITK.GetArrayFromImage(SimpleITK.ConnectedComponent(image, True))
    count = int(expected.max())
    assert found.max() == count
    # One to one: every found lesion is one expected region.
    pairs = set(zip(found.ravel().tolist(), expected.ravel().tolist(), strict=True)) - {(0, 0)}
    assert len(pairs) == count


@given(SUV, st.floats(1, 5), st.floats(0, 4))
def test_a_higher_threshold_finds_a_subset(voxels: NDArray[np.float32], suv: float, more: float) -> None:
    pet = Volume(voxels, GRID)
    low, high = (segment_lesions(pet, FixedThreshold(each)).labels.voxels > 0 for each in (suv, suv + more))
    assert not (high & ~low).any()


@given(SUV, st.tuples(st.booleans(), st.booleans(), st.booleans()))
def test_numbers_do_not_depend_on_how_the_grid_is_stored(
    voxels: NDArray[np.float32], flips: tuple[bool, bool, bool]
) -> None:
    axes = [axis for axis, flip in enumerate(flips) if flip]
    affine = GRID.affine.copy()
    for axis in axes:
        column = 2 - axis  # voxel axes are k, j, i; the matrix' columns i, j, k
        affine[:3, 3] += affine[:3, column] * (GRID.shape[axis] - 1)
        affine[:3, column] *= -1
    flipped = Volume(np.flip(voxels, axes), Grid(GRID.shape, affine))
    there = segment_lesions(flipped, FixedThreshold(6)).labels.voxels
    here = segment_lesions(Volume(voxels, GRID), FixedThreshold(6)).labels.voxels
    assert sorted(np.bincount(there.ravel())) == sorted(np.bincount(here.ravel()))
    if len(np.unique(_centroids(here), axis=0)) == here.max():  # two with one centroid may swap numbers
        np.testing.assert_array_equal(np.flip(there, axes), here)


def _centroids(labels: NDArray[np.uint16]) -> NDArray[np.float64]:
    numbers = range(1, int(labels.max()) + 1)
    return np.round(np.array(ndimage.center_of_mass(labels > 0, labels, numbers)).reshape(-1, 3), 2)


def test_threshold_keeps_what_equals_it() -> None:
    found = segment_lesions(pet_with(((2, 2, 2), 4.0), ((5, 5, 5), 3.9999)), FixedThreshold(4.0))
    assert found.labels.voxels.sum() == 1


def test_numbered_from_head_to_feet_then_front_to_back() -> None:
    pet = pet_with(((1, 2, 2), 9), ((6, 7, 2), 5), ((6, 1, 2), 6))
    labels = segment_lesions(pet, FixedThreshold()).labels.voxels
    assert (labels[6, 1, 2], labels[6, 7, 2], labels[1, 2, 2]) == (1, 2, 3)


def test_voxels_that_share_a_corner_are_one_lesion() -> None:
    pet = pet_with(((2, 2, 2), 9), ((3, 3, 3), 9), ((5, 5, 5), 9))
    assert segment_lesions(pet, FixedThreshold()).labels.voxels.max() == 2


def test_physiological_uptake_is_removed_and_partial_overlap_flagged() -> None:
    row = [((2, 2, i), 9.0) for i in range(1, 5)]
    other = [((6, 6, i), 9.0) for i in range(1, 5)]
    pet = pet_with(*row, *other)
    kidney = mask_of(*[(2, 2, i) for i in range(1, 4)], (6, 6, 1))
    found = segment_lesions(pet, FixedThreshold(), organs={"kidney": kidney})
    assert found.labels.voxels.max() == 1
    assert (found.labels.voxels[6, 6, 1:5] == 1).all(), "a flagged lesion is kept whole"
    assert found.warnings == (
        "1 regions of physiological uptake were removed (kidney: 1)",
        "lesion 1 overlaps kidney (25 % of it): check it",
    )


def test_exactly_half_inside_an_organ_is_for_the_reader() -> None:
    pet = pet_with(((2, 2, 1), 9), ((2, 2, 2), 9))
    found = segment_lesions(pet, FixedThreshold(), organs={"heart": mask_of((2, 2, 1))})
    assert found.labels.voxels.max() == 1
    assert "50 %" in found.warnings[0]


def test_inside_and_least_volume() -> None:
    pet = pet_with(((2, 2, 2), 9), ((2, 2, 3), 9), ((6, 6, 6), 9), ((6, 1, 1), 9))
    inside = mask_of((2, 2, 2), (2, 2, 3), (6, 6, 6))
    found = segment_lesions(pet, FixedThreshold(), inside=inside, min_volume_ml=0.09)
    assert np.count_nonzero(found.labels.voxels) == 2
    assert found.warnings == ("1 regions smaller than 0.09 ml were dropped",)


def test_percent_of_each_region_s_own_maximum() -> None:
    pet = pet_with(((2, 2, 1), 20), ((2, 2, 2), 8.3), ((2, 2, 3), 8.1), ((6, 6, 1), 10), ((6, 6, 2), 4.05))
    labels = segment_lesions(pet, PercentOfMaximum()).labels.voxels
    assert (labels > 0).sum() == 3  # 20, 8.3 (>= 8.2) and 10 (4.05 < 4.1)
    drawn = mask_of(*[(6, 6, i) for i in range(1, 5)], name="inside")
    low = pet_with(((6, 6, 1), 3.0), ((6, 6, 2), 1.3), ((6, 6, 3), 1.2), ((2, 2, 2), 50))
    labels = segment_lesions(low, PercentOfMaximum(), inside=drawn).labels.voxels
    assert (labels > 0).sum() == 2  # 3.0 and 1.3 (>= 1.23), though below SUV 4


def test_percist_threshold_from_the_liver() -> None:
    pet = pet_with(((1, 1, 1), 2.0), ((1, 1, 2), 3.0), ((6, 6, 6), 5.16), ((3, 6, 6), 5.17))
    liver = mask_of((1, 1, 1), (1, 1, 2), name="liver")
    labels = segment_lesions(pet, PercistLiver(liver)).labels.voxels
    # 1.5 × 2.5 + 2 × 0.7071 = 5.1642
    assert (labels[3, 6, 6], labels[6, 6, 6], labels.max()) == (1, 0, 1)
    with pytest.raises(InputError, match="liver"):
        segment_lesions(pet, PercistLiver(mask_of(name="liver")))


def test_percist_threshold_from_a_liver_with_a_metastasis() -> None:
    in_liver = [((1, 1, i), suv) for i, suv in enumerate((1.9, 2.0, 2.1, 2.2, 9.0))]
    pet = pet_with(*in_liver, ((6, 6, 6), 3.44), ((3, 6, 6), 3.46))
    liver = mask_of(*((1, 1, i) for i in range(5)), name="liver")
    labels = segment_lesions(pet, RobustPercistLiver(liver)).labels.voxels
    # 1.5 × 2.1 + 2 × 1.4826 × 0.1 = 3.4465
    assert (labels[3, 6, 6] > 0, labels[6, 6, 6] > 0, labels[1, 1, 4] > 0, labels.max()) == (True, False, True, 2)
    with pytest.raises(InputError, match="liver, which is not in the PET: give --liver"):
        segment_lesions(pet, RobustPercistLiver(mask_of(name="liver")))


@pytest.mark.parametrize(
    "make", [lambda: FixedThreshold(0), lambda: FixedThreshold(float("nan")), lambda: PercentOfMaximum(100)]
)
def test_rules_without_sense_are_refused(make: object) -> None:
    with pytest.raises(InputError):
        make()  # type: ignore[operator]


def test_a_mask_on_another_grid_is_refused() -> None:
    """Of another size, or of the same size elsewhere: never by index."""
    moved = GRID.affine.copy()
    moved[0, 3] += 4
    for grid in (Grid((2, 2, 2), np.eye(4)), Grid(GRID.shape, moved)):
        other = Mask("heart", np.ones(grid.shape, bool), grid)
        with pytest.raises(InputError, match="heart"):
            segment_lesions(pet_with(), FixedThreshold(), organs={"heart": other})
        with pytest.raises(InputError, match="heart"):
            segment_lesions(pet_with(), FixedThreshold(), inside=other)
        with pytest.raises(InputError, match="heart"):
            segment_lesions(pet_with(), PercistLiver(other))


def test_organs_that_overlap_count_once() -> None:
    """A quarter of the lesion lies in both organs: that is a quarter, not half."""
    pet = pet_with(*[((2, 2, i), 9.0) for i in range(1, 5)])
    organs = {name: mask_of((2, 2, 1), name=name) for name in ("kidney", "liver", "bowel")}
    assert segment_lesions(pet, FixedThreshold(), organs=organs).labels.voxels.max() == 1
    together = {"kidney": mask_of((2, 2, 1), (2, 2, 2)), "liver": mask_of((2, 2, 2), (2, 2, 3))}
    assert segment_lesions(pet, FixedThreshold(), organs=together).labels.voxels.max() == 0


def test_the_phantom_s_lesions_and_nothing_else() -> None:
    from NEMOPETLib.masks.onto_grid import onto_grid

    phantom = small_phantom()
    pet = pet_volume(phantom)
    organs = {}
    for name in ("kidney", "urinary_bladder"):
        volume = mask_volume(phantom, name)
        organs[name] = onto_grid(Mask(name, volume.voxels.astype(bool), volume.grid), pet.grid)
    found = segment_lesions(pet, FixedThreshold(), organs=organs)
    truth = truth_of(phantom.anatomy, Examination())
    assert found.labels.voxels.max() == truth.columns["lesion_count"]
    volume_ml = np.count_nonzero(found.labels.voxels) * pet.grid.voxel_volume_ml
    assert volume_ml == pytest.approx(truth.columns["tmtv_ml"], rel=0.01)

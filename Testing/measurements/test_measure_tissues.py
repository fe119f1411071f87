from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.measurements.tissues import measure_tissue
from NEMOPETLib.studies.volume import Grid, Volume

TISSUES = {
    "skeletal_muscle": (35293, 17.5964),
    "subcutaneous_fat": (35357, -92.1319),
    "torso_fat": (33969, -83.7535),
}


def test_all_classes_of_totalsegmentator(reference_data: Path, read_volume: Callable[[Path], Volume]) -> None:
    folder = reference_data / "totalsegmentator_ct"
    ct = read_volume(folder / "example_ct_sm.nii.gz")
    labels = read_volume(folder / "example_seg_fast.nii.gz")
    expected = json.loads((folder / "statistics.json").read_text())
    present = 0
    for label, (name, published) in enumerate(expected.items(), start=1):
        numbers = measure_tissue(Mask(name, labels.voxels == label, labels.grid), ct, None, None)
        assert numbers.volume_ml * 1000 == pytest.approx(published["volume"], abs=1e-6)
        if published["volume"]:
            present += 1
            assert numbers.hu_mean is not None
            assert round(numbers.hu_mean, 5) == published["intensity"]
        else:
            assert (numbers.voxel_count, numbers.hu_mean) == (0, None)
    assert present == 40


@pytest.mark.parametrize("name", TISSUES)
def test_tissues_of_totalsegmentator(name: str, reference_data: Path, read_volume: Callable[[Path], Volume]) -> None:
    folder = reference_data / "totalsegmentator_ct"
    mask = read_volume(folder / "example_seg_tissue_types" / f"{name}.nii.gz")
    numbers = measure_tissue(
        Mask(name, mask.voxels > 0, mask.grid), read_volume(folder / "example_ct_sm.nii.gz"), None, None
    )
    assert numbers.hu_mean is not None
    assert (numbers.voxel_count, round(numbers.hu_mean, 4)) == TISSUES[name]


def test_the_liver_of_dcmqi_whose_slice_thickness_is_not_its_spacing(
    reference_data: Path, read_volume: Callable[[Path], Volume]
) -> None:
    folder = reference_data / "dcmqi_seg_sr"
    ct = read_volume(folder / "ct-3slice")
    segmentation = pydicom.dcmread(folder / "liver.dcm")
    liver = np.zeros(ct.grid.shape, dtype=bool)
    for plane, frame in zip(segmentation.pixel_array, segmentation.PerFrameFunctionalGroupsSequence, strict=True):
        place = np.array(frame.PlanePositionSequence[0].ImagePositionPatient, dtype=float)
        liver[round(ct.grid.indices(place)[0])] = plane > 0
    numbers = measure_tissue(Mask("liver", liver, ct.grid), ct, None, None)
    assert numbers.hu_mean == pytest.approx(37.3289, abs=5e-5)
    assert numbers.volume_ml * 1000 == pytest.approx(70361.934, abs=1e-3)


@pytest.fixture
def ellipsoid(make_grid: Callable[..., Grid]) -> tuple[Mask, np.ndarray]:
    """A mask of half axes 30, 20 and 25 mm on a turned grid, and its centre."""
    place = make_grid((60, 64, 70), (1.1, 1.0, 1.2), (-40.0, -30.0, 1000.0), (0.0, 0.0, 15.0))
    centre = place.positions(np.array([30, 32, 35]))
    offset = place.positions(np.moveaxis(np.indices(place.shape), 0, -1)) - centre
    return Mask("spleen", np.sum((offset / [30, 20, 25]) ** 2, axis=-1) <= 1, place), centre


def ramp(place: Grid, gradient: np.ndarray, value: float, at: np.ndarray) -> Volume:
    positions = place.positions(np.moveaxis(np.indices(place.shape), 0, -1))
    return Volume(((positions - at) @ gradient + value).astype(np.float32), place)


@pytest.mark.parametrize("degrees", [(0.0, 0.0, 0.0), (0.0, 0.0, 15.0), (30.0, -70.0, 110.0), (180.0, 0.0, 90.0)])
def test_an_ellipsoid_in_linear_images(
    ellipsoid: tuple[Mask, np.ndarray],
    make_grid: Callable[..., Grid],
    degrees: tuple[float, float, float],
) -> None:
    mask, centre = ellipsoid
    pet_grid = make_grid((60, 50, 45), (4.0, 4.0, 3.0), degrees=degrees)
    affine = pet_grid.affine.copy()
    affine[:3, 3] += centre - pet_grid.positions((np.array(pet_grid.shape) - 1) / 2)
    pet = ramp(Grid(pet_grid.shape, affine), np.array([0.02, 0.01, -0.03]), 5.0, centre)
    ct = ramp(mask.grid, np.array([2.0, 3.0, -1.0]), 40.0, centre)
    numbers = measure_tissue(mask, ct, pet, 0.75)
    assert numbers.volume_ml == pytest.approx(4 / 3 * np.pi * 30 * 20 * 25 / 1000, rel=0.005)
    assert numbers.hu_mean == pytest.approx(40, abs=1e-3)
    assert numbers.sul_mean == pytest.approx(5 * 0.75, rel=1e-5)
    assert numbers.warnings == ()


def test_what_lies_outside_the_pet_is_left_out_and_said(make_grid: Callable[..., Grid]) -> None:
    place = make_grid((3, 6, 40))
    mask = Mask("muscle", np.zeros(place.shape, dtype=bool), place)
    mask.voxels[1, 2:4, 10:30] = True
    pet = Volume(np.full((4, 4, 4), 2.0, dtype=np.float32), make_grid((4, 4, 4), (4.0, 4.0, 4.0)))
    numbers = measure_tissue(mask, None, pet, 0.5)  # the PET ends at x = 14: 5 of 20 columns
    assert numbers.sul_mean == pytest.approx(1.0)
    assert numbers.warnings == ("muscle: 75.0 % lies outside the PET's field of view and is left out of its SUL",)


def test_a_mask_wholly_outside_the_pet_has_no_sul(make_grid: Callable[..., Grid]) -> None:
    place = make_grid((3, 3, 3), origin=(500.0, 0.0, 0.0))
    mask = Mask("spleen", np.zeros(place.shape, dtype=bool), place)
    mask.voxels[1, 1, 1] = True
    numbers = measure_tissue(mask, None, Volume(np.ones((3, 3, 3)), make_grid((3, 3, 3))), 0.7)
    assert numbers.sul_mean is None
    assert numbers.warnings == ("spleen: the mask lies outside the PET's field of view, so it has no SUL",)


def test_an_empty_mask_has_a_volume_of_zero_and_nothing_else(make_grid: Callable[..., Grid]) -> None:
    place = make_grid()
    image = Volume(np.ones(place.shape), place)
    numbers = measure_tissue(Mask("fat_v", np.zeros(place.shape, dtype=bool), place), image, image, 0.7)
    assert (numbers.voxel_count, numbers.volume_ml, numbers.hu_mean, numbers.sul_mean) == (0, 0.0, None, None)
    assert numbers.warnings == ("fat_v: the mask is empty",)


def test_a_mask_at_the_border_is_said(make_grid: Callable[..., Grid]) -> None:
    place = make_grid()
    mask = Mask("muscle", np.zeros(place.shape, dtype=bool), place, warnings=("muscle: moved",))
    mask.voxels[:, 5, 5] = True
    numbers = measure_tissue(mask, None, None, None)
    assert numbers.warnings == (
        "muscle: moved",
        "muscle: the mask touches the border of its image (inferior, superior) and may be cut off there",
    )


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_left_out_and_said(make_grid: Callable[..., Grid], bad: float) -> None:
    place = make_grid((5, 5, 5))
    mask = Mask("muscle", np.zeros(place.shape, dtype=bool), place)
    mask.voxels[2, 2, 1:4] = True
    image = np.full(place.shape, 10.0, dtype=np.float32)
    image[2, 2, 3] = bad
    numbers = measure_tissue(mask, Volume(image, place), Volume(image, place), 1.0)
    assert (numbers.hu_mean, numbers.sul_mean) == (10, 10)
    assert "muscle: 1 voxels have no finite HU and are left out of its mean" in numbers.warnings
    assert any("no finite SUV" in warning for warning in numbers.warnings)


def test_without_lean_body_mass_there_is_no_sul(make_grid: Callable[..., Grid]) -> None:
    place = make_grid((5, 5, 5))
    mask = Mask("muscle", np.zeros(place.shape, dtype=bool), place)
    mask.voxels[2, 2, 2] = True
    image = Volume(np.ones(place.shape), place)
    assert measure_tissue(mask, image, image, None).sul_mean is None


def test_large_sums_of_small_types_do_not_overflow(make_grid: Callable[..., Grid]) -> None:
    place = make_grid((40, 40, 40))
    mask = Mask("muscle", np.ones(place.shape, dtype=bool), place)
    ct = Volume(np.full(place.shape, 30000, dtype=np.int16), place)
    assert measure_tissue(mask, ct, None, None).hu_mean == 30000


def test_arrays_in_any_memory_order(make_grid: Callable[..., Grid]) -> None:
    place = make_grid((6, 7, 8))
    random = np.random.default_rng(5)
    voxels, image = random.random(place.shape) > 0.5, random.random(place.shape)
    plain = measure_tissue(Mask("muscle", voxels, place), Volume(image, place), Volume(image, place), 1.0)
    turned = Volume(np.asfortranarray(image), place)
    assert measure_tissue(Mask("muscle", np.asfortranarray(voxels), place), turned, turned, 1.0) == plain


def test_a_mask_on_another_grid_than_the_ct_is_refused(make_grid: Callable[..., Grid]) -> None:
    place = make_grid()
    mask = Mask("fat_sc", np.ones(place.shape, dtype=bool), place)
    moved = make_grid(origin=(1.0, 0.0, 0.0))
    with pytest.raises(InputError, match="fat_sc does not lie on the voxel grid of the CT"):
        measure_tissue(mask, Volume(np.zeros(moved.shape), moved), None, None)

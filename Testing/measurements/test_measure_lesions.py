from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import SimpleITK

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.measurements.lesions import measure_lesions
from NEMOPETLib.studies.volume import Grid, Volume


def test_ibsi_digital_phantom(ibsi_phantom: tuple[Volume, Volume]) -> None:
    image, labels = ibsi_phantom
    (lesion,) = measure_lesions(labels, image).lesions
    assert lesion.voxel_count == 74
    assert lesion.volume_ml * 1000 == pytest.approx(592, abs=4)
    assert lesion.mesh_volume_ml * 1000 == pytest.approx(556, abs=4)
    assert lesion.max_diameter_mm == pytest.approx(13.1, abs=0.1)
    assert lesion.suv_mean == pytest.approx(2.15, abs=0.005)
    assert lesion.suv_max == 6
    assert lesion.suv_peak == pytest.approx(3.1, abs=0.05)
    assert lesion.integrated_intensity is not None
    assert lesion.integrated_intensity * 1000 == pytest.approx(1200, abs=10)


@pytest.mark.parametrize("patient", ["STS_001", "STS_002", "STS_008", "STS_025"])
@pytest.mark.parametrize("modality", ["PET", "CT"])
def test_tumours_of_the_ibsi_teams(
    patient: str, modality: str, reference_data: Path, read_volume: Callable[[Path], Volume]
) -> None:
    folder = reference_data / "petct_sts"
    image = read_volume(folder / patient / modality / "image")
    mask = read_volume(folder / "masks_nifti" / f"{patient}_{modality}_mask.nii.gz")
    expected = json.loads((folder / "EXPECTED.json").read_text())[patient][modality]
    (lesion,) = measure_lesions(Volume((mask.voxels > 0).astype(np.uint8), mask.grid), image).lesions
    assert lesion.voxel_count == expected["int_mask_vox_count_init_roi"]["median"]
    assert lesion.suv_mean == pytest.approx(expected["int_mask_mean_int_init_roi"]["median"], abs=1e-5)
    assert lesion.suv_max == pytest.approx(expected["int_mask_max_int_init_roi"]["median"], abs=5e-6)
    assert lesion.mesh_volume_ml * 1000 == pytest.approx(expected["morph_volume"]["median"], rel=0.05)
    assert lesion.volume_ml * 1000 == pytest.approx(expected["morph_vol_approx"]["median"], rel=0.05)
    assert lesion.max_diameter_mm == pytest.approx(expected["morph_diam"]["median"], rel=0.05)


RADII = (12.1, 9.1, 6.1)


@pytest.fixture
def spheres(make_grid: Callable[..., Grid]) -> tuple[Volume, Volume, np.ndarray]:
    """Labels and PET of three spheres of SUV 8, 6 and 5 on a turned grid, and their centres."""
    place = make_grid((90, 70, 80), (1.2, 1.3, 1.7), (-60.0, 20.0, 400.0), (5.0, -8.0, 12.0))
    centres = place.positions(np.array([[15.0, 18, 20], [45, 35, 60], [75, 55, 18]]))
    positions = place.positions(np.moveaxis(np.indices(place.shape), 0, -1))
    labels = np.zeros(place.shape, dtype=np.uint8)
    pet = np.ones(place.shape, dtype=np.float32)
    for label, radius, suv, centre in zip((3, 7, 2), RADII, (8, 6, 5), centres, strict=True):
        inside = np.linalg.norm(positions - centre, axis=-1) <= radius
        labels[inside], pet[inside] = label, suv
    return Volume(labels, place), Volume(pet, place), centres


def test_spheres_on_a_turned_grid(spheres: tuple[Volume, Volume, np.ndarray]) -> None:
    labels, pet, centres = spheres
    numbers = measure_lesions(labels, pet)
    assert [lesion.label for lesion in numbers.lesions] == [2, 3, 7]
    by_label = {lesion.label: lesion for lesion in numbers.lesions}
    for label, radius, suv, centre in zip((3, 7, 2), RADII, (8, 6, 5), centres, strict=True):
        lesion = by_label[label]
        assert lesion.volume_ml == pytest.approx(4 / 3 * np.pi * radius**3 / 1000, rel=0.02)
        assert lesion.mesh_volume_ml == pytest.approx(lesion.volume_ml, rel=0.03)  # corners cut off
        assert lesion.max_diameter_mm == pytest.approx(2 * radius, abs=1.7)  # half a voxel at each end
        assert (lesion.suv_max, lesion.suv_mean) == (suv, pytest.approx(suv))
        assert lesion.centroid_lps_mm == pytest.approx(centre, abs=0.01)
    assert by_label[3].suv_peak == pytest.approx(8)
    assert by_label[2].suv_peak < 5
    assert numbers.lesion_count == 3
    assert numbers.tmtv_ml == pytest.approx(sum(lesion.volume_ml for lesion in numbers.lesions))
    assert numbers.tlg == pytest.approx(pet.voxels[labels.voxels > 0].sum() * pet.grid.voxel_volume_ml)
    assert numbers.suv_mean == pytest.approx(pet.voxels[labels.voxels > 0].mean())
    assert (numbers.suv_max, numbers.suv_peak) == (8, pytest.approx(8))
    spread = np.linalg.norm(centres[0] - centres[2])
    assert numbers.dmax_mm == pytest.approx(spread, abs=0.01)
    assert numbers.dmax_voxel_mm == pytest.approx(spread + 12.1 + 6.1, abs=2.45)  # a voxel diagonal
    assert numbers.warnings == ()


def test_it_equals_simpleitk_s_label_statistics(make_grid: Callable[..., Grid]) -> None:
    place = make_grid((20, 25, 30), (4.0, 4.0, 3.0), (10.0, 20.0, 30.0), (0.0, 0.0, 20.0))
    random = np.random.default_rng(2)
    pet = Volume(random.random(place.shape, dtype=np.float32), place)
    labels = Volume((random.random(place.shape) > 0.6).astype(np.uint8), place)
    labels.voxels[labels.voxels > 0] = random.integers(1, 5, int(labels.voxels.sum()))
    statistics = SimpleITK.LabelIntensityStatisticsImageFilter()
    statistics.Execute(labels.to_sitk(), pet.to_sitk())
    for lesion in measure_lesions(labels, pet).lesions:
        assert lesion.voxel_count == statistics.GetNumberOfPixels(lesion.label)
        assert lesion.volume_ml * 1000 == pytest.approx(statistics.GetPhysicalSize(lesion.label))
        assert lesion.suv_mean == pytest.approx(statistics.GetMean(lesion.label))
        assert lesion.suv_max == statistics.GetMaximum(lesion.label)
        assert lesion.centroid_lps_mm == pytest.approx(statistics.GetCentroid(lesion.label))


def test_a_mask_is_split_by_26_neighbours(make_grid: Callable[..., Grid]) -> None:
    place = make_grid((10, 10, 10))
    mask = np.zeros(place.shape, dtype=bool)
    mask[2, 2, 2] = mask[3, 3, 3] = True  # they touch at a corner: one lesion
    mask[7, 7, 7] = mask[7, 7, 5] = True  # a voxel lies between: two
    pet = Volume(np.ones(place.shape, dtype=np.float32), place)
    numbers = measure_lesions(Mask("lesions", mask, place, warnings=("lesions: seen",)), pet)
    assert [(lesion.label, lesion.voxel_count) for lesion in numbers.lesions] == [(1, 2), (2, 1), (3, 1)]
    assert numbers.warnings == ("lesions: seen",)


def test_a_label_in_several_pieces_is_one_lesion(make_grid: Callable[..., Grid]) -> None:
    place = make_grid((10, 10, 10))
    labels = np.zeros(place.shape, dtype=np.int16)
    labels[1, 1, 1] = labels[8, 8, 8] = 5
    numbers = measure_lesions(Volume(labels, place), Volume(np.ones(place.shape), place))
    assert numbers.lesion_count == 1
    assert numbers.dmax_mm == 0
    assert numbers.dmax_voxel_mm == pytest.approx(7 * np.sqrt(3))


def test_touching_labels_stay_apart(make_grid: Callable[..., Grid]) -> None:
    place = make_grid((10, 10, 10))
    labels = np.zeros(place.shape, dtype=np.int32)
    labels[4, 4, 2:5], labels[4, 4, 5:8] = 1, 2
    numbers = measure_lesions(Volume(labels, place), Volume(np.ones(place.shape), place))
    assert [lesion.voxel_count for lesion in numbers.lesions] == [3, 3]
    assert numbers.dmax_mm == pytest.approx(3)
    assert numbers.dmax_voxel_mm == pytest.approx(5)


def test_one_lesion_has_not_spread(make_grid: Callable[..., Grid]) -> None:
    place = make_grid((10, 10, 10), (2.0, 2.0, 2.0))
    mask = np.zeros(place.shape, dtype=bool)
    mask[5, 5, 5] = True
    numbers = measure_lesions(Mask("lesions", mask, place), Volume(np.full(place.shape, 4.5), place))
    assert (numbers.lesion_count, numbers.dmax_mm, numbers.dmax_voxel_mm) == (1, 0, 0)
    assert numbers.tmtv_ml == pytest.approx(0.008)


@pytest.mark.parametrize("as_mask", [True, False])
def test_no_lesion(make_grid: Callable[..., Grid], as_mask: bool) -> None:
    place = make_grid()
    empty = np.zeros(place.shape, dtype=bool if as_mask else np.uint8)
    lesions = Mask("lesions", empty, place) if as_mask else Volume(empty, place)
    numbers = measure_lesions(lesions, Volume(np.ones(place.shape), place))
    assert (numbers.lesion_count, numbers.tmtv_ml, numbers.tlg) == (0, 0, 0)
    assert numbers.lesions == ()
    assert {numbers.dmax_mm, numbers.dmax_voxel_mm, numbers.suv_max, numbers.suv_mean, numbers.suv_peak} == {None}
    assert numbers.warnings == ("lesions: the mask is empty",)


def test_a_lesion_at_the_border_is_said(make_grid: Callable[..., Grid]) -> None:
    place = make_grid()
    mask = np.zeros(place.shape, dtype=bool)
    mask[-1, 5, 5] = True
    numbers = measure_lesions(Mask("lesions", mask, place), Volume(np.ones(place.shape), place))
    assert numbers.warnings == ("lesions: touch the border of the PET (superior) and may be cut off there",)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_counts_for_volume_alone(make_grid: Callable[..., Grid], bad: float) -> None:
    place = make_grid((9, 9, 9), (4.0, 4.0, 4.0))
    labels = np.zeros(place.shape, dtype=np.uint8)
    labels[2, 2, 2:5], labels[6, 6, 6] = 1, 2
    pet = np.full(place.shape, 3.0, dtype=np.float32)
    pet[2, 2, 2] = pet[6, 6, 6] = bad
    numbers = measure_lesions(Volume(labels, place), Volume(pet, place))
    assert [lesion.suv_mean for lesion in numbers.lesions] == [3, None]
    assert (numbers.suv_max, numbers.suv_mean) == (3, pytest.approx(3))
    assert numbers.tmtv_ml == pytest.approx(4 * 0.064)
    assert numbers.tlg == pytest.approx(3 * 3 * 0.064)
    assert numbers.warnings == ("lesions: 2 voxels have no finite SUV and are left out of all uptake",)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.full((12, 14, 16), 1.5), "holds float64 where whole numbers are needed"),
        (np.full((12, 14, 16), -1, dtype=np.int16), "go from -1 to -1"),
        (np.full((12, 14, 16), 70000, dtype=np.int32), "go from 70000 to 70000"),
    ],
    ids=["fractions", "negative", "too large"],
)
def test_labels_that_are_none_are_refused(make_grid: Callable[..., Grid], labels: np.ndarray, message: str) -> None:
    place = make_grid()
    with pytest.raises(InputError, match=message):
        measure_lesions(Volume(labels, place), Volume(np.ones(place.shape), place))


def test_lesions_on_another_grid_are_refused(make_grid: Callable[..., Grid]) -> None:
    place, other = make_grid(), make_grid(spacing=(1.0, 1.0, 1.5))
    lesions = Volume(np.ones(place.shape, dtype=np.uint8), place)
    with pytest.raises(InputError, match="grid of the PET"):
        measure_lesions(lesions, Volume(np.ones(other.shape), other))

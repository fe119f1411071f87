"""The formulas against counted voxels: of the phantom's own grids, and of a fine one."""

from itertools import combinations

import numpy as np
import pytest
from scipy.ndimage import center_of_mass, label
from scipy.spatial import ConvexHull
from scipy.spatial.distance import pdist

from NEMOPETLib.phantom.examination import Examination
from NEMOPETLib.phantom.labels import label_slices
from NEMOPETLib.phantom.masks import lesion_label_slices
from NEMOPETLib.phantom.phantom import full_phantom, small_phantom
from NEMOPETLib.phantom.sampling import Sampling
from NEMOPETLib.phantom.solids import sphere
from NEMOPETLib.phantom.truth import dmax_of_spheres_mm, truth_of
from NEMOPETLib.phantom.volumes import pet_volume


@pytest.fixture(scope="module", params=[small_phantom, full_phantom])
def phantom(request):
    return request.param()


@pytest.fixture(scope="module")
def truth(phantom):
    return truth_of(phantom.anatomy, Examination())


@pytest.fixture(scope="module")
def lesion_labels(phantom):
    return np.stack(list(lesion_label_slices(phantom)))


def counted_ml(anatomy, sampling):
    """Volume of each part by counting the voxels of a grid."""
    counts = np.zeros(len(anatomy.parts) + 1)
    for labels in label_slices(anatomy, sampling):
        counts += np.bincount(labels.ravel(), minlength=len(counts))
    return counts[1:] * sampling.grid.voxel_volume_ml


def by_name(anatomy, volumes):
    totals = {}
    for part, volume in zip(anatomy.parts, volumes, strict=True):
        totals[part.name] = totals.get(part.name, 0.0) + volume
    return totals


def test_volumes_on_a_fine_grid():
    anatomy = small_phantom().anatomy
    fine = Sampling(370, 314, 1.0, (-184.3, -156.4), tuple(np.arange(-157.3, 157.0)))
    counted = by_name(anatomy, counted_ml(anatomy, fine))
    truth = truth_of(anatomy, Examination())
    for name, tissue in truth.tissues.items():
        assert counted[name] == pytest.approx(tissue.volume_ml, rel=0.005), name
    for lesion in truth.lesions:
        assert counted[lesion.name] == pytest.approx(lesion.volume_ml, rel=0.02), lesion.name


def test_tissue_volumes_on_the_ct_grid_are_within_one_percent(phantom, truth):
    counted = by_name(phantom.anatomy, counted_ml(phantom.anatomy, phantom.ct))
    for name, tissue in truth.tissues.items():
        assert counted[name] == pytest.approx(tissue.volume_ml, rel=0.01), name


def test_lesion_volumes_on_the_pet_grid_are_within_one_percent(phantom, truth, lesion_labels):
    counted = np.bincount(lesion_labels.ravel())[1:] * phantom.pet.grid.voxel_volume_ml
    large = [number for number, lesion in enumerate(truth.lesions) if lesion.solid.radius >= 10.0]
    assert len(large) >= 6
    for number in large:
        assert counted[number] == pytest.approx(truth.lesions[number].volume_ml, rel=0.01)
    assert counted.sum() == pytest.approx(truth.columns["tmtv_ml"], rel=0.01)


def test_components_are_those_of_the_voxels(phantom, truth, lesion_labels):
    components, number = label(lesion_labels > 0)  # faces only: the strictest connectivity
    assert number == truth.columns["lesion_count"] == len(truth.components)
    kji = np.array(center_of_mass(components > 0, components, range(1, number + 1)))
    centroids = phantom.pet.grid.positions(kji)
    expected = np.array([component.centroid for component in truth.components])
    nearest = np.linalg.norm(centroids[:, None] - expected[None], axis=2)
    assert sorted(nearest.argmin(axis=1)) == list(range(number))
    assert nearest.min(axis=1).max() < 0.5 * phantom.pet.pixel_mm
    counted_dmax = max(float(np.linalg.norm(a - b)) for a, b in combinations(centroids, 2))
    assert counted_dmax == pytest.approx(truth.columns["dmax_mm"], abs=0.5 * phantom.pet.pixel_mm)


def test_dmax_of_voxels_is_within_a_voxel_diagonal(phantom, truth, lesion_labels):
    points = phantom.pet.grid.positions(np.argwhere(lesion_labels))
    counted = pdist(points[ConvexHull(points).vertices]).max()
    diagonal = np.linalg.norm(phantom.pet.grid.spacing)
    assert truth.columns["dmax_voxel_mm"] - diagonal <= counted <= truth.columns["dmax_voxel_mm"]


def test_lesion_uptake_of_the_sharp_pet(phantom, truth, lesion_labels):
    suv = pet_volume(phantom).voxels
    inside = suv[lesion_labels > 0]
    assert inside.max() == pytest.approx(truth.columns["suv_max"], abs=1e-4)
    assert inside.mean() == pytest.approx(truth.columns["suv_mean"], rel=0.01)
    glycolysis = float(inside.sum()) * phantom.pet.grid.voxel_volume_ml
    assert glycolysis == pytest.approx(truth.columns["tlg"], rel=0.01)
    for number, lesion in enumerate(truth.lesions, start=1):
        np.testing.assert_allclose(suv[lesion_labels == number], lesion.suv, atol=1e-4)


def test_a_sphere_of_one_ml_fits_into_the_hottest_lesion(phantom, truth):
    hottest = max(truth.lesions, key=lambda lesion: lesion.suv)
    radius = (3000 / (4 * np.pi)) ** (1 / 3)
    assert hottest.solid.radius > radius + np.linalg.norm(phantom.pet.grid.spacing)
    assert truth.columns["suv_peak"] == hottest.suv


def test_four_is_a_threshold_that_finds_lesions_and_organs_apart(phantom, truth):
    _, number = label(pet_volume(phantom).voxels >= 4.0, np.ones((3, 3, 3)))
    hot_organs = {"small": 2, "full": 5}[phantom.name]  # kidneys, bladder; also heart and brain
    assert number == len(truth.components) + hot_organs


def test_the_farthest_lesions_are_isolated_ones(truth):
    a, b = max(
        combinations(truth.components, 2),
        key=lambda pair: np.linalg.norm(np.subtract(pair[0].centroid, pair[1].centroid)),
    )
    assert len(a.lesions) == len(b.lesions) == 1


def test_tissue_columns(truth):
    examination = Examination()
    for name in ("muscle", "fat_sc", "fat_v", "spleen"):
        tissue = truth.tissues[name]
        assert truth.columns[f"{name}_volume_ml"] == tissue.volume_ml
        assert truth.columns[f"{name}_hu_mean"] == pytest.approx(tissue.hu_mean)
        sul = tissue.suv_mean * examination.lean_body_mass_kg / examination.weight_kg
        assert truth.columns[f"{name}_sul_mean"] == pytest.approx(sul, rel=1e-12)


def test_lean_body_mass_is_the_published_one():
    # A real patient of the TCIA Soft-tissue-Sarcoma collection: 71 kg, 1.63 m.
    man = Examination(sex="M", weight_kg=71.0, height_m=1.63)
    assert man.lean_body_mass_kg == pytest.approx(52.855973, abs=1e-6)
    woman = Examination(sex="F", weight_kg=71.0, height_m=1.63)
    other = Examination(sex="O", weight_kg=71.0, height_m=1.63)
    assert other.lean_body_mass_kg == pytest.approx((man.lean_body_mass_kg + woman.lean_body_mass_kg) / 2)
    assert woman.lean_body_mass_kg < man.lean_body_mass_kg


def test_dmax_of_spheres():
    small, large = sphere((0, 0, 0), 3.0), sphere((0, 40.0, 0), 30.0)
    assert dmax_of_spheres_mm([small]) == 6.0
    assert dmax_of_spheres_mm([small, large]) == 73.0
    assert dmax_of_spheres_mm([small, sphere((0, 5.0, 0), 30.0)]) == 60.0

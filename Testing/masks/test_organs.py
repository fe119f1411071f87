"""Organs of physiological uptake: how far they are grown, what is focal in them, what is kept of what is removed."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
import SimpleITK
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy import stats

from NEMOPETLib.masks.engine import ThresholdLesions, TissueMasks
from NEMOPETLib.masks.lesion_rules import FixedThreshold
from NEMOPETLib.masks.lesions import LesionMap, segment_lesions
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.masks.onto_grid import onto_grid
from NEMOPETLib.masks.organs import SPILL_OUT_MM, focal_suv, grown
from NEMOPETLib.phantom.examination import Examination
from NEMOPETLib.phantom.phantom import small_phantom
from NEMOPETLib.phantom.truth import truth_of
from NEMOPETLib.phantom.volumes import mask_volume, pet_volume
from NEMOPETLib.progress import Progress, no_progress
from NEMOPETLib.studies.study import Study
from NEMOPETLib.studies.volume import Grid, Volume

GRID = Grid((7, 8, 9), np.diag([4.0, 3.0, 2.0, 1.0]))


@given(arrays(bool, GRID.shape, elements=st.sampled_from([True, *[False] * 20])), st.floats(0.5, 9))
def test_grown_by_a_distance_is_itk_s_distance_map(voxels: NDArray[np.bool_], distance: float) -> None:
    image = SimpleITK.GetImageFromArray(voxels.astype(np.uint8))
    image.SetSpacing(GRID.spacing.tolist())
    away = SimpleITK.GetArrayFromImage(
        SimpleITK.SignedMaurerDistanceMap(
            image, insideIsPositive=False, squaredDistance=False, useImageSpacing=True, backgroundValue=0
        )
    )
    # ITK's inside is counted from the border voxels, whose distance is 0.
    expected = voxels | (away <= distance + 1e-5) if voxels.any() else voxels
    near = np.abs(away - distance) < 1e-3
    there = grown(Mask("organ", voxels, GRID), distance).voxels
    np.testing.assert_array_equal(there | near, expected | near)


def test_an_organ_at_the_edge_of_the_image_grows_inwards_only() -> None:
    voxels = np.zeros(GRID.shape, bool)
    voxels[0, 0, 0] = True
    assert np.argwhere(grown(Mask("brain", voxels, GRID), 2.0).voxels).tolist() == [[0, 0, 0], [1, 0, 0]]


def test_spill_out_of_a_hot_bladder_stays_within_the_distance() -> None:
    """What the constant's documentation says, from the normal distribution."""
    sigma = 6.5 / (2 * np.sqrt(2 * np.log(2)))
    seen_beyond_edge = sigma * stats.norm.ppf(1 - 4 / 40)
    assert seen_beyond_edge == pytest.approx(3.5, abs=0.1)
    assert seen_beyond_edge < SPILL_OUT_MM <= seen_beyond_edge + 2


def test_focal_threshold_is_percist_s_for_normal_liver_and_stays_with_metastases() -> None:
    rng = np.random.default_rng(4)
    grid = Grid((30, 30, 30), np.diag([4.0, 4.0, 4.0, 1.0]))
    liver = Mask("liver", np.ones(grid.shape, bool), grid)
    suv = rng.normal(2.2, 0.3, grid.shape)
    normal = focal_suv(liver, Volume(suv, grid))
    assert normal == pytest.approx(1.5 * suv.mean() + 2 * suv.std(), rel=0.01)
    suv[:6] = rng.normal(9, 1, suv[:6].shape)  # metastases in a fifth of it
    assert focal_suv(liver, Volume(suv, grid)) == pytest.approx(normal, rel=0.1)
    assert 1.5 * suv.mean() + 2 * suv.std() > 2 * normal, "mean and SD would have hidden them"


def test_an_empty_liver_says_nothing() -> None:
    assert focal_suv(Mask("liver", np.zeros(GRID.shape, bool), GRID), Volume(np.ones(GRID.shape), GRID)) == np.inf


def _phantom_lesions(distance_mm: float, variant: str, focal: bool) -> tuple[LesionMap, Volume]:
    phantom = small_phantom()
    pet = pet_volume(phantom, variant)
    organs = {}
    for name in ("kidney", "urinary_bladder", "liver"):
        volume = mask_volume(phantom, name)
        carried = onto_grid(Mask(name, volume.voxels.astype(bool), volume.grid), pet.grid)
        organs[name] = grown(carried, distance_mm)
    threshold = {"liver": focal_suv(organs["liver"], pet)} if focal else {}
    return segment_lesions(pet, FixedThreshold(), organs=organs, focal_suv=threshold), pet


def test_focal_uptake_in_the_liver_stays_a_lesion_and_is_flagged() -> None:
    """The phantom's liver metastasis of SUV 8; without the rule it is gone, and apart."""
    kept, _ = _phantom_lesions(SPILL_OUT_MM, "sharp", focal=True)
    lost, pet = _phantom_lesions(SPILL_OUT_MM, "sharp", focal=False)
    assert kept.labels.voxels.max() == lost.labels.voxels.max() + 1
    assert any("overlaps liver" in warning for warning in kept.warnings)
    assert lost.physiological is not None
    assert kept.physiological is not None
    missing = (kept.labels.voxels > 0) & (lost.labels.voxels == 0)
    assert pet.voxels[missing].max() == pytest.approx(8.0, rel=0.01)
    np.testing.assert_array_equal(missing & (lost.physiological.voxels > 0), missing)
    assert not (missing & (kept.physiological.voxels > 0)).any()


class _Organs:
    """An organ engine: the phantom's organs on the PET."""

    def segment(self, study: Study, progress: Progress = no_progress) -> TissueMasks:  # noqa: ARG002 - the interface
        def read(name: str) -> Mask:
            volume = mask_volume(small_phantom(), name)
            return onto_grid(Mask(name, volume.voxels.astype(bool), volume.grid), study.pet.grid)

        names = ("kidney", "urinary_bladder", "liver")
        return TissueMasks({name: partial(read, name) for name in names}, "atlas 1.0", ("the atlas is old",))


def test_suv_4_less_the_organs_of_an_engine_is_the_phantom_s_truth() -> None:
    """Through the engine as run, batch and panel use it."""
    phantom = small_phantom()
    pet = pet_volume(phantom)
    engine = ThresholdLesions(lambda *_: FixedThreshold(), "threshold: SUVbw >= 4", organs=_Organs())
    found = engine.segment(cast("Study", SimpleNamespace(pet=pet)))
    truth = truth_of(phantom.anatomy, Examination())
    assert found.labels.voxels.max() == truth.columns["lesion_count"]
    volume_ml = np.count_nonzero(found.labels.voxels) * pet.grid.voxel_volume_ml
    assert volume_ml == pytest.approx(truth.columns["tmtv_ml"], rel=0.01)
    assert found.physiological is not None
    assert found.description.startswith(
        "threshold: SUVbw >= 4, without kidney, urinary_bladder, liver grown by 5 mm (atlas 1.0), focal uptake in liver"
    )
    assert "the atlas is old" in found.warnings
    assert "2 regions of physiological uptake were removed (kidney: 1, urinary_bladder: 1)" in found.warnings


@pytest.mark.parametrize("variant", ["sharp", "blurred", "noisy"])
def test_lesions_and_physiological_regions_together_are_all_that_passes(variant: str) -> None:
    found, pet = _phantom_lesions(SPILL_OUT_MM, variant, focal=True)
    assert found.physiological is not None
    lesion, removed = found.labels.voxels > 0, found.physiological.voxels > 0
    assert not (lesion & removed).any()
    np.testing.assert_array_equal(lesion | removed, pet.voxels >= 4)


def test_nothing_removed_leaves_no_map() -> None:
    voxels = np.zeros(GRID.shape, np.float32)
    voxels[2, 2, 2] = 9
    assert segment_lesions(Volume(voxels, GRID), FixedThreshold()).physiological is None

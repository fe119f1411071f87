from __future__ import annotations

import numpy as np
import pytest

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.cropped_mask import CroppedMask, crop
from NEMOPETLib.masks.lesion_rules import FixedThreshold
from NEMOPETLib.masks.lesions import segment_lesions
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.scene.geometry import volume_of
from NEMOPETLib.scene.lesion_edits import MovedPart, add_lesion, grow_lesion, lesion_places, toggle_lesion
from NEMOPETLib.scene.review import status_of
from NEMOPETLib.scene.segments import get_mask, set_mask
from NEMOPETLib.studies.volume import Volume

from .conftest import PET_GRID, masks_of_a_patient


def whole(patient, name):
    return get_mask(patient, name).whole().voxels


def block(*box: slice) -> np.ndarray:
    voxels = np.zeros(PET_GRID.shape, bool)
    voxels[box] = True
    return voxels


MIDDLE, NEXT = slice(10, 20), slice(20, 30)
LESION, BLADDER = block(MIDDLE, MIDDLE, MIDDLE), block(NEXT, MIDDLE, MIDDLE)


def lesion_only() -> dict[str, Mask]:
    return {"lesions": Mask("lesions", LESION, PET_GRID)}


def at(k, j, i):
    return PET_GRID.positions(np.array([[k, j, i]]))[0]


def test_a_click_makes_a_lesion_physiological_and_the_same_click_a_lesion_again(patient):
    lesions, physiological = whole(patient, "lesions"), whole(patient, "physiological")
    place = lesion_places(get_mask(patient, "lesions"))[0]
    moved = toggle_lesion(patient, place.inside_lps)
    assert moved == MovedPart("lesions", "physiological", pytest.approx(place.volume_ml))
    assert whole(patient, "lesions").sum() == lesions.sum() - round(place.volume_ml / PET_GRID.voxel_volume_ml)
    assert np.array_equal(whole(patient, "lesions") | whole(patient, "physiological"), lesions | physiological)
    assert status_of(patient, "lesions") == "corrected"
    assert toggle_lesion(patient, place.inside_lps).source == "physiological"
    assert np.array_equal(whole(patient, "lesions"), lesions)
    assert np.array_equal(whole(patient, "physiological"), physiological)
    assert status_of(patient, "lesions") == "automatic"


def test_a_part_that_came_to_touch_another_one_still_comes_back_alone(make_patient):
    lesion, bladder = (
        block(slice(10, 20), slice(10, 20), slice(10, 20)),
        block(slice(20, 30), slice(10, 20), slice(10, 20)),
    )
    masks = {"lesions": Mask("lesions", lesion, PET_GRID), "physiological": Mask("physiological", bladder, PET_GRID)}
    patient = make_patient(masks=masks)
    toggle_lesion(patient, at(15, 15, 15))
    assert not whole(patient, "lesions").any()
    assert np.array_equal(whole(patient, "physiological"), LESION | BLADDER)
    toggle_lesion(patient, at(12, 12, 12))
    assert np.array_equal(whole(patient, "lesions"), LESION)
    assert np.array_equal(whole(patient, "physiological"), BLADDER)


def test_a_part_that_was_edited_meanwhile_comes_back_as_it_is_now(make_patient):
    patient = make_patient(
        masks={"lesions": Mask("lesions", block(slice(10, 20), slice(10, 20), slice(10, 20)), PET_GRID)}
    )
    toggle_lesion(patient, at(15, 15, 15))
    smaller = block(MIDDLE, MIDDLE, slice(10, 16))
    set_mask(patient, crop(Mask("physiological", smaller, PET_GRID)))
    toggle_lesion(patient, at(15, 15, 15))
    assert np.array_equal(whole(patient, "lesions"), smaller)
    assert not whole(patient, "physiological").any()


def test_parts_move_one_by_one(patient):
    lesions, physiological = whole(patient, "lesions"), whole(patient, "physiological")
    places = lesion_places(get_mask(patient, "lesions"))
    for place in places:
        toggle_lesion(patient, place.inside_lps)
    assert not whole(patient, "lesions").any()
    assert np.array_equal(whole(patient, "physiological"), lesions | physiological)
    for place in reversed(places):
        toggle_lesion(patient, place.inside_lps)
    assert np.array_equal(whole(patient, "lesions"), lesions)


@pytest.mark.parametrize(
    ("point", "what"), [(at(2, 2, 2), "no lesion at this point"), (at(99, 0, 0), "outside the image")]
)
def test_a_click_elsewhere_is_said(make_patient, point, what):
    patient = make_patient(
        masks={"lesions": Mask("lesions", block(slice(10, 12), slice(10, 12), slice(10, 12)), PET_GRID)}
    )
    with pytest.raises(InputError, match=what):
        toggle_lesion(patient, point)


def test_a_lesion_is_added_by_a_click_after_its_volume_was_seen(make_patient):
    patient = make_patient(masks={})
    voxels = volume_of(patient.pet).voxels
    voxels[:] = 1
    voxels[30:34, 20:24, 20:24] = 6
    voxels[31, 21, 21] = 9
    voxels[5:20] = 20  # a bladder
    region = grow_lesion(patient, at(33, 23, 23))
    assert patient.names == ()
    assert (region.mask.volume_ml, region.suv_max) == (pytest.approx(64 * PET_GRID.voxel_volume_ml), 9)
    assert region.complete
    add_lesion(patient, region)
    assert np.array_equal(whole(patient, "lesions"), voxels * (np.arange(60) > 25)[:, None, None] >= 6)
    assert status_of(patient, "lesions") == "corrected"
    assert not grow_lesion(patient, at(10, 10, 10)).complete
    assert grow_lesion(patient, at(10, 10, 10), limit_ml=1e6).complete
    with pytest.raises(InputError, match="below 4: click into the lesion"):
        grow_lesion(patient, at(25, 10, 10))


def test_what_is_added_is_no_longer_physiological(make_patient):
    uptake = block(slice(28, 40), slice(18, 30), slice(18, 22))
    patient = make_patient(masks={"physiological": Mask("physiological", uptake, PET_GRID)})
    voxels = volume_of(patient.pet).voxels
    voxels[:] = 1
    voxels[30:34, 20:24, 20:24] = 6
    add_lesion(patient, grow_lesion(patient, at(31, 21, 21)))
    assert np.array_equal(whole(patient, "lesions"), voxels >= 4)
    assert np.array_equal(whole(patient, "physiological"), uptake & (voxels < 4))


def test_places_are_numbered_like_the_lesions_of_a_run(patient):
    mask = masks_of_a_patient()["lesions"]
    uptake = Volume(np.where(mask.voxels, 5, 1), PET_GRID)
    labels = segment_lesions(uptake, FixedThreshold(4)).labels.voxels
    places = lesion_places(get_mask(patient, "lesions"))
    assert len(places) == labels.max() > 3
    for number, place in enumerate(places, start=1):
        members = PET_GRID.positions(np.argwhere(labels == number))
        assert place.centroid_lps == pytest.approx(members.mean(axis=0))
        assert place.volume_ml == pytest.approx(len(members) * PET_GRID.voxel_volume_ml)
        k, j, i = np.rint(PET_GRID.indices(np.array([place.inside_lps])))[0].astype(int)
        assert labels[k, j, i] == number


def test_a_ring_is_jumped_to_where_it_is():
    ring = block(slice(20, 21), slice(10, 31), slice(10, 31)) & ~block(slice(20, 21), slice(13, 28), slice(13, 28))
    (place,) = lesion_places(CroppedMask("lesions", ring, (0, 0, 0), PET_GRID))
    assert place.centroid_lps == pytest.approx(at(20, 20, 20))
    k, j, i = np.rint(PET_GRID.indices(np.array([place.inside_lps])))[0].astype(int)
    assert ring[k, j, i]

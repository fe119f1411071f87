from __future__ import annotations

import numpy as np
import pytest

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.cropped_mask import crop
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.scene.lesion_edits import lesion_places, toggle_lesion
from NEMOPETLib.scene.restoring import restore_automatic
from NEMOPETLib.scene.review import has_automatic_mask, status_of
from NEMOPETLib.scene.segments import get_mask, set_mask

from .conftest import PET_GRID, masks_of_a_patient


def whole(patient, name):
    return get_mask(patient, name).whole().voxels


def test_lesions_come_back_and_are_physiological_no_longer(make_patient):
    """Also where nobody but the click has made physiological uptake, of which there is no automatic mask."""
    masks = masks_of_a_patient()
    patient = make_patient(masks={"lesions": masks["lesions"]})
    for place in lesion_places(get_mask(patient, "lesions"))[:2]:
        toggle_lesion(patient, place.inside_lps)
    assert whole(patient, "physiological").any()
    assert restore_automatic(patient, "lesions") == ("lesions", "physiological")
    assert np.array_equal(whole(patient, "lesions"), masks["lesions"].voxels)
    assert not whole(patient, "physiological").any()
    assert has_automatic_mask(patient, "lesions")
    assert not has_automatic_mask(patient, "physiological")
    with pytest.raises(InputError, match="no automatic mask"):
        restore_automatic(patient, "physiological")


@pytest.mark.parametrize("name", ["lesions", "physiological"])
def test_what_was_moved_either_way_goes_back_in_both(patient, name):
    before = {one: whole(patient, one) for one in ("lesions", "physiological")}
    for one in before:
        toggle_lesion(patient, lesion_places(get_mask(patient, one))[0].inside_lps)
    assert restore_automatic(patient, name)[0] == name
    for one, voxels in before.items():
        assert np.array_equal(whole(patient, one), voxels)
        assert status_of(patient, one) == "automatic"


def test_what_a_reader_drew_elsewhere_in_the_other_mask_stays(patient):
    drawn = whole(patient, "physiological")
    drawn[50:52, 5:8, 5:8] = True
    drawn[5:7, 40:45, 40:45] = False
    set_mask(patient, crop(Mask("physiological", drawn, PET_GRID)))
    toggle_lesion(patient, lesion_places(get_mask(patient, "lesions"))[0].inside_lps)
    restore_automatic(patient, "lesions")
    assert np.array_equal(whole(patient, "physiological"), drawn)
    assert status_of(patient, "physiological") == "corrected"


def test_a_tissue_is_restored_alone(patient):
    before = whole(patient, "muscle")
    set_mask(patient, crop(Mask("muscle", np.zeros_like(before), get_mask(patient, "muscle").grid)))
    assert restore_automatic(patient, "muscle") == ("muscle",)
    assert np.array_equal(whole(patient, "muscle"), before)

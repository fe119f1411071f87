from __future__ import annotations

import numpy as np
import pytest
import slicer

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.corrections import Correction, corrected_segments
from NEMOPETLib.masks.cropped_mask import CroppedMask, crop, empty_mask
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.scene.changes import ChangeWatch
from NEMOPETLib.scene.editor import edit_mask
from NEMOPETLib.scene.patient_nodes import PatientNodes
from NEMOPETLib.scene.review import (
    all_approved,
    automatic_mask,
    bring_back_automatic,
    corrections,
    keep_automatic_mask,
    mark_edited,
    set_status,
    status_of,
)
from NEMOPETLib.scene.segments import get_mask, set_mask

from .conftest import CT_GRID, PET_GRID, masks_of_a_patient


def less_a_voxel(patient: PatientNodes, name: str) -> CroppedMask:
    mask = get_mask(patient, name)
    mask.voxels[tuple(np.argwhere(mask.voxels)[0])] = False
    return mask


def test_status_is_slicer_s_own(patient):
    assert {status_of(patient, name) for name in patient.names} == {"automatic"}
    logic = slicer.vtkSlicerSegmentationsModuleLogic
    for status, theirs in (("corrected", logic.InProgress), ("approved", logic.Completed), ("automatic", 0)):
        set_status(patient, "muscle", status)
        assert logic.GetSegmentStatus(patient.segment("muscle")) == theirs
        assert status_of(patient, "muscle") == status
    logic.SetSegmentStatus(patient.segment("muscle"), logic.Flagged)
    assert status_of(patient, "muscle") == "corrected"
    with pytest.raises(InputError, match="status 'done'"):
        set_status(patient, "muscle", "done")


def test_approved_is_the_patient_once_each_mask_is(patient, make_patient):
    for name in patient.names:
        assert not all_approved(patient)
        set_status(patient, name, "approved")
    assert all_approved(patient)
    assert not all_approved(make_patient("empty", masks={}))


def test_a_correction_is_counted_and_can_be_undone(patient):
    set_mask(patient, less_a_voxel(patient, "lesions"))
    assert mark_edited(patient, "lesions") == "corrected"
    found = corrections(patient)
    count = int(masks_of_a_patient()["lesions"].voxels.sum())
    assert found["lesions"] == Correction(0, 1, 2 * (count - 1) / (2 * count - 1))
    assert corrected_segments(found).startswith("lesions +0 -1 voxels Dice 0.9")
    bring_back_automatic(patient, "lesions")
    assert np.array_equal(get_mask(patient, "lesions").whole().voxels, masks_of_a_patient()["lesions"].voxels)
    assert corrected_segments(corrections(patient)) == ""
    assert status_of(patient, "lesions") == "automatic"


def test_an_approved_mask_that_is_edited_is_corrected_and_one_that_is_edited_back_automatic(patient):
    before = get_mask(patient, "spleen")
    set_status(patient, "spleen", "approved")
    set_mask(patient, empty_mask("spleen", CT_GRID))
    assert mark_edited(patient, "spleen") == "corrected"
    set_mask(patient, before)
    assert mark_edited(patient, "spleen") == "automatic"


def test_the_automatic_mask_beside_a_corrected_one(make_patient):
    patient = make_patient(masks={})
    masks = masks_of_a_patient()
    set_mask(patient, crop(masks["spleen"]))
    assert automatic_mask(patient, "spleen") is None
    with pytest.raises(InputError, match="no automatic mask of 'spleen'"):
        bring_back_automatic(patient, "spleen")
    keep_automatic_mask(patient, crop(Mask("spleen", ~masks["spleen"].voxels, CT_GRID)))
    kept = automatic_mask(patient, "spleen")
    assert kept is not None
    assert np.array_equal(kept.whole().voxels, ~masks["spleen"].voxels)
    assert corrections(patient)["spleen"].dice == 0


def measure_all(watch, patient):
    watch.confirm({name: watch.take(name)[1] for name in patient.names})


def test_only_what_changed_is_measured_again(patient):
    watch = ChangeWatch(patient)
    assert watch.changed() == patient.names
    measure_all(watch, patient)
    assert not watch.touched()
    assert watch.changed() == ()
    set_mask(patient, less_a_voxel(patient, "muscle"))
    assert watch.touched()
    assert watch.changed() == ("muscle",)
    assert not watch.touched()
    assert watch.changed() == ("muscle",)
    taken, mark = watch.take("muscle")
    watch.confirm({"muscle": mark})
    assert watch.changed() == ()
    set_mask(patient, taken)
    assert watch.touched()
    assert watch.changed() == ()
    patient.tissues.GetSegmentation().RemoveSegment("spleen")
    assert watch.removed() == ("spleen",)
    watch.confirm({"spleen": None})
    assert watch.removed() == ()


def test_a_mask_that_could_not_be_measured_stays_changed(patient):
    watch = ChangeWatch(patient)
    measure_all(watch, patient)
    set_mask(patient, less_a_voxel(patient, "muscle"))
    watch.take("muscle")
    assert watch.changed() == ("muscle",)
    assert watch.may_have_changed("muscle")


def test_an_edit_made_while_its_mask_is_measured_is_still_a_change(patient):
    watch = ChangeWatch(patient)
    measure_all(watch, patient)
    set_mask(patient, less_a_voxel(patient, "muscle"))
    _, mark = watch.take("muscle")
    set_mask(patient, less_a_voxel(patient, "muscle"))
    watch.changed()
    watch.confirm({"muscle": mark})
    assert not watch.touched()
    assert watch.may_have_changed("muscle")
    assert [name for name in patient.names if watch.may_have_changed(name)] == ["muscle"]


def test_what_was_known_of_an_earlier_watch_counts(patient):
    first = ChangeWatch(patient)
    measure_all(first, patient)
    set_mask(patient, empty_mask("lesions", PET_GRID))
    assert ChangeWatch(patient, first.known).changed() == ("lesions",)


def test_saving_is_no_change(patient, tmp_path):
    watch = ChangeWatch(patient)
    measure_all(watch, patient)
    storage = slicer.vtkMRMLSegmentationStorageNode()
    storage.SetFileName(str(tmp_path / "tissues.seg.nrrd"))
    assert storage.WriteData(patient.tissues)
    assert watch.changed() == ()


@pytest.mark.parametrize("name", ["lesions", "spleen"])
def test_the_segment_editor_paints_on_the_mask_s_own_voxels(patient, application, name):
    """What it does with a stroke, by its own logic: onto the source's voxels, other segments left alone."""
    node = patient.scene.AddNewNodeByClass("vtkMRMLSegmentEditorNode")
    logic = slicer.vtkSlicerSegmentEditorLogic()
    logic.SetMRMLScene(patient.scene)
    logic.SetSegmentEditorNode(node)
    edit_mask(patient, name, node)
    assert node.GetSourceVolumeNode() is patient.volume_of(name)
    before = {other: get_mask(patient, other).whole().voxels.copy() for other in patient.names}
    assert logic.UpdateReferenceGeometryImage()
    assert logic.UpdateMaskLabelmap()
    logic.ResetModifierLabelmapToDefault()
    logic.GetModifierLabelmap().GetPointData().GetScalars().Fill(0)
    at = next(tuple(index) for index in np.argwhere(before["muscle" if name == "spleen" else "physiological"]))
    logic.GetModifierLabelmap().SetScalarComponentFromDouble(*(int(index) for index in at[::-1]), 0, 1)
    stroke, add = logic.GetModifierLabelmap(), slicer.vtkSlicerSegmentEditorLogic.ModificationModeAdd
    logic.ModifySegmentByLabelmap(patient.segmentation_of(name), name, stroke, add, False, False)
    after = {other: get_mask(patient, other).whole().voxels for other in patient.names}
    before[name][at] = True
    for other in patient.names:
        assert np.array_equal(after[other], before[other])

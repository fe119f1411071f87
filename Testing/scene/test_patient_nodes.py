from __future__ import annotations

import numpy as np
import pytest
import slicer

from NEMOPETLib.masks.corrections import corrected_segments
from NEMOPETLib.scene.changes import ChangeWatch
from NEMOPETLib.scene.geometry import grid_of_volume
from NEMOPETLib.scene.lesion_edits import lesion_places, toggle_lesion
from NEMOPETLib.scene.patient_nodes import (
    PatientNodes,
    add_patient,
    find_patient,
    find_patients,
    nodes_of_class,
    remove_patient,
    remove_patients,
)
from NEMOPETLib.scene.review import corrections, set_status, status_of
from NEMOPETLib.scene.segments import get_mask
from NEMOPETLib.scene.views import pet_overlay

from .conftest import CT_GRID, PET_GRID, masks_of_a_patient, new_application


def hierarchy_of(scene):
    return slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)


def test_several_patients_are_found_again_by_their_keys(scene, make_patient):
    one, two = make_patient("1"), make_patient("2", seed=5)
    assert [patient.key for patient in find_patients(scene)] == ["1", "2"]
    assert find_patient(scene, "2") == two
    assert find_patient(scene, "3") is None
    remove_patient(one)
    assert find_patients(scene) == (two,)
    assert len(nodes_of_class(scene, "vtkMRMLScalarVolumeNode")) == 2


def test_nothing_of_a_patient_stays(scene, make_patient):
    before = scene.GetNumberOfNodes()
    pet_overlay(make_patient("1"))
    make_patient("2", seed=5)
    remove_patients(scene)
    left = [node.GetClassName() for node in (scene.GetNthNode(n) for n in range(before, scene.GetNumberOfNodes()))]
    assert [name for name in left if name != "vtkMRMLSubjectHierarchyNode"] == []


def test_the_same_patient_again_replaces_the_masks_and_keeps_the_volumes(scene, make_patient):
    patient = make_patient("1")
    again = add_patient(scene, "1", patient.pet, patient.ct, label="P", patient_id="id1", study_uid="1")
    assert find_patients(scene) == (again,)
    assert again.names == ()
    assert again.pet is patient.pet


def test_a_patient_whose_volume_was_deleted_is_none(scene, make_patient):
    patient = make_patient("1")
    assert patient.are_there
    scene.RemoveNode(patient.ct)
    assert not patient.are_there
    assert find_patients(scene) == ()


def test_nodes_stand_under_patient_and_study(scene, make_patient):
    one = make_patient("1.2")
    hierarchy, constants = hierarchy_of(scene), slicer.vtkMRMLSubjectHierarchyConstants
    study = hierarchy.GetItemByUID(constants.GetDICOMUIDName(), "1.2")
    subject = hierarchy.GetItemByUID(constants.GetDICOMUIDName(), "id1.2")
    assert (hierarchy.GetItemLevel(study), hierarchy.GetItemLevel(subject)) == ("Study", "Patient")
    assert hierarchy.GetItemParent(study) == subject
    for node in (one.pet, one.ct, *one.segmentations):
        assert hierarchy.GetItemParent(hierarchy.GetItemByDataNode(node)) == study


def test_items_of_a_dicom_database_are_used(scene, make_patient):
    hierarchy, uid = hierarchy_of(scene), slicer.vtkMRMLSubjectHierarchyConstants.GetDICOMUIDName()
    subject = hierarchy.CreateSubjectItem(hierarchy.GetSceneItemID(), "of the database")
    hierarchy.SetItemUID(subject, uid, "id7")
    make_patient("7")
    assert hierarchy.GetItemParent(hierarchy.GetItemByUID(uid, "7")) == subject


@pytest.mark.parametrize("suffix", ["mrb", "mrml"])
def test_the_scene_brings_everything_back(tmp_path, scene, make_patient, suffix):
    """Two patients, one with corrections: masks, status, automatic masks and moved parts survive."""
    patients = {"1": make_patient("1"), "2": make_patient("2", seed=5)}
    first = patients["1"]
    place = lesion_places(get_mask(first, "lesions"))[0]
    toggle_lesion(first, place.inside_lps)
    set_status(first, "muscle", "approved")
    watch = ChangeWatch(first)
    masks = {key: {name: get_mask(p, name).whole().voxels for name in p.names} for key, p in patients.items()}
    known = {name: watch.take(name)[1] for name in first.names}
    said = corrected_segments(corrections(first))
    assert said
    loaded = saved_and_loaded(scene, tmp_path, suffix)

    back = {patient.key: patient for patient in find_patients(loaded.scene)}
    assert list(back) == ["1", "2"]
    for key, patient in back.items():
        assert patient.names == patients[key].names
        assert grid_of_volume(patient.pet).matches(PET_GRID, 1e-3)
        assert grid_of_volume(patient.ct).matches(CT_GRID, 1e-3)
        for name in patient.names:
            assert np.array_equal(get_mask(patient, name).whole().voxels, masks[key][name])
    again = back["1"]
    assert ChangeWatch(again, known).changed() == ()
    assert corrected_segments(corrections(again)) == said
    assert [status_of(again, name) for name in again.names] == ["corrected", "corrected", "approved", "automatic"]
    toggle_lesion(again, place.inside_lps)
    assert np.array_equal(get_mask(again, "lesions").whole().voxels, masks_of_a_patient()["lesions"].voxels)
    assert status_of(again, "lesions") == "automatic"
    hierarchy = hierarchy_of(loaded.scene)
    study = hierarchy.GetItemByUID("DICOM", "1")
    assert hierarchy.GetItemParent(hierarchy.GetItemByDataNode(again.tissues)) == study


def saved_and_loaded(scene, folder, suffix):
    path = folder / f"scene.{suffix}"
    if suffix == "mrb":
        assert scene.WriteToMRB(str(path), None)
    else:
        for node in nodes_of_class(scene, "vtkMRMLStorableNode"):
            if node.GetSaveWithScene() and node.AddDefaultStorageNode():
                extension = node.GetStorageNode().GetDefaultWriteFileExtension()
                node.GetStorageNode().SetFileName(str(folder / f"{node.GetID()}.{extension}"))
                assert node.GetStorageNode().WriteData(node)
        assert scene.Commit(str(path))
    (folder / "again").mkdir()
    loaded = new_application(folder / "again")
    if suffix == "mrb":
        assert loaded.scene.ReadFromMRB(str(path), True)
    else:
        loaded.scene.SetURL(str(path))
        assert loaded.scene.Connect()
    return loaded


def test_importing_a_scene_beside_another_mixes_nobody_up(tmp_path, scene, make_patient):
    """Slicer gives the nodes that it imports other IDs."""
    patient = make_patient("1")
    masks = {name: get_mask(patient, name).whole().voxels for name in patient.names}
    path = tmp_path / "scene.mrb"
    assert scene.WriteToMRB(str(path), None)
    remove_patient(patient)
    make_patient("2", seed=5)
    assert scene.ReadFromMRB(str(path), False)
    back = {found.key: found for found in find_patients(scene)}
    assert set(back) == {"1", "2"}
    assert all(np.array_equal(get_mask(back["1"], name).whole().voxels, mask) for name, mask in masks.items())
    assert isinstance(back["1"], PatientNodes)
    assert not {node.GetID() for node in back["1"].segmentations} & {node.GetID() for node in back["2"].segmentations}

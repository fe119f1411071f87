from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import SimpleITK
import slicer

from NEMOPETLib.errors import InputError
from NEMOPETLib.scene.geometry import as_lps, as_ras, grid_of_volume, volume_of
from NEMOPETLib.scene.layout import LAYOUT_ID, MIP_VIEW, SLICE_VIEWS, layout_steps, reading_layout, show_reading_layout
from NEMOPETLib.scene.mip import face_mip, mip_view, set_mip_window, show_mip, spin_mip, turn_mip
from NEMOPETLib.scene.mip_volume import mip_volume, of_few_voxels
from NEMOPETLib.scene.views import jump_to, pet_overlay, set_fusion, show_in_slices, show_masks
from NEMOPETLib.scene.volumes import load_volume, show_as_ct, show_as_pet
from NEMOPETLib.studies.volume import Volume

from .conftest import CT_GRID, PET_GRID


@pytest.fixture
def window(scene):
    """What a main window adds to a scene: layout, slice logics, cameras."""
    slicer.vtkMRMLSliceNode.AddDefaultSliceOrientationPresets(scene)
    layout_logic = slicer.vtkMRMLLayoutLogic()
    layout_logic.SetMRMLScene(scene)
    show_reading_layout(layout_logic.GetLayoutNode())
    slices = []
    for view in SLICE_VIEWS:
        logic = slicer.vtkMRMLSliceLogic()
        logic.SetMRMLScene(scene)
        logic.SetSliceNode(scene.GetSingletonNode(view.name, "vtkMRMLSliceNode"))
        slices.append(logic)
    camera = scene.AddNewNodeByClass("vtkMRMLCameraNode")
    camera.SetLayoutName(MIP_VIEW)
    scene.AddNewNodeByClass("vtkMRMLCrosshairNode")
    return [layout_logic, *slices]


def composite(scene, name):
    nodes = scene.GetNodesByClass("vtkMRMLSliceCompositeNode")
    nodes.UnRegister(None)
    found = [nodes.GetItemAsObject(n) for n in range(nodes.GetNumberOfItems())]
    return next(node for node in found if node.GetLayoutName() == name)


def test_the_layout_has_each_view_once():
    views = ET.fromstring(reading_layout()).iter("view")
    tags = [view.get("singletontag") for view in views]
    assert sorted(tags) == sorted([*(view.name for view in SLICE_VIEWS), MIP_VIEW])


def test_the_layout_grows_by_a_view_at_each_step(scene):
    slicer.vtkMRMLSliceNode.AddDefaultSliceOrientationPresets(scene)
    logic = slicer.vtkMRMLLayoutLogic()
    logic.SetMRMLScene(scene)
    node = logic.GetLayoutNode()
    shown = []
    for step in layout_steps(node):
        step()
        assert node.GetViewArrangement() == LAYOUT_ID
        shown.append(
            [view.get("singletontag") for view in ET.fromstring(node.GetCurrentLayoutDescription()).iter("view")]
        )
    assert [len(views) for views in shown] == [1, 2, 3, 4, 5, 6]
    assert all(before == after[: len(before)] for before, after in pairwise(shown))
    assert node.GetCurrentLayoutDescription() == reading_layout()


def test_a_layout_that_is_shown_is_not_taken_apart(scene):
    logic = slicer.vtkMRMLLayoutLogic()
    logic.SetMRMLScene(scene)
    node = logic.GetLayoutNode()
    show_reading_layout(node)
    before = node.GetMTime()
    for step in layout_steps(node):
        step()
    assert node.GetMTime() == before
    node.SetViewArrangement(node.SlicerLayoutFourUpView)
    for step in layout_steps(node):
        step()
    assert (node.GetViewArrangement(), node.GetCurrentLayoutDescription()) == (LAYOUT_ID, reading_layout())


def test_slicer_makes_the_layout_s_views(scene, window):
    assert scene.GetFirstNodeByClass("vtkMRMLLayoutNode").GetViewArrangement() == LAYOUT_ID
    for view in SLICE_VIEWS:
        node = scene.GetSingletonNode(view.name, "vtkMRMLSliceNode")
        assert (node.GetOrientation(), node.GetLayoutLabel()) == (view.orientation, view.label)
    assert mip_view(scene).GetLayoutName() == MIP_VIEW


def test_the_views_show_ct_pet_and_both(patient, scene, window):
    show_in_slices(patient, fusion=0.4)
    for view in SLICE_VIEWS:
        node = composite(scene, view.name)
        below, above = node.GetBackgroundVolumeID(), node.GetForegroundVolumeID()
        assert below == (patient.pet if view.layers == "pet" else patient.ct).GetID()
        assert above == (pet_overlay(patient).GetID() if view.layers == "fused" else None)
        assert node.GetForegroundOpacity() == (0.4 if above else 0)
    set_fusion(scene, 1.7)
    assert composite(scene, SLICE_VIEWS[0].name).GetForegroundOpacity() == 1
    assert composite(scene, "NEMOPETCtAxial").GetForegroundOpacity() == 0


def test_another_patient_takes_the_views(make_patient, scene, window):
    one, two = make_patient("1"), make_patient("2")
    show_in_slices(one)
    show_in_slices(two)
    assert [node.GetDisplayVisibility() for node in (*one.segmentations, *two.segmentations)] == [0, 0, 1, 1]
    assert composite(scene, "NEMOPETPetAxial").GetBackgroundVolumeID() == two.pet.GetID()


def test_the_coloured_pet_shares_the_voxels_and_is_not_saved(patient):
    overlay = pet_overlay(patient)
    assert overlay is pet_overlay(patient)
    assert overlay.GetImageData() is patient.pet.GetImageData()
    assert grid_of_volume(overlay).matches(PET_GRID, 1e-6)
    assert not overlay.GetSaveWithScene()
    assert overlay.GetHideFromEditors()
    assert "PET-DICOM" in overlay.GetDisplayNode().GetColorNodeID()


def test_only_the_wanted_masks_are_shown(patient):
    show_masks(patient, ["lesions", "spleen"])
    shown = [n for n in patient.names if patient.segmentation_of(n).GetDisplayNode().GetSegmentVisibility(n)]
    assert shown == ["lesions", "spleen"]


@pytest.mark.parametrize("field_mm", [500.0, 40.0])
def test_every_view_shows_a_position_and_is_moved_only_if_it_must(patient, scene, window, field_mm):
    position = PET_GRID.positions(np.array([[20, 30, 10]]))[0]
    for view in SLICE_VIEWS:
        scene.GetSingletonNode(view.name, "vtkMRMLSliceNode").SetFieldOfView(field_mm, field_mm, 1)
    jump_to(scene, position)
    normals = {"Axial": 2, "Coronal": 1, "Sagittal": 0}
    for view in SLICE_VIEWS:
        matrix = scene.GetSingletonNode(view.name, "vtkMRMLSliceNode").GetSliceToRAS()
        centre = as_lps([matrix.GetElement(row, 3) for row in range(3)])
        if field_mm == 40:
            assert centre == pytest.approx(position)
        else:
            only = np.where(np.arange(3) == normals[view.orientation], position, 0)
            assert centre == pytest.approx(only)
    assert scene.GetFirstNodeByClass("vtkMRMLCrosshairNode").GetCrosshairRAS() == pytest.approx(as_ras(position))


def test_the_mip(make_patient, application, window):
    one, two = make_patient("1"), make_patient("2")
    logic = next(logic for logic in application.logics if logic.IsA("vtkSlicerVolumeRenderingLogic"))
    first, second = show_mip(one, logic), show_mip(two, logic, window=(0, 15))
    assert (first.GetVisibility(), second.GetVisibility()) == (0, 1)
    assert second.IsDisplayableInView(mip_view(one.scene).GetID())
    assert not second.IsDisplayableInView("vtkMRMLViewNode1")
    view = mip_view(one.scene)
    assert view.GetRaycastTechnique() == view.MaximumIntensityProjection
    properties = second.GetVolumePropertyNode()
    assert properties.GetColor().GetColor(0) == (1, 1, 1)
    assert properties.GetColor().GetColor(15) == (0, 0, 0)
    assert properties.GetColor().GetColor(7.5) == pytest.approx((0.5, 0.5, 0.5))
    set_mip_window(second, (0, 5))
    assert properties.GetColor().GetColor(5) == (0, 0, 0)
    assert show_mip(one, logic) is first
    assert (first.GetVisibility(), second.GetVisibility()) == (1, 0)


def test_the_mip_is_seen_from_the_front_and_turns_about_the_long_axis(patient, scene, window):
    camera = scene.GetFirstNodeByClass("vtkMRMLCameraNode")
    face_mip(patient)
    middle = as_ras(PET_GRID.positions((np.array([PET_GRID.shape]) - 1) / 2)[0])
    assert camera.GetFocalPoint() == pytest.approx(middle)
    offset = np.subtract(camera.GetPosition(), camera.GetFocalPoint())
    assert offset[1] == pytest.approx(np.linalg.norm(offset))  # anterior
    assert 2 * camera.GetParallelScale() >= PET_GRID.shape[0] * PET_GRID.spacing[2]
    assert mip_view(scene).GetFieldOfView() == camera.GetParallelScale()
    turn_mip(scene, 90)
    turned = np.subtract(camera.GetPosition(), camera.GetFocalPoint())
    assert abs(turned[0]) == pytest.approx(np.linalg.norm(offset))
    assert camera.GetViewUp() == pytest.approx((0, 0, 1))
    turn_mip(scene, 270)
    assert np.subtract(camera.GetPosition(), camera.GetFocalPoint()) == pytest.approx(offset)


def test_the_mip_turns_by_itself(scene, window):
    view = mip_view(scene)
    spin_mip(scene, True)
    assert view.GetAnimationMode() == view.Spin
    spin_mip(scene, False)
    assert view.GetAnimationMode() == view.Off


def test_without_a_window_nothing_happens(patient, scene):
    show_in_slices(patient)
    set_fusion(scene, 0.5)
    jump_to(scene, np.zeros(3))
    turn_mip(scene, 10)
    spin_mip(scene, True)
    face_mip(patient)


def test_volumes_have_units_colours_and_windows(patient):
    pet, ct = patient.pet, patient.ct
    assert pet.GetVoxelValueUnits().GetCodeValue() == "{SUVbw}g/ml"
    assert pet.GetVoxelValueQuantity().GetCodeValue() == "126401"
    assert ct.GetVoxelValueUnits().GetCodeMeaning() == "Hounsfield unit"
    assert (pet.GetDisplayNode().GetWindowLevelMin(), pet.GetDisplayNode().GetWindowLevelMax()) == (0, 10)
    assert (ct.GetDisplayNode().GetWindowLevelMin(), ct.GetDisplayNode().GetWindowLevelMax()) == (-160, 240)
    assert pet.GetDisplayNode().GetColorNode().GetName() == "InvertedGrey"
    assert ct.GetDisplayNode().GetColorNode().GetName() == "Grey"


def test_a_scene_without_colours_still_shows_volumes():
    scene = slicer.vtkMRMLScene()
    node = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode")
    show_as_pet(node)
    show_as_ct(node)
    assert node.GetDisplayNode().GetWindowLevelMax() == 240


def test_an_image_file_lies_where_it_lay(tmp_path, scene):
    voxels = np.random.default_rng(0).random(CT_GRID.shape).astype(np.float32)
    path = tmp_path / "pet.nrrd"
    SimpleITK.WriteImage(Volume(voxels, CT_GRID).to_sitk(), str(path))
    node = load_volume(scene, path, "PET")
    volume = volume_of(node)
    assert volume.grid.matches(CT_GRID, 1e-3)
    assert np.array_equal(volume.voxels, voxels)
    assert Path(node.GetStorageNode().GetFileName()) == path


@pytest.mark.parametrize("content", [None, b"no image"])
def test_a_file_that_is_no_image_is_said_and_leaves_no_node(tmp_path, scene, content):
    path, before = tmp_path / "pet.nrrd", scene.GetNumberOfNodes()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=re.escape(str(path))):
        load_volume(scene, path, "PET")
    assert scene.GetNumberOfNodes() == before


def test_the_mip_draws_the_patient_without_the_air_around(make_patient):
    """Every voxel with uptake, where it is in the PET; an image of air alone is drawn whole."""
    patient = make_patient()
    voxels = np.zeros(PET_GRID.shape, np.float32)
    voxels[10:40, 5:21, 30:33] = np.random.default_rng(1).uniform(0.1, 9, (30, 16, 3))
    slicer.util.updateVolumeFromArray(patient.pet, voxels)
    drawn = mip_volume(patient)
    assert mip_volume(patient) is drawn
    assert np.array_equal(slicer.util.arrayFromVolume(drawn), voxels[10:40, 5:21, 30:33])
    first = grid_of_volume(drawn).positions(np.zeros((1, 3)))
    assert np.allclose(first, PET_GRID.positions(np.array([[10, 5, 30]])))
    air = make_patient("air")
    slicer.util.updateVolumeFromArray(air.pet, np.zeros(PET_GRID.shape, np.float32))
    assert slicer.util.arrayFromVolume(mip_volume(air)).shape == PET_GRID.shape
    assert not drawn.GetSaveWithScene()


def test_the_projection_is_drawn_of_few_voxels_only_for_a_while(make_patient):
    patient = make_patient()
    drawn = mip_volume(patient)
    whole = slicer.util.arrayFromVolume(drawn).copy()
    with of_few_voxels(patient):
        np.testing.assert_array_equal(slicer.util.arrayFromVolume(drawn), whole[::2, ::2, ::2])
    np.testing.assert_array_equal(slicer.util.arrayFromVolume(drawn), whole)

from __future__ import annotations

import numpy as np
import pytest
import slicer
from vtkmodules.vtkCommonCore import reference

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.cropped_mask import CroppedMask, crop, empty_mask
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.masks.mask_files import read_mask
from NEMOPETLib.masks.segment_terms import SEGMENT_TERMS
from NEMOPETLib.masks.segmentation_file import write_lesions, write_segmentation
from NEMOPETLib.scene.geometry import grid_of_volume, image_of, mask_of
from NEMOPETLib.scene.segments import LABELMAP, get_mask, hand_over, load_mask, set_mask, settle, write_masks
from NEMOPETLib.studies.volume import Grid, Volume

from .conftest import CT_GRID, PET_GRID, blobs, masks_of_a_patient


def segment_of(patient, name):
    return patient.segment(name)


def lies_on_its_volume(patient, name) -> bool:
    segment = segment_of(patient, name)
    image = segment.GetRepresentation(LABELMAP)
    return mask_of(image, segment.GetLabelValue(), name, patient.grid_of(name)) is not None


def test_every_mask_comes_back_exactly_on_its_own_voxels(patient):
    for name, mask in masks_of_a_patient().items():
        back = get_mask(patient, name)
        assert back.grid.matches(PET_GRID if name in ("lesions", "physiological") else CT_GRID, 1e-6)
        assert np.array_equal(back.whole().voxels, mask.voxels)
        assert lies_on_its_volume(patient, name)


def test_segments_have_names_codes_and_colours_in_their_order(patient):
    set_mask(patient, crop(Mask("fat_sc", blobs(CT_GRID, 9), CT_GRID)))
    set_mask(patient, crop(Mask("heart", blobs(CT_GRID, 10), CT_GRID)))
    assert patient.names == ("lesions", "physiological", "muscle", "fat_sc", "spleen", "heart")
    for name in patient.names[:5]:
        entry = reference("")
        assert segment_of(patient, name).GetTag("TerminologyEntry", entry)
        assert str(entry) == SEGMENT_TERMS[name].slicer_entry
        assert segment_of(patient, name).GetName() == SEGMENT_TERMS[name].name
        assert segment_of(patient, name).GetColor() == pytest.approx(SEGMENT_TERMS[name].color)
    assert segment_of(patient, "heart").GetName() == "heart"


def test_a_new_content_tells_slicer(patient):
    segmentation, told = patient.segmentation_of("lesions").GetSegmentation(), []
    segmentation.AddObserver(slicer.vtkSegmentation.SourceRepresentationModified, lambda *_: told.append(1))
    set_mask(patient, empty_mask("lesions", PET_GRID))
    assert told
    assert not get_mask(patient, "lesions").voxels.any()


def test_an_oblique_image(scene, make_patient):
    turned = np.array([[0.8, 0, -0.6, 10], [0.6, 0, 0.8, -20], [0, -1.0, 0, 30], [0, 0, 0, 1]]) @ np.diag([2, 2, 3, 1])
    patient = make_patient(masks={})
    matrix = slicer.vtkMRMLSliceNode().GetSliceToRAS()
    matrix.DeepCopy((np.diag([-1, -1, 1, 1]) @ turned).ravel().tolist())
    patient.pet.SetIJKToRASMatrix(matrix)
    grid = grid_of_volume(patient.pet)
    assert np.allclose(grid.affine, turned)
    mask = Mask("lesions", blobs(grid, 3), grid)
    set_mask(patient, crop(mask))
    assert np.array_equal(get_mask(patient, "lesions").whole().voxels, mask.voxels)


def test_slicer_s_own_file_holds_the_masks_exactly(patient, tmp_path):
    """What one saves as a segmentation, or in a scene, is right for who opens it without us."""
    masks = masks_of_a_patient()
    for node in patient.segmentations:
        storage = slicer.vtkMRMLSegmentationStorageNode()
        storage.SetFileName(str(tmp_path / f"{node.GetName()}.seg.nrrd"))
        assert storage.WriteData(node) == 1
    for name, mask in masks.items():
        path = tmp_path / f"{patient.segmentation_of(name).GetName()}.seg.nrrd"
        assert np.array_equal(read_mask(path, name, mask.grid).voxels, mask.voxels)
    for name, mask in masks.items():  # Slicer has united what did not overlap in one image
        assert np.array_equal(get_mask(patient, name).whole().voxels, mask.voxels)
        set_mask(patient, empty_mask(name, mask.grid))
        others = [other for other in masks if other != name]
        assert all(np.array_equal(get_mask(patient, other).whole().voxels, masks[other].voxels) for other in others)
        set_mask(patient, crop(mask))


def test_a_segment_on_other_voxels_is_carried_over_and_settled(patient):
    finer = PET_GRID.affine @ np.diag([0.5, 0.5, 0.5, 1])
    finer[:3, 3] -= 0.25 * PET_GRID.affine[:3, :3].sum(axis=1)
    expected = masks_of_a_patient()["lesions"].voxels
    voxels = expected.repeat(2, 0).repeat(2, 1).repeat(2, 2)
    mask = Mask("lesions", voxels, Grid(voxels.shape, finer))
    segment_of(patient, "lesions").GetRepresentation(LABELMAP).ShallowCopy(image_of(crop(mask)))
    assert np.array_equal(get_mask(patient, "lesions").whole().voxels, expected)
    assert not lies_on_its_volume(patient, "lesions")
    assert np.array_equal(settle(patient, "lesions").whole().voxels, expected)
    assert lies_on_its_volume(patient, "lesions")


def test_voxels_beyond_the_image_are_left_out(patient):
    """Slicer's editor may paint there."""
    larger = Grid(tuple(n + 4 for n in PET_GRID.shape), PET_GRID.affine.copy())
    affine = PET_GRID.affine.copy()
    affine[:3, 3] -= affine[:3, :3] @ (2, 2, 2)
    larger = Grid(larger.shape, affine)
    everything = image_of(crop(Mask("lesions", np.ones(larger.shape, bool), larger)))
    segment_of(patient, "lesions").GetRepresentation(LABELMAP).ShallowCopy(everything)
    back = get_mask(patient, "lesions")
    assert back.voxels.all()
    assert back.voxels.shape == PET_GRID.shape


@pytest.mark.parametrize("several", [False, True])
def test_files_into_the_scene_and_out_again(patient, tmp_path, several):
    lesions = Mask("lesions", blobs(PET_GRID, 20), PET_GRID)
    path = tmp_path / "in.seg.nrrd"
    if several:
        labels = np.where(lesions.voxels, 1 + np.arange(PET_GRID.shape[0])[:, None, None] % 3, 0).astype(np.uint16)
        write_lesions(path, Volume(labels, PET_GRID))
    else:
        write_segmentation(path, {"lesions": lesions})
    assert load_mask(patient, "lesions", path) == ()
    written = write_masks(patient, tmp_path)
    assert {path.name for path in written.values()} == {
        "lesions.seg.nrrd",
        "physiological.seg.nrrd",
        "tissues.seg.nrrd",
    }
    expected = {**masks_of_a_patient(), "lesions": lesions}
    for name, mask in expected.items():
        back = read_mask(written[name], name, mask.grid)
        assert back.warnings == ()
        assert np.array_equal(back.voxels, mask.voxels)


def test_handed_over_to_another_process(patient, tmp_path):
    for name, mask in masks_of_a_patient().items():
        path = hand_over(get_mask(patient, name), tmp_path)
        assert np.array_equal(read_mask(path, name, mask.grid).voxels, mask.voxels)
        assert path.stat().st_size < mask.voxels.size


def test_what_cannot_be_done_is_said(patient):
    with pytest.raises(InputError, match="no segment 'fat_v'"):
        get_mask(patient, "fat_v")
    with pytest.raises(InputError, match="'lesions' does not lie on the voxels of the PET"):
        set_mask(patient, CroppedMask("lesions", np.ones((1, 1, 1), bool), (0, 0, 0), CT_GRID))

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
from NEMOPETLib.scene.geometry import grid_of_volume, mask_of
from NEMOPETLib.scene.segments import LABELMAP, get_mask, hand_over, load_mask, set_mask, settle, write_masks
from NEMOPETLib.studies.volume import Grid, Volume

from .conftest import CT_GRID, PET_GRID, blobs, masks_of_a_patient


def segment_of(patient, name):
    return patient.segmentation.GetSegmentation().GetSegment(name)


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
    segmentation, told = patient.segmentation.GetSegmentation(), []
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


def test_saving_takes_segments_off_their_voxels_and_they_come_back_exactly(patient, tmp_path):
    """Slicer unites layers when it writes, in memory too: muscle then lies on the PET's voxels or the other way."""
    storage = slicer.vtkMRMLSegmentationStorageNode()
    storage.SetFileName(str(tmp_path / "slicer.seg.nrrd"))
    assert storage.WriteData(patient.segmentation) == 1
    assert not all(lies_on_its_volume(patient, name) for name in patient.names)
    for name, mask in masks_of_a_patient().items():
        assert np.array_equal(get_mask(patient, name).whole().voxels, mask.voxels)
        assert np.array_equal(settle(patient, name).whole().voxels, mask.voxels)
        assert lies_on_its_volume(patient, name)
    for name, mask in masks_of_a_patient().items():
        assert np.array_equal(get_mask(patient, name).whole().voxels, mask.voxels)


def test_what_was_edited_off_its_voxels_is_carried_over(patient, tmp_path):
    """An edit is not undone by what was kept before."""
    storage = slicer.vtkMRMLSegmentationStorageNode()
    storage.SetFileName(str(tmp_path / "slicer.seg.nrrd"))
    storage.WriteData(patient.segmentation)
    name = next(name for name in patient.names if not lies_on_its_volume(patient, name))
    before = get_mask(patient, name)
    patient.segmentation.GetSegmentation().ClearSegment(name)
    assert before.voxels.any()
    assert not get_mask(patient, name).voxels.any()


def test_voxels_beyond_the_image_are_left_out(patient):
    """Slicer's editor may paint there."""
    from NEMOPETLib.scene.geometry import image_of

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

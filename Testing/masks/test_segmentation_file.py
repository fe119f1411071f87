from __future__ import annotations

import errno
import os

import numpy as np
import pytest
import SimpleITK
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.masks.mask_files import read_mask
from NEMOPETLib.masks.segment_terms import SEGMENT_TERMS
from NEMOPETLib.masks.segmentation_file import write_lesions, write_segmentation
from NEMOPETLib.studies.volume import Grid, Volume, grid_of

AFFINE = np.array([[0.8, 0, -1.2, 10], [0.6, 0, 1.6, -20], [0, -1.5, 0, 30], [0, 0, 0, 1]])
GRID = Grid((5, 6, 7), AFFINE)


def random_masks(names, seed=0, share=0.3) -> dict[str, Mask]:
    rng = np.random.default_rng(seed)
    return {name: Mask(name, rng.random(GRID.shape) < share, GRID) for name in names}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(
    names=st.lists(st.sampled_from([*SEGMENT_TERMS, "heart", "Niere\\links", "2"]), min_size=1, unique=True),
    seed=st.integers(0, 2**32),
    share=st.sampled_from([0.0, 0.02, 0.3, 1.0]),
)
def test_each_mask_comes_back_by_its_name(tmp_path, names, seed, share):
    masks = random_masks(names, seed, share)
    path = tmp_path / "masks.seg.nrrd"
    write_segmentation(path, masks)
    for name, mask in masks.items():
        back = read_mask(path, name, GRID)
        assert np.array_equal(back.voxels, mask.voxels)
        assert back.warnings == (() if mask.voxels.any() else (f'mask {name!r} ("{path.name}") has no voxel',))


def test_masks_that_do_not_overlap_share_a_layer(tmp_path):
    voxels = np.zeros(GRID.shape, bool)
    masks = {}
    for k, name in enumerate(list(SEGMENT_TERMS)[: GRID.shape[0]]):
        masks[name] = Mask(name, voxels.copy(), GRID)
        masks[name].voxels[k] = True
    path = tmp_path / "masks.seg.nrrd"
    write_segmentation(path, masks)
    image = SimpleITK.ReadImage(str(path))
    assert image.GetNumberOfComponentsPerPixel() == 1
    assert grid_of(image).matches(GRID, 1e-9)
    labels = SimpleITK.GetArrayFromImage(image)
    assert [np.unique(plane).tolist() for plane in labels] == [[1], [2], [3], [4], [5]]


def test_itk_reads_layers_at_their_place(tmp_path):
    masks = random_masks(["muscle", "spleen"])
    path = tmp_path / "masks.seg.nrrd"
    write_segmentation(path, masks)
    image = SimpleITK.ReadImage(str(path))
    layers = SimpleITK.GetArrayFromImage(image)
    assert np.array_equal(layers[..., 0] == 1, masks["muscle"].voxels)
    assert np.array_equal(layers[..., 1] == 2, masks["spleen"].voxels)
    assert grid_of(image).matches(GRID, 1e-9)
    assert image.GetMetaData("Segment1_Name") == "Spleen"


@pytest.mark.parametrize("highest", [0, 1, 4, 300, 65535])
def test_lesions_come_back_together_and_one_by_one(tmp_path, highest):
    labels = np.random.default_rng(1).integers(0, min(highest, 4) + 1, GRID.shape).astype(np.uint16)
    labels[0, 0, 0] = highest
    path = tmp_path / "lesions.seg.nrrd"
    write_lesions(path, Volume(labels, GRID))
    assert np.array_equal(read_mask(path, "lesions", GRID).voxels, labels > 0)
    if highest:
        one = read_mask(path, "lesions", GRID, segment=f"Lesion {highest}")
        assert np.array_equal(one.voxels, labels == highest)
        assert one.warnings == ()


def test_slicer_reads_names_codes_colours_and_voxels(tmp_path):
    slicer = pytest.importorskip("slicer", reason="slicer-core is not installed")
    vtk = pytest.importorskip("vtk")
    numpy_support = pytest.importorskip("vtkmodules.util.numpy_support")
    masks = random_masks([*SEGMENT_TERMS, "heart"])
    path = tmp_path / "masks.seg.nrrd"
    write_segmentation(path, masks)

    scene, logic = slicer.vtkMRMLScene(), slicer.vtkSlicerSegmentationsModuleLogic()
    logic.SetMRMLScene(scene)
    node, storage = scene.AddNewNodeByClass("vtkMRMLSegmentationNode"), slicer.vtkMRMLSegmentationStorageNode()
    storage.SetFileName(str(path))
    assert storage.ReadData(node) == 1
    segmentation = node.GetSegmentation()
    assert [segmentation.GetNthSegmentID(n) for n in range(len(masks))] == list(masks)
    for name, mask in masks.items():
        segment, term = segmentation.GetSegment(name), SEGMENT_TERMS.get(name)
        assert segment.GetName() == (term.name if term else name)
        if term:
            entry = vtk.reference("")
            segment.GetTag("TerminologyEntry", entry)
            assert str(entry) == term.slicer_entry
            assert segment.GetColor() == pytest.approx(term.color)
        image, to_ras = slicer.vtkOrientedImageData(), vtk.vtkMatrix4x4()
        node.GetBinaryLabelmapRepresentation(name, image)
        image.GetImageToWorldMatrix(to_ras)
        ras = [[to_ras.GetElement(row, column) for column in range(4)] for row in range(4)]
        assert np.allclose(np.diag([-1, -1, 1, 1]) @ ras, AFFINE)
        low_i, high_i, low_j, high_j, low_k, high_k = image.GetExtent()
        values = numpy_support.vtk_to_numpy(image.GetPointData().GetScalars())
        theirs = np.zeros(GRID.shape, bool)
        box = np.s_[low_k : high_k + 1, low_j : high_j + 1, low_i : high_i + 1]
        theirs[box] = values.reshape(theirs[box].shape) == 1
        assert np.array_equal(theirs, mask.voxels)


def test_what_slicer_writes_is_read(tmp_path):
    """Slicer crops to what is occupied and shares layers: names, voxels and place must survive."""
    slicer = pytest.importorskip("slicer", reason="slicer-core is not installed")
    masks = random_masks(["muscle", "spleen"], share=0.02)
    ours, theirs = tmp_path / "ours.seg.nrrd", tmp_path / "theirs.seg.nrrd"
    write_segmentation(ours, masks)
    scene, logic = slicer.vtkMRMLScene(), slicer.vtkSlicerSegmentationsModuleLogic()
    logic.SetMRMLScene(scene)
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode")
    reader, writer = (slicer.vtkMRMLSegmentationStorageNode() for _ in range(2))
    reader.SetFileName(str(ours))
    assert reader.ReadData(node) == 1
    writer.SetFileName(str(theirs))
    writer.SetCropToMinimumExtent(True)
    assert writer.WriteData(node) == 1
    for name, mask in masks.items():
        back = read_mask(theirs, name, GRID)
        assert np.array_equal(back.voxels, mask.voxels)
        assert back.warnings == ()


def test_an_interrupted_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "masks.seg.nrrd"
    masks = random_masks(["muscle"])
    write_segmentation(path, masks)
    before = path.read_bytes()

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match=r"masks.seg.nrrd: cannot be written \(No space left on device: make room"):
        write_segmentation(path, random_masks(["spleen"], seed=1))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_the_same_masks_give_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        write_segmentation(tmp_path / name, random_masks(["muscle", "spleen"]))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_masks_on_several_grids_are_refused(tmp_path):
    masks = random_masks(["muscle"])
    moved = AFFINE.copy()
    moved[2, 3] += 1
    masks["spleen"] = Mask("spleen", np.ones(GRID.shape, bool), Grid(GRID.shape, moved))
    with pytest.raises(InputError, match="several grids"):
        write_segmentation(tmp_path / "masks.seg.nrrd", masks)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        write_lesions(tmp_path / "absent" / "lesions.seg.nrrd", Volume(np.zeros(GRID.shape, np.uint16), GRID))

import gzip

import numpy as np
import pytest
import SimpleITK

from NEMOPETLib.phantom.examination import Examination
from NEMOPETLib.phantom.images import pet_slices
from NEMOPETLib.phantom.masks import MEASURED, UPTAKE_ORGANS, lesion_label_slices, mask_slices, write_masks
from NEMOPETLib.phantom.nifti import write_nifti
from NEMOPETLib.phantom.phantom import full_phantom, small_phantom
from NEMOPETLib.phantom.truth import truth_of
from NEMOPETLib.phantom.volumes import lesion_label_volume, mask_volume, pet_volume
from NEMOPETLib.studies.volume import Volume


@pytest.fixture(scope="module")
def phantom():
    return small_phantom()


@pytest.mark.parametrize("name", MEASURED)
def test_written_masks_are_the_masks_on_their_grids(phantom, name, tmp_path):
    path = write_masks(phantom, tmp_path / "masks", [name])[name]
    image = SimpleITK.ReadImage(str(path))
    written, mask = Volume.from_sitk(image), mask_volume(phantom, name)
    assert image.GetPixelID() == SimpleITK.sitkUInt8
    assert written.grid.matches(mask.grid, 1e-3)
    assert (written.voxels == mask.voxels).all()
    assert mask.voxels.any()


def test_all_masks_are_written_in_one_go_and_counted(phantom, tmp_path):
    calls = []
    paths = write_masks(phantom, tmp_path, progress=lambda done, total: calls.append((done, total)))
    assert sorted(path.name for path in paths.values()) == sorted(f"{name}.nii.gz" for name in MEASURED)
    total = len(phantom.ct.heights) + len(phantom.pet.heights)
    assert calls == [(n, total) for n in range(1, total + 1)]


def test_the_same_masks_are_the_same_files(phantom, tmp_path):
    first = write_masks(phantom, tmp_path / "a", ["spleen"])["spleen"]
    second = write_masks(phantom, tmp_path / "b", ["spleen"])["spleen"]
    assert first.read_bytes() == second.read_bytes()


def test_masks_are_disjoint(phantom):
    names = ["muscle", "fat_sc", "fat_v", "spleen", "liver", "kidney", "urinary_bladder"]
    total = sum(mask_volume(phantom, name).voxels.astype(int) for name in names)
    assert total.max() == 1


def test_organs_of_uptake_have_masks():
    assert set(UPTAKE_ORGANS) <= set(truth_of(full_phantom().anatomy, Examination()).tissues)


def test_lesion_labels_are_in_the_order_of_the_truth(phantom):
    truth = truth_of(phantom.anatomy, Examination())
    labels = lesion_label_volume(phantom)
    assert labels.voxels.max() == len(truth.lesions)
    for number, lesion in enumerate(truth.lesions, start=1):
        middle = labels.grid.positions(np.argwhere(labels.voxels == number)).mean(axis=0)
        assert middle == pytest.approx(lesion.centroid, abs=1.0)
    union = np.stack(list(mask_slices(phantom, "lesions")))
    assert (union == (labels.voxels > 0)).all()
    assert next(lesion_label_slices(phantom)).dtype == np.uint8


def test_unknown_mask(phantom):
    with pytest.raises(KeyError, match="pancreas"):
        next(mask_slices(phantom, "pancreas"))


def test_images_as_nifti(phantom, tmp_path):
    path = tmp_path / "pet.nii.gz"
    write_nifti(path, phantom.pet, pet_slices(phantom), "float32")
    written, pet = Volume.from_sitk(SimpleITK.ReadImage(str(path))), pet_volume(phantom)
    assert written.grid.matches(pet.grid, 1e-3)
    assert (written.voxels == pet.voxels).all()
    with gzip.open(path) as file:
        assert file.read(4) == b"\x5c\x01\x00\x00"  # 348, little endian

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import SimpleITK
from pydicom import Dataset, dcmread, dcmwrite
from pydicom.dataset import FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.mask_files import read_mask
from NEMOPETLib.studies.volume import Grid

GRID = Grid((2, 3, 4), np.eye(4))
VOXELS = np.arange(24).reshape(2, 3, 4) % 5 == 0


def write_nrrd(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    SimpleITK.WriteImage(SimpleITK.GetImageFromArray(VOXELS.astype(np.uint8)), str(path.with_suffix(".nrrd")))
    return path.with_suffix(".nrrd").rename(path)


def write_ct(path: Path) -> Path:
    header = Dataset()
    header.file_meta = FileMetaDataset()
    header.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    header.SOPClassUID, header.SOPInstanceUID = CTImageStorage, generate_uid()
    dcmwrite(path, header, enforce_file_format=True)
    return path


@pytest.mark.parametrize("name", ["mask.dcm", "mask", "ask.nii.gz", "masque du 3ᵉ patient – été.xyz", "Маска.txt"])
def test_the_kind_is_told_by_content(tmp_path, name):
    mask = read_mask(write_nrrd(tmp_path / "with space" / name), "lesions", GRID)
    assert np.array_equal(mask.voxels, VOXELS)
    assert mask.name == "lesions"
    assert mask.grid is GRID


def test_very_long_paths(tmp_path):
    folder = tmp_path
    while len(str(folder)) < 700:
        folder /= "f" * 80
    assert np.array_equal(read_mask(write_nrrd(folder / "mask"), "lesions", GRID).voxels, VOXELS)


def test_a_folder_with_one_mask_among_other_files(tmp_path):
    write_nrrd(tmp_path / "deep" / "er" / "mask")
    (tmp_path / "notes.txt").write_text("nothing")
    write_ct(tmp_path / "slice")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert np.array_equal(read_mask(tmp_path, "lesions", GRID).voxels, VOXELS)


def test_a_folder_with_no_mask_or_several_is_refused(tmp_path):
    with pytest.raises(InputError, match="no masks in this folder: give the file"):
        read_mask(tmp_path, "lesions", GRID)
    write_nrrd(tmp_path / "one")
    write_nrrd(tmp_path / "two")
    with pytest.raises(InputError, match="2 masks in this folder: give the file"):
        read_mask(tmp_path, "lesions", GRID)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0",
        b"no mask",
        b"\x1f\x8b",
        bytes(400),
        bytes(128) + b"DICM",
        b"\x08\x00" + bytes(300),
        b"NRRD",
        b"n+1\0",
    ],
)
def test_other_content_is_refused(tmp_path, content):
    path = tmp_path / "mask.nii.gz"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"mask.nii.gz: (neither DICOM SEG|the file is truncated)"):
        read_mask(path, "lesions", GRID)


@pytest.mark.parametrize("content", [b"NRRD0004\n", b"NRRD0004\ntype: float\n\n", b"NRRD0005\n" + bytes(400)])
def test_half_an_nrrd_header_is_refused(tmp_path, content):
    path = tmp_path / "mask"
    path.write_bytes(content)
    with pytest.raises(InputError, match="mask: "):
        read_mask(path, "lesions", GRID)


@pytest.mark.filterwarnings("ignore::UserWarning")  # pydicom's, on what it makes of the cut
def test_any_part_of_a_file_is_refused_in_one_line(write_seg, write_rtstruct, tmp_path):
    """Whatever is cut off the end of a file in any format (a DICOM file may end in a byte of padding)."""
    square = [[0.5, 0.5, 0], [2.5, 0.5, 0], [2.5, 2.5, 0]]
    files = [
        write_seg(np.ones((2, 16, 16, 1), bool), "BINARY", ["lesion"])[0],
        write_rtstruct({"GTV": [("CLOSED_PLANAR", square)]}),
        write_nrrd(tmp_path / "nrrd"),
    ]
    for file in files:
        content = file.read_bytes()
        for length in range(0, len(content) - 2, max(1, len(content) // 150)):
            cut = tmp_path / "cut"
            cut.write_bytes(content[:length])
            with pytest.raises(InputError) as refused:
                read_mask(cut, "lesions", GRID)
            assert "\n" not in str(refused.value)


def test_a_dicom_image_is_no_mask(tmp_path):
    with pytest.raises(InputError, match="neither DICOM SEG, RT Structure Set, NIfTI nor NRRD"):
        read_mask(write_ct(tmp_path / "slice"), "lesions", GRID)


def test_dicom_without_preamble(write_rtstruct, tmp_path):
    square = [[0.5, 0.5, 0], [2.5, 0.5, 0], [2.5, 2.5, 0], [0.5, 2.5, 0]]
    path = write_rtstruct({"GTV": [("CLOSED_PLANAR", square)]})
    bare = tmp_path / "bare"
    bare.write_bytes(path.read_bytes()[132:])
    assert read_mask(bare, "lesions", GRID).voxels.sum() == 4
    header = dcmread(path)
    del header.file_meta
    dcmwrite(bare, header, implicit_vr=True, little_endian=True, enforce_file_format=False)
    assert read_mask(bare, "lesions", GRID).voxels.sum() == 4


def test_an_absent_or_unreadable_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="absent: cannot be read"):
        read_mask(tmp_path / "absent", "lesions", GRID)
    if hasattr(os, "mkfifo"):
        (tmp_path / "loop").symlink_to(tmp_path / "loop")
        with pytest.raises(InputError, match="loop: cannot be read"):
            read_mask(tmp_path / "loop", "lesions", GRID)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission_is_refused(tmp_path):
    path = write_nrrd(tmp_path / "mask")
    path.chmod(0)
    with pytest.raises(InputError, match="mask: cannot be read"):
        read_mask(path, "lesions", GRID)


def test_the_mask_of_another_image_is_refused(tmp_path):
    elsewhere = Grid((2, 3, 4), np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 900], [0, 0, 0, 1.0]]))
    with pytest.raises(InputError, match=r"mask 'lesions' \(.*\) lies wholly outside the image"):
        read_mask(write_nrrd(tmp_path / "mask"), "lesions", elsewhere)

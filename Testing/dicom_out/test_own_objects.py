"""Only what NEMO-PET wrote goes into a PACS, wherever it lies and whatever it is called."""

from __future__ import annotations

import shutil

import pytest

from NEMOPETLib.dicom_out.own_objects import own_objects
from NEMOPETLib.errors import InputError


def test_source_images_are_left_out_whatever_their_folder_is_called(exported, tmp_path):
    theirs = tmp_path / "patient" / "dicom"
    shutil.copytree(exported.written.folder, theirs)
    ours = tmp_path / "patient" / "results"
    shutil.copytree(exported.folder, ours)
    (ours / "damaged.dcm").write_bytes(bytes(128) + b"DICM")
    (ours / "notes.dcm").write_text("no DICOM")
    assert own_objects([tmp_path]) == sorted(ours / file.name for file in exported.folder.iterdir())
    assert len(own_objects([tmp_path])) == 5
    with pytest.raises(InputError, match="there is no DICOM object to store"):
        own_objects([theirs])


def test_the_folder_itself_and_single_files_are_taken_once(exported):
    report = exported.folder / "measurements_sr.dcm"
    assert own_objects([report]) == [report]
    assert own_objects([report, exported.folder, exported.folder.parent]) == [
        report,
        *(file for file in sorted(exported.folder.iterdir()) if file != report),
    ]


def test_what_is_not_there_and_what_is_not_ours_is_named(exported, tmp_path):
    with pytest.raises(InputError, match=r"mistyped is not there: check its name$"):
        own_objects([exported.folder, tmp_path / "mistyped"])
    image = exported.written.pet[0]
    with pytest.raises(InputError, match=rf"{image} was not written by NEMO-PET: only its own objects are stored"):
        own_objects([exported.folder, image])

"""DICOM files are found by what they hold, wherever they lie and whatever they are called."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from NEMOPETLib.errors import InputError
from NEMOPETLib.studies.dicom_files import read_headers


@pytest.fixture
def a_slice_file(reference_data: Path) -> Path:
    return reference_data / "dcmqi_seg_sr" / "ct-3slice" / "01.dcm"


def test_any_depth_and_name(a_slice_file: Path, tmp_path: Path) -> None:
    places = ["a/b/c/d/IM0001", "é/文件", "with space/.hidden", "x" * 200 + "/" + "y" * 200, "file.txt"]
    for place in places:
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(a_slice_file, tmp_path / place)
    (tmp_path / "notes.dcm").write_text("not DICOM, though it says so")
    (tmp_path / "empty.dcm").touch()
    found = read_headers(tmp_path)
    assert len(found.headers) == len(places)
    assert (found.others, found.unreadable) == (2, [])


def test_a_file_without_preamble(a_slice_file: Path, tmp_path: Path) -> None:
    (tmp_path / "bare").write_bytes(a_slice_file.read_bytes()[132:])
    assert len(read_headers(tmp_path).headers) == 1


def test_circles_of_links_end(a_slice_file: Path, tmp_path: Path) -> None:
    shutil.copy(a_slice_file, tmp_path / "one")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self").symlink_to(tmp_path / "self")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    assert len(read_headers(tmp_path).headers) == 1


def test_a_linked_folder_is_read(a_slice_file: Path, tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "link").symlink_to(a_slice_file.parent, target_is_directory=True)
    assert len(read_headers(tmp_path / "root").headers) == 3


def test_a_header_cut_short_is_named(a_slice_file: Path, tmp_path: Path) -> None:
    shutil.copy(a_slice_file, tmp_path / "whole")
    (tmp_path / "cut").write_bytes(a_slice_file.read_bytes()[:300])
    found = read_headers(tmp_path)
    assert [path.name for path, _ in found.unreadable] == ["cut"]


def test_what_may_not_be_read_is_named(a_slice_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(a_slice_file, tmp_path / "open")
    shutil.copy(a_slice_file, tmp_path / "closed")
    (tmp_path / "folder").mkdir()
    opened, listed = Path.open, os.scandir

    def refuse_file(self: Path, *args: object, **kwargs: object) -> object:
        if self.name == "closed":
            raise PermissionError(13, "Permission denied", str(self))
        return opened(self, *args, **kwargs)  # type: ignore[call-overload]

    def refuse_folder(path: object = ".") -> object:
        if str(path).endswith("folder"):
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse_file)
    monkeypatch.setattr(os, "scandir", refuse_folder)
    found = read_headers(tmp_path)
    assert len(found.headers) == 1
    assert {path.name: reason for path, reason in found.unreadable} == {
        "closed": "Permission denied",
        "folder": "Permission denied",
    }


def test_nothing_to_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        read_headers(tmp_path / "nowhere")
    with pytest.raises(InputError, match=r"holds no DICOM image \(0 files"):
        read_headers(tmp_path)
    (tmp_path / "text").write_text("hello")
    with pytest.raises(InputError, match=r"1 files looked at"):
        read_headers(tmp_path)


def test_a_single_file_is_a_root_too(a_slice_file: Path) -> None:
    assert len(read_headers(a_slice_file).headers) == 1

"""What lies in an archive: studies, damaged files and where they belong, without opening a file twice."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from NEMOPETLib.errors import InputError
from NEMOPETLib.incoming import INCOMING
from NEMOPETLib.studies import archive as archive_module
from NEMOPETLib.studies.archive import scan_archive
from NEMOPETLib.studies.file_stamp import content_digest


def put_image(path: Path, patient: str, study: str, series: str = "1.2.3", modality: str = "PT") -> None:
    """A header as small as one can be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.128"
    dataset.SOPInstanceUID = f"{series}.{abs(hash(path))}"
    dataset.PatientID, dataset.StudyInstanceUID, dataset.SeriesInstanceUID = patient, study, series
    dataset.Modality, dataset.Rows, dataset.Columns = modality, 10, 20
    dataset.save_as(path, enforce_file_format=True)


def test_studies_by_patient_and_study(tmp_path: Path) -> None:
    put_image(tmp_path / "b" / "1", "B", "2.1")
    put_image(tmp_path / "a" / "1", "A", "1.1")
    put_image(tmp_path / "a" / "deep" / "2", "A", "1.1")
    put_image(tmp_path / "a" / "ct", "A", "1.1", "1.9", "CT")
    found = scan_archive(tmp_path)
    assert [(one.patient_id, len(one.files)) for one in found.studies] == [("A", 3), ("B", 1)]
    assert found.studies[0].folder == tmp_path / "a"
    assert found.studies[0].voxels == {"PT": 400, "CT": 200}
    assert not found.empty


def test_no_file_is_opened_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        put_image(tmp_path / "a" / str(number), "A", "1.1")
    first = scan_archive(tmp_path)
    (tmp_path / "a" / "1").unlink()
    put_image(tmp_path / "a" / "3", "A", "1.1")
    opened = []
    original = archive_module.read_partial
    monkeypatch.setattr(
        archive_module, "read_partial", lambda file, **how: opened.append(file.name) or original(file, **how)
    )
    second = scan_archive(tmp_path, first.known)
    assert [Path(name).name for name in opened] == ["3"]
    assert [file.name for file in second.studies[0].files] == ["0", "2", "3"]


def test_damaged_files_belong_to_the_study_around_them(tmp_path: Path) -> None:
    put_image(tmp_path / "a" / "PET" / "1", "A", "1.1")
    put_image(tmp_path / "b" / "PET" / "1", "B", "2.1")
    whole = (tmp_path / "a" / "PET" / "1").read_bytes()
    for folder in ("a/PET", "a/CT", "c/PET"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "cut").write_bytes(whole[:200])
    found = scan_archive(tmp_path)
    assert [len(one.damaged) for one in found.studies] == [2, 0]
    (empty,) = found.empty
    assert empty.path == tmp_path / "c"
    assert 'of 1 files the first: "cut"' in empty.reason


def test_what_should_be_images_and_is_not(tmp_path: Path) -> None:
    put_image(tmp_path / "a" / "1", "A", "1.1")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "1.dcm").write_bytes(b"")
    (tmp_path / "c").mkdir()
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "notes.txt").write_text("not an image")
    found = scan_archive(tmp_path)
    assert {one.path.name: one.reason for one in found.empty} == {
        "b": 'no image can be read, of 1 files the first: "1.dcm" (empty)',
        "c": "the folder holds no file",
    }


def test_circles_of_links_end(tmp_path: Path) -> None:
    put_image(tmp_path / "a" / "1", "A", "1.1")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "self").symlink_to(tmp_path / "a" / "self")
    found = scan_archive(tmp_path)
    assert [len(one.files) for one in found.studies] == [1]


def test_our_own_folders_are_left_out(tmp_path: Path) -> None:
    put_image(tmp_path / "a" / "1", "A", "1.1")
    put_image(tmp_path / "results" / "1", "A", "1.1")
    found = scan_archive(tmp_path, skip=[tmp_path / "results"])
    assert [len(one.files) for one in found.studies] == [1]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs permissions that can be taken away")
def test_a_folder_that_may_not_be_opened(tmp_path: Path) -> None:
    put_image(tmp_path / "a" / "1", "A", "1.1")
    put_image(tmp_path / "b" / "1", "B", "1.2")
    (tmp_path / "b").chmod(0)
    (empty,) = scan_archive(tmp_path).empty
    (tmp_path / "b").chmod(0o700)
    assert empty.path == tmp_path / "b"
    assert empty.reason == "Permission denied"


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no folder"):
        scan_archive(tmp_path / "nowhere")


def test_the_digest_of_files_is_that_of_their_content(tmp_path: Path) -> None:
    first, second, third = (tmp_path / name for name in "abc")
    first.write_bytes(b"1")
    second.write_bytes(b"2")
    third.write_bytes(b"1")
    assert content_digest([first, second]) == content_digest([second, third])
    assert content_digest([first, second]) != content_digest([first, third])


def test_studies_that_are_arriving_are_not_looked_at(tmp_path: Path) -> None:
    put_image(tmp_path / "a" / "1", "A", "1.1")
    put_image(tmp_path / INCOMING / "b" / "1", "B", "2.1")
    (tmp_path / "of another" / INCOMING).mkdir(parents=True)
    found = scan_archive(tmp_path)
    assert [one.patient_id for one in found.studies] == ["A"]
    assert [one.path.name for one in found.empty] == ["of another"]
    (tmp_path / INCOMING / "b" / "1").unlink()
    assert [one.path.name for one in scan_archive(tmp_path).empty] == ["of another"]

"""Appends that were cut off, found by readers and by the next writer."""

from __future__ import annotations

import os
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from NEMOPETLib.cohort import committed_file
from NEMOPETLib.errors import InputError

OLD = b"a,b\n1,2\n"
NEW = b"3,4\n"


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "table.csv"


def write_journal(path: Path, size: int = len(OLD), data: bytes = NEW) -> Path:
    journal = path.with_name("table.csv.journal")
    journal.write_bytes(b"%d %d\n" % (size, zlib.crc32(data)) + data)
    return journal


@pytest.mark.parametrize("tail", [NEW[:n] for n in range(1, len(NEW))] + [b"3,\0\0", b"\0", b"\0\0\0\0"])
def test_an_append_cut_off_is_left_out_by_readers_and_finished_by_the_next_writer(path, tail):
    path.write_bytes(OLD + tail)
    journal = write_journal(path)
    assert committed_file.read(path) == OLD
    assert journal.exists()  # a reader may not be allowed to write
    committed_file.recover(path)
    assert path.read_bytes() == committed_file.read(path) == OLD + NEW
    assert not journal.exists()


@pytest.mark.parametrize("tail", [b"", NEW, NEW + b"5,6\n", b"9,9\n", b"3,5", b"edited by hand\n"])
def test_a_journal_changes_nothing_in_a_file_that_is_whole_or_was_edited_since(path, tail):
    path.write_bytes(OLD + tail)
    write_journal(path)
    assert committed_file.read(path) == OLD + tail
    committed_file.recover(path)
    assert path.read_bytes() == OLD + tail
    assert [file.name for file in path.parent.iterdir()] == ["table.csv"]


@given(st.integers(0, 20), st.binary(max_size=3))
def test_a_journal_cut_off_itself_says_nothing(tmp_path_factory, size, rest):
    path = tmp_path_factory.mktemp("journal") / "table.csv"
    path.write_bytes(OLD + b"3")
    journal = write_journal(path)
    whole = journal.read_bytes()
    journal.write_bytes(whole[: min(size, len(whole) - 1)])
    assert committed_file.read(path) == OLD + b"3"
    committed_file.recover(path)
    assert path.read_bytes() == OLD + b"3"


def test_a_journal_of_a_file_that_is_gone_is_removed(path):
    journal = write_journal(path)
    committed_file.recover(path)
    assert not journal.exists()
    assert not path.exists()


def test_an_append_that_ends_while_a_reader_looks_is_seen_whole(path, monkeypatch):
    path.write_bytes(OLD + NEW[:2])
    journal = write_journal(path)

    def end_append(_: Path) -> None:
        if journal.exists():
            with path.open("ab") as file:
                file.write(NEW[2:])
            journal.unlink()

    monkeypatch.setattr(committed_file, "_journal", end_append)
    assert committed_file.read(path) == OLD + NEW


def test_a_file_that_shrinks_while_a_reader_looks_is_read_again(path, monkeypatch):
    path.write_bytes(OLD + b"torn")
    monkeypatch.setattr(committed_file, "_journal", lambda _: os.truncate(path, len(OLD)))
    assert committed_file.read(path) == OLD


def test_append_and_replace(path):
    assert committed_file.replace(path, OLD, None)
    assert not path.with_name("table.csv.bak").exists()
    assert committed_file.append(path, NEW)
    assert committed_file.replace(path, b"x\n", OLD + NEW)
    assert not committed_file.replace(path, b"y\n", OLD)
    assert path.read_bytes() == b"x\n"
    assert path.with_name("table.csv.bak").read_bytes() == OLD + NEW


def test_a_busy_file_is_tried_again(path, monkeypatch):
    """Windows refuses to rename over a file that somebody reads."""
    monkeypatch.setattr(committed_file, "_WAIT_S", 0.0)
    refusals = [PermissionError()] * 3
    rename = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if refusals:
            raise refusals.pop()
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    assert committed_file.replace(path, OLD, None)
    refusals.extend([PermissionError(13, "Permission denied")] * 1000)
    with pytest.raises(PermissionError):
        committed_file.replace(path, NEW, OLD)
    assert path.read_bytes() == OLD


def test_everything_is_on_the_disk_before_it_counts(path, monkeypatch):
    """The order of what must be durable: journal, its name, the rows; temporary file, rename, its name."""
    events = []
    sync, rename, unlink = os.fsync, Path.replace, Path.unlink

    def log_sync(descriptor: int) -> None:
        events.append(f"sync {Path(f'/proc/self/fd/{descriptor}').readlink().name}")
        sync(descriptor)

    def log_rename(self: Path, target: str) -> Path:
        events.append(f"rename to {Path(target).name}")
        return rename(self, target)

    def log_unlink(self: Path, missing_ok: bool = False) -> None:
        if self.exists():
            events.append(f"remove {self.name}")
        unlink(self, missing_ok)

    if not Path("/proc/self/fd").is_dir():
        pytest.skip("no /proc to name open files")
    path.write_bytes(OLD)
    folder = path.parent.name
    monkeypatch.setattr(os, "fsync", log_sync)
    monkeypatch.setattr(Path, "replace", log_rename)
    monkeypatch.setattr(Path, "unlink", log_unlink)
    committed_file.append(path, NEW)
    assert events == [
        "sync table.csv.journal",
        f"sync {folder}",
        "sync table.csv",
        "remove table.csv.journal",
    ]
    events.clear()
    committed_file.replace(path, b"x", OLD + NEW)
    assert events == [
        "sync table.csv.tmp",
        "rename to table.csv.bak",
        "sync table.csv.tmp",
        "rename to table.csv",
        f"sync {folder}",
    ]


def test_the_lock_makes_no_folder(tmp_path):
    with pytest.raises(FileNotFoundError), committed_file.locked(tmp_path / "none" / "table.csv", 1.0):
        pass
    assert not (tmp_path / "none").exists()


def test_errors_name_the_file_and_keep_their_cause(path):
    with pytest.raises(InputError, match=f"{path}: file not found") as error, committed_file.named(path):
        path.read_bytes()
    assert isinstance(error.value.__cause__, FileNotFoundError)
    with pytest.raises(InputError, match=f"^{path}: row 3$"), committed_file.named(path):
        raise InputError("row 3")

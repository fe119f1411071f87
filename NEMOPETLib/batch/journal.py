"""What a batch knows of its work, beside the table: one small file a study, each written whole.

A study goes from ``begun`` (its files are being written) to ``measured`` (masks and page are there, the row is in the
journal) to ``done`` (the row is in the table), or to ``failed``. What has only begun is half done: nothing of it is
believed, it is done anew.
"""

from __future__ import annotations

import glob
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from filelock import FileLock, Timeout

from NEMOPETLib.errors import InputError, why_refused
from NEMOPETLib.studies.archive import ImageFacts, KnownFile
from NEMOPETLib.studies.file_stamp import FileStamp, content_digest, stamp_of
from NEMOPETLib.whole_file import write_whole

State = Literal["begun", "measured", "done", "failed"]
_INDEX = "files.json"


@dataclass(frozen=True)
class Inputs:
    """All that a row depends on.

    Parameters
    ----------
    stamps
        Digest of names, sizes and times of the study's files: equal, then nothing changed.
    content
        Digest of what is in them, which decides where the stamps differ; empty for a failed study.
    options, engines, software
        What was asked for, which engines with which weights, and our version.
    """

    stamps: str
    content: str
    options: str
    engines: str
    software: str


class WrittenFile(NamedTuple):
    """A file as a batch wrote it: its stamp, and the digest of its content."""

    stamp: FileStamp
    digest: str

    def is_still(self, path: Path) -> bool:
        """Whether a file holds just this; raises OSError where it cannot be read."""
        stamp = stamp_of(path)
        return stamp == self.stamp or (stamp.size == self.stamp.size and content_digest([path]) == self.digest)


def written_file(path: Path) -> WrittenFile:
    """A file as it is now; raises OSError."""
    return WrittenFile(stamp_of(path), content_digest([path]))


@dataclass(frozen=True)
class Entry:
    """What the journal says of one study.

    Parameters
    ----------
    state
        How far it has come.
    inputs
        Of what it was made.
    row
        The row of the table.
    masks
        Each mask file that was written, by name.
    step, reason
        Where and why it failed.
    """

    state: State
    inputs: Inputs
    row: Mapping[str, Any] = field(default_factory=dict)
    masks: Mapping[str, WrittenFile] = field(default_factory=dict)
    step: str = ""
    reason: str = ""

    def as_done(self) -> Entry:
        """The same, with its row in the table."""
        return replace(self, state="done")


class Journal:
    """The journal of one cohort table; any number of batches share it.

    Parameters
    ----------
    folder
        Where it lies.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self) -> None:
        """Make the folder.

        Raises
        ------
        InputError
            If it cannot be made or written.
        """
        try:
            self.folder.mkdir(exist_ok=True)
            (self.folder / "locks").mkdir(exist_ok=True)
            with self._held("files"):
                pass
        except OSError as error:
            raise InputError(f"{self.folder} cannot be written ({why_refused(error)})") from error

    def entry(self, key: str) -> Entry | None:
        """What is known of a study; None if nothing is, or the file is no journal's."""
        try:
            said = json.loads(self._path(key).read_bytes())
            masks = {
                name: WrittenFile(FileStamp(*stamp), digest) for name, (stamp, digest) in said.pop("masks").items()
            }
            return Entry(inputs=Inputs(**said.pop("inputs")), masks=masks, **said)
        except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
            return None

    def write(self, key: str, entry: Entry) -> None:
        """Say how far a study has come; only within ``only_worker``. Raises OSError."""
        for unfinished in self.folder.glob(f".{glob.escape(key)}.json.*"):
            unfinished.unlink(missing_ok=True)
        write_whole(self._path(key), json.dumps(asdict(entry), default=_plain, indent=1).encode())

    @contextmanager
    def only_worker(self, key: str) -> Iterator[bool]:
        """Be the only one, among all batches, who works on a study; gives False if another does."""
        with self._held(key) as held:
            yield held

    def is_worked_on(self, key: str) -> bool:
        """Whether some batch is working on a study now."""
        with self.only_worker(key) as free:
            return not free

    def known_files(self) -> dict[str, KnownFile]:
        """What the last scan found; nothing where there was none."""
        try:
            said = json.loads((self.folder / _INDEX).read_bytes())
            return {
                path: KnownFile(FileStamp(*stamp), ImageFacts(*facts) if facts else None)
                for path, (stamp, facts) in said.items()
            }
        except (FileNotFoundError, ValueError, TypeError, AttributeError):
            return {}

    def keep_files(self, files: Mapping[str, KnownFile]) -> None:
        """Keep what a scan found for the next one, unless another batch does so just now; raises OSError."""
        with self._held("files") as held:
            if held:
                for unfinished in self.folder.glob(f".{_INDEX}.*"):
                    unfinished.unlink(missing_ok=True)
                write_whole(self.folder / _INDEX, json.dumps(files).encode())

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.json"

    @contextmanager
    def _held(self, name: str) -> Iterator[bool]:
        lock = FileLock(self.folder / "locks" / name, timeout=0)
        try:
            lock.acquire()
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()


def journal_of(cohort: Path) -> Journal:
    """The journal of a cohort table."""
    return Journal(cohort.parent / f"{cohort.stem}_batch")


def _plain(value: object) -> object:
    """A value that JSON has no type for: numpy's numbers as Python's, others as text."""
    return value.item() if isinstance(value, np.generic) else str(value)

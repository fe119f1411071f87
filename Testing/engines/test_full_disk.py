"""A disk that is really full at whatever moment of an engine run: no row, one clear line, nothing left behind.

Once there is room the same command succeeds.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from NEMOPETLib.cohort.table import read_cohort
from NEMOPETLib.phantom.study import PhantomStudy
from NEMOPETLib.studies.study import Study
from Testing.engines.fakes import Fake
from Testing.engines.small_disk import SmallDisk

ROOT = Path(__file__).parents[2]
MIB = 1 << 20
PROGRAM = [sys.executable, "-m", "NEMOPETLib"]

# ``nemopet``, with somebody else filling the disk just after it was found large enough.
FILLED_AFTER_THE_CHECK = """
import os, sys
from NEMOPETLib.command_line import main
from NEMOPETLib.engines import image_file
checked = image_file.require_disk
def require_disk(folder, needed_bytes):
    checked(folder, needed_bytes)
    space = os.statvfs(folder)
    with open(os.environ["FAKE_FILLER"], "wb") as filler:
        filler.write(bytes(space.f_bavail * space.f_bsize - 1000000))
image_file.require_disk = require_disk
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def mounted() -> Iterator[Callable[[str], SmallDisk]]:
    """Mounts a small disk where the path is short enough for an engine's sockets."""
    disks: list[SmallDisk] = []
    with tempfile.TemporaryDirectory(prefix="d-") as name:

        def mount(options: str) -> SmallDisk:
            disks.append(SmallDisk(Path(name), options))
            return disks[-1]

        yield mount
        for disk in disks:
            disk.close()


class Patient:
    """``nemopet run`` on the phantom, some of whose places lie on the small disk."""

    def __init__(self, disk: SmallDisk, fake: Fake, study: PhantomStudy, cohort: Path, **places: Path) -> None:
        self.disk, self._fake, self._cohort = disk, fake, cohort
        self._environment = {**os.environ, "PYTHONPATH": str(ROOT), **{name: str(at) for name, at in places.items()}}
        self._arguments = ["run", str(study.folder), "--tissues", "totalsegmentator", "--device", "cpu"]

    def run(self, program: list[str] = PROGRAM, **more: str) -> subprocess.CompletedProcess[str]:
        command = [*program, *self._arguments, "--cohort", str(self._cohort)]
        return self.disk.run(command, {**self._environment, **more})

    def fails(self, said: str, program: list[str] = PROGRAM, **more: str) -> re.Match[str]:
        """One line names the disk and what to do; no row, no process."""
        done = self.run(program, **more)
        assert done.returncode == 2, done.stderr
        assert re.fullmatch(r"nemopet: error: .*\n", done.stderr), done.stderr
        found = re.search(said, done.stderr)
        assert found, done.stderr
        assert not self.seen(self._cohort).exists()
        assert not self.processes()
        return found

    def succeeds(self) -> None:
        done = self.run()
        assert done.returncode == 0, done.stderr
        assert len(read_cohort(self.seen(self._cohort))) == 1

    def seen(self, path: Path) -> Path:
        """A path as the test sees it."""
        return self.disk.seen / path.relative_to(self.disk.folder) if path.is_relative_to(self.disk.folder) else path

    def processes(self) -> list[str]:
        """What still runs of the engine."""
        mark = f"FAKE_CALLS={self._fake.folder}".encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*/environ"):
            try:
                if entry.parent.name != str(os.getpid()) and mark in entry.read_bytes():
                    found.append(entry.parent.name)
            except OSError:
                continue
        return found


def needed_bytes(study: Study) -> int:
    """What an engine's run must find free."""
    return 6 * study.ct.voxels.nbytes


@pytest.fixture
def in_temporary(
    mounted: Callable[[str], SmallDisk], fake: Fake, phantom_study: PhantomStudy, tmp_path: Path
) -> Callable[[str], Patient]:
    """The patient whose folder for temporary files is on the small disk."""

    def made(options: str) -> Patient:
        disk = mounted(options)
        return Patient(disk, fake, phantom_study, tmp_path / "cohort.csv", TMPDIR=disk.folder)

    return made


def test_temporary_folder_too_small_to_begin(in_temporary: Callable[[str], Patient], study: Study) -> None:
    patient = in_temporary(f"size={needed_bytes(study) // 2}")
    where = patient.disk.folder
    patient.fails(rf"{where}\S*: the disk has .* free and a run needs .*: make room there, or set TMPDIR")
    assert not patient.disk.files() - {f"nemopet-{os.getuid()}", "nemopet-0"}
    patient.disk.grow()
    patient.succeeds()


def test_temporary_folder_full_as_the_image_is_handed_over(
    in_temporary: Callable[[str], Patient], study: Study
) -> None:
    patient = in_temporary(f"size={needed_bytes(study) + 8 * MIB}")
    where = patient.disk.folder
    patient.fails(
        rf"{where}/nemopet-0 cannot be written \(No space left on device\): make room there, or set TMPDIR",
        [sys.executable, "-c", FILLED_AFTER_THE_CHECK],
        FAKE_FILLER=str(where / "filler"),
    )
    assert patient.disk.files() == {"nemopet-0"}
    patient.disk.grow()
    patient.succeeds()


def test_temporary_folder_filled_by_the_engine(
    in_temporary: Callable[[str], Patient], study: Study, fake: Fake
) -> None:
    """It may say so, say something else that looks like a lack of memory, or nothing at all."""
    patient = in_temporary(f"size={needed_bytes(study) + 8 * MIB}")
    said = rf"TotalSegmentator \(total -rs spleen\) failed: the disk of {patient.disk.folder} is full: make room there"
    for words in ("filled", "filled-worker", "filled-silent"):
        fake.will(words)
        patient.fails(said, FAKE_FAULTS=words)
        assert patient.disk.files() == {"nemopet-0"}
        assert len(fake.calls) == 1
    patient.disk.grow()
    patient.succeeds()


def test_temporary_folder_that_takes_no_more_files(in_temporary: Callable[[str], Patient]) -> None:
    """The lock of the device, the private folder, its lock, the image, its neighbours, the engine's own."""
    patient = in_temporary("size=200m,nr_inodes=2")
    for number in (2, 4, 5, 7, 10):
        patient.disk.grow(f"nr_inodes={number}")
        patient.fails(rf"{patient.disk.folder}.*: make room there, or set TMPDIR")
        assert patient.disk.files() == {"nemopet-0"}
    patient.disk.grow()
    patient.succeeds()


@pytest.fixture
def in_cache(mounted: Callable[[str], SmallDisk], fake: Fake, phantom_study: PhantomStudy, tmp_path: Path) -> Patient:
    """The patient whose cache is on the small disk."""
    disk = mounted("size=8m")
    return Patient(disk, fake, phantom_study, tmp_path / "cohort.csv", NEMOPET_CACHE=disk.folder / "cache")


def test_cache_full(in_cache: Patient) -> None:
    """For the first line of the log, or only for the result that is kept."""
    disk = in_cache.disk
    stopped_at = set()
    for left_pages in (0, 1, 3):
        disk.fill(left_pages * os.sysconf("SC_PAGE_SIZE"))
        place = rf"{disk.folder}/cache/(\w+)"
        said = in_cache.fails(rf"{place} cannot be written \(No space .*\): make room there, or set NEMOPET_CACHE")
        stopped_at.add(said[1])
        assert not [name for name in disk.files() if "segmentations/" in name]
        assert all((disk.seen / name).stat().st_size for name in disk.files())
    assert stopped_at == {"logs", "segmentations"}
    disk.grow()
    in_cache.succeeds()


def test_cohort_folder_full(
    mounted: Callable[[str], SmallDisk], fake: Fake, phantom_study: PhantomStudy, tmp_path: Path
) -> None:
    """Whatever of masks, page and row finds no place: each file is whole or not there, and the row comes last."""
    disk = mounted("size=64m")
    whole = Patient(disk, fake, phantom_study, disk.folder / "whole" / "cohort.csv")
    (disk.seen / "whole").mkdir()
    before = disk.used_bytes()
    whole.succeeds()
    needed = disk.used_bytes() - before
    files = {name.removeprefix("whole/"): (disk.seen / name).read_bytes() for name in contents(disk)}
    masks = [name for name in files if name.endswith(".seg.nrrd")]
    folder = disk.folder / "full"
    patient = Patient(disk, fake, phantom_study, folder / "cohort.csv")
    stopped_at = set()
    for left in (0, needed // 20, needed // 2, needed - os.sysconf("SC_PAGE_SIZE")):
        (disk.seen / "full").mkdir()
        disk.fill(left)
        patient.fails(rf"{folder}.*No space left on device.*: make room")
        there = {name.removeprefix("full/") for name in contents(disk) if name.startswith("full/")}
        assert there <= files.keys() - {"cohort.csv"}
        for name in there & set(masks):
            assert (disk.seen / "full" / name).read_bytes() == files[name]
        stopped_at.add(len(there))
        (disk.seen / "filler").unlink()
        shutil.rmtree(disk.seen / "full")
    assert stopped_at >= {0, len(files) - 1}
    assert len(stopped_at) > 2
    (disk.seen / "full").mkdir()
    patient.succeeds()


def contents(disk: SmallDisk) -> set[str]:
    return {name for name in disk.files() if (disk.seen / name).is_file()}

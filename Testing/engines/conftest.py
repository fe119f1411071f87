"""What the tests of the engines share: a place of their own, a study, and a TotalSegmentator that is quick."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from NEMOPETLib.engines.totalsegmentator_program import PYTHON_VARIABLE
from NEMOPETLib.engines.weights import TISSUE_TYPES, TOTAL, TOTAL_3_MM, TOTAL_6_MM
from NEMOPETLib.phantom.anatomy import small_trunk
from NEMOPETLib.phantom.phantom import Phantom, small_phantom
from NEMOPETLib.phantom.sampling import Sampling
from NEMOPETLib.phantom.study import PhantomStudy, write_phantom_study
from NEMOPETLib.phantom.volumes import mask_volume
from NEMOPETLib.studies.study import Study, find_study, load_study
from NEMOPETLib.studies.volume import Volume
from Testing.engines.fakes import PHANTOM_CLASSES, Fake, put_weights
from Testing.engines.label_file import write_labels

HERE = Path(__file__).parent
SPACING_MM, COLUMNS, SLICES = 3.0, 124, 110


def _centred(step: float, number: int) -> tuple[float, ...]:
    return tuple(step * (place - (number - 1) / 2) for place in range(number))


@pytest.fixture(scope="session")
def phantom() -> Phantom:
    """The small trunk on a CT of the 3 mm that TotalSegmentator's fast network works on."""
    ct = Sampling(COLUMNS, COLUMNS, SPACING_MM, _centred(SPACING_MM, COLUMNS)[:1] * 2, _centred(SPACING_MM, SLICES))
    return Phantom("engines", small_trunk(), ct, small_phantom().pet)


@pytest.fixture(scope="session")
def phantom_study(phantom: Phantom, tmp_path_factory: pytest.TempPathFactory) -> PhantomStudy:
    return write_phantom_study(tmp_path_factory.mktemp("study"), phantom)


@pytest.fixture(scope="session")
def study(phantom_study: PhantomStudy) -> Study:
    return load_study(find_study(phantom_study.folder))


@pytest.fixture(scope="module")
def alone() -> Iterator[None]:
    """One file of tests at a time that run real networks: two would only take each other's processors and memory.

    (xdist's groups do nothing since pytest 9.2.)
    """
    checkout = hashlib.sha256(str(HERE).encode()).hexdigest()[:8]
    with FileLock(Path(tempfile.gettempdir()) / f"nemopet-tests-{checkout}.lock"):
        yield


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place for temporary files of the test's own, whose path is as short as engines need it."""
    with tempfile.TemporaryDirectory(prefix="t-") as name:
        monkeypatch.setenv("TMPDIR", name)
        monkeypatch.setattr(tempfile, "tempdir", name)
        yield Path(name)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("NEMOPET_CACHE", str(folder))
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """TotalSegmentator's home folder, with weights that are there but are no networks."""
    folder = tmp_path / "totalsegmentator"
    monkeypatch.setenv("TOTALSEG_HOME_DIR", str(folder))
    monkeypatch.delenv("TOTALSEG_WEIGHTS_PATH", raising=False)
    for one in (*TOTAL, TOTAL_3_MM, TOTAL_6_MM, TISSUE_TYPES):
        put_weights(folder, one)
    return folder


@pytest.fixture(scope="session")
def fake_labels(phantom: Phantom, tmp_path_factory: pytest.TempPathFactory) -> Path:
    voxels = np.zeros(phantom.ct.grid.shape, dtype=np.uint8)
    for number, (name, _) in PHANTOM_CLASSES.items():
        voxels[mask_volume(phantom, name).voxels] = number
    path = tmp_path_factory.mktemp("labels") / "labels.nii.gz"
    write_labels(path, Volume(voxels, phantom.ct.grid), {number: name for number, (_, name) in PHANTOM_CLASSES.items()})
    return path


@pytest.fixture
def fake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fake_labels: Path, temporary: Path, cache: Path, home: Path
) -> Fake:
    """The quick TotalSegmentator as the one that is installed, with places of its own."""
    if os.name == "nt":
        pytest.skip("the stand-in is a shell script")
    one = Fake(tmp_path / "fake", monkeypatch)
    one.folder.mkdir()
    one.python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{HERE / "fake_totalsegmentator.py"}" "$@"\n')
    one.python.chmod(one.python.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv(PYTHON_VARIABLE, str(one.python))
    monkeypatch.setenv("FAKE_CALLS", str(one.folder / "calls"))
    monkeypatch.setenv("FAKE_LABELS", str(fake_labels))
    one.will()
    return one

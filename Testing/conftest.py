"""What all tests share: where the reference data lie."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The folder of third-party reference data (``../shared/data``, or ``NEMOPET_TEST_DATA``)."""
    folder = Path(os.environ.get("NEMOPET_TEST_DATA", SHARED / "data"))
    if not folder.is_dir():
        pytest.skip(f"reference data not found: {folder} (set NEMOPET_TEST_DATA)")
    return folder


@pytest.fixture(scope="session")
def oracle() -> Path:
    """The folder of values made with R (``../shared/oracle``)."""
    folder = SHARED / "oracle"
    if not folder.is_dir():
        pytest.skip(f"R reference values not found: {folder}")
    return folder


@pytest.fixture(scope="session")
def suv_dro(reference_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the eight digital reference objects of SUV, unpacked."""
    folder = tmp_path_factory.mktemp("suv_dro")
    with tarfile.open(reference_data / "suv_dro" / "DRO_dev.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder


@pytest.fixture(scope="session")
def program() -> Callable[..., str]:
    """Run another program on a file and give what it says; the test is skipped where it is not installed."""

    def run(name: str, *arguments: object) -> str:
        found = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
        if found is None:
            pytest.skip(f"{name} is not installed")
        done = subprocess.run([found, *map(str, arguments)], capture_output=True, text=True, errors="replace")
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    return run

"""What all tests share: where the reference data lie."""

from __future__ import annotations

import os
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

"""One template study for all archives of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from Testing.batch.phantom_archive import write_template


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_template(tmp_path_factory.mktemp("template"))

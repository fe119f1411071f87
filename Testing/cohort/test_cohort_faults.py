"""Nothing is lost and no row half written, whatever happens to the writers."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks writers")

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "scenario",
    [
        "killed_at_random",
        "killed_at_every_step",
        "many_writers",
        "disk_full",
        "not_allowed",
        "lock_of_a_killed_writer",
    ],
)
def test_nothing_is_lost(scenario):
    with tempfile.TemporaryDirectory() as folder:  # not pytest's, which other users may not enter
        Path(folder).chmod(0o755)
        result = subprocess.run(
            [sys.executable, Path(__file__).with_name("faults.py"), scenario, folder],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    assert result.returncode == 0, result.stderr

"""``--progress json``: what another program reads on stderr while a verb works."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from NEMOPETLib.phantom.study import PhantomStudy, write_phantom_study
from NEMOPETLib.progress_report import ProgressStep, ReportedProgress

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> PhantomStudy:
    return write_phantom_study(tmp_path_factory.mktemp("archive") / "study")


def steps_of(*arguments: object) -> tuple[list[dict[str, Any]], bytes]:
    """The steps on stderr, and stdout, of a run that succeeds."""
    command = [sys.executable, "-m", "NEMOPETLib", *map(str, arguments), "--progress", "json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith(b"{")]
    return [json.loads(line)["progress"] for line in lines], done.stdout


def test_run_tells_each_stage(study: PhantomStudy, tmp_path: Path) -> None:
    steps, out = steps_of("run", study.folder, "--cohort", tmp_path / "c.csv")
    titles = list(dict.fromkeys(step["title"] for step in steps))
    assert titles[:3] == ["Reading headers", "Reading PET", "Reading CT"]
    for title in titles:
        of_one = [step for step in steps if step["title"] == title]
        assert of_one[0]["done"] == 0
        assert of_one[0]["seconds_left"] is None
        assert of_one[-1]["done"] == of_one[-1]["total"]
        assert of_one[-1]["seconds_left"] == 0
    assert not out.startswith(b"{")


def test_batch_tells_patients(study: PhantomStudy, tmp_path: Path) -> None:
    steps, _ = steps_of("batch", study.folder.parent, "--cohort", tmp_path / "c.csv")
    patients = [(step["done"], step["total"]) for step in steps if step["title"] == "Patients"]
    assert patients == [(0, 1), (1, 1)]


def test_steps_are_few_however_many_items_there_are() -> None:
    told: list[ProgressStep] = []
    progress = ReportedProgress(told.append)
    assert list(progress(range(100_000), "Counting")) == list(range(100_000))
    assert (told[0].done, told[-1].done) == (0, 100_000)
    assert len(told) < 100
    told.clear()
    assert list(progress([], "Nothing")) == []
    assert told == []

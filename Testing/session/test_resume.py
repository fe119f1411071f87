"""A new worker takes up the automatic masks of a saved scene: it knows what made them and what was changed since."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

from NEMOPETLib.phantom.study import PhantomStudy


def test_a_new_worker_saves_what_the_old_one_would_have_saved(
    start_panel: Callable[..., Any], phantom_study: PhantomStudy, tmp_path: Path
) -> None:
    old = start_panel()
    old.ask("open", study=phantom_study.folder, work_folder=tmp_path / "old")
    made = old.ask("segment", lesions="threshold")
    old.leave()
    new = start_panel()
    new.ask("open", study=phantom_study.folder, work_folder=tmp_path / "new")
    lesions = made["masks"]["lesions"]
    new.ask("resume", automatic={"lesions": lesions}, lesion_engine=made["lesion_engine"], warnings=made["warnings"])
    new.ask("measure", masks={"lesions": lesions})
    new.ask("save", cohort=tmp_path / "cohort.csv", reader="Reader", approved=True)
    with (tmp_path / "cohort.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["lesion_engine"] == made["lesion_engine"]
    assert row["corrected_segments"] == ""

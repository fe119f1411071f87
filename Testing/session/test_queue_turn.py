from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from NEMOPETLib.batch.journal import journal_of
from NEMOPETLib.session.queue_turn import has_queue, key_of, next_to_review, why_closed


def row(patient: str, state: str = "to review", reason: str = "", **cells: str) -> dict[str, Any]:
    """A row that can be opened where its cells do not say otherwise."""
    cells = {"masks_path": "masks/a", "study_path": "a", **cells}
    return {"patient_id": patient, "study_uid": "1", "state": state, "reason": reason, "cells": cells}


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (row("a"), ""),
        (row("a", "approved"), ""),
        (row("a", "measured", masks_path=""), "no masks were kept"),
        (row("a", study_path=" "), "the row does not say where its images lie, as in a pseudonymised table"),
        (row("a", "approved", study_path=""), "the row does not say where its images lie"),
        (row("a", "failed", "load: no PET, only a CT"), "load: no PET, only a CT"),
        (row("a", "failed"), "nothing was measured"),
    ],
)
def test_a_row_that_cannot_be_opened_says_why(one: dict[str, Any], why: str) -> None:
    assert why_closed(one).startswith(why)
    assert bool(why_closed(one)) == bool(why)


def test_the_queue_goes_on_after_the_open_patient_and_from_the_top_at_the_end() -> None:
    rows = [row("a"), row("b", "approved"), row("c"), row("d", "failed"), row("e")]
    assert next_to_review(rows, None, ()) == 0
    assert next_to_review(rows, ("a", "1"), ()) == 2
    assert next_to_review(rows, ("b", "1"), ()) == 2
    assert next_to_review(rows, ("e", "1"), ()) == 0
    assert next_to_review(rows, ("stranger", "1"), ()) == 0
    assert next_to_review([], None, ()) is None


def test_one_that_failed_to_open_or_cannot_be_opened_is_passed_over() -> None:
    rows = [row("a"), row("b"), row("c")]
    assert next_to_review(rows, ("a", "1"), {("b", "1")}) == 2
    assert next_to_review([row("a", study_path=""), row("b")], None, ()) == 1
    assert next_to_review(rows, None, {key_of(one) for one in rows}) is None


def test_a_batch_s_journal_makes_a_queue_before_there_is_a_table(tmp_path: Path) -> None:
    cohort = tmp_path / "cohort.csv"
    assert not has_queue(cohort)
    journal_of(cohort).folder.mkdir()
    assert has_queue(cohort)
    other = tmp_path / "other.csv"
    other.touch()
    assert has_queue(other)


@given(st.sets(st.integers(0, 6)), st.sets(st.integers(0, 6)))
def test_whoever_fails_the_queue_ends(waiting: set[int], broken: set[int]) -> None:
    """Pressing the key over and over opens everybody who can be opened, and tries each broken one once."""
    rows = [row(str(n), "to review" if n in waiting else "measured") for n in range(7)]
    refused: set[tuple[str, str]] = set()
    opened, now = [], None
    for _press in range(20):
        at = next_to_review(rows, now, refused)
        if at is None:
            break
        if at in broken:
            assert key_of(rows[at]) not in refused
            refused.add(key_of(rows[at]))
        else:
            opened.append(at)
            now = key_of(rows[at])
            rows[at]["state"] = "approved"
    assert sorted(opened) == sorted(waiting - broken)


@pytest.mark.parametrize("module", ["session.queue_turn", "session.asked_of", "report.quantity_text"])
def test_what_the_window_asks_for_imports_nothing_heavy(module: str) -> None:
    heavy = "{'numpy', 'pandas', 'scipy', 'pydicom', 'SimpleITK'} & set(sys.modules)"
    code = f"import sys; import NEMOPETLib.{module}; sys.exit(str({heavy}) if {heavy} else 0)"
    subprocess.run([sys.executable, "-c", code], check=True)

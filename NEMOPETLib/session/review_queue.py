"""A cohort table as a reader's queue: what was measured, what waits for a look, what is approved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from NEMOPETLib.cohort import committed_file
from NEMOPETLib.cohort.columns import KEY
from NEMOPETLib.cohort.sheet import read_sheet
from NEMOPETLib.errors import InputError
from NEMOPETLib.measurements.definitions import MEASUREMENTS
from NEMOPETLib.session.batch_failures import BatchFailure, batch_failures

State = Literal["failed", "measured", "to review", "approved"]
STATES: tuple[State, ...] = ("failed", "measured", "to review", "approved")


@dataclass(frozen=True)
class QueueRow:
    """One row of the table, or a study that failed: its cells, its state, and why it failed."""

    cells: Mapping[str, str]
    state: State
    reason: str = ""


def review_queue(cohort: Path) -> list[QueueRow]:
    """Every row of a cohort table in its order, then the studies that a batch could not measure.

    Raises
    ------
    InputError
        If there is no such table, or it is no cohort table.
    """
    if not cohort.exists() and (failures := batch_failures(cohort, ())):
        return [*map(_failed, failures)]  # of a batch that measured nobody there is no table
    sheet = read_sheet(cohort)
    with committed_file.named(cohort):
        if KEY[0] not in sheet.columns:
            raise InputError(f"has no column {KEY[0]}: it is no cohort table")
    texts = {name: list(sheet.texts(name)) for name in sheet.columns}
    rows = [{name: texts[name][at].strip() for name in texts} for at in range(len(sheet.row_numbers))]
    keys = {(row[KEY[0]], row.get(KEY[1], "")) for row in rows}
    return [*(QueueRow(row, state_of(row)) for row in rows), *map(_failed, batch_failures(cohort, keys))]


def state_of(row: Mapping[str, str]) -> State:
    """What a row waits for.

    ``approved``: a reader has said so. ``failed``: nothing was measured. ``to review``: measured, and its masks are
    kept, so that a reader can look at them. ``measured``: the numbers came without masks.
    """
    if row.get("reviewed", "") == "1":
        return "approved"
    if not any(row.get(measured.column, "") for measured in MEASUREMENTS):
        return "failed"
    return "to review" if row.get("masks_path", "") else "measured"


def _failed(one: BatchFailure) -> QueueRow:
    cells = {KEY[0]: one.patient_id, KEY[1]: one.study_uid, "study_path": one.folder.as_posix()}
    return QueueRow(cells, "failed", f"{one.step}: {one.reason}")


def counts_of(rows: list[QueueRow]) -> dict[str, int]:
    """How many rows are in each state."""
    found = Counter(row.state for row in rows)
    return {state: found[state] for state in STATES}

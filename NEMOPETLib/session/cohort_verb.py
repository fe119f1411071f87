"""``cohort``: the rows of a table with their states, for the review queue."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from NEMOPETLib.progress import Progress
from NEMOPETLib.session.review_queue import QueueRow, counts_of, review_queue
from NEMOPETLib.session.verbs import Desk


def execute(_desk: Desk, _progress: Progress, *, cohort: Path) -> dict[str, Any]:
    """All rows; ``next`` is the place in ``rows`` of the first one to review, null if there is none."""
    rows = review_queue(cohort)
    waiting = (at for at, row in enumerate(rows) if row.state == "to review")
    return {"rows": [_shown(row) for row in rows], "counts": counts_of(rows), "next": next(waiting, None)}


def _shown(row: QueueRow) -> dict[str, Any]:
    cells = row.cells
    keys = {name: cells.get(name, "") for name in ("patient_id", "study_uid", "study_date")}
    return {
        **keys,
        "state": row.state,
        "reason": row.reason,
        "cells": {name: cell for name, cell in cells.items() if cell},
    }

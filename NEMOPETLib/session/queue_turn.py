"""Whose turn it is in the review queue, and which patients cannot be opened. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

Key = tuple[str, str]
"""Patient and study."""


def key_of(row: Mapping[str, Any]) -> Key:
    """Whose a row of ``cohort`` is."""
    return str(row["patient_id"]), str(row["study_uid"])


def has_queue(cohort: Path) -> bool:
    """Whether there is a table, or at least a batch's journal of those that it could not measure."""
    return cohort.is_file() or (cohort.parent / f"{cohort.stem}_batch").is_dir()


def why_closed(row: Mapping[str, Any]) -> str:
    """Why a row of ``cohort`` cannot be opened with its masks; empty if it can."""
    if row["state"] == "failed":
        return str(row.get("reason") or "nothing was measured of this patient: open the study by its folder")
    if not row["cells"].get("masks_path", "").strip():
        return "no masks were kept of this patient: open the study by its folder and segment it"
    if not row["cells"].get("study_path", "").strip():
        return "the row does not say where its images lie, as in a pseudonymised table: open the study by its folder"
    return ""


def next_to_review(rows: Sequence[Mapping[str, Any]], now: Key | None, refused: Collection[Key]) -> int | None:
    """The place of the next row that waits for a review after the one that is open, from the top again at the end.

    Rows that cannot be opened are passed over.

    Parameters
    ----------
    rows
        As ``cohort`` gives them.
    now
        Whose row is open.
    refused
        Those whose opening failed: they are passed over too.
    """
    keys = [key_of(row) for row in rows]
    waiting = [
        at
        for at, row in enumerate(rows)
        if row["state"] == "to review" and keys[at] not in refused and not why_closed(row)
    ]
    after = keys.index(now) if now in keys else -1
    return next((at for at in waiting if at > after), waiting[0] if waiting else None)

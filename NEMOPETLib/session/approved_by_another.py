"""The refusal to replace another reader's approved row, which a panel recognises to offer it. Imports nothing heavy."""

from __future__ import annotations

from pathlib import Path

from NEMOPETLib.errors import InputError


def approved_by_another(cohort: Path) -> InputError:
    """The error of a table whose row another reader has approved."""
    return InputError(f"{cohort}: another reader has approved this row: confirm that it is to be replaced")


def is_approved_by_another(error: str, cohort: Path) -> bool:
    """Whether this is what an error says: with ``replace_reviewed`` the row would have been written."""
    return error == str(approved_by_another(cohort))

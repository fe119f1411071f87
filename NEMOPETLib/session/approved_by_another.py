"""The refusal to replace another reader's approved row, which a panel recognises to offer it. Imports nothing heavy."""

from __future__ import annotations

from pathlib import Path

from NEMOPETLib.errors import InputError

APPROVED_BY_ANOTHER = "approved_by_another"
"""The kind of this error: with ``replace_reviewed`` the row would have been written."""


def approved_by_another(cohort: Path) -> InputError:
    """The error of a table whose row another reader has approved."""
    line = f"{cohort}: another reader has approved this row: confirm that it is to be replaced"
    return InputError(line, kind=APPROVED_BY_ANOTHER)

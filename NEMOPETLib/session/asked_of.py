"""Of what an answer about the open patient is, so that none is shown beside other masks, models or tables.

Imports nothing heavy.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from NEMOPETLib.studies.file_stamp import stamp_of

Basis = dict[str, Any]
"""A JSON object; equal for equal questions."""


def file_basis(path: str) -> list[str | int] | None:
    """A file as it is now: its path and its stamp; None if there is none."""
    try:
        return [path, *stamp_of(Path(path))] if path else None
    except OSError:
        return None


def place_basis(request: Mapping[str, Any], masks: Mapping[str, str], cohort: str, key_file: str) -> Basis:
    """Of what percentiles are.

    Parameters
    ----------
    request
        With what the patient was opened.
    masks
        Fingerprints of the masks that were measured.
    cohort, key_file
        Paths of the table and of the pseudonyms' key file; empty without.
    """
    return {
        "patient": dict(request),
        "masks": dict(masks),
        "cohort": file_basis(cohort),
        "key_file": file_basis(key_file) if cohort else None,
    }


def risk_basis(place: Basis, model: str, method: str) -> Basis:
    """Of what the risk is, and how far it and the numbers move; without a model the table does not matter."""
    if not model:
        return {**place, "cohort": None, "key_file": None, "model": None, "method": ""}
    return {**place, "model": file_basis(model), "method": method}


def is_of_model(basis: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether an answer is of the patient, the model as it is now, and the groups that are wanted."""
    return all(basis.get(name) == wanted[name] for name in ("patient", "model", "method"))


def is_of_table(basis: Mapping[str, Any], cohort: str) -> bool:
    """Whether percentiles are of this table, be it as it was before."""
    table = basis.get("cohort")
    return table is not None and table[0] == cohort

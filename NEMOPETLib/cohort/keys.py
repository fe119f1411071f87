"""What a row of the cohort table is known by: its patient and its study."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from NEMOPETLib.cohort import cells
from NEMOPETLib.cohort.columns import KEY
from NEMOPETLib.cohort.sheet import Sheet
from NEMOPETLib.errors import InputError

Key = tuple[str, str]
"""Patient and study."""

Cells = Mapping[str, str]
"""Cells of a row by column name."""


def key_of(row: Cells) -> Key:
    """Patient and study of a row of cells, without spaces around them."""
    patient, study = (cells.restored(row.get(name, "")).strip() for name in KEY)
    return patient, study


def add_unique(rows: dict[Key, int], keys: Iterable[tuple[int, Key]]) -> None:
    """Add keys, given with their row number, to the row number of each key; rows without any are left out.

    Raises
    ------
    InputError
        Where two rows have the same key, naming both rows.
    """
    for row_number, key in keys:
        if any(key) and rows.setdefault(key, row_number) != row_number:
            raise InputError(f"rows {rows[key]} and {row_number} are of the same patient and study: remove one of them")


def row_of_each_key(sheet: Sheet) -> dict[Key, int]:
    """The row number of each patient and study in a table; errors as `add_unique`."""
    rows: dict[Key, int] = {}
    patients, studies = (map(str.strip, sheet.texts(name)) for name in KEY)
    add_unique(rows, zip(sheet.row_numbers, zip(patients, studies, strict=True), strict=True))
    return rows

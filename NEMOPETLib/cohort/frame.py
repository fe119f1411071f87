"""A table of text cells as a pandas frame with typed columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from NEMOPETLib.cohort import cells
from NEMOPETLib.cohort.columns import BY_NAME, KEY
from NEMOPETLib.cohort.sheet import Sheet
from NEMOPETLib.errors import InputError

_IDENTIFIER = re.compile(r"(.*_)?(id|uid)", re.IGNORECASE)
# A number that stands for nothing countable: it has leading zeros or more digits than a float keeps.
_CODE = re.compile(r"[+-]?0\d+|[+-]?\d{16,}", re.ASCII)


def to_frame(sheet: Sheet, numeric: Collection[str] = ()) -> pd.DataFrame:
    """Type the columns of a table.

    Numbers are float64 with NaN where one is missing; text and ISO dates are object with None. In a table
    with a column ``patient_id`` the contract's columns have the contract's types; any other column is read
    as numbers if all its cells are some, but not where it is an identifier by its name (``id``, ``…_id``,
    ``…_uid``) or its cells (leading zeros, 16 digits and more).

    Parameters
    ----------
    sheet
        The table.
    numeric
        Columns that must be numbers, whatever they are called.

    Raises
    ------
    InputError
        Where a cell does not have its column's type, naming column, row and value.
    """
    is_cohort = KEY[0] in sheet.columns
    return pd.DataFrame(
        {
            name: _typed(sheet, name, _kind(name, is_cohort=is_cohort, is_numeric=name in numeric))
            for name in sheet.columns
        }
    )


def _kind(name: str, *, is_cohort: bool, is_numeric: bool) -> str:
    if is_numeric:
        return "number"
    if is_cohort and name in BY_NAME:
        return BY_NAME[name].kind
    return "id" if _IDENTIFIER.fullmatch(name) else "category"


def _typed(sheet: Sheet, name: str, kind: str) -> NDArray[np.float64] | NDArray[np.object_]:
    if kind == "number":
        return sheet.numbers(name)
    if kind == "integer":
        return _checked(sheet, name, lambda numbers: numbers % 1 == 0, "is not a whole number")
    if kind == "flag":
        return _checked(sheet, name, lambda numbers: (numbers == 0) | (numbers == 1), "is neither 0 nor 1")
    if kind == "date":
        return _objects(sheet.dates(name))
    if kind == "category":
        return _inferred(sheet, name)
    return _objects(sheet.texts(name))


def _inferred(sheet: Sheet, name: str) -> NDArray[np.float64] | NDArray[np.object_]:
    texts = sheet.texts(name)
    if not any(map(_CODE.fullmatch, texts)):
        try:
            return sheet.numbers(name)
        except InputError:
            pass
    return _objects("" if text in cells.MISSING else text for text in texts)


def _objects(texts: Iterable[str]) -> NDArray[np.object_]:
    return np.array([text or None for text in texts], dtype=object)


def _checked(
    sheet: Sheet, name: str, test: Callable[[NDArray[np.float64]], NDArray[np.bool_]], message: str
) -> NDArray[np.float64]:
    numbers = sheet.numbers(name)
    wrong = np.flatnonzero(~np.isnan(numbers) & ~test(numbers))
    if wrong.size:
        row_number, cell = sheet.row_numbers[wrong[0]], sheet.column(name)[wrong[0]]
        raise InputError(f"column {name}, row {row_number}: {cell!r} {message}")
    return numbers

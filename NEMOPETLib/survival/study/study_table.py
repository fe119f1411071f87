"""A cohort table as a survival study wants it: one bad cell costs the models that use it, not the others."""

from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from NEMOPETLib.cohort import cells
from NEMOPETLib.cohort.columns import KEY
from NEMOPETLib.cohort.sheet import Sheet, read_sheet
from NEMOPETLib.errors import InputError


def read_study_table(path: Path | str) -> pd.DataFrame:
    """Read a table of patients in any dialect that `NEMOPETLib.cohort.sheet.read_sheet` knows.

    Unlike `NEMOPETLib.cohort.table.read_cohort`, which refuses a table with a cell of the wrong type, this keeps such
    a cell as text beside the numbers of its column, and rows of the same patient; `study_rows` then names them.

    Returns
    -------
    pandas.DataFrame
        Rows labelled by their row in the file (the header is row 1). A column of numbers is float64 with NaN where one
        is missing, any other is of objects with None.

    Raises
    ------
    InputError
        Where the file cannot be read or is no table.
    """
    path = Path(path)
    sheet = read_sheet(path)
    if not sheet.row_numbers:
        raise InputError(f"{path}: has a header but no rows: nothing to analyse")
    return table_of(sheet)


def table_of(sheet: Sheet) -> pd.DataFrame:
    """The typed columns of a table already read, as `read_study_table`."""
    columns = {name: _column(sheet, name) for name in sheet.columns}
    return pd.DataFrame(columns, index=pd.Index(sheet.row_numbers, name="row"))


def _column(sheet: Sheet, name: str) -> NDArray[np.float64] | NDArray[np.object_]:
    if name == "study_date":
        with contextlib.suppress(InputError):
            return np.array([date or None for date in sheet.dates(name)], dtype=object)
    texts = sheet.texts(name)
    if name in KEY:
        return np.array([text.strip() or None for text in texts], dtype=object)
    try:
        return sheet.numbers(name)
    except InputError:
        return np.array([_value(text, sheet.decimal) for text in texts], dtype=object)


def _value(text: str, decimal: str) -> float | str | None:
    if text.strip() in cells.MISSING:
        return None
    try:
        return cells.number(text, decimal)
    except ValueError:
        return text.strip()

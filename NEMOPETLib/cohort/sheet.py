"""A table as text cells under a header, from delimited text in any common dialect or from .xlsx."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from NEMOPETLib.cohort import cells, committed_file, workbook
from NEMOPETLib.cohort.columns import BY_NAME
from NEMOPETLib.cohort.delimited import decode, is_blank
from NEMOPETLib.errors import InputError

_SAMPLE_ROWS = 200
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Sheet:
    """The cells of a table as they stand in its file.

    Parameters
    ----------
    columns
        The cells of each column from top to bottom, blank rows left out. Names are without spaces around; a
        column that has cells but no name is called ``column_N``.
    row_numbers
        Where each row stands in the file, as a spreadsheet counts: the header is row 1 if it comes first.
    delimiter
        Between cells; ``""`` in .xlsx.
    """

    columns: dict[str, Sequence[str]]
    row_numbers: Sequence[int]
    delimiter: str

    def column(self, name: str) -> Sequence[str]:
        """The cells of a column, all empty where there is no such column."""
        return self.columns.get(name) or [""] * len(self.row_numbers)

    def texts(self, name: str) -> list[str]:
        """A column as text; text that was neutralised against formulas is restored."""
        return [cells.restored(cell) if cell.startswith("'") else cell for cell in self.column(name)]

    def numbers(self, name: str) -> NDArray[np.float64]:
        """A column as numbers, NaN where one is missing.

        Raises
        ------
        InputError
            Naming column, row and value where a cell is no number.
        """
        quick = _quick_numbers(self.column(name), self.decimal)
        return np.array(self.parsed(name, self._number)) if quick is None else quick

    def _number(self, cell: str) -> float:
        return cells.number(cell, self.decimal)

    def dates(self, name: str) -> list[str]:
        """A column as ISO 8601 dates, ``""`` where one is missing.

        Raises
        ------
        InputError
            Naming column, row and value where a cell is no date, or its day and month cannot be told apart:
            by a larger day elsewhere in the column, or a table of a country with decimal commas.
        """
        is_european = self.delimiter == ";" or self.decimal == ","
        day_first = cells.day_first(self.column(name), True if is_european else None)
        return self.parsed(name, lambda cell: cells.iso_date(cell, day_first))

    def parsed(self, name: str, parse: Callable[[str], _Value]) -> list[_Value]:
        """A column through a function that raises ValueError for what it cannot read.

        Raises
        ------
        InputError
            Naming column, row and value.
        """
        values = []
        for row_number, cell in zip(self.row_numbers, self.column(name), strict=True):
            try:
                values.append(parse(cells.restored(cell)))
            except ValueError as error:
                raise InputError(f"column {name}, row {row_number}: {cell!r} {error}") from None
        return values

    @cached_property
    def decimal(self) -> str:
        """The decimal mark, ``.`` or ``,``."""
        textual = {"id", "text", "date"}
        numeric = [name for name in self.columns if name not in BY_NAME or BY_NAME[name].kind not in textual]
        return cells.decimal_mark(
            [cell for name in numeric for cell in self.columns[name][:_SAMPLE_ROWS]], self.delimiter
        )


def read_sheet(path: Path) -> Sheet:
    """Read CSV (comma, semicolon, tab; UTF-8, UTF-16, Windows-1252) or the first sheet of an .xlsx.

    Raises
    ------
    InputError
        Where the file cannot be read, is no table or has no header, two columns have one name, or a row has
        more cells than the header. Rows that are shorter end in missing cells, as spreadsheets save them.
    """
    with committed_file.named(path):
        data = committed_file.read(path)
        if workbook.is_workbook(data):
            return sheet_of(workbook.first_sheet(data), "")
        text, dialect = decode(data)
        return sheet_of((record.cells for record in dialect.records(text)), dialect.delimiter)


def sheet_of(records: Iterable[Sequence[str]], delimiter: str) -> Sheet:
    """Make a table of rows of cells, the first that is not blank being the header; errors as `read_sheet`."""
    numbered = [(number, record) for number, record in enumerate(records, start=1) if not is_blank(record)]
    if not numbered:
        raise InputError("is empty: a table begins with a row of column names")
    header = numbered.pop(0)[1]
    names = column_names(header)
    rows = []
    for row_number, record in numbered:
        if len(record) != len(names):
            check_length(row_number, record, len(names))
            record = [*record[: len(names)], *[""] * (len(names) - len(record))]
        rows.append(record)
    columns: Iterable[Sequence[str]] = zip(*rows, strict=True) if rows else [()] * len(names)
    kept = {
        name: column for given, name, column in zip(header, names, columns, strict=True) if given.strip() or any(column)
    }
    return Sheet(kept, [row_number for row_number, _ in numbered], delimiter)


def column_names(record: Sequence[str]) -> list[str]:
    """The names in a header, without spaces around; ``column_N`` where there is none.

    Raises
    ------
    InputError
        Where two columns have one name.
    """
    names = [name.strip() or f"column_{i}" for i, name in enumerate(record, start=1)]
    for second, name in enumerate(names):
        if (first := names.index(name)) != second:
            raise InputError(f"columns {first + 1} and {second + 1} are both called {name}: rename one")
    return names


def check_length(row_number: int, record: Sequence[str], columns: int) -> None:
    """Refuse a row with cells beyond the last column.

    Raises
    ------
    InputError
        Naming the row.
    """
    if any(record[columns:]):
        raise InputError(
            f"row {row_number} has {len(record)} cells, the header {columns}: "
            "put cells that hold the delimiter in quotation marks"
        )


def _quick_numbers(column: Sequence[str], decimal: str) -> NDArray[np.float64] | None:
    """Read a column in which all is simple, plain numbers or nothing; None where it is not."""
    joined = "".join(column)
    if not joined.isascii() or "_" in joined or (decimal == "," and "." in joined):
        return None
    if decimal == ",":
        column = [cell.replace(",", ".") for cell in column]
    texts = [cell or "nan" for cell in column]
    try:
        numbers = np.array(texts, dtype=object).astype(np.float64)
    except ValueError:
        return None
    return None if np.isinf(numbers).any() else numbers

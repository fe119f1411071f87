"""One cell of a table: text as a spreadsheet leaves it, to and from numbers, dates and safe text."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Sequence
from numbers import Integral, Real
from pathlib import PurePath
from typing import cast

import numpy as np

MISSING = frozenset({"", "NA", "NaN", "nan"})
"""Cells of number, flag, date and category columns that hold no value (``NA`` is R's)."""

# A spreadsheet runs a cell that starts so (OWASP, "CSV injection"). Leading apostrophes are counted with
# it, so that text which already looks neutralised comes back as it was.
_LIVE = re.compile(r"'*[=+\-@\t\r]")
_NEUTRALISED = re.compile(r"'+[=+\-@\t\r]")
_NEGATIVE_NUMBER = re.compile(r"-\d+([.,]\d+)?")

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
# Thousands as French (narrow no-break, no-break, thin or plain space) and Swiss (apostrophe) spreadsheets
# write them.
_SPACED_THOUSANDS = re.compile(r"[+-]?\d{1,3}([\u202f\u00a0\u2009 '’])\d{3}(\1\d{3})*([.,]\d*)?", re.ASCII)
_OTHER = {",": ".", ".": ","}
_GROUPED = {
    ",": re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", re.ASCII),
    ".": re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d*)?", re.ASCII),
}
# 1,234 may be a thousand or a bit more than one; 0,234 or 12,5 or 1234,567 can only be decimals.
_AMBIGUOUS = {
    ",": re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII),
    ".": re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}", re.ASCII),
}
_DECIMAL = {mark: re.compile(rf"[+-]?[\d\u202f\u00a0\u2009 ]*\d\{mark}\d+([eE][+-]?\d+)?", re.ASCII) for mark in ",."}

_DATE = re.compile(r"(\d{4})(-|/|)(\d{2})\2(\d{2})([T ]00:00(:00(\.0+)?)?)?", re.ASCII)
_DAY_MONTH = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})( 00:00(:00)?)?", re.ASCII)


def neutralised(text: str) -> str:
    """Text that no spreadsheet runs as a formula: an apostrophe before ``=``, ``+``, ``-``, ``@``, tab or CR.

    Plain negative numbers stay as they are. `restored` is the exact inverse.
    """
    live = _LIVE.match(text) and not _NEGATIVE_NUMBER.fullmatch(text)
    return f"'{text}" if live else text


def restored(cell: str) -> str:
    """The text that `neutralised` was given."""
    return cell[1:] if _NEUTRALISED.match(cell) else cell


def cell_of(value: object, decimal: str) -> str:
    """What stands in the file for a value: empty for None, NaN and NaT, never 0.

    Floats are written with the fewest digits that read back to the same number, with ``decimal`` (``.`` or
    ``,``); booleans as 1 and 0; dates as ISO 8601; a list of texts joined by ``"; "``; text neutralised,
    what no text file can hold (NUL, half a surrogate pair) escaped.

    Raises
    ------
    ValueError
        For an infinite number.
    TypeError
        For any other type.
    """
    if value is None or value != value:  # NaN and NaT differ from themselves
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "1" if value else "0"
    if isinstance(value, Integral):
        return str(int(value))
    if isinstance(value, Real):
        if not math.isfinite(value):
            raise ValueError("is not a finite number")
        return repr(float(value)).replace(".", decimal)
    if isinstance(value, (dt.date)):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return cell_of("; ".join(cast("Iterable[str]", value)), decimal)
    if isinstance(value, (str, PurePath)):
        text = str(value).replace("\0", r"\x00")
        return neutralised(text.encode("utf-8", "backslashreplace").decode())
    raise TypeError(f"a cell cannot hold a {type(value).__name__}")


def number(cell: str, decimal: str) -> float:
    """Read a number; NaN where the cell is missing.

    Thousands may be set apart by spaces, apostrophes or the mark that is not the decimal one.

    Parameters
    ----------
    cell
        As it stands in the file.
    decimal
        The decimal mark of the table, ``.`` or ``,``: the other one is accepted where it can only be decimal.

    Raises
    ------
    ValueError
        Where it is no finite number, or could be read as two.
    """
    text = cell.strip().replace("−", "-")
    if text in MISSING:
        return math.nan
    if _SPACED_THOUSANDS.fullmatch(text):
        text = re.sub("[\u202f\u00a0\u2009 '’]", "", text)
    for mark, grouped in _GROUPED.items():
        if grouped.fullmatch(text) and (text.count(mark) > 1 or _OTHER[mark] in text):
            text = text.replace(mark, "")
    if _AMBIGUOUS[_OTHER[decimal]].fullmatch(text):
        raise ValueError("could be read as two different numbers: write it without thousands separator")
    text = text.replace(",", ".")
    if not _NUMBER.fullmatch(text) or not math.isfinite(float(text)):
        raise ValueError("is not a number")
    return float(text)


def decimal_mark(cells: Sequence[str], delimiter: str) -> str:
    """The decimal mark of a table, from its cells and, where they do not tell, from its delimiter.

    ``;`` separates the cells where the comma is decimal (French Excel), so a comma is expected there.
    """
    expected = "," if delimiter == ";" else "."
    commas, dots = ([cell for cell in cells if mark in cell and _DECIMAL[mark].fullmatch(cell)] for mark in ",.")
    sure_comma, sure_dot = (
        any(not _AMBIGUOUS[mark].fullmatch(cell) for cell in seen) for mark, seen in ((",", commas), (".", dots))
    )
    if sure_comma or sure_dot:
        return expected if sure_comma and sure_dot else "," if sure_comma else "."
    if delimiter == "," or bool(commas) == bool(dots):
        return expected
    return "," if commas else "."


def day_first(cells: Iterable[str], expected: bool | None) -> bool | None:
    """Whether dates such as 05/03/2019 put the day first; what is expected where they do not tell."""
    matches = [match for match in map(_DAY_MONTH.fullmatch, cells) if match]
    first, second = (any(int(match[i]) > 12 for match in matches) for i in (1, 2))
    return first if first != second else expected


def iso_date(cell: str, day_first: bool | None) -> str:
    """Read a date: from ``YYYY-MM-DD``, ``YYYYMMDD``, ``YYYY/MM/DD``, ``DD/MM/YYYY`` or ``MM/DD/YYYY``.

    Returns ``""`` where the cell is missing.

    Raises
    ------
    ValueError
        Where it is no date, or day and month cannot be told apart.
    """
    text = cell.strip()
    if text in MISSING:
        return ""
    if match := _DATE.fullmatch(text):
        year, month, day = int(match[1]), int(match[3]), int(match[4])
    elif match := _DAY_MONTH.fullmatch(text):
        day, month, year = int(match[1]), int(match[2]), int(match[3])
        if day_first is None and day != month:
            raise ValueError("could be read as two different dates: write it as YYYY-MM-DD")
        if day_first is False:
            day, month = month, day
    else:
        raise ValueError("is not a date: write it as YYYY-MM-DD")
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        raise ValueError("is not a date: write it as YYYY-MM-DD") from None

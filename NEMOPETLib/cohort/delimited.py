"""Delimited text (CSV) in the dialect of whoever wrote it: found out, read, and written again alike."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from NEMOPETLib.cohort.columns import BY_NAME
from NEMOPETLib.errors import InputError

_BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
}
_DELIMITERS = ",;\t"


class Record(NamedTuple):
    """One row of a table: exactly as it stands in the file, line end included, and its cells."""

    raw: str
    cells: list[str]


def is_blank(cells: Sequence[str]) -> bool:
    """Whether a row has no cell with anything but spaces."""
    return not any(map(str.strip, cells))


@dataclass(frozen=True)
class Dialect:
    """How a table is written: the defaults are those of a new cohort table.

    Parameters
    ----------
    encoding
        A Python codec that writes no byte order mark of its own.
    byte_order_mark
        The bytes before the text.
    delimiter
        Between cells: comma, semicolon or tab.
    newline
        Between rows.
    """

    encoding: str = "utf-8"
    byte_order_mark: bytes = b""
    delimiter: str = ","
    newline: str = "\n"

    def line(self, cells: Sequence[str]) -> str:
        """One row with its line end; cells are quoted where they have to be."""
        return self.delimiter.join(map(self._quoted, cells)) + self.newline

    def _quoted(self, cell: str) -> str:
        # csv.writer of Python 3.11 leaves a carriage return unquoted.
        if any(special in cell for special in (self.delimiter, '"', "\r", "\n")):
            return '"' + cell.replace('"', '""') + '"'
        return cell

    def records(self, text: str, first_row: int = 1) -> Iterator[Record]:
        """Split text into rows; a blank line is a row without cells.

        Raises
        ------
        InputError
            Where quotation marks do not match, naming the row (the first row of the text is ``first_row``).
        """
        consumed: list[str] = []

        def lines() -> Iterator[str]:
            for line in io.StringIO(text, newline=""):
                consumed.append(line)
                yield line

        rows = csv.reader(lines(), delimiter=self.delimiter, strict=True)
        number = first_row
        while True:
            try:
                cells = next(rows, None)
            except csv.Error as error:
                raise InputError(f"row {number}: {error}: check its quotation marks") from None
            if cells is None:
                return
            yield Record("".join(consumed), cells)
            consumed.clear()
            number += 1


UNICODE = Dialect(byte_order_mark=b"\xef\xbb\xbf")
"""UTF-8 that spreadsheets recognise: for a table whose own encoding cannot hold a new cell."""


def decode(data: bytes) -> tuple[str, Dialect]:
    """The text of a table and the dialect that it is written in.

    UTF-8 and UTF-16 with a byte order mark, else UTF-8, else Windows-1252 (what Excel in western Europe
    saves as "CSV"). The delimiter is the one of comma, semicolon and tab that makes most of the header.

    Raises
    ------
    InputError
        Where it is none of these or no text.
    """
    mark = next((mark for mark in _BYTE_ORDER_MARKS if data.startswith(mark)), b"")
    for encoding in [_BYTE_ORDER_MARKS[mark]] if mark else ["utf-8", "cp1252"]:
        with contextlib.suppress(UnicodeDecodeError):
            text = data[len(mark) :].decode(encoding)
            break
    else:
        text = "\0"
    if "\0" in text:
        raise InputError("is not a text table (UTF-8, UTF-16 or Windows-1252): save it as CSV UTF-8 or .xlsx")
    return text, _dialect(text, encoding, mark)


def _dialect(text: str, encoding: str, mark: bytes) -> Dialect:
    """Find out the delimiter and the line end from the header, the first row that is not blank."""

    def header(delimiter: str) -> Record:
        with contextlib.suppress(InputError):
            for record in Dialect(delimiter=delimiter).records(text):
                if not is_blank(record.cells):
                    return record
        return Record("", [])

    def score(record: Record) -> tuple[int, int]:
        return sum(cell.strip() in BY_NAME for cell in record.cells), len(record.cells)

    headers = {delimiter: header(delimiter) for delimiter in _DELIMITERS}
    delimiter = max(_DELIMITERS, key=lambda delimiter: score(headers[delimiter]))
    raw = headers[delimiter].raw
    newline = next((end for end in ("\r\n", "\n", "\r") if raw.endswith(end)), "\n")
    return Dialect(encoding, mark, delimiter, newline)

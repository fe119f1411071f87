"""All that a cohort table's file holds, and its bytes with rows changed and added in the same dialect."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from NEMOPETLib.cohort.columns import COLUMNS, KEY
from NEMOPETLib.cohort.delimited import UNICODE, Dialect, Record, decode, is_blank
from NEMOPETLib.cohort.keys import Cells, Key, row_of_each_key
from NEMOPETLib.cohort.sheet import column_names, sheet_of
from NEMOPETLib.cohort.workbook import is_workbook
from NEMOPETLib.errors import InputError


@dataclass(frozen=True)
class Contents:
    """A cohort table as text.

    Parameters
    ----------
    dialect, decimal
        How it is written.
    names
        Its columns; none in a file that is empty yet.
    records
        Every row of the file, the header and blank ones included.
    rows
        The row number of each patient and study: record ``records[n - 1]``.
    """

    dialect: Dialect
    decimal: str
    names: tuple[str, ...]
    records: tuple[Record, ...]
    rows: dict[Key, int]

    @classmethod
    def of(cls, data: bytes) -> Contents:
        """Take a file's bytes apart.

        Raises
        ------
        InputError
            Where they are no CSV, have no column ``patient_id`` or two rows of the same patient and study.
        """
        if is_workbook(data):
            raise InputError("is an Excel workbook: save it as CSV UTF-8 and use that as the cohort table")
        text, dialect = decode(data)
        records = tuple(dialect.records(text))
        header = next((record.cells for record in records if not is_blank(record.cells)), None)
        if header is None:
            return cls(dialect, ".", (), (), {})
        sheet = sheet_of([record.cells for record in records], dialect.delimiter)
        if KEY[0] not in sheet.columns:
            raise InputError(f"has no column {KEY[0]}: it is no cohort table")
        return cls(dialect, sheet.decimal, tuple(column_names(header)), records, row_of_each_key(sheet))

    def row(self, key: Key) -> dict[str, str]:
        """The cells of a patient's study as they stand in the file."""
        return dict(zip(self.names, self.records[self.rows[key] - 1].cells, strict=False))

    def changed(self, changes: Mapping[Key, Cells], additions: Sequence[Cells], before: Key | None = None) -> bytes:
        """The file's bytes with cells of some rows changed and rows added, new columns at the right.

        Rows are added at the end, or before the row ``before`` if there is such a one.
        A row without changes stays as it is, but for empty cells in new columns. The encoding is another
        (UTF-8) only where the file's own cannot hold a new cell.
        """
        old = self.names or [column.name for column in COLUMNS]
        names = list(dict.fromkeys(itertools.chain(old, *changes.values(), *map(_filled, additions))))
        lines = [self._widened(record, names) for record in self.records] or [self.dialect.line(names)]
        for key, change in changes.items():
            if change:
                lines[self.rows[key] - 1] = self._line({**self.row(key), **change}, names)
        place = self.rows[before] - 1 if before in self.rows else len(lines)
        lines[place:place] = [self._line(row, names) for row in additions]
        text = "".join(lines)
        try:
            return self.dialect.byte_order_mark + text.encode(self.dialect.encoding)
        except UnicodeEncodeError:
            return UNICODE.byte_order_mark + text.encode(UNICODE.encoding)

    def _line(self, row: Cells, names: Sequence[str]) -> str:
        return self.dialect.line([row.get(name, "") for name in names])

    def _widened(self, record: Record, names: Sequence[str]) -> str:
        """A row as it stands in the file, with its line end, and a name or nothing in new columns."""
        body = record.raw.rstrip("\r\n")
        end = record.raw[len(body) :] or self.dialect.newline
        if len(names) == len(self.names) or is_blank(record.cells):
            return body + end
        if record.cells is next(record.cells for record in self.records if not is_blank(record.cells)):
            return body + self.dialect.delimiter + self.dialect.line(names[len(self.names) :])
        return body + self.dialect.delimiter * (len(names) - len(record.cells)) + end


def _filled(row: Cells) -> list[str]:
    """The columns in which a row has something."""
    return [name for name, cell in row.items() if cell]

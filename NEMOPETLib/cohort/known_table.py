"""What a process knows of a cohort table, kept up to date without reading again what it has read."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from io import BufferedReader
from pathlib import Path

from NEMOPETLib.cohort.contents import Contents
from NEMOPETLib.cohort.delimited import Record
from NEMOPETLib.cohort.keys import Cells, add_unique, key_of
from NEMOPETLib.cohort.sheet import check_length
from NEMOPETLib.errors import InputError

_WINDOW = 4096


class KnownTable:
    """The columns, keys and dialect of one table's file, for its writers.

    A file that has only grown since (same inode, same beginning, same bytes before its former end) is read
    from there on, so that adding a row costs the same in a long table; after any other change it is read
    anew. An editor that, saving in place, changes nothing but a key into one of the same length, just
    before another program adds a row, goes unnoticed: the worst that comes of it is a second row of a
    patient, which reading the table reports.

    Attributes
    ----------
    mutex
        One writer at a time among the threads of this process: a network file system may see them as one.
    is_there
        Whether there was such a file once.
    dialect, decimal, names
        How the file is written, and its columns; none while there is no table.
    rows
        The row number of each patient and study, those appended since included.
    """

    def __init__(self) -> None:
        self.mutex = threading.Lock()
        self.is_there = False
        self._forget()

    def _forget(self) -> None:
        self._learn(Contents.of(b""))
        self._row_count = 0
        self._is_ended = True
        self._signature: tuple[int, int, int] | None = None
        self._head = self._tail = b""

    def _learn(self, contents: Contents) -> None:
        self.dialect, self.decimal, self.names = contents.dialect, contents.decimal, contents.names
        self.rows = contents.rows

    def refresh(self, path: Path) -> None:
        """Learn what changed; the caller holds the file's lock.

        Raises
        ------
        InputError
            Where the file is no cohort table, has two rows of the same patient and study, or is gone since.
        """
        if not os.path.lexists(path):  # a link that leads nowhere is an error of opening it
            if self.is_there:
                raise InputError(
                    f"has vanished (share out of reach?): put it back, from {path.name}.bak if need be, "
                    "or start this program anew to begin a new table"
                )
            return
        self.is_there = True
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            signature = status.st_ino, status.st_size, status.st_mtime_ns
            if signature == self._signature:
                return
            if not self._read_on(file, signature):
                self._forget()
                file.seek(0)
                contents = Contents.of(file.read())
                self._learn(contents)
                self._count(contents.records)
            self._head = _before(file, min(signature[1], _WINDOW))
            self._tail = _before(file, signature[1])
            self._signature = signature

    def appended(self, rows: Sequence[Cells]) -> bytes | None:
        """What appends rows to the file; None if it has to be written anew for them.

        That is where it has no header yet or not all of their columns, or its encoding cannot hold them.
        """
        names = self.names
        if not names or any(cell and name not in names for row in rows for name, cell in row.items()):
            return None
        text = "".join(self.dialect.line([row.get(name, "") for name in names]) for row in rows)
        try:
            return (text if self._is_ended else self.dialect.newline + text).encode(self.dialect.encoding)
        except UnicodeEncodeError:
            return None

    def _read_on(self, file: BufferedReader, signature: tuple[int, int, int]) -> bool:
        """Read what was appended since; False if the file changed otherwise."""
        inode, size, _ = self._signature or (0, 0, 0)
        if not (self.names and self._is_ended and inode == signature[0] and size < signature[1]):
            return False
        if self._head != _before(file, min(size, _WINDOW)) or self._tail != _before(file, size):
            return False
        file.seek(size)
        try:
            text = file.read().decode(self.dialect.encoding)
        except UnicodeDecodeError:
            return False
        records = list(self.dialect.records(text, self._row_count + 1))
        for row_number, record in enumerate(records, start=self._row_count + 1):
            check_length(row_number, record.cells, len(self.names))
            key = key_of(dict(zip(self.names, record.cells, strict=False)))
            add_unique(self.rows, [(row_number, key)])
        self._count(records)
        return True

    def _count(self, records: Sequence[Record]) -> None:
        self._row_count += len(records)
        self._is_ended = not records or records[-1].raw.endswith(("\n", "\r"))


def _before(file: BufferedReader, end: int) -> bytes:
    """The bytes of a file before a position, `_WINDOW` at most."""
    start = max(0, end - _WINDOW)
    file.seek(start)
    return file.read(end - start)

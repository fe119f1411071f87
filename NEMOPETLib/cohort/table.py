"""The cohort table: one row per patient and study, read as numbers, added to without ever losing a row."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import pandas as pd

from NEMOPETLib.cohort import cells, committed_file
from NEMOPETLib.cohort.columns import BY_NAME, KEY
from NEMOPETLib.cohort.contents import Contents
from NEMOPETLib.cohort.frame import to_frame
from NEMOPETLib.cohort.keys import Cells, Key, key_of, row_of_each_key
from NEMOPETLib.cohort.known_table import KnownTable
from NEMOPETLib.cohort.sheet import read_sheet
from NEMOPETLib.errors import InputError

_NUMERIC = {"number", "integer", "flag"}


def read_cohort(path: Path | str, numeric: Collection[str] = ()) -> pd.DataFrame:
    """Read a cohort table, or any other table of patients, with typed columns.

    CSV with comma, semicolon or tab, decimal dot or comma, in UTF-8, UTF-16 or Windows-1252, or .xlsx. Row
    ``i`` of the frame is row ``i + 2`` of the file where no blank rows lie between. Unknown columns are
    kept. Types: `NEMOPETLib.cohort.frame.to_frame`.

    Parameters
    ----------
    path
        The file.
    numeric
        Columns that must be numbers besides those that the contract knows.

    Raises
    ------
    InputError
        Where the file cannot be read or is no table, a cell has not its column's type (naming column, row and
        value), or two rows are of the same patient and study.
    """
    path = Path(path)
    sheet = read_sheet(path)
    with committed_file.named(path):
        if KEY[0] in sheet.columns:
            row_of_each_key(sheet)
        return to_frame(sheet, numeric)


def always(_: Cells) -> bool:
    """Any row may be replaced."""
    return True


class CohortTable:
    """A cohort table on the disk, to which several programs add rows.

    Every change is all or nothing: a kill, a power cut or a full disk leaves the table as it was or as it
    should be. The version before the last change of existing rows stays as ``NAME.bak``. The file keeps the
    dialect in which it was found: delimiter, decimal mark, encoding, line ends; cells that no row given
    here has are not touched. A new row costs the same however long the table is.

    Parameters
    ----------
    path
        The CSV file; made with the contract's columns when the first row comes. Its folder must exist.
    lock_timeout_s
        How long to wait for other writers.

    Raises
    ------
    InputError
        If the name is that of a spreadsheet program's own format.
    """

    def __init__(self, path: Path | str, lock_timeout_s: float = 60.0) -> None:
        self._path = Path(path)
        if self._path.suffix.lower() in _WORKBOOKS:
            raise InputError(f"{path}: rows are added to CSV only: save it as CSV UTF-8 and name that")
        self._lock_timeout_s = lock_timeout_s

    @property
    def path(self) -> Path:
        """Where the table lies."""
        return self._path

    def read(self, numeric: Collection[str] = ()) -> pd.DataFrame:
        """The whole table, as `read_cohort`."""
        return read_cohort(self._path, numeric)

    def keys(self) -> frozenset[Key]:
        """Patient and study of every row; none where there is no table yet.

        Raises
        ------
        InputError
            As `read_cohort`.
        """
        with committed_file.named(self._path):
            if not os.path.lexists(self._path) and self._path.parent.is_dir():
                return frozenset()
            return frozenset(Contents.of(committed_file.read(self._path)).rows)

    def rows(self) -> dict[Key, dict[str, str]]:
        """The cells of every row; none where there is no table yet. Raises InputError as `read_cohort`."""
        with committed_file.named(self._path):
            if not os.path.lexists(self._path) and self._path.parent.is_dir():
                return {}
            contents = Contents.of(committed_file.read(self._path))
            return {
                key: {name: cells.restored(cell) for name, cell in contents.row(key).items()} for key in contents.rows
            }

    def row(self, patient_id: str, study_uid: str) -> dict[str, str] | None:
        """The cells of one row; None where there is none, which costs nothing in a long table.

        Raises
        ------
        InputError
            As `read_cohort`.
        """
        with self._locked() as (path, known):
            key = (patient_id.strip(), study_uid.strip())
            if key not in known.rows:
                return None
            cells_of_row = Contents.of(path.read_bytes()).row(key)
            return {name: cells.restored(cell) for name, cell in cells_of_row.items()}

    def check(self) -> None:
        """Find out before long work whether a row could be written after it, at no cost in a long table.

        Raises
        ------
        InputError
            As `upsert_all`, but for values.
        """
        with self._locked() as (path, _):
            committed_file.check_writable(path)

    @contextmanager
    def _locked(self) -> Iterator[tuple[Path, KnownTable]]:
        """Be the only writer, with an append that was cut off finished and all known that others wrote."""
        with committed_file.named(self._path):
            path = Path(os.path.realpath(self._path))
            known = _known_table(path)
            with known.mutex, committed_file.locked(path, self._lock_timeout_s):
                committed_file.recover(path)
                known.refresh(path)
                yield path, known

    def upsert(
        self, row: Mapping[str, object], may_replace: Callable[[Cells], bool] = always, before: Key | None = None
    ) -> bool:
        """Append a row, or change the one of the same patient and study; see `upsert_all`.

        A new row is put before the row ``before`` if that is there, which costs more the longer the table is.

        Returns
        -------
        bool
            False where ``may_replace`` said no.
        """
        return self.upsert_all([row], may_replace, before) == 1

    def upsert_all(
        self,
        rows: Iterable[Mapping[str, object]],
        may_replace: Callable[[Cells], bool] = always,
        before: Key | None = None,
    ) -> int:
        """Append rows, or change those of the same patient and study, all in one step.

        Parameters
        ----------
        rows
            Values by column: text, numbers, booleans, dates, paths, lists of texts; None and NaN empty the
            cell. Columns that are not given are left alone; unknown ones are added at the right.
        may_replace
            Asked with the text cells of a row that is already there, under the lock, so that nobody else
            changes it meanwhile: False leaves it as it is.
        before
            As for `upsert`.

        Returns
        -------
        int
            How many rows were added or changed.

        Raises
        ------
        InputError
            Where the table cannot be written or read (then it is unchanged), is an .xlsx or no cohort
            table, has two rows of the same patient and study, or a value does not belong in its column.
        """
        rows = list(rows)
        if not rows:
            return 0
        with self._locked() as (path, known):
            while (count := _write(path, known, rows, may_replace, before)) is None:
                known.refresh(path)
            known.is_there = True
            return count


_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")


@lru_cache(maxsize=16)
def _known_table(_: Path) -> KnownTable:
    return KnownTable()


def _write(
    path: Path,
    known: KnownTable,
    rows: Iterable[Mapping[str, object]],
    may_replace: Callable[[Cells], bool],
    before: Key | None,
) -> int | None:
    """Add or change rows: how many; None if a program that takes no lock changed the file meanwhile."""
    texts = _texts(rows, known.decimal)
    is_new = known.rows.keys().isdisjoint(texts) and before not in known.rows
    data = known.appended(list(texts.values())) if is_new else None
    if data is None:
        return _rewrite(path, texts, may_replace, before)
    return len(texts) if committed_file.append(path, data) else None


def _rewrite(
    path: Path, rows: Mapping[Key, Cells], may_replace: Callable[[Cells], bool], before: Key | None
) -> int | None:
    """Write the file anew with rows changed and added; result as `_write`."""
    old = path.read_bytes() if os.path.lexists(path) else None
    contents = Contents.of(old or b"")
    additions = [row for key, row in rows.items() if key not in contents.rows]
    changes: dict[Key, Cells] = {}
    for key in rows.keys() & contents.rows.keys():
        row = contents.row(key)
        if may_replace({name: cells.restored(cell) for name, cell in row.items()}):
            changes[key] = {
                name: cell for name, cell in rows[key].items() if name not in KEY and cell != row.get(name, "")
            }
    if not additions and not any(changes.values()):
        return len(changes)
    is_written = committed_file.replace(path, contents.changed(changes, additions, before), old)
    return len(additions) + len(changes) if is_written else None


def _texts(rows: Iterable[Mapping[str, object]], decimal: str) -> dict[Key, dict[str, str]]:
    """The cells of each row by its key; of two rows with one key the later one counts, cell by cell."""
    texts: dict[Key, dict[str, str]] = {}
    for row in rows:
        row_cells = {name: _cell(name, value, decimal) for name, value in row.items()}
        key = key_of(row_cells)
        if not any(key):
            raise InputError("a row without patient_id and study_uid cannot be added")
        texts[key] = {**texts.get(key, {}), **row_cells}
    return texts


def _cell(name: str, value: object, decimal: str) -> str:
    """The cell for a value, which must be of the column's type."""
    try:
        if isinstance(value, str) and name in BY_NAME and BY_NAME[name].kind in _NUMERIC:
            value = cells.number(value, decimal)
        return cells.cell_of(value, decimal)
    except ValueError as error:
        raise InputError(f"column {name}: {value!r} {error}") from None

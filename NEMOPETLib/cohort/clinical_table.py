"""The user's clinical table: receptors, subtype, survival and set of each patient."""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from NEMOPETLib.cohort import cells, committed_file
from NEMOPETLib.cohort.sheet import Sheet, read_sheet
from NEMOPETLib.errors import InputError

DAYS_PER_MONTH = 365.25 / 12

SUBTYPES = {(0, 0): "TNBC", (1, 0): "HR+HER2-", (1, 1): "HR+HER2+", (0, 1): "HER2+"}
"""Subtype by hormone receptors and HER2, each 1 where positive."""

_RECEPTORS = {subtype: receptors for receptors, subtype in SUBTYPES.items()}

_YES_NO = {
    **dict.fromkeys(("1", "+", "pos", "positive", "positif", "oui", "yes", "true", "vrai"), 1),
    **dict.fromkeys(("0", "-", "neg", "negative", "negatif", "non", "no", "false", "faux"), 0),
}
_SUBTYPE_WORDS = {
    **{subtype.casefold(): subtype for subtype in _RECEPTORS},
    "hr-her2+": "HER2+",
    "hr-her2-": "TNBC",
    "triplenegative": "TNBC",
}
_SEXES = {
    **dict.fromkeys(("f", "female", "femme"), "F"),
    **dict.fromkeys(("m", "male", "h", "homme"), "M"),
    **dict.fromkeys(("o", "other", "autre"), "O"),
}
_SETS = {"train": "train", "test": "test"}

_TIME = ("os_months", "os_days", "diagnosis_date", "last_news_date")
_COLUMNS = ("hr", "her2", "subtype", *_TIME, "os_event", "set")


@dataclass(frozen=True, eq=False)
class ClinicalRow:
    """What the clinical table says of one patient.

    Parameters
    ----------
    row_number
        Its row in the file, the header being row 1.
    patient_id
        Without spaces around.
    sex
        ``F``, ``M``, ``O``, or None where it is not said.
    values
        By column of the cohort table, only what is said.
    is_consistent
        False where the subtype is not that of the receptors: then ``values`` has none of them.
    """

    row_number: int
    patient_id: str
    sex: str | None
    values: Mapping[str, object]
    is_consistent: bool


def read_clinical(path: Path | str) -> tuple[ClinicalRow, ...]:
    """Read a clinical table (CSV or .xlsx, any dialect of `NEMOPETLib.cohort.sheet.read_sheet`).

    Columns (capitals and spaces do not matter): ``patient_id``; ``hr`` and ``her2`` as 0/1, pos/neg, +/−,
    oui/non or yes/no; ``subtype``, taken from the receptors where it is missing and the other way round;
    ``os_months``, or ``os_days``, or ``diagnosis_date`` and ``last_news_date``; ``os_event``; ``set``;
    ``sex``.

    Raises
    ------
    InputError
        Where there is no ``patient_id`` or none of the others, or a cell cannot be read (naming column, row
        and value), or a survival time is negative.
    """
    path = Path(path)
    sheet = read_sheet(path)
    with committed_file.named(path):
        sheet = _with_plain_names(sheet)
        if "patient_id" not in sheet.columns or not set(_COLUMNS) & set(sheet.columns):
            raise InputError(f"a clinical table needs patient_id and at least one of {', '.join(_COLUMNS)}")
        hr, her2, events = (sheet.parsed(name, _yes_or_no) for name in ("hr", "her2", "os_event"))
        subtypes, sexes, sets = (
            sheet.parsed(name, _one_of(words))
            for name, words in (("subtype", _SUBTYPE_WORDS), ("sex", _SEXES), ("set", _SETS))
        )
        months = _survival_months(sheet)
        rows = []
        for i, (row_number, patient_id) in enumerate(zip(sheet.row_numbers, sheet.texts("patient_id"), strict=True)):
            tumour = _tumour(hr[i], her2[i], subtypes[i])
            values = {**(tumour or {}), "os_months": months[i], "os_event": events[i], "set": sets[i]}
            said = {name: value for name, value in values.items() if value is not None}
            rows.append(ClinicalRow(row_number, patient_id.strip(), sexes[i], said, tumour is not None))
        return tuple(rows)


def _with_plain_names(sheet: Sheet) -> Sheet:
    """The same table with lower-case column names and underscores for spaces."""
    columns = {}
    for name, column in sheet.columns.items():
        plain = "_".join(name.casefold().split())
        if plain in columns:
            raise InputError(f"two columns are called {plain}: rename one")
        columns[plain] = column
    return Sheet(columns, sheet.row_numbers, sheet.delimiter)


def _plain(cell: str) -> str:
    """Lower case, without accents, spaces and slashes, with ``-`` for every dash."""
    letters = unicodedata.normalize("NFKD", cell.translate(str.maketrans("−–", "--"))).casefold()
    return "".join(letter for letter in letters if not unicodedata.combining(letter) and letter not in " /_")


def _yes_or_no(cell: str) -> int | None:
    if cell.strip() in cells.MISSING:
        return None
    word = _plain(cell).removesuffix(".0")
    if word not in _YES_NO:
        raise ValueError("is not one of 0/1, pos/neg, +/−, oui/non, yes/no")
    return _YES_NO[word]


def _one_of(words: Mapping[str, str]) -> Callable[[str], str | None]:
    def parse(cell: str) -> str | None:
        if cell.strip() in cells.MISSING:
            return None
        if _plain(cell) not in words:
            raise ValueError(f"is not one of {', '.join(dict.fromkeys(words.values()))}")
        return words[_plain(cell)]

    return parse


def _tumour(hr: int | None, her2: int | None, subtype: str | None) -> dict[str, object] | None:
    """Receptors and subtype, each from the others where it is missing; None if they contradict."""
    if subtype is None:
        if hr is not None and her2 is not None:
            subtype = SUBTYPES[hr, her2]
        return {"hr": hr, "her2": her2, "subtype": subtype}
    receptors = _RECEPTORS[subtype]
    if hr not in (None, receptors[0]) or her2 not in (None, receptors[1]):
        return None
    return {"hr": receptors[0], "her2": receptors[1], "subtype": subtype}


def _survival_months(sheet: Sheet) -> list[float | None]:
    """Months of follow-up of each row: as given, else from days, else from the two dates."""
    given, days = sheet.numbers("os_months"), sheet.numbers("os_days")
    starts, ends = sheet.dates("diagnosis_date"), sheet.dates("last_news_date")
    months: list[float | None] = []
    for i, row_number in enumerate(sheet.row_numbers):
        value = float(given[i])
        if math.isnan(value):
            value = float(days[i]) / DAYS_PER_MONTH
        if math.isnan(value) and starts[i] and ends[i]:
            passed = dt.date.fromisoformat(ends[i]) - dt.date.fromisoformat(starts[i])
            value = passed.days / DAYS_PER_MONTH
        if value < 0:
            raise InputError(f"row {row_number}: the survival time is negative: check {', '.join(_TIME)}")
        months.append(None if math.isnan(value) else value)
    return months

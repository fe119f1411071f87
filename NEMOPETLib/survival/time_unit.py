"""Units of follow-up time by name, and years in them."""

from __future__ import annotations

_PER_YEAR = {"years": 1.0, "months": 12.0, "weeks": 52.0, "days": 365.0}  # as horizons are chosen: 365 and 730 days
_FRENCH = {"ans": "years", "années": "years", "mois": "months", "semaines": "weeks", "jours": "days"}


def units_per_year(unit: str) -> float | None:
    """How many of a unit (English or French, in the plural, in any case) make a year; None for any other word."""
    word = unit.strip().lower()
    return _PER_YEAR.get(_FRENCH.get(word, word))


def unit_of_column(column: str) -> str:
    """The unit that a column's name ends with, such as ``pfs_days``; empty if it ends with none."""
    ending = column.lower().rpartition("_")[2]
    return ending if units_per_year(ending) is not None else ""


def unsaid_unit(column: str) -> str:
    """The unit of a model's time where its file does not say it, as earlier versions wrote it."""
    return unit_of_column(column) or "months"

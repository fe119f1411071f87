"""Measurements and scores as a panel shows them: as many decimals as they are worth, never an exponent."""

from __future__ import annotations

import math

from NEMOPETLib.report.number_text import number_text
from NEMOPETLib.report.words import Language

# The most decimals, and how many digits in all are kept while there are decimals.
_ROUGH, _SUV, _SCORE = (1, 3), (2, 4), (3, 4)
_BY_UNIT = dict.fromkeys(("ml", "mm", "g", "HU"), _ROUGH)


def quantity_text(value: float | int | None, unit: str, language: Language) -> str:
    """A measurement with the decimals of its unit: 12,346 ml, 87.4 ml, SUV 7.31; a count without any.

    Millilitres, millimetres, grams of TLG and HU have one decimal below 100, SUV two below 100 and one below 1000.

    Parameters
    ----------
    value
        None gives a dash. An integer, such as a count, has no decimals.
    unit
        As ``definitions.py`` names it; empty for a pure number.
    """
    if isinstance(value, int):
        return number_text(value, 0, language)
    most, digits = _SUV if unit.startswith("g/ml") else _BY_UNIT.get(unit, _SCORE)
    return number_text(value, _decimals(value, most, digits), language)


def score_text(value: float | None, language: Language) -> str:
    """A risk score or cut-point: three decimals below 10, down to none from 1000 on; two digits of a small one."""
    if value is not None and math.isfinite(value) and 0 < abs(value) < 0.01:
        return number_text(value, min(1 - math.floor(math.log10(abs(value))), 8), language)
    return quantity_text(value, "", language)


def range_text(low: float | None, high: float | None, unit: str, language: Language) -> str:
    """From the smaller to the larger of two values; empty where one is missing."""
    known = sorted(value for value in (low, high) if value is not None and math.isfinite(value))
    return "–".join(quantity_text(value, unit, language) for value in known) if len(known) == 2 else ""


def _decimals(value: float | None, most: int, digits: int) -> int:
    """So many that a value from 10 on has these digits in all, and at most ``most``."""
    if value is None or not math.isfinite(value) or abs(value) < 1:
        return most
    before = math.floor(math.log10(abs(value))) + 1
    return max(0, min(most, digits - before))

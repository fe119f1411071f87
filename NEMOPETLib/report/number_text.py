"""Numbers as a reader of English or French expects them."""

from __future__ import annotations

import math

from NEMOPETLib.report.words import Language

MISSING = "–"
_MINUS = "\N{MINUS SIGN}"
_THIN_SPACE = "\N{NARROW NO-BREAK SPACE}"


def number_text(value: float | None, decimals: int, language: Language) -> str:
    """A number with that many decimals, thousands set apart, and a true minus; a dash if it is missing.

    English writes 12,345.6 and French 12 345,6 (with a narrow no-break space).
    """
    if value is None or not math.isfinite(value):
        return MISSING
    text = f"{value:,.{decimals}f}"
    if float(text.replace(",", "")) == 0.0:
        text = text.removeprefix("-")
    if language == "fr":
        text = text.replace(",", _THIN_SPACE).replace(".", ",")
    return text.replace("-", _MINUS)


def decimals_of(unit: str, value: float | None) -> int:
    """How many decimals a measurement is worth: none for counts, two for SUV and for small values, else one."""
    if not unit or value == 0:
        return 0
    small = value is not None and abs(value) < 10
    return 2 if small or unit.startswith("g/ml") else 1

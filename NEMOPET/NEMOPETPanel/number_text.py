"""Numbers as the panel writes them, in the language of the application."""

from __future__ import annotations

from slicer.i18n import tr as _

from NEMOPETPanel.own_language import own_language


def number_text(value, unit: str = "") -> str:
    """A measurement with the decimals that its unit is worth, or that it is missing."""
    from NEMOPETLib.report.quantity_text import quantity_text

    return _("missing") if value is None else quantity_text(value, unit, own_language())


def decimal_text(value, decimals: int) -> str:
    """A number with so many decimals."""
    from NEMOPETLib.report.number_text import number_text as written

    return written(value, decimals, own_language())


def score_text(value) -> str:
    """A risk score or a cut-point."""
    from NEMOPETLib.report import quantity_text

    return quantity_text.score_text(value, own_language())


def range_text(pair, unit: str = "") -> str:
    """From the smaller to the larger of two values; empty where one is missing."""
    from NEMOPETLib.report import quantity_text

    low, high = pair or (None, None)
    return quantity_text.range_text(low, high, unit, own_language())


def percent_text(value) -> str:
    """A share in whole percent, or a question mark where it is not known."""
    return "?" if value is None else f"{100 * value:.0f}"

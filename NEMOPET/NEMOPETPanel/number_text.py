"""Numbers as the panel writes them."""

from __future__ import annotations

from slicer.i18n import tr as _


def number_text(value) -> str:
    """A number in four digits, a count as it is, or that it is missing."""
    if value is None:
        return _("missing")
    return str(value) if isinstance(value, int) else f"{value:.4g}"


def percent_text(value) -> str:
    """A share in whole percent, or a question mark where it is not known."""
    return "?" if value is None else f"{100 * value:.0f}"

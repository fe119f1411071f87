"""The colours in which the panel says how things stand, dark enough to be read on white."""

from __future__ import annotations

RED = "#b3261e"
"""Wrong or missing."""
AMBER = "#8a5a00"
"""To be known or to be done."""
GREEN = "#1b6e3c"
"""As it should be."""
GREY = "#808080"
"""Not of now."""


def inked(colour: str, html: str) -> str:
    """A piece of rich text in a colour."""
    return f'<span style="color:{colour}">{html}</span>'

"""What the library says, in the language of the application."""

from __future__ import annotations

import slicer


def own_language() -> str:
    """``fr`` where Slicer speaks French, else ``en``."""
    return "fr" if slicer.app.applicationLocaleName.lower().startswith("fr") else "en"


def in_own_language(text: str) -> str:
    """An error, warning, reason or title of the library as it is shown; the panel's own texts stay as they are."""
    from NEMOPETLib.wording.translated import translated

    return translated(text, own_language())

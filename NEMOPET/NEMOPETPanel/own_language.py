"""What the library says, in the language of the application."""

from __future__ import annotations

import slicer
from slicer.i18n import tr as _


def own_language() -> str:
    """``fr`` where Slicer speaks French, else ``en``."""
    return "fr" if slicer.app.applicationLocaleName.lower().startswith("fr") else "en"


def in_own_language(text: str) -> str:
    """An error, warning, reason or title of the library as it is shown; the panel's own texts stay as they are.

    Where the library names an option of the command line, the panel's field is named.
    """
    from NEMOPETLib.wording.translated import translated

    told = translated(text, own_language())
    for option, field in _fields().items():
        told = told.replace(option, field)
    return told


def _fields() -> dict:
    return {
        "--pet-unit bqml": _("PET unit: Bq/ml"),
        "--uptake-min": _("Uptake (min)"),
        "--weight-kg": _("Weight (kg)"),
        "--height-m": _("Height (m)"),
        "--dose-mbq": _("Dose (MBq)"),
        "--injection-time": _("Injection time"),
        "--sex": _("Sex"),
    }

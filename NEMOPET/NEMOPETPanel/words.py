"""Names that files and the library keep in English, in the language of the application."""

from __future__ import annotations

from slicer.i18n import tr as _


def mask_word(name: str) -> str:
    """What a mask is called in the language of the application."""
    words = {
        "lesions": _("Lesions"),
        "physiological": _("Physiological uptake"),
        "muscle": _("Muscle"),
        "fat_sc": _("Subcutaneous fat"),
        "fat_v": _("Visceral fat"),
        "spleen": _("Spleen"),
    }
    return words.get(name, name)


def group_word(name) -> str:
    """A risk group in the language of the application."""
    return {"low": _("low"), "intermediate": _("intermediate"), "high": _("high")}.get(name, _("unknown"))


def unit_word(unit: str) -> str:
    """A unit of time in the language of the application."""
    return {"days": _("days"), "months": _("months"), "years": _("years")}.get(unit, unit)


def state_words() -> dict:
    """The states of a patient in the language of the application."""
    return {
        "failed": _("failed"),
        "measured": _("measured"),
        "to review": _("to review"),
        "approved": _("approved"),
    }


def model_words() -> dict:
    """The models of the study in the language of the application."""
    return {
        "clinical": _("Clinical"),
        "radiomic": _("Radiomic"),
        "clinical_radiomic": _("Clinical, radiomic"),
        "bci": _("Body composition"),
        "bci_spleen": _("Composition, spleen"),
        "clinical_radiomic_organomic": _("All together"),
    }

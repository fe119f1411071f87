"""The table of the lesions, and of the physiological uptake below them."""

from __future__ import annotations

from slicer.i18n import tr as _

from NEMOPETPanel.inks import GREY
from NEMOPETPanel.number_text import decimal_text
from NEMOPETPanel.tables import Cell

_DECIMALS = {"volume_ml": 1, "suv_max": 1, "tlg": 0}


def lesion_rows(lesions: list, ink: str) -> list:
    """A row for each lesion that was measured: its numbers, and what to look at."""
    words = {
        "small": _("small"),
        "border": _("at the edge"),
        "physiological": _("beside physiological"),
        "added": _("added"),
        "changed": _("changed"),
    }
    rows = []
    for one in lesions:
        texts = (str(one["number"]), *(decimal_text(one[name], digits) for name, digits in _DECIMALS.items()))
        flags = ", ".join(words.get(flag, flag) for flag in one["flags"])
        rows.append([*(Cell(text, number=True, colour=ink) for text in texts), Cell(flags, colour=ink)])
    return rows


def physiological_rows(parts: list) -> list:
    """A row for each part of the physiological uptake: its volume."""
    rows = []
    for part in parts:
        texts = ("–", decimal_text(part["volume_ml"], 1), "", "", _("physiological"))
        rows.append([Cell(text, number=column < 4, colour=GREY) for column, text in enumerate(texts)])
    return rows

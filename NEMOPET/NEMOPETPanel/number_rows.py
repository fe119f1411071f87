"""The table of the numbers: each with its unit, where it lies in the cohort, and how far it moves."""

from __future__ import annotations

from slicer.i18n import tr as _

from NEMOPETPanel.number_text import number_text, range_text
from NEMOPETPanel.own_language import own_language
from NEMOPETPanel.tables import Cell


def number_rows(values: dict, percentiles: dict, moved: dict, *, ink: str) -> list:
    """A row for each number that was measured.

    Parameters
    ----------
    values, percentiles, moved
        By column, as the worker's ``measure``, ``percentiles`` and ``sensitivity`` say them.
    ink
        The colour.
    """
    from NEMOPETLib.measurements.definitions import MEASUREMENTS

    rows = []
    for one in MEASUREMENTS:
        if one.column not in values:
            continue
        label = one.french if own_language() == "fr" else one.english
        value = values[one.column]
        place, move = percentiles.get(one.column) or {}, moved.get(one.column, {})
        texts = (
            number_text(value, one.unit) if value is None else f"{number_text(value, one.unit)} {one.unit}".strip(),
            "" if place.get("percentile") is None else f"{place['percentile']:.0f}",
            range_text(move.get("threshold"), one.unit),
            range_text([move.get("shrunk"), move.get("grown")], one.unit),
        )
        among = _("among {count} other patients").format(count=place["n"]) if place else ""
        hints = ("", among, "", "")
        cells = [Cell(text, hint, colour=ink, number=True) for text, hint in zip(texts, hints, strict=True)]
        rows.append([Cell(label, hint=f"{one.formula}\n{one.source}", colour=ink), *cells])
    return rows

"""What is ready for the engines, and what mends the rest, in words."""

from __future__ import annotations

from html import escape

from slicer.i18n import tr as _

from NEMOPETPanel.inks import AMBER, GREEN, RED, inked
from NEMOPETPanel.own_language import in_own_language
from NEMOPETPanel.tables import Cell


def readiness_row(part: dict) -> list:
    """A part as a row of the table: name, state, and what was found or mends it."""
    name, found, mend = (in_own_language(part[key]) for key in ("name", "found", "mend"))
    return [
        Cell(name, hint=found),
        Cell(_state_word(part), hint=found, colour=_state_colour(part)),
        Cell(found if part["ready"] else mend or found, hint=found),
    ]


def _state_word(part: dict) -> str:
    if part["ready"]:
        return _("ready")
    return _("missing") if part["needed"] else _("without")


def _state_colour(part: dict) -> str:
    if part["ready"]:
        return GREEN
    return RED if part["needed"] else AMBER


def missing_text(needs) -> str:
    """The first thing that the chosen engines cannot run without, and what mends it; empty if none is known."""
    return _needed_text(needs.missing[0]) if needs and needs.missing else ""


def needs_html(needs) -> str:
    """What is missing, in red; where nothing is, what the run goes without, in amber."""
    if needs is None:
        return ""
    colour, lines = AMBER, [_without_text(part) for part in needs.without]
    if needs.missing:
        colour, lines = RED, [_needed_text(part) for part in needs.missing]
    return "<br>".join(inked(colour, escape(line)) for line in lines)


def _needed_text(part) -> str:
    return _("{part} is not ready: {mend}").format(
        part=in_own_language(part.name), mend=in_own_language(part.mend or part.found)
    )


def _without_text(part) -> str:
    return _("{part}: {found}. Segment still runs").format(
        part=in_own_language(part.name), found=in_own_language(part.found)
    )

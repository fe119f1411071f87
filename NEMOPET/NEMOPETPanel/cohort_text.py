"""The rows of the cohort table and their counts, in words."""

from __future__ import annotations

from slicer.i18n import tr as _

from NEMOPETPanel.inks import AMBER, GREEN, RED
from NEMOPETPanel.number_text import number_text
from NEMOPETPanel.own_language import in_own_language
from NEMOPETPanel.tables import Cell
from NEMOPETPanel.words import group_word, state_words

STATES = ("", "to review", "approved", "measured", "failed")
"""As the filter lists them; the first is all."""

_INKS = {"to review": AMBER, "approved": GREEN, "measured": "", "failed": RED}


def cohort_cells(row: dict) -> list:
    """A row as it is shown; last why it failed, or what is to be known of its numbers."""
    cells, state = row["cells"], row["state"]
    return [
        Cell(row["patient_id"]),
        Cell(row["study_date"]),
        Cell(state_words().get(state, state), colour=_INKS.get(state, "")),
        Cell(_volume_text(cells.get("tmtv_ml", "")), number=True),
        Cell(group_word(cells["risk_group"]) if cells.get("risk_group") else ""),
        Cell(in_own_language(row["reason"] or cells.get("warnings", ""))),
    ]


def counts_text(rows: list, most: int | None) -> str:
    """How many patients are in each state.

    Parameters
    ----------
    most
        How many are shown where there are more; None if all are.
    """
    if not rows:
        return _("No patient is in the table yet.")
    words = state_words()
    counts = {state: sum(one["state"] == state for one in rows) for state in STATES[1:]}
    text = ", ".join(f"{count} {words[state]}" for state, count in counts.items() if count)
    if most is not None:
        text += _("; the first {count} are shown: search to see others").format(count=most)
    return text


def _volume_text(cell: str) -> str:
    try:
        return number_text(float(cell.replace(",", ".")), "ml")
    except ValueError:
        return cell

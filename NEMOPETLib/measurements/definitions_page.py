"""Write docs/measurements.md from the definitions: ``python -m NEMOPETLib.measurements.definitions_page``."""

from __future__ import annotations

from pathlib import Path

from NEMOPETLib.coded_concept import Code
from NEMOPETLib.measurements.definitions import (
    LESION_MEASUREMENTS,
    MEASUREMENTS,
    SUL_CODES,
    Measurement,
)

PAGE = Path("docs/measurements.md")
HEAD = ("Column", "English", "Français", "Unit", "UCUM", "Quantity", "Derived by", "IBSI", "Formula", "From")
PREFACE = """\
# Measurements

Made from `NEMOPETLib/measurements/definitions.py` by `python -m NEMOPETLib.measurements.definitions_page`:
change it there.

An empty cell of the cohort table means that a number was not measured, never 0. Voxels that are not finite
have no part in a mean, maximum or peak; a warning counts them. An empty mask has a volume of 0 and nothing
else; without a lesion TMTV, the number of lesions and TLG are 0 and the rest is empty.
"""


def as_markdown() -> str:
    """The page: a table of the patient's measurements, one of each lesion's, one of the SUL codes."""
    return "\n".join(
        [
            PREFACE,
            "## Of the patient (columns of the cohort table)\n",
            *_table(HEAD, [_cells(definition) for definition in MEASUREMENTS]),
            "\n## Of each lesion\n",
            *_table(HEAD, [_cells(definition) for definition in LESION_MEASUREMENTS]),
            "\n## SUL by lean body mass formula\n",
            "DICOM has a quantity and a unit for each formula; the tables above show the default.\n",
            *_table(
                ("`lbm_formula`", "Quantity", "UCUM"),
                [(f"`{name}`", _shown(sul), f"`{unit.value}`") for name, (sul, unit) in SUL_CODES.items()],
            ),
            "",
        ]
    )


def _cells(definition: Measurement) -> tuple[str, ...]:
    """One row of the table."""
    return (
        f"`{definition.column}`",
        definition.english,
        definition.french,
        definition.unit,
        f"`{definition.unit_code.value}`",
        _shown(definition.quantity),
        _shown(definition.derivation),
        _shown(definition.ibsi),
        definition.formula,
        definition.source,
    )


def _shown(code: Code | None) -> str:
    """A code as a reader of the standard knows it."""
    return f"{code.value} {code.scheme} {code.meaning}" if code else ""


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    """Lines of a Markdown table."""
    return [f"| {' | '.join(cells)} |" for cells in (head, ("---",) * len(head), *rows)]


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(as_markdown(), encoding="utf-8")

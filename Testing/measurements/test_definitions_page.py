from __future__ import annotations

from pathlib import Path

from NEMOPETLib.measurements.definitions import MEASUREMENTS
from NEMOPETLib.measurements.definitions_page import PAGE, as_markdown

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_up_to_date() -> None:
    assert (ROOT / PAGE).read_text(encoding="utf-8") == as_markdown()


def test_each_column_has_a_row_of_ten_cells() -> None:
    rows = {line.split("|")[1].strip(): line for line in as_markdown().splitlines() if line.startswith("| `")}
    for definition in MEASUREMENTS:
        assert rows[f"`{definition.column}`"].count("|") == 11

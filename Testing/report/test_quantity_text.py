from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from NEMOPETLib.measurements.definitions import MEASUREMENTS
from NEMOPETLib.report.quantity_text import quantity_text, range_text, score_text

UNITS = sorted({one.unit for one in MEASUREMENTS} | {""})


@pytest.mark.parametrize(
    ("value", "unit", "english", "french"),
    [
        (12345.4, "ml", "12,345", "12\N{NARROW NO-BREAK SPACE}345"),
        (345.6, "ml", "346", "346"),
        (87.44, "ml", "87.4", "87,4"),
        (0.64, "ml", "0.6", "0,6"),
        (7.314, "g/ml (SUVbw)", "7.31", "7,31"),
        (123.44, "g/ml (SUVbw)", "123.4", "123,4"),
        (-101.3, "HU", "\N{MINUS SIGN}101", "\N{MINUS SIGN}101"),
        (3, "", "3", "3"),
        (0.0, "g", "0.0", "0,0"),
        (None, "ml", "–", "–"),
    ],
)
def test_a_quantity_is_written_as_it_is_read(value: float | None, unit: str, english: str, french: str) -> None:
    assert quantity_text(value, unit, "en") == english
    assert quantity_text(value, unit, "fr") == french


@pytest.mark.parametrize(
    ("value", "text"), [(1.2345, "1.234"), (0.8, "0.800"), (23.456, "23.46"), (4567.8, "4,568"), (0.00423, "0.0042")]
)
def test_a_score(value: float, text: str) -> None:
    assert score_text(value, "en") == text


def test_a_range_goes_from_the_smaller_to_the_larger() -> None:
    assert range_text(1234.0, 87.65, "ml", "en") == "87.7–1,234"
    assert range_text(None, 3.0, "ml", "en") == range_text(float("nan"), 3.0, "ml", "en") == ""


@given(st.floats(0.01, 1e6), st.sampled_from(UNITS))
def test_the_text_has_no_exponent_and_is_the_number(value: float, unit: str) -> None:
    text = quantity_text(value, unit, "en").replace(",", "")
    assert "e" not in text
    assert float(text) == pytest.approx(value, rel=5e-3, abs=0.051)
    assert sum(letter.isdigit() for letter in text.lstrip("0.")) <= max(4, len(str(round(value))))

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from NEMOPETLib.report.number_text import decimals_of, number_text


@pytest.mark.parametrize(
    ("value", "decimals", "english", "french"),
    [
        (12345.67, 1, "12,345.7", "12\u202f345,7"),
        (-83.75, 1, "−83.8", "−83,8"),
        (0.5, 2, "0.50", "0,50"),
        (-0.001, 1, "0.0", "0,0"),
        (11, 0, "11", "11"),
        (None, 2, "–", "–"),
        (float("nan"), 2, "–", "–"),
    ],
)
def test_each_language_has_its_own_marks(value, decimals, english, french):
    assert number_text(value, decimals, "en") == english
    assert number_text(value, decimals, "fr") == french


@given(value=st.floats(-1e9, 1e9), decimals=st.integers(0, 3), language=st.sampled_from(["en", "fr"]))
def test_what_is_written_is_the_number_to_half_of_its_last_digit(value, decimals, language):
    text = number_text(value, decimals, language).replace("−", "-").replace("\u202f", "")
    text = text.replace(",", "") if language == "en" else text.replace(",", ".")
    assert float(text) == pytest.approx(value, abs=0.5000001 * 10**-decimals, rel=1e-12)


def test_decimals_follow_the_unit_and_the_size():
    assert decimals_of("", 11) == 0
    assert decimals_of("ml", 0.0) == 0
    assert decimals_of("ml", 1234.5) == 1
    assert decimals_of("ml", 0.05) == 2
    assert decimals_of("g/ml (SUVbw)", 16.6) == 2
    assert decimals_of("mm", None) == 1

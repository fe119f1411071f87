"""Cells: numbers of every country, dates, formulas."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from NEMOPETLib.cohort.cells import cell_of, day_first, decimal_mark, iso_date, neutralised, number, restored

finite = st.floats(allow_nan=False, allow_infinity=False)


@given(finite, st.sampled_from(",."))
def test_a_number_reads_back_exactly(value, decimal):
    assert number(cell_of(value, decimal), decimal) == value


@given(st.integers())
def test_an_integer_is_written_with_all_its_digits(value):
    assert cell_of(value, ",") == str(value)


@given(st.text())
def test_text_comes_back_exactly(text):
    assert restored(neutralised(text)) == text


@given(st.text(alphabet="'=+-@\t\r1,a", max_size=6))
def test_no_text_is_left_that_a_spreadsheet_runs(text):
    cell = neutralised(text)
    assert restored(cell) == text
    is_negative_number = cell.startswith("-") and cell[1:].replace(",", "", 1).isdigit()
    assert cell[:1] not in set("=+-@\t\r") or is_negative_number


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+33 1 23", "'+33 1 23"),
        ("-2+3", "'-2+3"),
        ("-2", "-2"),
        ("-2,5", "-2,5"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("'=1", "''=1"),
        ("O'Brien", "O'Brien"),
        ("'tis", "'tis"),
        ("", ""),
    ],
)
def test_formulas_are_neutralised(text, cell):
    assert neutralised(text) == cell


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (math.nan, ""),
        (np.float64("nan"), ""),
        (pd.NaT, ""),
        (0, "0"),
        (0.0, "0,0"),
        (-1.5, "-1,5"),
        (1e-300, "1e-300"),
        (np.float32(0.1), "0,10000000149011612"),
        (np.int16(7), "7"),
        (True, "1"),
        (np.False_, "0"),
        (dt.date(2019, 3, 5), "2019-03-05"),
        (Path("a/b"), "a/b"),
        (("one", "two"), "one; two"),
        ((), ""),
        ("nul\0", r"nul\x00"),
        ("half \udce9", r"half \udce9"),
    ],
)
def test_what_is_written_for_a_value(value, cell):
    assert cell_of(value, ",") == cell


def test_infinity_and_strange_types_are_refused():
    with pytest.raises(ValueError, match="not a finite number"):
        cell_of(math.inf, ".")
    with pytest.raises(TypeError, match="dict"):
        cell_of({}, ".")


@pytest.mark.parametrize(
    ("cell", "decimal", "value"),
    [
        ("12", ".", 12),
        (" 12.5 ", ".", 12.5),
        ("-1.5e-3", ".", -0.0015),
        ("1,5", ",", 1.5),
        ("1,5", ".", 1.5),  # can only be a decimal comma
        ("0,125", ".", 0.125),
        ("1234,567", ".", 1234.567),
        ("1.5", ",", 1.5),
        ("1,234", ",", 1.234),
        ("1.234", ".", 1.234),
        ("1\u202f234,5", ",", 1234.5),
        ("1\u00a0234\u00a0567", ",", 1234567),
        ("12 345,678", ",", 12345.678),
        ("1'234.5", ".", 1234.5),
        ("1.234,5", ",", 1234.5),
        ("1.234,5", ".", 1234.5),
        ("1,234.5", ",", 1234.5),
        ("1,234,567", ".", 1234567),
        ("1.234.567", ",", 1234567),
        ("−3,5", ",", -3.5),
    ],
)
def test_numbers_of_many_countries(cell, decimal, value):
    assert number(cell, decimal) == value


@pytest.mark.parametrize("cell", ["", " ", "NA", "NaN"])
def test_a_missing_number_is_nan(cell):
    assert math.isnan(number(cell, "."))


@pytest.mark.parametrize(("cell", "decimal"), [("1,234", "."), ("1.234", ","), ("-12,345", ".")])
def test_a_number_that_could_be_two_is_refused(cell, decimal):
    with pytest.raises(ValueError, match="two different numbers"):
        number(cell, decimal)


@pytest.mark.parametrize(
    "cell",
    [
        "abc",
        "1_000",
        "inf",
        "-Infinity",
        "1e999",
        "0x10",
        "12 %",
        "1,2,3",
        "1 23",
        "١٢",
        "1..2",
        "--1",
        "#N/A",
        "1 2,3",
    ],
)
def test_what_is_no_number_is_refused(cell):
    with pytest.raises(ValueError, match="is not a number"):
        number(cell, ".")


@pytest.mark.parametrize(
    ("cells", "delimiter", "mark"),
    [
        (["1.5", "2.25"], ",", "."),
        (["1,5"], ",", ","),
        (["1,234"], ",", "."),
        (["1,234"], ";", ","),
        (["1,234"], "\t", ","),
        (["1.234"], ";", "."),
        (["1.5", "abc"], ";", "."),
        (["1,5", "1.234"], ";", ","),
        ([], ";", ","),
        ([], "\t", "."),
        ([], ",", "."),
        (["1,5", "2.25"], ";", ","),
        (["1\u202f234,5"], ";", ","),
    ],
)
def test_the_decimal_mark_is_found_out(cells, delimiter, mark):
    assert decimal_mark(cells, delimiter) == mark


@pytest.mark.parametrize(
    ("cell", "is_day_first", "date"),
    [
        ("2019-03-05", None, "2019-03-05"),
        ("20190305", None, "2019-03-05"),
        ("2019/03/05", None, "2019-03-05"),
        ("2019-03-05 00:00:00", None, "2019-03-05"),
        ("05/03/2019", True, "2019-03-05"),
        ("05.03.2019", True, "2019-03-05"),
        ("05/03/2019", False, "2019-05-03"),
        ("04/04/2019", None, "2019-04-04"),
        ("", None, ""),
        ("NA", None, ""),
    ],
)
def test_dates(cell, is_day_first, date):
    assert iso_date(cell, is_day_first) == date


@pytest.mark.parametrize(
    ("cell", "is_day_first"),
    [("05/03/2019", None), ("2019-02-30", None), ("05/13/2019", True), ("43529", None), ("spring", None)],
)
def test_what_is_no_single_date_is_refused(cell, is_day_first):
    with pytest.raises(ValueError, match="YYYY-MM-DD"):
        iso_date(cell, is_day_first)


@pytest.mark.parametrize(
    ("cells", "expected", "answer"),
    [
        (["05/03/2019", "25/03/2019"], None, True),
        (["05/03/2019", "03/25/2019"], True, False),
        (["05/03/2019"], None, None),
        (["05/03/2019"], True, True),
        (["2019-03-05"], None, None),
    ],
)
def test_whether_the_day_comes_first(cells, expected, answer):
    assert day_first(cells, expected) is answer

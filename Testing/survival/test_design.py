from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.design import complete_cases, design_matrix, numeric_design


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "age": [50, 61, np.nan, 40],
            "hr": [True, False, True, True],
            "subtype": ["TNBC", "HER2+", "TNBC", "HR+"],
            "same": ["a", "a", "a", "a"],
            "mixed": ["1", "2", "unknown", "4"],
        }
    )


def test_numbers_booleans_and_factors_become_columns(table):
    design = design_matrix(table, ["age", "hr", "subtype"])
    assert design.columns == ("age", "hr", "subtypeHR+", "subtypeTNBC")
    assert design.levels == {"subtype": ("HER2+", "HR+", "TNBC")}
    np.testing.assert_array_equal(design.matrix, [[50, 1, 0, 1], [61, 0, 0, 0], [np.nan, 1, 0, 1], [40, 1, 1, 0]])


def test_terms_own_their_columns(table):
    design = design_matrix(table, ["subtype", "age"])
    assert design.columns_of(["age"]).tolist() == [2]
    assert design.columns_of(["subtype"]).tolist() == [0, 1]
    only = design.only(["age"])
    assert (only.columns, only.terms, dict(only.levels)) == (("age",), ("age",), {})
    np.testing.assert_array_equal(only.matrix[:, 0], design.matrix[:, 2])
    assert design.only(["age", "subtype"]).columns == ("age", "subtypeHR+", "subtypeTNBC")
    assert design.rows([3]).matrix.tolist() == [[1.0, 0.0, 40.0]]


def test_a_categorical_column_keeps_its_order(table):
    table["subtype"] = pd.Categorical(table["subtype"], categories=["TNBC", "HR+", "HER2+", "absent"])
    assert design_matrix(table, ["subtype"]).columns == ("subtypeHR+", "subtypeHER2+")


def test_given_levels_are_used_and_unknown_ones_are_missing(table):
    design = design_matrix(table, ["subtype"], {"subtype": ["HR+", "TNBC"]})
    assert design.columns == ("subtypeTNBC",)
    np.testing.assert_array_equal(design.matrix[:, 0], [1, np.nan, 1, 0])


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        (["nothing"], "no column nothing"),
        (["same"], "same has a single level"),
        (["mixed"], "mixed is of numbers but holds text in row 3"),
        (["age", "hr", "age"], "age is named twice"),
    ],
)
def test_unusable_columns_are_refused_by_name(table, variables, message):
    with pytest.raises(InputError, match=message):
        design_matrix(table, variables)


def test_text_numbers_are_numbers(table):
    table["text"] = ["1", "2.5", None, "4"]
    assert design_matrix(table, ["text"]).matrix[1, 0] == 2.5


def test_complete_cases_are_counted_by_column(table):
    complete, missing = complete_cases(table, ["age", "hr"])
    assert complete.tolist() == [True, True, False, True]
    assert missing == {"age": 1}
    with pytest.raises(InputError, match="no column weight"):
        complete_cases(table, ["weight"])


def test_a_numeric_design_has_one_term_a_column():
    design = numeric_design(np.ones((3, 2)), ["a", "b"])
    assert design.terms == design.columns == ("a", "b")

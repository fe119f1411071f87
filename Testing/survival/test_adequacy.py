from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.adequacy import events_per_variable, variance_inflation
from NEMOPETLib.survival.design import numeric_design


def test_variance_inflation_equals_statsmodels(cox_case):
    from statsmodels.stats.outliers_influence import variance_inflation_factor

    matrix = np.column_stack([np.ones(cox_case.time.size), cox_case.design.matrix])
    expected = [variance_inflation_factor(matrix, index) for index in range(1, matrix.shape[1])]
    assert_allclose(variance_inflation(cox_case.design), expected, rtol=1e-8)


def test_events_are_counted_for_each_candidate():
    assert events_per_variable(62, numeric_design(np.ones((3, 9)), list("abcdefghi"))) == pytest.approx(6.889, abs=1e-3)
    assert events_per_variable(5, numeric_design(np.empty((3, 0)), [])) == float("inf")


def test_collinear_columns_are_refused():
    x = np.arange(10.0)
    with pytest.raises(InputError, match="a, b are collinear"):
        variance_inflation(numeric_design(np.column_stack([x, 1 - x]), ["a", "b"]))
    assert variance_inflation(numeric_design(np.empty((3, 0)), [])).size == 0

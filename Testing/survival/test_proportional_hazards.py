from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.cox import cox_fit
from NEMOPETLib.survival.design import design_matrix, numeric_design
from NEMOPETLib.survival.proportional_hazards import proportional_hazards


@pytest.mark.parametrize("transform", ["km", "identity"])
def test_tests_equal_cox_zph(cox_case, transform):
    fit = cox_fit(cox_case.time, cox_case.event, cox_case.design)
    found = proportional_hazards(cox_case.time, cox_case.event, cox_case.design, fit, transform)
    expected = cox_case.expected[f"zph_{transform}"]
    assert [*found.terms, "GLOBAL"] == expected["rows"]
    tests = [*found.terms.values(), found.overall]
    assert_allclose([test.chisq for test in tests], expected["chisq"], rtol=1e-8)
    assert_allclose([test.p for test in tests], expected["p"], rtol=1e-8)


def test_a_factor_is_one_test_of_its_levels(random_cohort):
    time, event, score = random_cohort(1, 200)
    table = pd.DataFrame({"x": score, "g": np.array(["a", "b", "c"])[np.arange(200) % 3]})
    design = design_matrix(table, ["x", "g"])
    found = proportional_hazards(time, event, design, cox_fit(time, event, design))
    assert [test.df for test in found.terms.values()] == [1, 2]
    assert found.overall.df == 3


def test_an_effect_that_turns_over_time_is_found():
    generator = np.random.default_rng(8)
    x = generator.integers(0, 2, 400).astype(float)
    early = generator.exponential(np.where(x == 1, 0.3, 1.0))
    time = np.where(early < 0.5, early, 0.5 + generator.exponential(np.where(x == 1, 3.0, 0.7)))
    design = numeric_design(x[:, None], ["x"])
    event = np.ones(400, dtype=bool)
    fit = cox_fit(time, event, design)
    found = proportional_hazards(time, event, design, fit)
    assert found.terms["x"].p < 1e-6
    assert (np.diff(found.times) >= 0).all()
    assert (np.diff(found.transformed) >= 0).all()
    early_effect = found.residuals[found.times < 0.3].mean()
    assert early_effect > float(fit.coef[0]) > found.residuals[found.times > 1].mean()


def test_residuals_average_to_the_coefficients(cox_case):
    fit = cox_fit(cox_case.time, cox_case.event, cox_case.design)
    found = proportional_hazards(cox_case.time, cox_case.event, cox_case.design, fit)
    # the score is 0 at the maximum, to R's stopping rule
    assert_allclose((found.residuals.mean(axis=0) - fit.coef) / fit.se, 0, atol=1e-4)


def test_p_values_are_uniform_under_proportional_hazards(random_cohort):
    p = []
    for seed in range(200):
        time, event, score = random_cohort(seed, 80)
        design = numeric_design(score[:, None], ["x"])
        p.append(proportional_hazards(time, event, design, cox_fit(time, event, design)).overall.p)
    assert 0.01 <= np.mean(np.array(p) < 0.05) <= 0.10


def test_too_few_events_and_infinite_coefficients_are_refused():
    x = np.random.default_rng(0).normal(size=(20, 2))
    design = numeric_design(x, ["a", "b"])
    event = np.arange(20) == 7
    fit = cox_fit(np.arange(1.0, 21), event, design)
    with pytest.raises(InputError, match=r"1 events are too few|a coefficient is infinite"):
        proportional_hazards(np.arange(1.0, 21), event, design, fit)


def test_units_do_not_matter(random_cohort):
    time, event, score = random_cohort(4, 150)
    matrix = np.column_stack([score, np.random.default_rng(9).normal(size=150)])
    found = []
    for units in ([1, 1], [1e-4, 3e5]):
        design = numeric_design(matrix * units, ["a", "b"])
        found.append(proportional_hazards(time, event, design, cox_fit(time, event, design)))
    assert_allclose(found[1].overall.chisq, found[0].overall.chisq, rtol=1e-6)


def test_a_model_without_coefficients_is_refused():
    design = numeric_design(np.empty((4, 0)), [])
    fit = cox_fit([1, 2, 3, 4], [1, 1, 0, 1], design)
    with pytest.raises(InputError, match="with a coefficient"):
        proportional_hazards([1, 2, 3, 4], [1, 1, 0, 1], design, fit)

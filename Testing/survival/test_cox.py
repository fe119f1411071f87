from __future__ import annotations

import warnings
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.cox import compare_nested, cox_fit
from NEMOPETLib.survival.design import design_matrix, numeric_design
from NEMOPETLib.survival.simulator import simulate_cohort

HORIZONS = {"gbsg": [365, 730, 1825], "lung": [182, 365]}


def test_model_equals_r(cox_case):
    fit = cox_fit(cox_case.time, cox_case.event, cox_case.design)
    expected = cox_case.expected
    assert fit.columns == tuple(expected["coef"])
    assert (fit.n, fit.events) == (expected["n"], expected["nevent"])
    assert_allclose(fit.coef, list(expected["coef"].values()), rtol=1e-10)
    assert_allclose(fit.se, list(expected["se"].values()), rtol=1e-10)
    assert_allclose(fit.p, list(expected["p"].values()), rtol=1e-9)
    assert_allclose(fit.hazard_ratios(), list(expected["hr_ci95"].values()), rtol=1e-10)
    assert_allclose(fit.loglik_null, expected["loglik_null"], rtol=1e-12)
    assert_allclose(fit.loglik, expected["loglik"], rtol=1e-12)
    assert_allclose([fit.aic, fit.bic], [expected["aic"], expected["bic"]], rtol=1e-12)
    assert_allclose(fit.means, list(expected["means"].values()), rtol=1e-12)
    assert_allclose(fit.risk_score(cox_case.design.matrix), expected["risk"], rtol=1e-10)
    assert not fit.warnings


def test_the_three_tests_equal_r(cox_case):
    fit = cox_fit(cox_case.time, cox_case.event, cox_case.design)
    for test, name in ((fit.likelihood_ratio_test, "lrt"), (fit.score_test, "score")):
        chisq, df, p = cox_case.expected[name]
        assert test.df == df
        assert_allclose([test.chisq, test.p], [chisq, p], rtol=1e-9)
    assert_allclose(fit.wald_test.chisq, cox_case.expected["wald"][0], atol=0.0051)  # R rounds it


@pytest.mark.parametrize("name", ["gbsg", "lung", "clinical/final", "bci_spleen/final"])
def test_baseline_hazard_equals_r(r, name):
    case = r.cox(name)
    horizons = HORIZONS.get(name, [12, 24])
    fit = cox_fit(case.time, case.event, case.design)
    of_zero = fit.baseline.at(horizons) * np.exp(-fit.means @ fit.coef)
    assert_allclose(of_zero, case.expected["cumhaz_uncentered_at_times"], rtol=1e-9)
    risk = fit.risk_score(case.design.matrix[:5])
    assert_allclose(fit.baseline.survival(risk, horizons), case.expected["surv_first5_at_times"], rtol=1e-9)


def test_test_rows_are_scored_with_the_means_of_train(r):
    for model in ("clinical", "radiomic", "clinical_radiomic_bci"):
        case = r.cox(f"{model}/final")
        fit = cox_fit(case.time, case.event, case.design)
        new = design_matrix(r.cohort("nemo_cont_test").table, fit.terms).matrix
        assert_allclose(fit.linear_predictor(new), case.expected["test_lp_train_centred"], rtol=1e-9)
        assert_allclose(fit.risk_score(new), case.expected["test_risk"], rtol=1e-9)


def test_a_factor_has_the_risks_of_its_dummies(r):
    cohort = r.cohort("nemo_cont_train")
    table = cohort.table.assign(
        hr_text=np.where(cohort.table["hr"] == 1, "POSITIVE", "NEGATIVE"),
        her2_text=np.where(cohort.table["her2"] == 1, "POSITIVE", "NEGATIVE"),
    )
    fit = cox_fit(cohort.time, cohort.event, design_matrix(table, ["hr_text", "her2_text", "age"]))
    expected = r.reference("nemo_cont")["centring"]
    assert_allclose(fit.means, list(expected["means_factor"].values()), rtol=1e-12)
    risk = fit.risk_score(design_matrix(table, ["hr_text", "her2_text", "age"]).matrix[:3])
    assert_allclose(risk, expected["risk_factor_first3"], rtol=1e-9)


def test_nested_models_are_compared_as_in_r(r):
    cases = [r.cox("clinical/full"), r.cox("clinical_radiomic/full"), r.cox("clinical_radiomic_bci/full")]
    fits = [cox_fit(case.time, case.event, case.design) for case in cases]
    expected = r.reference("nemo_cont")["lrt_nested"]
    tests = [compare_nested(small, large) for small, large in pairwise(fits)]
    assert [test.df for test in tests] == expected["df"][1:]
    assert_allclose([test.chisq for test in tests], expected["chisq"][1:], rtol=1e-9)
    assert_allclose([test.p for test in tests], expected["p"][1:], rtol=1e-9)
    with pytest.raises(InputError, match="not part of"):
        compare_nested(fits[1], fits[0])
    other = cox_fit(cases[0].time[:300], cases[0].event[:300], cases[0].design.rows(np.arange(300)))
    with pytest.raises(InputError, match="other rows"):
        compare_nested(other, fits[1])


@pytest.mark.parametrize("tied", [False, True])
def test_coefficients_equal_statsmodels(random_cohort, tied):
    from statsmodels.duration.hazard_regression import PHReg

    time, event, score = random_cohort(5, 150, tied)
    matrix = np.column_stack([score, np.random.default_rng(1).normal(size=150)])
    fit = cox_fit(time, event, numeric_design(matrix, ["a", "b"]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = PHReg(time, matrix, status=event, ties="efron").fit()
    assert_allclose(fit.coef, other.params, rtol=1e-6)
    assert_allclose(fit.se, other.bse, rtol=1e-6)
    assert_allclose(fit.loglik, other.llf, rtol=1e-9)


def test_coefficients_equal_lifelines(random_cohort):
    from lifelines import CoxPHFitter

    time, event, score = random_cohort(6, 200, tied=True)
    fit = cox_fit(time, event, numeric_design(score[:, None], ["score"]))
    other = CoxPHFitter().fit(pd.DataFrame({"t": time, "e": event, "score": score}), "t", "e")
    assert_allclose(fit.coef, other.params_, rtol=1e-5)
    assert_allclose(fit.se, other.standard_errors_, rtol=1e-5)


def test_units_and_order_of_rows_do_not_matter(random_cohort):
    time, event, score = random_cohort(7, 120, tied=True)
    one = cox_fit(time, event, numeric_design(score[:, None], ["x"]))
    order = np.random.default_rng(0).permutation(120)
    design = numeric_design(1e6 * score[order, None] - 3e7, ["x"])
    other = cox_fit(30.4375 * time[order], event[order], design)
    assert_allclose(other.coef * 1e6, one.coef, rtol=1e-8)
    assert_allclose(other.loglik, one.loglik, rtol=1e-12)
    assert_allclose(other.risk_score(design.matrix), one.risk_score(score[order, None]), rtol=1e-8)


def test_the_null_model_is_a_model():
    fit = cox_fit([1, 2, 3, 4], [1, 0, 1, 1], numeric_design(np.empty((4, 0)), []))
    assert fit.aic == pytest.approx(-2 * fit.loglik_null) == pytest.approx(2 * np.log(4 * 2 * 1))
    assert fit.risk_score(np.empty((2, 0))).tolist() == [1.0, 1.0]
    assert fit.likelihood_ratio_test.p == fit.wald_test.p == 1.0
    assert_allclose(fit.baseline.at([0.5, 1, 2.5, 9]), [0, 1 / 4, 1 / 4, 1 / 4 + 1 / 2 + 1])


def test_separation_is_named_and_its_likelihood_holds():
    time = np.arange(1.0, 21)
    marker = (time <= 10).astype(float)
    noise = np.random.default_rng(2).normal(size=20)
    design = numeric_design(np.column_stack([marker, noise]), ["her2", "age"])
    fit = cox_fit(time, np.ones(20), design)
    assert len(fit.warnings) == 1
    assert fit.warnings[0].startswith("her2: ")
    assert "separation" in fit.warnings[0]
    assert np.isfinite(fit.loglik)
    assert fit.loglik > fit.loglik_null


def test_a_level_without_events_is_separation(random_cohort):
    time, event, score = random_cohort(11, 100)
    group = np.random.default_rng(0).random(100) < 0.2
    fit = cox_fit(time, event & ~group, numeric_design(np.column_stack([group, score]), ["tnbc", "age"]))
    assert [line.split(":")[0] for line in fit.warnings] == ["tnbc"]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"one": np.ones(30)}, "one is constant"),
        ({"a": np.arange(30.0), "b": 2 * np.arange(30.0) + 1}, "a, b are collinear"),
        ({"a": np.r_[np.nan, np.arange(29.0)]}, "a missing or infinite in row 1"),
        ({"late": np.r_[np.zeros(29), 1.0]}, "late does not vary among those at risk"),
    ],
)
def test_unusable_covariates_are_refused_by_name(columns, message):
    time = np.r_[np.arange(2.0, 31), 1.0]
    event = np.r_[np.ones(29), 0]
    matrix = np.column_stack(list(columns.values()))
    with pytest.raises(InputError, match=message):
        cox_fit(time, event, numeric_design(matrix, list(columns)))


def test_collinear_columns_are_named_without_the_innocent():
    generator = np.random.default_rng(3)
    a, b, c = generator.normal(size=(3, 60))
    design = numeric_design(np.column_stack([a, c, b, a - b]), ["weight", "age", "height", "difference"])
    with pytest.raises(InputError, match=r"^weight, height, difference are collinear"):
        cox_fit(np.arange(1.0, 61), np.ones(60), design)


def test_other_numbers_of_rows_are_refused():
    with pytest.raises(InputError, match="2 rows of covariates for 3"):
        cox_fit([1, 2, 3], [1, 1, 1], numeric_design(np.ones((2, 1)), ["x"]))


def test_the_score_of_a_separated_model_can_be_a_variable():
    """Its coefficient is infinite, its risk score as large as can be: the next model warns and has wide errors."""
    table = simulate_cohort(5, 90, 0)
    foretold = np.exp(-table["os_months"] / 3).to_numpy()
    first = cox_fit(table["os_months"], table["os_event"], numeric_design(foretold[:, None], ["told"]))
    assert "perfect separation" in first.warnings[0]
    risk = first.risk_score(foretold[:, None])
    assert np.isfinite(risk**2).all()
    columns = np.column_stack([risk, table["bmi"]])
    second = cox_fit(table["os_months"], table["os_event"], numeric_design(columns, ["score", "bmi"]))
    assert "score: the coefficient grows without limit" in second.warnings[0]
    assert (second.se > 0).all()
    assert second.p[0] > 0.5

"""Survival of one patient: R's numbers, stored for a cohort that a formula makes, and what cannot be told."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.cox import cox_fit
from NEMOPETLib.survival.design import design_matrix
from NEMOPETLib.survival.kaplan_meier import kaplan_meier
from NEMOPETLib.survival.model_file import from_json, to_json
from NEMOPETLib.survival.predicted_survival import predict_survival, predicted_survival
from NEMOPETLib.survival.prediction_basis import prediction_basis
from NEMOPETLib.survival.risk_model import RiskModel, freeze, score
from NEMOPETLib.survival.simulator import simulate_cohort

TIMES = (3, 7.5, 11)
# survfit(coxph(Surv(time, event) ~ age + kind, ties = "efron"), newdata), R 4.2.2 with survival 3.5-3: two patients
PATIENTS = ({"age": 45.0, "kind": "c"}, {"age": 61.5, "kind": "a"})
SURVIVAL = (
    (0.915819987549020, 0.660466615304405, 0.357377186531281),
    (0.7902219771496789, 0.3293537122388148, 0.0636101602877303),
)
LOWER_95 = (
    (0.804743055655976, 0.412979699735791, 0.122778955847912),
    (0.54137061875096248, 0.07706841979368197, 0.00144057087348662),
)
LOWER_90 = (
    (0.821646737781705, 0.445362856356644, 0.145788519309423),
    (0.57531069511911759, 0.09733973801892373, 0.00264853552349481),
)


def small_cohort() -> pd.DataFrame:
    """24 patients with tied times."""
    i = np.arange(1, 25)
    columns = {"time": 1.0 + 7 * i % 12, "event": (5 * i % 7 > 1).astype(int), "age": 40.0 + 11 * i % 23}
    return pd.DataFrame(columns | {"kind": np.array(["a", "b", "c"])[i % 3]})


def learn(table: pd.DataFrame, variables: list[str], endpoint: tuple[str, str] = ("time", "event")) -> RiskModel:
    design = design_matrix(table, variables)
    return freeze("small", cox_fit(table[endpoint[0]], table[endpoint[1]], design), design, table, endpoint)


@pytest.fixture(scope="module")
def model() -> RiskModel:
    """After a journey through a file."""
    return from_json(json.loads(json.dumps(to_json(learn(small_cohort(), ["age", "kind"])))))


@pytest.mark.parametrize("patient", [0, 1])
def test_numbers_of_r(model: RiskModel, patient: int) -> None:
    found = predict_survival(model, PATIENTS[patient], TIMES)
    assert_allclose(found.estimate, SURVIVAL[patient], rtol=1e-9)
    assert_allclose(found.lower, LOWER_95[patient], rtol=1e-8)
    assert found.upper.tolist() == [1.0, 1.0, 1.0]
    assert_allclose(predict_survival(model, PATIENTS[patient], TIMES, level=0.9).lower, LOWER_90[patient], rtol=1e-8)


def test_rows_and_one_patient_agree(model: RiskModel) -> None:
    rows = predicted_survival(model, score(model, pd.DataFrame(PATIENTS)), TIMES)
    assert rows.estimate.shape == (2, 3)
    for row, patient in enumerate(PATIENTS):
        assert_allclose(rows.lower[row], predict_survival(model, patient, TIMES).lower, rtol=1e-12)


def test_the_model_without_variables_is_breslows_curve() -> None:
    """Without covariates: Fleming and Harrington's exp(−Λ), near Kaplan and Meier's curve and its error."""
    table = simulate_cohort(3, 370, 0)
    endpoint = "os_months", "os_event"
    found = predict_survival(learn(table, [], endpoint), {}, [12.0, 23.0], force=True)
    curve = kaplan_meier(table["os_months"], table["os_event"])
    for index, time in enumerate((12.0, 23.0)):
        point = curve.at(time)
        values = found.estimate[index], found.lower[index], found.upper[index]
        assert_allclose(values, [point.estimate, point.lower, point.upper], atol=5e-4)


def test_times_beyond_the_follow_up_have_no_survival(model: RiskModel) -> None:
    found = predict_survival(model, PATIENTS[0], [3, 13])
    for part in (found.estimate, found.lower, found.upper):
        assert np.isnan(part).tolist() == [False, True]
    assert found.warnings == ("no survival at 13: training was followed up to 12 only",)


def test_before_the_first_death_everybody_lives(model: RiskModel) -> None:
    found = predict_survival(model, PATIENTS[1], [0.5])
    assert (found.estimate[0], found.lower[0], found.upper[0]) == (1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda v: v.pop("age"), "no age for model small"),
        (lambda v: v.update(age=float("nan")), "no age for model small"),
        (lambda v: v.update(kind=None), "no kind for model small"),
        (lambda v: v.update(kind="d"), "kindb missing or of an unknown level"),
        (lambda v: v.update(age="old"), "age holds text"),
    ],
)
def test_what_is_missing_is_named(model: RiskModel, change: Callable[[dict[str, object]], object], reason: str) -> None:
    values: dict[str, object] = dict(PATIENTS[0])
    change(values)
    with pytest.raises(InputError, match=reason):
        predict_survival(model, values, TIMES)


@pytest.mark.parametrize("time", [0.0, -1.0, float("nan"), float("inf")])
def test_unusable_times_are_refused(model: RiskModel, time: float) -> None:
    with pytest.raises(InputError, match="each must be a number above 0"):
        predict_survival(model, PATIENTS[0], [3, time])


def test_a_file_of_an_earlier_version_gives_no_interval(model: RiskModel) -> None:
    document = to_json(dataclasses.replace(model, basis=None))
    del document["prediction"]
    found = predict_survival(from_json(document), PATIENTS[0], TIMES)
    assert_allclose(found.estimate, SURVIVAL[0], rtol=1e-9)
    assert np.isnan([found.lower, found.upper]).all()
    assert "does not carry what intervals need" in found.warnings[0]


def test_values_outside_the_training_range_are_warned_of(model: RiskModel) -> None:
    found = predict_survival(model, {"age": 90.0, "kind": "a"}, TIMES)
    assert any("age outside the training range 40 to 62" in line for line in found.warnings)


def test_perfect_separation_ends_in_wide_limits_not_in_numbers_beyond_them() -> None:
    table = small_cohort().assign(age=lambda rows: rows["event"] * 1.0)
    found = predict_survival(learn(table, ["age"]), {"age": 1.0}, TIMES)
    assert ((found.lower >= 0) & (found.lower <= found.estimate) & (found.upper <= 1)).all()


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), shift=st.floats(-50, 50), factor=st.floats(0.01, 100))
def test_the_unit_of_a_variable_changes_nothing(seed: int, shift: float, factor: float) -> None:
    generator = np.random.default_rng(seed)
    table = small_cohort().assign(age=lambda rows: rows["age"] + generator.normal(size=len(rows)))
    other = table.assign(age=table["age"] * factor + shift)
    one = predict_survival(learn(table, ["age"]), {"age": 50.0}, TIMES)
    same = predict_survival(learn(other, ["age"]), {"age": 50.0 * factor + shift}, TIMES)
    assert_allclose(same.lower, one.lower, rtol=1e-5, atol=1e-12)
    assert_allclose(same.upper, one.upper, rtol=1e-5, atol=1e-12)


def test_damaged_bases_are_refused(model: RiskModel) -> None:
    for part, message in (("covariance", "a matrix is not 3 by 3"), ("hazard_variance", "does not rise")):
        document = to_json(model)
        document["prediction"][part] = document["prediction"][part][::-1][:-1]
        with pytest.raises(InputError, match=message):
            from_json(document)
    document = to_json(model)
    document["prediction"]["covariance"][0][0] *= 4
    with pytest.raises(InputError, match="was changed after it was made"):
        from_json(document)
    document = to_json(model)
    del document["prediction"]["follow_up"]
    with pytest.raises(InputError, match="incomplete: follow_up is missing"):
        from_json(document)


def test_the_basis_of_two_patients_by_hand() -> None:
    """Covariate 1 for the second to die of three, else 0: φ = 2 + e^β, then 1 + e^β; x̄ = e^β/φ."""
    table = pd.DataFrame({"time": [1.0, 2.0, 3.0], "event": [1, 1, 0], "x": [0.0, 1.0, 0.0]})
    design = design_matrix(table, ["x"])
    fit = cox_fit(table["time"], table["event"], design)
    hazard = np.exp(fit.coef[0])
    first, second = 1 / (2 + hazard), 1 / (1 + hazard)
    basis = prediction_basis(table["time"], table["event"], design, fit)
    assert_allclose(basis.variance, [first**2, first**2 + second**2])
    assert_allclose(basis.covariates[:, 0], np.cumsum([hazard * first**2, hazard * second**2]))
    assert basis.follow_up == 3

"""Any cohort with a time and an event: gbsg (days, all rows teach) and lung (missing values) against R."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from NEMOPETLib.survival.study.study_result import StudyResult
from NEMOPETLib.survival.study.study_table import read_study_table
from NEMOPETLib.survival.study.study_toml import study_config_of
from NEMOPETLib.survival.study.survival_study import survival_study

GBSG = """
[endpoint]
time = "time"
event = "status"
horizons = [365, 730]
unit = "days"
[split]
train = "all"
[stratify]
permutations = 0
[[models]]
name = "full"
variables = ["age", "meno", "size", "grade", "nodes", "pgr", "er", "hormon"]
selection = "none"
[[models]]
name = "both"
variables = ["age", "meno", "size", "grade", "nodes", "pgr", "er", "hormon"]
[[models]]
name = "backward"
variables = ["age", "meno", "size", "grade", "nodes", "pgr", "er", "hormon"]
selection = "backward"
[study]
bootstraps = 0
"""
GBSG_VARIABLES = '["age", "meno", "size", "grade", "nodes", "pgr", "er", "hormon"]'
LUNG = GBSG.replace(GBSG_VARIABLES, '["age", "sex", "ph.ecog", "ph.karno", "wt.loss"]').replace(
    "[stratify]", "[stratify]\nns = 20"
)


def study_of(oracle: Path, name: str, config: str) -> tuple[StudyResult, dict[str, Any]]:
    result = survival_study(read_study_table(oracle / "data" / f"{name}.csv"), study_config_of(tomllib.loads(config)))
    return result, json.loads((oracle / "ref" / f"{name}.json").read_text())


@pytest.fixture(scope="module", params=["gbsg", "lung"])
def case(request: pytest.FixtureRequest, oracle: Path) -> tuple[StudyResult, dict[str, Any]]:
    return study_of(oracle, request.param, {"gbsg": GBSG, "lung": LUNG}[request.param])


Case = tuple[StudyResult, dict[str, Any]]


def test_rows(case: Case) -> None:
    study, expected = case
    assert study.failures == ()
    assert list(study.cohort.sets) == ["train"]
    assert study.cohort.sets["train"].analysed == expected["n_complete"]
    assert study.cohort.sets["train"].rows == expected["n"]


def test_fit(case: Case) -> None:
    study, expected = case
    model, of = study.models["full"], expected["cox_efron"]
    np.testing.assert_allclose(model.fit.coef, list(of["coef"].values()), rtol=1e-6)
    np.testing.assert_allclose(model.fit.se, list(of["se"].values()), rtol=1e-6)
    np.testing.assert_allclose([model.fit.loglik, model.fit.aic], [of["loglik"], of["aic"]], rtol=1e-10)
    np.testing.assert_allclose(model.scores["train"].risk, of["risk"], rtol=1e-6)
    index = model.performance["train"].concordance
    assert index is not None
    np.testing.assert_allclose([index.index, index.se], [of["concordance"], of["concordance_se"]], rtol=1e-8)


@pytest.mark.parametrize("direction", ["both", "backward"])
def test_selection(case: Case, direction: str) -> None:
    study, expected = case
    of = expected[f"step_{direction}"]
    assert list(study.models[direction].stepwise.selected) == of["selected"]
    np.testing.assert_allclose(
        [step.aic for step in study.models[direction].stepwise.path], of["anova"]["aic"], rtol=1e-8
    )


def test_cut_points(case: Case) -> None:
    study, expected = case
    cuts, ns = expected["cutpoints_on_risk"], f"ns{study.config.stratify.ns}"
    strata = study.models["full"].strata
    for method, wanted in {
        "median": cuts["median_rule"]["cut"],
        "quartiles": [cuts["quartile_rule"]["q1"], cuts["quartile_rule"]["q3"]],
        "rlr": cuts[ns]["rlr_approximate"]["cut"],
        "rlr_last": cuts[ns]["rlr_approximate"]["max_xcutoff"],
        "rhier": cuts[ns]["rhier_approximate"]["cuts"],
        "surv_cutpoint": cuts["surv_cutpoint_0.1"]["cut"],
    }.items():
        found = [cut.value for cut in strata[method].found.cuts]  # type: ignore[index]
        np.testing.assert_allclose(found, np.atleast_1d(wanted), rtol=1e-6, err_msg=method)


def test_missing_values_are_one_reported_step(oracle: Path) -> None:
    study, _ = study_of(oracle, "lung", LUNG)
    table = pd.read_csv(oracle / "data" / "lung.csv")
    variables = ["age", "sex", "ph.ecog", "ph.karno", "wt.loss"]
    missing = table[variables].isna().sum()
    flow = study.cohort.sets["train"]
    assert flow.missing == {name: count for name, count in missing.items() if count}
    assert flow.left_out == {"a variable missing": int(table[variables].isna().any(axis=1).sum())}
    assert all(model.fit.n == flow.analysed for model in study.models.values())

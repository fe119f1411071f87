"""The whole study of the reference cohort against R: every model, cut-point, group, curve and test."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from NEMOPETLib.survival.study.study_config import Endpoint, ModelConfig, StudyConfig
from NEMOPETLib.survival.study.study_result import StudyResult
from NEMOPETLib.survival.study.survival_study import survival_study

CLINICAL = ("hr", "her2", "age", "bmi")
RADIOMIC = ("tmtv", "dmax")
ORGANS = tuple(f"{quantity}_{tissue}" for quantity in ("v", "sul", "hu") for tissue in ("fat_sc", "fat_v", "muscle"))
MODELS = (
    ModelConfig("clinical", CLINICAL),
    ModelConfig("radiomic", RADIOMIC),
    ModelConfig("clinical_radiomic", CLINICAL + RADIOMIC),
    ModelConfig("bci", ORGANS),
    ModelConfig("bci_spleen", ("bci", "sul_spleen")),
    ModelConfig("clinical_radiomic_bci", (*CLINICAL, *RADIOMIC, "bci", "sul_spleen")),
)
# method here → its name in R's file, its number of groups, its operator
METHODS = {
    "median": ("median", "two", ">"),
    "rlr": ("rlr_ns45", "two", ">="),
    "rlr_last": ("rlr_ns45_max_xcutoff", "two", ">"),
    "surv_cutpoint": ("surv_cutpoint_0.1", "two", ">"),
    "time_roc": ("timeROC24", "two", ">"),
    "quartiles": ("quartiles", "three", ">"),
    "rhier": ("rhier_ns45", "three", ">="),
    "rmolr": ("rmolr_ns45", "three", ">="),
}
NAMES = {"1low": "low", "2int": "intermediate", "3high": "high", "low": "low", "high": "high"}


@pytest.fixture(scope="module")
def reference(oracle: Path) -> dict[str, Any]:
    return dict(json.loads((oracle / "ref" / "nemo_cont.json").read_text()))


@pytest.fixture(scope="module")
def cohort(oracle: Path) -> pd.DataFrame:
    parts = {name: pd.read_csv(oracle / "data" / f"nemo_cont_{name}.csv") for name in ("train", "test")}
    return pd.concat([table.assign(set=name) for name, table in parts.items()], ignore_index=True)


@pytest.fixture(scope="module")
def study(cohort: pd.DataFrame) -> StudyResult:
    config = StudyConfig(endpoint=Endpoint(), models=MODELS, described=("subtype",), bootstraps=0)
    return survival_study(cohort, replace(config, stratify=replace(config.stratify, permutations=0)))


def close(found: Any, expected: Any, rtol: float = 1e-8) -> None:
    expected = np.array([np.nan if each is None else each for each in np.atleast_1d(expected)], dtype=float)
    np.testing.assert_allclose(np.atleast_1d(found), expected, rtol=rtol, atol=1e-12)


def test_nothing_fails(study: StudyResult) -> None:
    assert study.failures == ()
    assert study.warnings == ()
    assert {name: flow.analysed for name, flow in study.cohort.sets.items()} == {"train": 370, "test": 120}


@pytest.mark.parametrize("name", [model.name for model in MODELS])
def test_models(study: StudyResult, reference: dict[str, Any], name: str) -> None:
    model, expected = study.models[name], reference["models"][name]
    assert list(model.config.variables) == expected["entry"]
    assert list(model.stepwise.selected) == expected["step_both"]["selected"]
    close([step.aic for step in model.stepwise.path], expected["step_both"]["anova"]["aic"])
    assert [step.change for step in model.stepwise.path] == list(np.atleast_1d(expected["step_both"]["anova"]["step"]))
    for fit, of in ((model.full, expected["full"]), (model.fit, expected["final"])):
        for found, key in ((fit.coef, "coef"), (fit.se, "se")):
            close(found, list(of[key].values()), 1e-6)
        close([fit.loglik_null, fit.loglik, fit.aic], [of["loglik_null"], of["loglik"], of["aic"]])
    test = model.proportional_hazards
    assert test is not None
    zph = expected["final"]["zph_km"]
    assert [*test.terms, "GLOBAL"] == zph["rows"]
    close([each.chisq for each in (*test.terms.values(), test.overall)], zph["chisq"], 1e-6)
    close(model.scores["train"].risk, expected["final"]["risk"], 1e-6)
    close(model.scores["test"].risk, expected["final"]["test_risk"], 1e-6)
    for where, c, se in (
        ("train", expected["final"]["concordance"], expected["final"]["concordance_se"]),
        ("test", expected["final"]["test_concordance"]["c"], expected["final"]["test_concordance"]["se"]),
    ):
        found = model.performance[where].concordance  # type: ignore[index]
        assert found is not None
        close([found.index, found.se], [c, se])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", ["clinical", "radiomic", "clinical_radiomic", "bci_spleen", "clinical_radiomic_bci"])
def test_groups(study: StudyResult, reference: dict[str, Any], name: str, method: str) -> None:
    key, number, operator = METHODS[method]
    expected = reference["strat"][name][number][key][operator]
    stratum = study.models[name].strata[method]  # type: ignore[index]
    assert {cut.operator for cut in stratum.found.cuts} == {operator}
    close([cut.value for cut in stratum.found.cuts], expected.get("cuts", expected.get("cut")), 1e-6)
    for where, groups in stratum.sets.items():
        of = expected[where]
        for group in groups.groups:
            wanted = next((each for label, each in of["groups"].items() if NAMES[label] == group.name), None)
            if wanted is None:
                assert group.n == 0
                continue
            assert (group.n, group.events) == (wanted["n"], wanted["events"])
            assert group.median is not None
            assert group.curve is not None
            for kind, found in (("ci_log", group.survival), ("ci_log-log", group.survival_loglog)):
                close([each.estimate for each in found.values()], wanted["surv"])
                close([each.se for each in found.values()], wanted["se"])
                close([each.lower for each in found.values()], wanted[kind]["lower"])
                close([each.upper for each in found.values()], wanted[kind]["upper"])
            close(group.curve.risk_table(wanted["risk_table"]["t"]), wanted["risk_table"]["n_risk"])
            median = wanted["median"]
            close(
                [group.median.estimate, group.median.lower, group.median.upper],
                [median["est"], median["lower"], median["upper"]],
            )
        if of["logrank"] is None:
            assert groups.log_rank is None
        else:
            assert groups.log_rank is not None
            close(groups.log_rank.test.chisq, of["logrank"]["chisq"])
            close(groups.log_rank.test.p, of["logrank"]["p"], 1e-6)


@pytest.mark.parametrize("where", ["train", "test"])
@pytest.mark.parametrize("method", METHODS)
def test_subtypes(study: StudyResult, reference: dict[str, Any], method: str, where: str) -> None:
    key, number, operator = METHODS[method]
    for name in reference["strat"]:
        expected = reference["strat"][name][number][key][operator]
        groups = study.models[name].strata[method].sets[where]  # type: ignore[index]
        table = expected[f"subtype_{where}"]
        for subtype, counts in zip(table["rows"], table["counts"], strict=True):
            wanted = {NAMES[column]: count for column, count in zip(table["cols"], counts, strict=True)}
            found = dict(zip(groups.names, groups.subtypes[subtype], strict=True))
            assert {group: count for group, count in found.items() if count} == {
                group: count for group, count in wanted.items() if count
            }


def test_tnbc_of_test(study: StudyResult, reference: dict[str, Any]) -> None:
    for name, strata in reference["strat"].items():
        for method, (key, number, operator) in METHODS.items():
            expected = strata[number][key][operator].get("test_tnbc")
            if expected is None:
                continue
            groups = study.models[name].strata[method].sets["test"].by_subtype["TNBC"]  # type: ignore[index]
            for label, wanted in expected["groups"].items():
                group = next(each for each in groups.groups if each.name == NAMES[label])
                assert group.n == wanted["n"]
                close([each.estimate for each in group.survival.values()], wanted["surv"])
            assert (groups.log_rank is None) == (expected["logrank"] is None)
            if groups.log_rank is not None:
                close(groups.log_rank.test.chisq, expected["logrank"]["chisq"])


def test_statistics_of_the_searches(study: StudyResult, reference: dict[str, Any]) -> None:
    for name, strata in reference["strat"].items():
        cuts, found = strata["cutpoints"], study.models[name].strata
        close(abs(found["rlr"].found.statistic), abs(cuts["ns45"]["rlr_approximate"]["stat"]), 1e-6)
        close(found["surv_cutpoint"].found.statistic, cuts["surv_cutpoint_0.1"]["stat"], 1e-6)
        close(found["rmolr"].found.statistic, abs(cuts["ns45"]["rmolr"]["stat"]), 1e-6)
        close(found["time_roc"].found.statistic, cuts["timeROC"]["24"]["youden"], 1e-6)
        p = found["surv_cutpoint"].p
        assert p is not None
        assert p.correction == "Lau94"
        close(p.naive, cuts["surv_cutpoint_0.1"]["naive_logrank_p"], 1e-5)
        np.testing.assert_allclose(p.corrected, cuts["surv_cutpoint_0.1"]["p"]["Lau94"], rtol=1e-4, atol=1e-15)
        for horizon in (12.0, 24.0):
            roc, expected = study.models[name].performance["train"].roc[horizon], cuts["timeROC"][f"{horizon:g}"]
            close([roc.auc, roc.se], [expected["auc"], expected["se"]], 1e-6)


def test_composition_index(study: StudyResult, reference: dict[str, Any]) -> None:
    index, expected = study.composition, reference["bci_summary"]
    assert index is not None
    for name, summary in index.sets.items():
        numbers = [summary.minimum, summary.q1, summary.median, summary.mean, summary.q3, summary.maximum]
        close(numbers, expected[name], 1e-6)
    assert index.test is not None
    close([index.test.statistic, index.test.p], [expected["W"], expected["p"]])


def test_baseline(study: StudyResult, reference: dict[str, Any]) -> None:
    rows = {row.column: row for row in study.baseline}
    for column, expected in reference["table1"].items():
        row = rows[column]
        for name, summary in row.sets.items():
            close([summary.mean, summary.sd], [expected[name]["mean"], expected[name]["sd"]])
        close([row.test.statistic, row.test.p], [expected["W"], expected["p_cc"]])
    for column, expected in reference["table1_categorical"].items():
        row = rows[column]
        for name, counts in zip(("test", "train"), expected["counts"], strict=True):
            assert dict(zip(row.levels, row.counts[name], strict=True)) == dict(
                zip(expected["levels"], counts, strict=True)
            )
        close([row.test.chisq, row.test.p], [expected["chisq_default"], expected["p_default"]])


def test_correlations(study: StudyResult, reference: dict[str, Any]) -> None:
    found, expected = study.correlations, reference["spearman_train"]
    assert found is not None
    places = [found.names.index(name) for name in expected["vars"]]
    close(found.rho[np.ix_(places, places)].ravel(), np.ravel(expected["rho"]), 1e-8)


def test_nested_models(study: StudyResult, reference: dict[str, Any]) -> None:
    expected = reference["lrt_nested"]
    tests = {(pair.smaller, pair.larger): pair.likelihood_ratio for pair in study.comparisons}
    pairs = [("clinical", "clinical_radiomic"), ("clinical_radiomic", "clinical_radiomic_bci")]
    for pair, chisq, df, p in zip(pairs, expected["chisq"][1:], expected["df"][1:], expected["p"][1:], strict=True):
        test = tests[pair]
        assert test is not None
        close([test.chisq, test.df, test.p], [chisq, df, p], 1e-6)
    assert tests["clinical", "radiomic"] is None

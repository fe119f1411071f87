from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.kaplan_meier import kaplan_meier
from NEMOPETLib.survival.log_rank import log_rank
from NEMOPETLib.survival.risk_groups import assign_groups, cut_points


def numbers(values) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in np.atleast_1d(values)], dtype=float)


def strata(r):
    """(time, event, groups, names, horizons, R's numbers) of every grouping that R described."""
    gbsg, reference = r.cohort("gbsg"), r.reference("gbsg")
    risk, cuts = np.array(reference["cox_efron"]["risk"]), reference["cutpoints_on_risk"]
    two = assign_groups(risk, cut_points([cuts["surv_cutpoint_0.1"]["cut"]], ">"))
    three = assign_groups(risk, cut_points(cuts["ns45"]["rhier_approximate"]["cuts"], ">="))
    yield gbsg.time, gbsg.event, two, ["low", "high"], [365, 730, 1825], reference["km_2g"]
    names = ["1low", "2int", "3high"]
    yield gbsg.time, gbsg.event, three, names, [365, 730, 1825], reference["km_3g_rhier_ge"]
    train, test = r.cohort("nemo_cont_train"), r.cohort("nemo_cont_test")
    tnbc = (test.table["subtype"] == "TNBC").to_numpy()
    reference = r.reference("nemo_cont")
    for model, parts in reference["strat"].items():
        final = reference["models"][model]["final"]
        own, new = np.array(final["risk"]), np.array(final["test_risk"])
        for kind, names in (("two", ["low", "high"]), ("three", ["1low", "2int", "3high"])):
            for operators in parts[kind].values():
                for operator, values in operators.items():
                    cuts = cut_points(np.atleast_1d(values.get("cut", values.get("cuts"))), operator)
                    groups = assign_groups(own, cuts)
                    yield train.time, train.event, groups, names, [12, 24], values["train"]
                    groups = assign_groups(new, cuts)
                    yield test.time, test.event, groups, names, [12, 24], values["test"]
                    if "test_tnbc" in values:
                        yield (
                            test.time[tnbc],
                            test.event[tnbc],
                            groups[tnbc],
                            names,
                            [12, 24],
                            values["test_tnbc"],
                        )


def test_curves_of_all_groups_equal_survfit(r):
    compared = 0
    for time, event, groups, names, horizons, expected in strata(r):
        for name, values in expected["groups"].items():
            rows = groups == names.index(name)
            curve = kaplan_meier(time[rows], event[rows])
            compared += 1
            assert (curve.n, curve.events) == (values["n"], values["events"])
            points = [curve.at(horizon) for horizon in horizons]
            assert_allclose([point.estimate for point in points], numbers(values["surv"]), rtol=1e-10)
            assert_allclose([point.se for point in points], numbers(values["se"]), rtol=1e-9)
            for kind in ("log", "plain", "log-log"):
                points = [curve.at(horizon, kind) for horizon in horizons]
                limits = values[f"ci_{kind}"]
                assert_allclose([point.lower for point in points], numbers(limits["lower"]), rtol=1e-9)
                assert_allclose([point.upper for point in points], numbers(limits["upper"]), rtol=1e-9)
            table = values["risk_table"]
            assert curve.risk_table(table["t"]).tolist() == list(np.atleast_1d(table["n_risk"]))
            median = curve.median()
            expected_median = numbers([values["median"][key] for key in ("est", "lower", "upper")])
            assert_allclose([median.estimate, median.lower, median.upper], expected_median, rtol=1e-12)
    assert compared > 250


def test_log_rank_tests_of_all_groups_equal_survdiff(r):
    compared = 0
    for time, event, groups, _, _, expected in strata(r):
        if "chisq" not in (expected.get("logrank") or {}):
            continue
        compared += 1
        found = log_rank(time, event, groups)
        values = expected["logrank"]
        assert found.test.df == values["df"]
        assert_allclose([found.test.chisq, found.test.p], [values["chisq"], values["p"]], rtol=1e-8)
        assert sorted(found.observed) == sorted(values["obs"])
        assert_allclose(sorted(found.expected), sorted(values["exp"]), rtol=1e-9)
    assert compared > 100


def test_published_survival_is_reproduced_to_the_percent(oracle):
    import json

    published = json.loads((oracle / "seed" / "seed_tables.json").read_text(encoding="utf-8"))["three"]
    names = {"clinical": "clinical", "clinical_radiomic": "clinical+radiomic"}
    names["clinical_radiomic_bci"] = "clinical+radiomic+bci"
    for file in sorted((oracle / "seed" / "ipd").glob("three_*.csv")):
        model, part = file.stem.removeprefix("three_").rsplit("_", 1)
        table = pd.read_csv(file)
        expected = published[names[model]][part]["os"]
        for horizon, percents in zip((12, 24), expected, strict=True):
            for group, percent in zip(("low", "int", "high"), percents, strict=True):
                rows = table["group"].str.startswith(group)
                curve = kaplan_meier(table["os_months"][rows], table["os_event"][rows])
                assert int(100 * curve.at(horizon).estimate + 0.5 + 1e-9) == percent, (
                    file.stem,
                    horizon,
                    group,
                )


def test_curve_equals_lifelines(random_cohort):
    from lifelines import KaplanMeierFitter

    time, event, _ = random_cohort(1, 120, tied=True)
    curve = kaplan_meier(time, event)
    other = KaplanMeierFitter().fit(time, event)
    assert_allclose(curve.survival, other.survival_function_.iloc[1:, 0], rtol=1e-12)
    lower, upper = curve.limits("log-log")
    inner = curve.survival > 0
    limits = other.confidence_interval_.iloc[1:].to_numpy()
    assert_allclose(lower[inner], limits[inner, 0], rtol=1e-6)
    assert_allclose(upper[inner], limits[inner, 1], rtol=1e-6)


def test_survival_at_a_time_includes_its_deaths():
    curve = kaplan_meier([1, 2, 2, 3], [1, 1, 0, 0])
    assert curve.at(0.9).estimate == 1
    assert curve.at(1).estimate == 0.75
    assert curve.at(2).estimate == 0.5
    assert curve.risk_table([0, 1, 1.5, 2, 3, 4]).tolist() == [4, 4, 3, 3, 1, 0]
    assert curve.censored.tolist() == [0, 1, 1]


def test_median_of_a_flat_stretch_is_its_middle():
    assert kaplan_meier([1, 2, 3, 4], [1, 1, 1, 1]).median().estimate == 2.5
    assert kaplan_meier([1, 2, 3, 7], [1, 1, 0, 0]).median().estimate == 4.5  # half-way to the last time
    assert np.isnan(kaplan_meier([1, 2, 3], [1, 0, 0]).median().estimate)


def test_no_events_stay_at_one_and_none_left_have_no_interval():
    alive = kaplan_meier([1, 2, 3], [0, 0, 0])
    assert (alive.at(2).lower, alive.at(2).estimate, alive.at(2).upper) == (1, 1, 1)
    dead = kaplan_meier([1, 2], [1, 1]).at(5)
    assert dead.estimate == 0
    assert np.isnan([dead.se, dead.lower, dead.upper]).all()


def test_an_empty_group_is_refused():
    with pytest.raises(InputError, match="no rows"):
        kaplan_meier([], [])

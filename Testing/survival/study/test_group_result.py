"""Survival of risk groups: the published tables from pseudo-patients, and what can be missing."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from NEMOPETLib.survival.study.group_result import RiskGroups

NAMES = ("low", "intermediate", "high")
SUBTYPES = ("TNBC", "HR+HER2-", "HR+HER2+", "HER2+")


def groups_of(table: pd.DataFrame, names: tuple[str, ...] = NAMES) -> RiskGroups:
    return RiskGroups(
        names,
        table["os_months"].to_numpy(float),
        table["os_event"].to_numpy() == 1,
        np.array([names.index(name) for name in table["group"]], dtype=np.intp),
        (12.0, 24.0),
        {name: (table["subtype"] == name).to_numpy() for name in SUBTYPES},
    )


def half_up(share: float) -> int:
    return math.floor(100 * share + 0.5 + 1e-9)  # 49 of 56 are 87.5 %, but a product of floats is not


@pytest.mark.parametrize("part", ["train", "test"])
@pytest.mark.parametrize("model", ["clinical", "clinical_radiomic", "clinical_radiomic_bci"])
def test_published_survival_and_subtypes(oracle: Path, model: str, part: str) -> None:
    published = json.loads((oracle / "seed" / "seed_tables.json").read_text())["three"][model.replace("_", "+")][part]
    table = pd.read_csv(oracle / "seed" / "ipd" / f"three_{model}_{part}.csv")
    found = groups_of(table.replace({"group": {"int": "intermediate"}}))
    for horizon, percents in zip((12.0, 24.0), published["os"], strict=True):
        assert [half_up(group.survival[horizon].estimate) for group in found.groups] == percents
    assert [list(found.subtypes.get(name, (0, 0, 0))) for name in SUBTYPES] == published["sub"]


@pytest.fixture
def two() -> RiskGroups:
    """40 low with 4 deaths, 20 high with 8, all followed to 24 months."""
    time = [*np.linspace(3, 21, 4), *[24.0] * 36, *np.linspace(2, 23, 8), *[24.0] * 12]
    event = [1] * 4 + [0] * 36 + [1] * 8 + [0] * 12
    return RiskGroups(("low", "high"), np.array(time), np.array(event) == 1, np.repeat([0, 1], [40, 20]), (12.0, 24.0))


def test_difference(two: RiskGroups) -> None:
    found = two.differences[24.0]
    assert found.estimate == pytest.approx(0.9 - 0.6)
    # without censoring Greenwood's variance is the binomial one
    se = np.sqrt(0.9 * 0.1 / 40 + 0.6 * 0.4 / 20)
    assert found.se == pytest.approx(se)
    expected = confint_proportions_2indep(36, 40, 12, 20, method="newcomb")
    assert (found.lower, found.upper) == pytest.approx(expected, abs=1e-9)
    assert found.p == pytest.approx(2 * stats.norm.sf(0.3 / se))


def test_fisher(two: RiskGroups) -> None:
    assert two.fisher[24.0] == pytest.approx(stats.fisher_exact([[4, 36], [8, 12]])[1])


def test_hazard_ratio_is_that_of_cox_and_agrees_with_the_log_rank_test(two: RiskGroups) -> None:
    (ratio,) = two.hazard_ratios
    assert ratio.group == "high"
    assert ratio.lower < ratio.estimate < ratio.upper
    assert two.log_rank is not None
    assert (ratio.lower > 1) == (two.log_rank.test.p < 0.05)
    # the score test of Cox's model is the log-rank test; Wald's is near it
    assert (np.log(ratio.estimate) / (np.log(ratio.upper / ratio.lower) / 2 / 1.959964)) ** 2 == pytest.approx(
        two.log_rank.test.chisq, rel=0.3
    )


def test_an_empty_group(two: RiskGroups) -> None:
    found = RiskGroups(NAMES, two.time, two.event, two.codes, two.horizons)
    empty = found.groups[2]
    assert (empty.n, empty.events, empty.curve, empty.survival, empty.median) == (0, 0, None, {}, None)
    assert found.differences == {}
    assert found.log_rank is not None
    assert found.log_rank.test.df == 1


def test_without_events_nothing_is_tested(two: RiskGroups) -> None:
    found = RiskGroups(two.names, two.time, np.zeros_like(two.event), two.codes, two.horizons)
    assert (found.log_rank, found.pairwise, found.hazard_ratios) == (None, (), ())
    difference = found.differences[24.0]
    assert difference.estimate == 0
    assert (difference.lower, difference.upper) == pytest.approx(
        confint_proportions_2indep(36, 36, 12, 12, method="newcomb"),
        abs=1e-9,  # those followed to 24
    )
    assert np.isnan(found.differences[24.0].p)
    assert found.fisher[24.0] == 1


def test_a_group_without_events_has_no_hazard_ratio(two: RiskGroups) -> None:
    found = RiskGroups(NAMES, two.time, two.event & (two.codes != 1), two.codes, two.horizons)
    assert found.hazard_ratios == ()


def test_pairs_of_three_groups(two: RiskGroups) -> None:
    codes = two.codes.copy()
    codes[:20] = 2
    found = RiskGroups(NAMES, two.time, two.event, codes, two.horizons)
    assert len(found.pairwise) == 3
    assert two.pairwise == ()


@pytest.mark.parametrize("kind", ["log", "log-log"])
def test_survival_at_all_horizons_at_once_is_that_of_the_curve(two: RiskGroups, kind: str) -> None:
    time, event = np.append(two.time, [30.0, 31.0]), np.append(two.event, [True, True])
    horizons = (1.0, 3.0, 12.0, 24.0, 30.5, 31.0, 40.0)
    (group,) = RiskGroups(("all",), time, event, np.zeros(time.size, dtype=np.intp), horizons).groups
    assert group.curve is not None
    found = group.survival if kind == "log" else group.survival_loglog
    for horizon in horizons:
        expected = group.curve.at(horizon, kind)  # type: ignore[arg-type]
        for name in ("estimate", "se", "lower", "upper"):
            np.testing.assert_equal(getattr(found[horizon], name), getattr(expected, name))

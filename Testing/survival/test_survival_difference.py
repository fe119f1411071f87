"""Interval of a difference of survival: Newcombe's where nobody is censored, and its coverage where some are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from NEMOPETLib.survival.kaplan_meier import KaplanMeier, kaplan_meier
from NEMOPETLib.survival.survival_difference import effective_size, survival_difference, wilson_limits


def followed(n: int, dead: int, end: float = 24.0) -> KaplanMeier:
    """n patients of whom some die one after the other before the end and all others live beyond."""
    times = np.append(np.linspace(1, 20, dead), np.full(n - dead, end))
    return kaplan_meier(times, np.arange(n) < dead)


@pytest.mark.parametrize(
    ("one", "other"), [((28, 1), (92, 20)), ((45, 0), (30, 9)), ((6, 0), (41, 7)), ((20, 0), (25, 0)), ((5, 5), (9, 0))]
)
def test_without_censoring_it_is_newcombes_interval(one: tuple[int, int], other: tuple[int, int]) -> None:
    found = survival_difference(followed(*one), followed(*other), 24)
    alive = one[0] - one[1], one[0], other[0] - other[1], other[0]
    assert_allclose(found.estimate, alive[0] / alive[1] - alive[2] / alive[3], atol=1e-12)
    expected = confint_proportions_2indep(*alive, method="newcomb")
    assert_allclose((found.lower, found.upper), expected, atol=1e-9)


def test_no_error_where_nobody_died_but_an_interval() -> None:
    found = survival_difference(followed(30, 0), followed(40, 8), 12)
    assert np.isnan([found.se, found.p]).all()
    assert found.lower < found.estimate < found.upper


@given(n=st.integers(1, 200), dead=st.integers(0, 200), level=st.floats(0.5, 0.999))
def test_wilson_limits(n: int, dead: int, level: float) -> None:
    dead = min(n, dead)
    expected = proportion_confint(n - dead, n, 1 - level, method="wilson")
    assert_allclose(wilson_limits((n - dead) / n, n, level), expected, atol=1e-12)


def test_effective_size() -> None:
    assert effective_size(followed(50, 7), 24) == pytest.approx(50)
    assert effective_size(followed(50, 50), 24) == pytest.approx(50)  # as before the last death
    censored = kaplan_meier([1, 2, 3, 4, 5, 6], [0, 0, 1, 0, 1, 1])
    assert effective_size(censored, 2.5) == 4  # nobody has died: those still followed
    survival = 0.75 * 0.5
    greenwood = survival**2 * (1 / (4 * 3) + 1 / (2 * 1))
    assert effective_size(censored, 5) == pytest.approx(survival * (1 - survival) / greenwood)
    assert effective_size(kaplan_meier([2, 2, 2], [1, 1, 1]), 3) == 3  # all at one time
    assert effective_size(kaplan_meier([1, 2], [0, 0]), 3) == 0
    assert wilson_limits(1.0, 0) == (0.0, 1.0)


@given(
    st.lists(st.tuples(st.integers(1, 8), st.booleans()), min_size=1, max_size=25),
    st.lists(st.tuples(st.integers(1, 8), st.booleans()), min_size=1, max_size=25),
    st.floats(0.5, 9.0),
)
def test_limits_enclose_the_estimate_and_turn_with_the_groups(
    one: list[tuple[int, bool]], other: list[tuple[int, bool]], time: float
) -> None:
    curves = [kaplan_meier([t for t, _ in rows], [e for _, e in rows]) for rows in (one, other)]
    found, turned = survival_difference(*curves, time), survival_difference(*curves[::-1], time)
    assert -1 - 1e-12 <= found.lower <= found.estimate <= found.upper <= 1 + 1e-12
    assert_allclose((turned.lower, turned.upper), (-found.upper, -found.lower), atol=1e-12)


def test_coverage_where_survival_is_high_and_many_are_censored() -> None:
    """Of the true difference by the 95 % interval, where Wald's holds it in about 90 %."""
    generator = np.random.default_rng(4)
    truth, hits, walds = np.exp(-0.05) - np.exp(-0.25), [], []
    for _ in range(2000):
        curves = []
        for hazard, n in ((0.05, 40), (0.25, 30)):
            death, censoring = generator.exponential(1 / hazard, n), generator.uniform(0.4, 2.5, n)
            curves.append(kaplan_meier(np.minimum(death, censoring), death <= censoring))
        found = survival_difference(curves[0], curves[1], 1.0)
        hits.append(found.lower <= truth <= found.upper)
        se = np.hypot(curves[0].at(1.0).se, curves[1].at(1.0).se)
        walds.append(abs(found.estimate - truth) <= 1.96 * se)
    assert 0.935 < np.mean(hits) < 0.985
    assert np.mean(walds) < np.mean(hits)

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.cox import cox_fit
from NEMOPETLib.survival.design import numeric_design
from NEMOPETLib.survival.log_rank import adjusted, log_rank, pairwise_log_rank


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("groups", [2, 3, 4])
def test_test_equals_lifelines(random_cohort, tied, groups):
    from lifelines.statistics import multivariate_logrank_test

    time, event, score = random_cohort(groups, 160, tied)
    group = np.digitize(score, np.quantile(score, np.arange(1, groups) / groups))
    found = log_rank(time, event, group)
    expected = multivariate_logrank_test(time, group, event)
    assert found.test.df == groups - 1
    assert_allclose([found.test.chisq, found.test.p], [expected.test_statistic, expected.p_value], rtol=1e-8)
    assert found.observed.sum() == pytest.approx(found.expected.sum()) == event.sum()


def test_without_ties_it_is_the_score_test_of_cox(random_cohort):
    time, event, score = random_cohort(9, 100)
    high = (score > 0).astype(float)
    fit = cox_fit(time, event, numeric_design(high[:, None], ["high"]))
    assert_allclose(log_rank(time, event, high).test.chisq, fit.score_test.chisq, rtol=1e-9)


def test_a_group_never_at_risk_takes_no_degree_of_freedom():
    found = log_rank([1, 2, 3, 4, 0.5], [1, 1, 1, 1, 0], ["a", "b", "a", "b", "c"])
    assert found.groups == ("a", "b", "c")
    assert found.test.df == 1
    two = log_rank([1, 2, 3, 4], [1, 1, 1, 1], ["a", "b", "a", "b"])
    assert found.test.chisq == pytest.approx(two.test.chisq)


def test_log_p_outlives_the_smallest_number():
    time = np.r_[np.arange(1.0, 2001), np.arange(5001.0, 7001)]
    found = log_rank(time, np.ones(4000), np.repeat([0, 1], 2000))
    assert found.test.p == 0.0
    assert -10000 < found.log_p < -700


@pytest.mark.parametrize("groups", [2, 3, 4])
def test_log_p_is_the_logarithm_of_p(random_cohort, groups):
    time, event, _ = random_cohort(1, 60)
    found = log_rank(time, event, np.arange(60) % groups)
    assert found.log_p == pytest.approx(np.log(found.test.p))


def test_pairs_are_tested_and_adjusted(random_cohort):
    time, event, score = random_cohort(5, 200, effect=1.0)
    group = np.array(["a", "b", "c"])[np.digitize(score, [-0.5, 0.5])]
    found = pairwise_log_rank(time, event, group)
    assert [pair.groups for pair in found] == [("a", "b"), ("a", "c"), ("b", "c")]
    rows = group != "b"
    assert found[1].test.chisq == pytest.approx(log_rank(time[rows], event[rows], group[rows]).test.chisq)
    assert all(pair.p_adjusted >= pair.test.p for pair in found)


def test_adjustments_equal_scipy_and_statsmodels():
    from statsmodels.stats.multitest import multipletests

    p = np.array([0.03, 0.001, 0.5, 0.04, 0.02])
    assert_allclose(adjusted(p, "bh"), stats.false_discovery_control(p))
    assert_allclose(adjusted(p, "holm"), multipletests(p, method="holm")[1])
    assert adjusted(p, "none") is p


def test_one_group_and_other_lengths_are_refused():
    with pytest.raises(InputError, match="all rows are in one group"):
        log_rank([1, 2], [1, 1], ["a", "a"])
    with pytest.raises(InputError, match="1 group names for 2"):
        log_rank([1, 2], [1, 1], ["a"])

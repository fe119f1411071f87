from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.log_rank import log_rank
from NEMOPETLib.survival.maxstat import lau92, log_rank_scores, maxstat


def searches(case):
    prefix = "surv_cutpoint_"
    return {float(k.removeprefix(prefix)): v for k, v in case.expected.items() if k.startswith(prefix)}


def test_cut_statistics_and_p_values_equal_maxstat(cut_case):
    for minprop, expected in searches(cut_case).items():
        found = maxstat(cut_case.time, cut_case.event, cut_case.score, minprop)
        assert found.cut == expected["cut"]
        assert (cut_case.score > found.cut).sum() == expected["n_gt"]
        assert found.cuts.size == expected["ncand"]
        assert_allclose(found.statistic, expected["stat"], rtol=1e-8)
        sums = [found.statistics.sum(), (found.statistics**2).sum()]
        assert_allclose(sums, [expected["stats_sum"], expected["stats_sumsq"]], rtol=1e-8)
        assert_allclose(found.p_lau92, expected["p"]["Lau92"], rtol=1e-8)
        assert_allclose(found.p_lau94, expected["p"]["Lau94"], rtol=1e-8)
        naive = log_rank(cut_case.time, cut_case.event, cut_case.score > found.cut)
        assert_allclose(naive.test.p, expected["naive_logrank_p"], rtol=1e-8)


def test_scores_follow_the_definition():
    time, event = np.array([3.0, 1, 2, 2, 5]), np.array([True, True, True, False, False])
    rank = {1: 1, 2: 3, 3: 4, 5: 5}
    expected = [
        float(event[i]) - sum(event[j] / (5 - rank[int(time[j])] + 1) for j in range(5) if time[j] <= time[i])
        for i in range(5)
    ]
    assert_allclose(log_rank_scores(time, event), expected)


def test_equal_values_stay_together(random_cohort):
    time, event, score = random_cohort(3, 150, tied=True)
    found = maxstat(time, event, score, 0.1)
    assert [(score <= cut).sum() for cut in found.cuts] == found.below.tolist()
    assert found.below.min() >= 15
    assert found.below.max() <= 135


def test_a_maximum_below_one_proves_nothing():
    assert lau92(0.9, 0.1, 0.9) == 1.0
    assert lau92(1.0, 0.1, 0.9) == 1.0
    assert 0 < lau92(3.5, 0.1, 0.9) < 0.05


def test_bad_ranges_are_refused():
    for minprop in (0.0, 0.5, -1.0):
        with pytest.raises(InputError, match=r"between 0 and 0\.5"):
            maxstat([1, 2, 3], [1, 1, 1], [1, 2, 3], minprop)
    with pytest.raises(InputError, match="no cut leaves a share"):
        maxstat([1, 2, 3, 4], [1, 1, 1, 1], [1, 1, 1, 1])

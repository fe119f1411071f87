from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from NEMOPETLib.survival.log_rank_cuts import rlr
from NEMOPETLib.survival.maxstat import maxstat
from NEMOPETLib.survival.permutation import maxstat_permutation_p, rlr_permutation_p, search_permutation_p


def test_maxstat_p_is_near_r_conditional_monte_carlo(r):
    gbsg = r.cohort("gbsg")
    age = gbsg.table["age"].to_numpy(float)
    for minprop in (0.05, 0.1, 0.2):
        expected = r.reference("gbsg")["cutpoints_age"][f"surv_cutpoint_{minprop}"]["p"]["condMC_B10000"]
        found = maxstat_permutation_p(gbsg.time, gbsg.event, age, minprop, 3999, seed=1)
        error = np.sqrt(expected * (1 - expected) * (1 / 4000 + 1 / 10000))
        assert abs(found - expected) < 4 * error


def test_p_of_a_strong_score_is_the_smallest_possible(random_cohort):
    time, event, score = random_cohort(1, 150, effect=2.0)
    assert rlr_permutation_p(time, event, score, 20, 499) == pytest.approx(1 / 500)
    assert maxstat_permutation_p(time, event, score, 0.1, 499) == pytest.approx(1 / 500)


def test_the_vectorised_p_values_are_those_of_the_general_search(random_cohort):
    time, event, score = random_cohort(2, 80, tied=True, effect=0.3)
    general = search_permutation_p(lambda x: abs(rlr(time, event, x, 12).statistic), score, 600, seed=3)
    assert rlr_permutation_p(time, event, score, 12, 600, seed=4) == pytest.approx(general, abs=0.08)
    general = search_permutation_p(lambda x: maxstat(time, event, x, 0.15).statistic, score, 600, seed=3)
    assert maxstat_permutation_p(time, event, score, 0.15, 600, seed=4) == pytest.approx(general, abs=0.08)


def test_the_seed_decides(random_cohort):
    time, event, score = random_cohort(3, 90, effect=0.2)
    one, again, other = (rlr_permutation_p(time, event, score, 15, 299, seed=s) for s in (1, 1, 2))
    assert one == again != other


@pytest.mark.parametrize("p_value", [rlr_permutation_p, maxstat_permutation_p])
def test_p_is_uniform_where_nothing_is_prognostic(random_cohort, p_value):
    smallest = 15 if p_value is rlr_permutation_p else 0.2
    p = [p_value(*random_cohort(seed, 70, effect=0), smallest, 199, seed=seed) for seed in range(150)]
    assert stats.kstest(p, "uniform").pvalue > 0.005
    assert np.mean(np.array(p) <= 0.05) <= 0.10

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.log_rank import log_rank
from NEMOPETLib.survival.log_rank_cuts import rhier, rlr

VARIANTS = ("approximate", "exact")
TIED_SCORES = ("nodes", "age", "pgr")


def searches(case):
    return {int(key[2:]): value for key, value in case.expected.items() if key.startswith("ns")}


@pytest.mark.parametrize("variance", VARIANTS)
def test_profile_equals_rolr_at_every_cut_between_unequal_scores(cut_case, variance):
    for ns, values in searches(cut_case).items():
        expected = values[f"rlr_{variance}"]
        if "error" in expected:  # R fails on some tied scores
            continue
        found = rlr(cut_case.time, cut_case.event, cut_case.score, ns, variance)
        assert_allclose(found.z, np.array(expected["all_stat"])[found.below - ns], rtol=1e-8, atol=1e-12)
        assert found.last_cut == expected["max_xcutoff"]


@pytest.mark.parametrize("variance", VARIANTS)
def test_cut_equals_rolr_where_it_separates_no_equal_scores(cut_case, variance):
    compared = 0
    for ns, values in searches(cut_case).items():
        expected = values[f"rlr_{variance}"]
        if (
            "error" in expected
            or ns + expected["row_1based"] - 1
            not in rlr(cut_case.time, cut_case.event, cut_case.score, ns, variance).below
        ):
            continue
        found = rlr(cut_case.time, cut_case.event, cut_case.score, ns, variance)
        compared += 1
        assert found.cut == expected["cut"]
        assert (cut_case.score >= found.cut).sum() == expected["n_ge"]
        assert_allclose(found.statistic, expected["stat"], rtol=1e-8)
        best = found.best
        assert_allclose([found.excess[best], found.variance[best]], [expected["L"], expected["V"]], rtol=1e-8)
    assert compared or np.unique(cut_case.score).size < cut_case.score.size


@pytest.mark.parametrize("variance", VARIANTS)
def test_hierarchical_cuts_equal_rolr(r, variance):
    compared = 0
    for name, case in r.cuts():
        if name in TIED_SCORES:  # R separates their equal scores
            continue
        for ns, values in searches(case).items():
            compared += 1
            found = rhier(case.time, case.event, case.score, ns, variance)
            assert found.cuts == tuple(values[f"rhier_{variance}"]["cuts"])
    assert compared == 26


def test_equal_scores_are_never_separated_whatever_the_order_of_rows(random_cohort):
    time, event, score = random_cohort(4, 200, tied=True)
    found = rlr(time, event, score, 20)
    assert np.isin(found.cuts, score).all()
    assert [(score < cut).sum() for cut in found.cuts] == found.below.tolist()
    order = np.random.default_rng(0).permutation(200)
    shuffled = rlr(time[order], event[order], score[order], 20)
    assert_allclose(shuffled.z, found.z, atol=1e-12)
    assert rhier(time[order], event[order], score[order], 20).cuts == rhier(time, event, score, 20).cuts


@pytest.mark.parametrize("tied", [False, True])
def test_exact_statistic_is_the_log_rank_test_at_each_cut(random_cohort, tied):
    time, event, score = random_cohort(5, 120, tied)
    found = rlr(time, event, score, 15, "exact")
    for index in range(0, found.cuts.size, 7):
        test = log_rank(time, event, score >= found.cuts[index])
        assert_allclose(found.z[index] ** 2, test.test.chisq, rtol=1e-9)
        assert_allclose(found.excess[index], (test.observed - test.expected)[1], rtol=1e-9, atol=1e-12)


def test_statistic_follows_the_definition():
    # four rows, sorted by score; deaths at 1, 2 and 4. Residuals δ − Λ: 1 − 1/4, 1 − 1/4 − 1/3, …
    time, event, score = [2, 1, 3, 4], [1, 1, 0, 1], [0.1, 0.2, 0.3, 0.4]
    hazard = np.array([1 / 4 + 1 / 3, 1 / 4, 1 / 4 + 1 / 3, 1 / 4 + 1 / 3 + 1])
    below = np.cumsum(hazard)[:3]
    excess = -(np.cumsum([1, 1, 0])[:3] - below)
    found = rlr(time, event, score, 1)
    assert_allclose(found.cuts, [0.2, 0.3, 0.4])
    assert_allclose(found.excess, excess)
    assert_allclose(found.variance, below * (3 - below) / 3)
    assert_allclose(found.z, excess / np.sqrt(below * (3 - below) / 3))


def test_second_cut_keeps_the_direction_of_the_first(random_cohort):
    for seed in range(12):
        time, event, score = random_cohort(seed, 150)
        rising, falling = rhier(time, event, score, 20), rhier(time, event, -score, 20)
        for found in (rising, falling):
            if found.second is not None:
                assert np.sign(found.second_statistic) == np.sign(found.profile.statistic)
        assert rising.profile.statistic == pytest.approx(-falling.profile.statistic)


def test_no_second_split_is_said_not_repeated():
    # a step: within either side nothing distinguishes the rows but in the opposite direction or not at all
    score = np.arange(40.0)
    time = np.where(score < 20, 10 + score, 1 + score / 100)
    found = rhier(time, np.ones(40), score, 15)
    assert found.second is None
    assert found.cuts == (found.profile.cut,)


def test_sides_without_events_are_not_split():
    score = np.arange(60.0)
    event = score >= 30
    time = np.where(event, np.random.default_rng(3).uniform(1, 2, 60), 200.0)
    found = rhier(time, event, score, 10)
    assert found.profile.cut == 30
    assert found.second is None or found.second > 30


@pytest.mark.parametrize(
    ("ns", "message"),
    [(6, "10 rows are too few for 2 groups of ns = 6"), (0, "ns = 0"), (5, "too many equal scores")],
)
def test_impossible_groups_are_refused(ns, message):
    score = np.r_[np.zeros(6), np.arange(1, 5)]
    with pytest.raises(InputError, match=message):
        rlr(np.arange(1.0, 11), np.ones(10), score, ns)


def test_two_groups_of_exactly_ns_have_one_cut():
    found = rlr(np.arange(1.0, 11), np.ones(10), np.arange(10.0), 5)
    assert found.cuts.tolist() == [5.0]
    assert found.cut == found.last_cut == 5.0

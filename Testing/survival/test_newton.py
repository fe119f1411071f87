from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import minimize

from NEMOPETLib.survival.efron import likelihood, risk_sets
from NEMOPETLib.survival.newton import _uphill, maximise, quick_maxima, reduced_maxima


@pytest.fixture
def problem(random_cohort):
    time, event, score = random_cohort(3, 150, tied=True, effect=1.0)
    x = np.vstack([score, np.random.default_rng(2).normal(size=(4, 150))])
    x[1] += 0.7 * score
    x = (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True)
    sets = risk_sets(time, event)
    return sets, x[:, sets.order]


def test_the_maximum_is_where_a_general_optimiser_finds_it(problem):
    sets, x = problem
    best = maximise(sets, x)
    other = minimize(
        lambda b: -float(likelihood(sets, x, b).loglik),
        np.zeros(5),
        jac=lambda b: -likelihood(sets, x, b).gradient,
        method="BFGS",
        options={"gtol": 1e-8},
    )
    assert best.loglik >= -other.fun - 1e-9
    assert_allclose(best.beta, other.x, atol=1e-6)
    assert not best.diverging.any()


def test_quick_maxima_of_submodels_are_their_maxima(problem):
    sets, x = problem
    free = np.array([[1, 1, 1, 1, 1], [1, 0, 1, 0, 1], [0, 0, 0, 0, 1]], dtype=bool)
    quick = quick_maxima(sets, x, np.zeros((3, 5)), free)
    full = maximise(sets, x)
    information = likelihood(sets, x, full.beta).information
    reduced = reduced_maxima(sets, x, np.tile(full.beta, (3, 1)), np.tile(information, (3, 1, 1)), free)
    for row, columns in enumerate(free):
        alone = maximise(sets, x[columns])
        for found in (quick, reduced):
            assert_allclose(found.loglik[row], alone.loglik, rtol=0, atol=2e-8)
            assert_allclose(found.beta[row, columns], alone.beta, atol=1e-4)
            assert (found.beta[row, ~columns] == 0).all()


def test_reduced_maxima_survive_a_poor_start(problem):
    sets, x = problem
    free = np.array([[0, 1, 1, 1, 1]], dtype=bool)
    poor = reduced_maxima(sets, x, np.full((1, 5), 2.0), np.eye(5)[None], free, most=3)
    assert_allclose(poor.loglik[0], maximise(sets, x[1:]).loglik, atol=2e-8)


def test_steps_too_long_are_halved(problem):
    sets, x = problem
    here = likelihood(sets, x, np.zeros(5))
    beta, there = _uphill(sets, x, np.zeros(5), here, 1e4 * here.gradient)
    assert there.loglik >= here.loglik - 1e-6
    assert 0 < np.abs(beta).max() < 1e4 * np.abs(here.gradient).max()


def test_a_step_downhill_is_not_taken(problem):
    sets, x = problem
    top = maximise(sets, x)
    beta, there = _uphill(sets, x, top.beta, likelihood(sets, x, top.beta), np.full(5, np.nan))
    assert_allclose(beta, top.beta)
    assert there.loglik == pytest.approx(top.loglik)


def test_predictors_of_any_size_neither_overflow_nor_divide_by_zero(problem):
    sets, x = problem
    for size in (1e3, 1e6, 1e12):
        found = likelihood(sets, x, np.full(5, size))
        assert np.isfinite(found.loglik)
        assert np.isfinite(found.information).all()

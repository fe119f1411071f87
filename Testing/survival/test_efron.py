from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from NEMOPETLib.survival.efron import likelihood, null_loglik, null_residuals, risk_sets


def by_definition(time, event, x, beta) -> float:
    """Efron's log partial likelihood written out."""
    weight = np.exp(x @ beta)
    total = 0.0
    for moment in np.unique(time[event]):
        dying = event & (time == moment)
        at_risk = time >= moment
        deaths = int(dying.sum())
        total += float((x[dying] @ beta).sum())
        for done in range(deaths):
            total -= float(np.log(weight[at_risk].sum() - done / deaths * weight[dying].sum()))
    return total


cohorts = st.integers(5, 40).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(1, 8), min_size=n, max_size=n),
        st.lists(st.booleans(), min_size=n, max_size=n).filter(any),
        st.integers(0, 2**32 - 1),
    )
)


@given(cohorts)
@settings(max_examples=60, deadline=None)
def test_likelihood_gradient_and_information_follow_the_definition(cohort):
    time, event = np.array(cohort[0], dtype=float), np.array(cohort[1])
    generator = np.random.default_rng(cohort[2])
    x, beta = generator.normal(size=(time.size, 3)), generator.normal(size=3) / 2
    sets = risk_sets(time, event)
    found = likelihood(sets, x[sets.order].T, beta)
    assert_allclose(found.loglik, by_definition(time, event, x, beta), rtol=1e-10, atol=1e-10)
    assert_allclose(null_loglik(sets), by_definition(time, event, x, 0 * beta), rtol=1e-10, atol=1e-10)
    for axis in range(3):
        step = np.zeros(3)
        step[axis] = 1e-5
        up, down = (likelihood(sets, x[sets.order].T, beta + sign * step) for sign in (1, -1))
        assert_allclose(found.gradient[axis], (up.loglik - down.loglik) / 2e-5, atol=1e-5)
        assert_allclose(-found.information[axis], (up.gradient - down.gradient) / 2e-5, atol=1e-5)


@given(cohorts)
@settings(max_examples=40, deadline=None)
def test_null_residuals_follow_the_definition_and_sum_to_zero(cohort):
    time, event = np.array(cohort[0], dtype=float), np.array(cohort[1])
    residuals = null_residuals(time, event)
    expected = np.zeros(time.size)
    for moment in np.unique(time[event]):
        r, d = int((time >= moment).sum()), int((event & (time == moment)).sum())
        for row in np.flatnonzero(time >= moment):
            dies = bool(event[row]) and time[row] == moment
            expected[row] += sum((1 - k / d if dies else 1) / (r - k) for k in range(d))
    assert_allclose(residuals, event - expected, atol=1e-12)
    assert residuals.sum() == pytest.approx(0, abs=1e-10)


def test_many_betas_at_once_are_each_alone(random_cohort):
    time, event, _ = random_cohort(1, 60, tied=True)
    generator = np.random.default_rng(0)
    x, betas = generator.normal(size=(4, 60)), generator.normal(size=(5, 4)) / 3
    sets = risk_sets(time, event)
    together = likelihood(sets, x, betas)
    for index, beta in enumerate(betas):
        alone = likelihood(sets, x, beta)
        assert_allclose(together.loglik[index], alone.loglik)
        assert_allclose(together.gradient[index], alone.gradient)
        assert_allclose(together.information[index], alone.information)

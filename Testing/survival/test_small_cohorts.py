"""Cohorts too small or too tied for what is asked of them: a number, a warning or one clear line, never a crash."""

from __future__ import annotations

import numpy as np
import pytest

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.chain import Chain, run_chain
from NEMOPETLib.survival.concordance import concordance
from NEMOPETLib.survival.cox import cox_fit
from NEMOPETLib.survival.cut_methods import METHODS, CutRule, cut_p_values, find_cuts
from NEMOPETLib.survival.design import numeric_design
from NEMOPETLib.survival.proportional_hazards import proportional_hazards
from NEMOPETLib.survival.rmolr import rsolr12
from NEMOPETLib.survival.step_aic import step_aic


def tiny(seed):
    """3 to 24 rows, 1 to 3 events, tied times; covariates of few values or continuous."""
    generator = np.random.default_rng(seed)
    n, p = int(generator.integers(3, 25)), int(generator.integers(1, 4))
    time = generator.integers(1, 10, n).astype(float)
    event = np.zeros(n, dtype=bool)
    event[generator.choice(n, int(generator.integers(1, 4)), replace=False)] = True
    x = generator.integers(0, 3, (n, p)).astype(float) if seed % 2 else generator.normal(size=(n, p))
    return time, event, numeric_design(x, list("abc")[:p])


def attempt(run):
    """The result, or None where it is refused."""
    try:
        return run()
    except InputError:
        return None


@pytest.mark.parametrize("seed", range(80))
def test_models_end_in_numbers_or_in_one_line(seed):
    time, event, design = tiny(seed)
    fit = attempt(lambda: cox_fit(time, event, design))
    chosen = attempt(lambda: step_aic(time, event, design))
    assert (fit is None) == (chosen is None)
    if fit is None:
        return
    assert np.isfinite(fit.coef).all()
    assert np.isfinite(fit.se).all()
    assert np.isfinite(fit.risk_score(design.matrix)).all()
    assert fit.loglik >= fit.loglik_null - 1e-9
    assert chosen.fit.aic <= fit.aic + 1e-6
    attempt(lambda: proportional_hazards(time, event, design, fit))
    attempt(lambda: run_chain(time, event, Chain(design, "both"), np.arange(time.size)))
    attempt(lambda: concordance(time, event, fit.risk_score(design.matrix)))


@pytest.mark.parametrize("seed", range(40))
def test_cuts_end_in_numbers_or_in_one_line(seed):
    time, event, design = tiny(seed)
    score = design.matrix[:, 0]
    for method in METHODS:
        rule = CutRule(method, ns=2, horizon=5)
        found = attempt(lambda rule=rule: find_cuts(rule, time, event, score))
        if found is not None:
            assert all(np.isfinite(cut.value) for cut in found.cuts)
            p = cut_p_values(rule, time, event, score, permutations=5)
            assert 0 <= p.corrected <= 1
    attempt(lambda: rsolr12(time, event, score, 2))

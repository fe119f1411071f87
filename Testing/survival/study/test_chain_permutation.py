from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.chain import Chain, Derived
from NEMOPETLib.survival.cut_methods import CutRule, find_cuts
from NEMOPETLib.survival.design import numeric_design
from NEMOPETLib.survival.log_rank import log_rank
from NEMOPETLib.survival.risk_groups import assign_groups
from NEMOPETLib.survival.study.chain_permutation import chain_permutation_p

RULES = (CutRule("median"), CutRule("rlr", ns=15), CutRule("rhier", ns=15), CutRule("surv_cutpoint"))
Cohort = Callable[..., tuple[np.ndarray, np.ndarray, np.ndarray]]


def test_one_variable_without_selection_is_a_permutation_of_the_score(random_cohort: Cohort) -> None:
    """Then nothing is learned but the direction, so that dealing out the scores says the same."""
    time, event, score = random_cohort(3, 90, effect=0.25)
    chain = Chain(numeric_design(score[:, None], ["x"]), "none", rules=RULES)
    found = chain_permutation_p(time, event, chain, 200, 1)

    def strength(rule: CutRule, values: np.ndarray) -> float:
        groups = assign_groups(values, find_cuts(rule, time, event, values).cuts)
        return -log_rank(time, event, groups).log_p

    generator = np.random.default_rng(8)
    orders = [generator.permutation(score) for _ in range(200)]
    for rule, p in zip(RULES, found, strict=True):
        observed = strength(rule, score)
        direct = np.mean([max(strength(rule, values), strength(rule, -values)) >= observed for values in orders])
        assert p == pytest.approx(direct, abs=0.15)  # three standard errors of the difference at most


def test_the_same_seed_gives_the_same_p(random_cohort: Cohort) -> None:
    time, event, score = random_cohort(5, 60)
    chain = Chain(numeric_design(score[:, None], ["x"]), rules=(CutRule("median"),))
    assert chain_permutation_p(time, event, chain, 30, 4) == chain_permutation_p(time, event, chain, 30, 4)


def test_a_strong_effect_has_the_smallest_p(random_cohort: Cohort) -> None:
    time, event, score = random_cohort(7, 120, effect=2.0)
    chain = Chain(numeric_design(score[:, None], ["x"]), rules=RULES)
    assert chain_permutation_p(time, event, chain, 39, 0).tolist() == [1 / 40] * 4


def test_what_selection_and_search_find_in_noise_is_not_believed() -> None:
    """Ten variables of noise: the groups differ by p < 0.001 as if given, which permutations do as well."""
    generator = np.random.default_rng(12)
    n = 120
    time, event = generator.exponential(size=n), generator.random(n) < 0.5
    inner = numeric_design(generator.normal(size=(n, 6)), [f"i{k}" for k in range(6)])
    outer = numeric_design(generator.normal(size=(n, 5)), ["score", "a", "b", "c", "d"])
    chain = Chain(outer, "both", (Derived("score", inner),), (CutRule("rlr", ns=20),))
    naive = _naive(time, event, chain)
    (p,) = chain_permutation_p(time, event, chain, 99, 2)
    assert naive < 0.01
    assert p > 0.05


def _naive(time: np.ndarray, event: np.ndarray, chain: Chain) -> float:
    from NEMOPETLib.survival.chain import run_chain

    learned = run_chain(time, event, chain, np.arange(time.size))
    return float(stats.chi2.sf(learned.chisq[0], 1))


def test_permutations_without_any_variable_count_as_no_difference() -> None:
    """With one weak candidate most permutations select nothing: they do not reach a real difference."""
    generator = np.random.default_rng(2)
    x = generator.normal(size=150)
    time, event = generator.exponential(np.exp(-0.5 * x)), np.ones(150, dtype=bool)
    chain = Chain(numeric_design(x[:, None], ["x"]), "both", rules=(CutRule("median"),))
    assert chain_permutation_p(time, event, chain, 19, 0).tolist() == [1 / 20]


def test_rows_that_cannot_carry_the_chain() -> None:
    chain = Chain(numeric_design(np.ones((20, 1)), ["flat"]), rules=(CutRule("median"),))
    with pytest.raises(InputError, match="flat is constant"):
        chain_permutation_p(np.arange(1.0, 21), np.ones(20, dtype=bool), chain, 9, 0)

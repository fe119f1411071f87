"""p-values of risk groups, corrected for everything that was learned on the rows they are tested on.

The outcomes are dealt out at random to the patients, and the whole chain (earlier scores, selection, fit, search for
cut-points) is learned anew: p = (1 + permutations whose groups differ at least as much)/(1 + permutations). Groups
differ by −log p of their log-rank test, 0 where the chain ends without groups.

Source: Phipson & Smyth, Stat Appl Genet Mol Biol 9 (2010) 39; Dobbin & Simon, BMC Med Genomics 4 (2011) 31.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.chain import Chain, learn_score, log_rank_of_cuts
from NEMOPETLib.survival.cox import relative_risk
from NEMOPETLib.survival.cut_methods import CutRule, find_cuts
from NEMOPETLib.survival.group_counts import DistinctTimes, distinct_times
from NEMOPETLib.survival.times import Bools, Floats, Integers


def chain_permutation_p(
    time: Floats, event: Bools, chain: Chain, permutations: int, seed: int | Sequence[int]
) -> Floats:
    """p-value of each of the chain's cut rules, (rules,).

    Parameters
    ----------
    time, event
        (n,) checked times and events of the rows that taught the chain.
    chain
        What was learned; each of its rules finds cuts in these rows.
    permutations, seed
        How many random orders, and where they start.

    Raises
    ------
    InputError
        The rows cannot carry the chain.
    """
    everybody = np.arange(time.size)
    least = _strengths(time, event, chain, everybody) * (1 - 1e-9)
    generator = np.random.default_rng(seed)
    reached = np.zeros(len(chain.rules))
    for _ in range(permutations):
        order = generator.permutation(time.size)
        reached += _strengths(time[order], event[order], chain, everybody) >= least
    return (1 + reached) / (1 + permutations)


def _strengths(time: Floats, event: Bools, chain: Chain, rows: Integers) -> Floats:
    """−log p of the log-rank test between each rule's groups."""
    learned = learn_score(time, event, chain, rows)
    if not learned.selected:
        return np.zeros(len(chain.rules))
    risk = relative_risk(learned.predictor)
    distinct = distinct_times(time)
    return np.array([_strength(time, event, risk, rule, distinct) for rule in chain.rules])


def _strength(time: Floats, event: Bools, risk: Floats, rule: CutRule, distinct: DistinctTimes) -> float:
    try:
        cuts = find_cuts(rule, time, event, risk).cuts
    except InputError:  # too many equal scores where only 0/1 variables were kept
        return 0.0
    test = log_rank_of_cuts(distinct, event, risk, cuts)
    return 0.0 if test is None else -test.log_p

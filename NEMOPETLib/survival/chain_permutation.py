"""p-values of risk groups, corrected for everything that was learned on the rows they are tested on.

The outcomes are dealt out at random to the patients, and the whole chain (earlier scores, selection, fit, search for
cut-points) is learned anew: p = (1 + permutations whose groups differ at least as much)/(1 + permutations). Groups
differ by −log p of their log-rank test, 0 where the chain ends without groups.

Source: Phipson & Smyth, Stat Appl Genet Mol Biol 9 (2010) 39; Dobbin & Simon, BMC Med Genomics 4 (2011) 31.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.bootstrap import Chain, Learned, run_chain
from NEMOPETLib.survival.times import Bools, Floats


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
    least = _strengths(run_chain(time, event, chain, everybody)) * (1 - 1e-9)
    generator = np.random.default_rng(seed)
    reached = np.zeros(len(chain.rules))
    for _ in range(permutations):
        order = generator.permutation(time.size)
        try:
            strengths = _strengths(run_chain(time[order], event[order], chain, everybody))
        except (InputError, np.linalg.LinAlgError):  # no variable was kept, so there are no groups
            strengths = np.zeros(len(chain.rules))
        reached += strengths >= least
    return (1 + reached) / (1 + permutations)


def _strengths(learned: Learned) -> Floats:
    """−log p of the log-rank test between each rule's groups."""
    return np.array(
        [
            -float(stats.chi2.logsf(chisq, len(cuts))) if cuts else 0.0
            for chisq, cuts in zip(learned.chisq, learned.cuts, strict=True)
        ]
    )

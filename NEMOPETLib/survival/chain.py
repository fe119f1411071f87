"""The whole chain from derived score to cut-point, learned from some rows and tried on others.

The derived score (BCi) is learned, entered into the model, the variables are selected, the risk score is cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.calibration import calibration_slope
from NEMOPETLib.survival.concordance import concordance
from NEMOPETLib.survival.cox import relative_risk
from NEMOPETLib.survival.cox_problem import centres, standardise
from NEMOPETLib.survival.cut_methods import CutRule, find_cuts
from NEMOPETLib.survival.design import Design
from NEMOPETLib.survival.efron import risk_sets
from NEMOPETLib.survival.group_counts import DistinctTimes, distinct_times, group_counts
from NEMOPETLib.survival.log_rank import LogRank, log_rank_of_groups
from NEMOPETLib.survival.newton import maximise
from NEMOPETLib.survival.risk_groups import CutPoint, assign_groups
from NEMOPETLib.survival.step_aic import Direction, choose_terms
from NEMOPETLib.survival.times import Bools, Floats, Integers


@dataclass(frozen=True, eq=False)
class Derived:
    """A variable that is itself the risk score of a Cox model, e.g. BCi.

    Parameters
    ----------
    name
        Its column in the outer design.
    design
        Its own candidates, of the same rows.
    selection
        How they are chosen.
    log
        Whether it enters as the logarithm of the score.
    """

    name: str
    design: Design
    selection: Direction = "both"
    log: bool = False


@dataclass(frozen=True, eq=False)
class Chain:
    """What is repeated in every sample.

    Parameters
    ----------
    design
        Candidates of the model; the columns of derived variables are overwritten.
    selection
        How they are chosen.
    derived
        Variables learned on the way.
    rules
        Cuts of the risk score.
    """

    design: Design
    selection: Direction = "both"
    derived: tuple[Derived, ...] = ()
    rules: tuple[CutRule, ...] = ()


@dataclass(frozen=True, eq=False)
class Learned:
    """One run of the chain: variables kept, also of each derived variable, and all rows' linear predictor.

    ``cuts`` holds for each rule its cuts of exp(linear predictor), centred on the original rows' means;
    ``slope`` is the calibration slope of the linear predictor in the original rows (NaN if it is constant).
    """

    selected: tuple[str, ...]
    inner: dict[str, tuple[str, ...]]
    predictor: Floats
    cuts: tuple[tuple[float, ...], ...]
    concordance: float
    original_concordance: float
    slope: float
    chisq: tuple[float, ...]
    original_chisq: tuple[float, ...]


def _fit(
    time: Floats, event: Bools, matrix: Floats, design: Design, rows: Integers, selection: Direction
) -> tuple[tuple[str, ...], Floats]:
    """Variables chosen in a sample and the linear predictor of all original rows, centred on their means."""
    standard, scale = standardise(matrix[rows], design.columns)
    sets = risk_sets(time[rows], event[rows])
    x = np.ascontiguousarray(standard[sets.order].T)
    terms = choose_terms(sets, x, design, selection)[-1].terms
    kept = design.columns_of(terms)
    coef = maximise(sets, x[kept]).beta / scale[kept]
    return terms, (matrix[:, kept] - centres(matrix[:, kept])) @ coef


def log_rank_of_cuts(distinct: DistinctTimes, event: Bools, risk: Floats, cuts: Sequence[CutPoint]) -> LogRank | None:
    """Log-rank test between the groups that the cuts make; None where there is one group."""
    if not cuts:
        return None
    return log_rank_of_groups(group_counts(distinct, event, assign_groups(risk, cuts), len(cuts) + 1))


def _separation(distinct: DistinctTimes, event: Bools, risk: Floats, cuts: Sequence[CutPoint]) -> float:
    """Its χ²; 0 where there is one group."""
    found = log_rank_of_cuts(distinct, event, risk, cuts)
    return 0.0 if found is None else found.test.chisq


@dataclass(frozen=True, eq=False)
class LearnedScore:
    """What selection and fit make of some rows: variables kept, also of derived scores; linear predictor of all rows.

    A derived score of which no variable is kept is the same for all, and is left out.
    """

    selected: tuple[str, ...]
    inner: dict[str, tuple[str, ...]]
    predictor: Floats


def learn_score(time: Floats, event: Bools, chain: Chain, rows: Integers) -> LearnedScore:
    """Learn derived scores and the model from some rows (with repetitions). Errors as `run_chain`."""
    if not event[rows].any():
        raise InputError("no events in the sample")
    matrix, terms = chain.design.matrix.copy(), list(chain.design.terms)
    inner: dict[str, tuple[str, ...]] = {}
    for part in chain.derived:
        inner[part.name], predictor = _fit(time, event, part.design.matrix, part.design, rows, part.selection)
        if inner[part.name]:
            values = predictor if part.log else relative_risk(predictor)
            matrix[:, chain.design.columns_of([part.name])] = values[:, None]
        else:
            terms.remove(part.name)
    columns = chain.design.columns_of(terms)
    selected, predictor = _fit(time, event, matrix[:, columns], chain.design.only(terms), rows, chain.selection)
    return LearnedScore(selected, inner, predictor)


def run_chain(time: Floats, event: Bools, chain: Chain, rows: Integers) -> Learned:
    """Learn the chain from some rows (with repetitions) and try it on them and on all rows.

    Where no variable is kept there are no cuts.

    Raises
    ------
    InputError
        These rows cannot carry it: no events, a constant column, too few rows to cut.
    """
    learned = learn_score(time, event, chain, rows)
    predictor, risk = learned.predictor, relative_risk(learned.predictor)
    cuts, own, original = [], [], []
    own_times, times = distinct_times(time[rows]), distinct_times(time)
    for rule in chain.rules:
        found = find_cuts(rule, time[rows], event[rows], risk[rows]).cuts if learned.selected else ()
        cuts.append(tuple(cut.value for cut in found))
        own.append(_separation(own_times, event[rows], risk[rows], found))
        original.append(_separation(times, event, risk, found))
    return Learned(
        learned.selected,
        learned.inner,
        predictor,
        tuple(cuts),
        concordance(time[rows], event[rows], predictor[rows]).index,
        concordance(time, event, predictor).index,
        calibration_slope(time, event, predictor).slope if learned.selected else float("nan"),
        tuple(own),
        tuple(original),
    )

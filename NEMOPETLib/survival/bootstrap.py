"""Optimism of the whole chain from derived score to cut-point, by bootstrap.

Every sample of patients, drawn with replacement, goes the whole way again: the derived score (BCi) is
learned, entered into the model, the variables are selected, the risk score is cut. What the chain of a sample
achieves on that sample, less what it achieves on the original patients, is its optimism; the mean optimism is
subtracted from what the original chain achieves on its own patients.

Source: Harrell, Lee & Mark, Stat Med 15 (1996) 361.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

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
from NEMOPETLib.survival.times import Bools, Floats, Integers, checked_times


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


@dataclass(frozen=True)
class Corrected:
    """A measure on the training patients, its mean optimism, and the difference."""

    apparent: float
    optimism: float

    @property
    def corrected(self) -> float:
        """What to expect of new patients."""
        return self.apparent - self.optimism


@dataclass(frozen=True, eq=False)
class BootstrapResult:
    """What the samples say of a chain.

    Parameters
    ----------
    samples, failed
        Samples that went the whole way, and those that could not (e.g. nobody with a rare level in them).
    original
        The chain on the original patients.
    concordance
        Optimism of the concordance index.
    slope
        Mean calibration slope of the samples' linear predictors in the original patients: below 1, the model
        is overfitted and its coefficients should shrink by this factor.
    chisq
        For each rule, optimism of the log-rank χ² between its groups.
    selected, inner
        Of each candidate the share of samples that keep it, for the model and for each derived variable.
    models
        Share of the samples that end in each set of variables, most frequent first.
    cut_intervals
        For each rule (cuts, 2): 95 % percentile interval of each cut; empty where samples differ in their
        number of cuts, of which only those with as many as the original are counted.
    above
        For each rule (cuts, 2): 95 % interval of the share of the original patients above each cut.
    """

    samples: int
    failed: int
    original: Learned
    concordance: Corrected
    slope: float
    chisq: tuple[Corrected, ...]
    selected: dict[str, float]
    inner: dict[str, dict[str, float]]
    models: dict[tuple[str, ...], float]
    cut_intervals: tuple[Floats, ...]
    above: tuple[Floats, ...]


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


def _sample(time: Floats, event: Bools, chain: Chain, seed: np.random.SeedSequence) -> Learned | None:
    rows = np.random.default_rng(seed).integers(0, time.size, time.size)
    try:
        return run_chain(time, event, chain, rows)
    except InputError:
        return None


def _runs(time: Floats, event: Bools, chain: Chain, samples: int, seed: int, workers: int) -> Iterator[Learned | None]:
    seeds = np.random.SeedSequence(seed).spawn(samples)
    one = partial(_sample, time, event, chain)
    if workers < 2:
        yield from map(one, seeds)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(one, seeds, chunksize=max(1, samples // (8 * workers)))


def bootstrap_chain(
    time: ArrayLike,
    event: ArrayLike,
    chain: Chain,
    samples: int = 1000,
    seed: int = 0,
    workers: int = 1,
) -> BootstrapResult:
    """Optimism, selection frequencies and intervals of the cuts of a chain.

    Parameters
    ----------
    time, event
        (n,) survival times and events.
    chain
        What is repeated.
    samples, seed
        How many samples of n rows, and where their random numbers start: the same seed gives the same result
        whatever the number of workers.
    workers
        Processes.

    Raises
    ------
    InputError
        The original rows cannot carry the chain, or more than half of the samples cannot.
    """
    times, events = checked_times(time, event)
    original = run_chain(times, events, chain, np.arange(times.size))
    learned = [run for run in _runs(times, events, chain, samples, seed, workers) if run is not None]
    if 2 * len(learned) < samples:
        raise InputError(f"bootstrap: {samples - len(learned)} of {samples} samples could not carry the model")
    optimism = np.mean([run.concordance - run.original_concordance for run in learned])
    gains = np.mean([np.subtract(run.chisq, run.original_chisq) for run in learned], axis=0)
    kept = [[run.cuts[i] for run in learned] for i in range(len(chain.rules))]
    above = [[_shares_above(run, i) for run in learned] for i in range(len(chain.rules))]
    sizes = [len(cuts) for cuts in original.cuts]
    models = Counter(tuple(sorted(run.selected, key=chain.design.terms.index)) for run in learned)
    return BootstrapResult(
        len(learned),
        samples - len(learned),
        original,
        Corrected(original.concordance, float(optimism)),
        float(np.nanmean([run.slope for run in learned])),
        tuple(Corrected(own, float(gain)) for own, gain in zip(original.chisq, gains, strict=True)),
        _frequencies(chain.design.terms, [run.selected for run in learned]),
        {p.name: _frequencies(p.design.terms, [run.inner[p.name] for run in learned]) for p in chain.derived},
        {terms: count / len(learned) for terms, count in models.most_common()},
        tuple(_interval(values, size) for values, size in zip(kept, sizes, strict=True)),
        tuple(_interval(values, size) for values, size in zip(above, sizes, strict=True)),
    )


def _frequencies(terms: Sequence[str], selections: Sequence[Sequence[str]]) -> dict[str, float]:
    counts = Counter(term for selection in selections for term in selection)
    return {term: counts[term] / len(selections) for term in terms}


def _shares_above(run: Learned, rule: int) -> tuple[float, ...]:
    risk = relative_risk(run.predictor)
    return tuple(float((risk >= cut).mean()) for cut in run.cuts[rule])


def _interval(values: Sequence[tuple[float, ...]], size: int) -> Floats:
    """(size, 2) percentile interval of those values that have this many cuts."""
    counted = np.array([value for value in values if len(value) == size])
    if not size or not counted.size:
        return np.empty((0, 2))
    return np.quantile(counted, [0.025, 0.975], axis=0).T

"""Optimism of the whole chain from derived score to cut-point, by bootstrap.

Every sample of patients, drawn with replacement, goes the whole way again. What the chain of a sample
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
from NEMOPETLib.survival.chain import Chain, Learned, run_chain
from NEMOPETLib.survival.cox import relative_risk
from NEMOPETLib.survival.times import Bools, Floats, checked_times


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

"""The Cox partial likelihood with Efron's handling of ties, as fast as NumPy allows.

Everything is a cumulative sum over rows in falling order of time, so one evaluation costs O(n·p + n·p²).
With l = 0 … d−1 counting the d deaths of one time, R its risk set, D its deaths and w = exp(x·β):

    log L = Σ_deaths x·β − Σ_times Σ_l log φ_l,   φ_l = Σ_R w − (l/d)·Σ_D w.

Source: Efron, J Am Stat Assoc 72 (1977) 557; Therneau & Grambsch, Modeling Survival Data (2000), ch. 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from NEMOPETLib.survival.times import Bools, Floats, Integers


@dataclass(frozen=True, eq=False)
class RiskSets:
    """Who is at risk when. "Position" counts rows in falling order of time.

    Parameters
    ----------
    order
        (n,) row at each position.
    deaths
        (d,) positions of the deaths.
    first
        (m,) index into ``deaths`` of the first death of each distinct death time.
    moment
        (d,) index of each death's time among the m distinct ones.
    fraction
        (d,) l/d of each death.
    last
        (m,) last position still at risk at each death time.
    reach
        (n,) index of the latest death time not after each position's time (m where there is none).
    times
        (m,) distinct death times, falling.
    tied
        Whether any two deaths share a time.
    """

    order: Integers
    deaths: Integers
    first: Integers
    moment: Integers
    fraction: Floats
    last: Integers
    reach: Integers
    times: Floats
    tied: bool


def risk_sets(time: Floats, event: Bools) -> RiskSets:
    """Order checked survival times (with at least one event) into risk sets."""
    order = np.argsort(-time, kind="stable")
    falling = time[order]
    deaths = np.flatnonzero(event[order])
    death_times = falling[deaths]
    new = np.append(True, death_times[1:] != death_times[:-1])
    first = np.flatnonzero(new)
    moment = np.cumsum(new) - 1
    counts = np.diff(np.append(first, deaths.size))
    times = death_times[first]
    return RiskSets(
        order=order,
        deaths=deaths,
        first=first,
        moment=moment,
        fraction=(np.arange(deaths.size) - first[moment]) / counts[moment],
        last=np.searchsorted(-falling, -times, side="right") - 1,
        reach=np.searchsorted(-times, -falling, side="left"),
        times=times,
        tied=first.size < deaths.size,
    )


def death_denominators(sets: RiskSets, weights: Floats) -> Floats:
    """φ of each death, (…, d), for weights w > 0 by position, (…, n)."""
    at_risk = weights.cumsum(axis=-1).take(sets.last, axis=-1)
    if not sets.tied:
        return at_risk
    dying = np.add.reduceat(weights.take(sets.deaths, axis=-1), sets.first, axis=-1)
    return at_risk.take(sets.moment, axis=-1) - sets.fraction * dying.take(sets.moment, axis=-1)


def death_means(sets: RiskSets, x: Floats, weights: Floats, denominators: Floats) -> Floats:
    """Efron's weighted mean of ``x``, (p, n), over the risk set of each death, (…, p, d)."""
    weighted = weights[..., None, :] * x
    means = weighted.cumsum(axis=-1).take(sets.last, axis=-1)
    if sets.tied:
        dying = np.add.reduceat(weighted.take(sets.deaths, axis=-1), sets.first, axis=-1)
        means = means.take(sets.moment, axis=-1) - sets.fraction * dying.take(sets.moment, axis=-1)
    return means / denominators[..., None, :]


def cumulative_hazard(sets: RiskSets, rates: Floats) -> Floats:
    """Each position's sum of ``rates``, one a death, (…, d), up to its time, (…, n).

    With rates 1/φ this is its expected number of deaths divided by its weight: those who die at a time get
    Σ_l (1 − l/d)/φ_l there.
    """
    steps = np.add.reduceat(rates, sets.first, axis=-1) if sets.tied else rates
    hazard = np.zeros((*steps.shape[:-1], steps.shape[-1] + 1))
    hazard[..., :-1] = steps[..., ::-1].cumsum(axis=-1)[..., ::-1]
    expected = hazard.take(sets.reach, axis=-1)
    if sets.tied:
        spared = np.add.reduceat(sets.fraction * rates, sets.first, axis=-1)
        expected[..., sets.deaths] -= spared.take(sets.moment, axis=-1)
    return expected


def null_residuals(time: Floats, event: Bools) -> Floats:
    """Efron martingale residuals δ − Λ of the model without covariates, (n,), in the order given."""
    sets = risk_sets(time, event)
    residuals = np.empty(time.size)
    expected = cumulative_hazard(sets, 1 / death_denominators(sets, np.ones(time.size)))
    residuals[sets.order] = event[sets.order] - expected
    return residuals


def null_loglik(sets: RiskSets) -> float:
    """Log partial likelihood at β = 0."""
    return float(-np.log(death_denominators(sets, np.ones(sets.order.size))).sum())


@dataclass(frozen=True, eq=False)
class Likelihood:
    """Log partial likelihood at each of some β, (…), its gradient, (…, p), and information, (…, p, p)."""

    loglik: Floats
    gradient: Floats
    information: Floats

    def newton_step(self, free: Bools | None = None) -> Floats:
        """Information⁻¹·gradient, (…, p), 0 for coefficients that are not ``free``, (…, p)."""
        if free is None:
            free = np.ones(self.gradient.shape, dtype=np.bool_)
        right = np.where(free, self.gradient, 0.0)[..., None]
        return np.linalg.solve(restricted(self.information, free), right)[..., 0].astype(np.float64, copy=False)


def restricted(information: Floats, free: Bools) -> Floats:
    """The information matrices with the rows and columns that are not ``free`` of an identity matrix.

    Their diagonal is raised by 1e-10, nothing beside the information of a finite coefficient, so that they can
    be inverted even where a coefficient runs away and its information to 0.
    """
    identity = np.eye(information.shape[-1])
    both = free[..., :, None] & free[..., None, :]
    return np.where(both, information, identity) + 1e-10 * identity


def loglik_parts(sets: RiskSets, x: Floats, beta: Floats) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Weights, denominators, expected deaths, log likelihood and gradient at each β."""
    predictor = beta @ x
    predictor -= predictor.max(axis=-1, keepdims=True)  # which changes nothing, but nothing overflows
    np.maximum(predictor, -500.0, out=predictor)
    weights = np.exp(predictor)
    denominators = death_denominators(sets, weights)
    expected = weights * cumulative_hazard(sets, 1 / denominators)
    loglik = (predictor.take(sets.deaths, axis=-1) - np.log(denominators)).sum(axis=-1)
    residuals = -expected
    residuals[..., sets.deaths] += 1.0
    gradient = residuals @ x.T
    return weights, denominators, expected, loglik, gradient


def likelihood(sets: RiskSets, x: Floats, beta: Floats) -> Likelihood:
    """Evaluate at ``beta``, (…, p), for covariates ``x``, (p, n), by position (``X[sets.order].T``)."""
    weights, denominators, expected, loglik, gradient = loglik_parts(sets, x, beta)
    means = death_means(sets, x, weights, denominators)
    information = (x * expected[..., None, :]) @ x.T - means @ np.swapaxes(means, -1, -2)
    return Likelihood(loglik, gradient, information)

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
    """φ of each death, (d,), for weights w > 0 given by position."""
    at_risk = np.cumsum(weights)[sets.last]
    if not sets.tied:
        return at_risk
    dying = np.add.reduceat(weights[sets.deaths], sets.first)
    return at_risk[sets.moment] - sets.fraction * dying[sets.moment]


def death_means(sets: RiskSets, x: Floats, weights: Floats, denominators: Floats) -> Floats:
    """Efron's weighted mean of ``x``, (p, n), over the risk set of each death, (p, d)."""
    weighted = weights * x
    means = np.cumsum(weighted, axis=1)[:, sets.last]
    if sets.tied:
        dying = np.add.reduceat(weighted[:, sets.deaths], sets.first, axis=1)
        means = means[:, sets.moment] - sets.fraction * dying[:, sets.moment]
    return means / denominators


def cumulative_hazard(sets: RiskSets, rates: Floats) -> Floats:
    """Each position's sum of ``rates``, one a death, (n,), up to its time.

    With rates 1/φ this is its expected number of deaths divided by its weight: those who die at a time get
    Σ_l (1 − l/d)/φ_l there.
    """
    steps = np.add.reduceat(rates, sets.first) if sets.tied else rates
    hazard = np.zeros(steps.size + 1)
    hazard[:-1] = np.cumsum(steps[::-1])[::-1]
    expected = hazard[sets.reach]
    if sets.tied:
        spared = np.add.reduceat(sets.fraction * rates, sets.first)
        expected[sets.deaths] -= spared[sets.moment]
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
    """Log partial likelihood at one β with its gradient, (p,), and information matrix, (p, p)."""

    loglik: float
    gradient: Floats
    information: Floats

    def newton_step(self) -> Floats:
        """Information⁻¹·gradient, (p,)."""
        return np.linalg.solve(self.information, self.gradient).astype(np.float64, copy=False)


def likelihood(sets: RiskSets, x: Floats, beta: Floats) -> Likelihood:
    """Evaluate at ``beta`` for covariates ``x``, (p, n), columns by position (``X[sets.order].T``)."""
    predictor = beta @ x
    weights = np.exp(predictor)
    denominators = death_denominators(sets, weights)
    means = death_means(sets, x, weights, denominators)
    expected = weights * cumulative_hazard(sets, 1 / denominators)
    residuals = -expected
    residuals[sets.deaths] += 1
    return Likelihood(
        float(predictor[sets.deaths].sum() - np.log(denominators).sum()),
        x @ residuals,
        (x * expected) @ x.T - means @ means.T,
    )


@dataclass(frozen=True, eq=False)
class Maximum:
    """Where Newton's method ended.

    ``diverging`` marks, (p,), coefficients whose next step would still be longer than 0.01 (of covariates of
    unit standard deviation) although the likelihood is flat: their estimate is infinite.
    """

    beta: Floats
    loglik: float
    information: Floats
    diverging: Bools


def _uphill(
    sets: RiskSets, x: Floats, beta: Floats, here: Likelihood, step: Floats
) -> tuple[Floats, Likelihood]:
    """Take the step, halved until the log likelihood does not fall by more than rounding."""
    least = here.loglik - 1e-9 * abs(here.loglik)
    there = likelihood(sets, x, beta + step)
    while not there.loglik >= least:  # not a number where exp overflowed
        step = step / 2
        there = likelihood(sets, x, beta + step)
    return beta + step, there


def maximise(sets: RiskSets, x: Floats, most: int = 30) -> Maximum:
    """Newton's method from β = 0 with the stopping rule of R's ``coxph.control(eps = 1e-9)``.

    The rule is R's so that the last digits are: it ends with the first step that changes the log likelihood
    by less than 1e-9 of it, some 1e-6 standard errors from the maximum at worst.

    Parameters
    ----------
    sets, x
        As for `likelihood`; the rows of ``x`` centred and of unit standard deviation.
    most
        Steps at most.

    Raises
    ------
    numpy.linalg.LinAlgError
        The information matrix is singular (collinear or constant covariates).
    """
    beta = np.zeros(x.shape[0])
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        here = likelihood(sets, x, beta)
        for _ in range(most):
            before = here.loglik
            beta, here = _uphill(sets, x, beta, here, here.newton_step())
            if abs(1 - before / here.loglik) <= 1e-9:
                break
    left = here.newton_step()
    return Maximum(beta, here.loglik, here.information, np.abs(left) > 0.01)


def quick_maximum(sets: RiskSets, x: Floats, start: Floats, most: int = 30) -> Maximum:
    """The maximum with as few evaluations as will do, from a start that may be close.

    Stops when the next step would raise the log likelihood by less than 1e-8, takes that step unseen and adds
    its predicted gain: the log likelihood is then right to about 1e-12, β to about 1e-8 standard errors.
    Other parameters and errors as for `maximise`.
    """
    beta = start
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        here = likelihood(sets, x, beta)
        step = here.newton_step()
        for _ in range(most):
            if here.gradient @ step < 2e-8:
                break
            beta, here = _uphill(sets, x, beta, here, step)
            step = here.newton_step()
    gain = float(here.gradient @ step) / 2
    return Maximum(beta + step, here.loglik + gain, here.information, np.abs(step) > 0.01)

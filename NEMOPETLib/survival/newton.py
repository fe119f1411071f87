"""Where the Cox partial likelihood is largest: by Newton, as R stops it or as fast as selection needs it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from NEMOPETLib.survival.efron import Likelihood, RiskSets, likelihood, loglik_parts, restricted
from NEMOPETLib.survival.times import Bools, Floats

_HALVINGS = 40


def _uphill(sets: RiskSets, x: Floats, beta: Floats, here: Likelihood, step: Floats) -> tuple[Floats, Likelihood]:
    """Take the steps, each halved until its log likelihood does not fall by more than rounding.

    A step that still fails when it is 1e-12 of its length is not taken.
    """
    least = here.loglik - 1e-9 * np.abs(here.loglik)
    for _ in range(_HALVINGS):
        there = likelihood(sets, x, beta + step)
        worse = ~(there.loglik >= least)
        if not worse.any():
            return beta + step, there
        step = np.where(worse[..., None], step / 2, step)
    beta = beta + np.where(worse[..., None], 0.0, step)
    return beta, likelihood(sets, x, beta)


@dataclass(frozen=True, eq=False)
class Maximum:
    """Where Newton's method ended.

    ``diverging`` marks, (p,), coefficients whose next step would still be longer than 0.01 (of covariates of
    unit standard deviation) although the likelihood is flat, or of which no information is left: their estimate
    is infinite.
    """

    beta: Floats
    loglik: float
    information: Floats
    diverging: Bools


def maximise(sets: RiskSets, x: Floats, at_zero: Likelihood | None = None, most: int = 30) -> Maximum:
    """Newton's method from β = 0 with the stopping rule of R's ``coxph.control(eps = 1e-9)``.

    The rule is R's so that the last digits are: it ends with the first step that changes the log likelihood
    by less than 1e-9 of it, some 1e-6 standard errors from the maximum at worst.

    Parameters
    ----------
    sets, x
        As for `likelihood`; the rows of ``x`` centred and of unit standard deviation.
    at_zero
        The likelihood at β = 0, where it is known.
    most
        Steps at most.
    """
    beta = np.zeros(x.shape[0])
    here = likelihood(sets, x, beta) if at_zero is None else at_zero
    for _ in range(most):
        before = float(here.loglik)
        beta, here = _uphill(sets, x, beta, here, here.newton_step())
        # against 0.01 where the likelihood nears 1: then every death was foreseen and β grows without limit
        if abs(float(here.loglik) - before) <= 1e-9 * max(abs(float(here.loglik)), 0.01):
            break
    diverging = (np.abs(here.newton_step()) > 0.01) | (np.diag(here.information) < 1e-8)
    return Maximum(beta, float(here.loglik), here.information, diverging)


@dataclass(frozen=True, eq=False)
class Maxima:
    """Maxima of m models: β, (m, p), and log likelihoods, (m,)."""

    beta: Floats
    loglik: Floats


def quick_maxima(sets: RiskSets, x: Floats, start: Floats, free: Bools, most: int = 30) -> Maxima:
    """The maxima of several models at once, with as few evaluations as will do.

    Stops when the next step would raise no log likelihood by more than 1e-6, takes that step unseen and adds
    its predicted gain: the log likelihood is then right to about 1e-9, β to about 1e-6 standard errors.

    Parameters
    ----------
    sets, x
        As for `maximise`.
    start
        (m, p) first β, 0 where not free.
    free
        (m, p) which coefficients each model has.
    most
        Steps at most.
    """
    beta = start
    here = likelihood(sets, x, beta)
    step = here.newton_step(free)
    for _ in range(most):
        if (np.sum(here.gradient * step, axis=-1) < 2e-6).all():
            break
        beta, here = _uphill(sets, x, beta, here, step)
        step = here.newton_step(free)
    return Maxima(beta + step, here.loglik + np.sum(here.gradient * step, axis=-1) / 2)


def reduced_maxima(sets: RiskSets, x: Floats, beta: Floats, information: Floats, free: Bools, most: int = 12) -> Maxima:
    """The maxima of m models, each with fewer coefficients than another whose maximum is known.

    Steps with the information of that other model need the gradients only, a fifth of the work; where
    ``most`` of them do not reach 1e-8 of the maximum, `quick_maxima` does.

    Parameters
    ----------
    sets, x, free
        As for `quick_maxima`.
    beta, information
        (m, p) and (m, p, p) of the larger models; β is 0 for coefficients that they too lack.
    most
        Steps at most.
    """
    inverse = np.where(free[:, None, :], np.linalg.inv(restricted(information, free)), 0.0)
    lost = np.where(free, 0.0, beta)
    pulled = np.where(free, (information @ lost[..., None])[..., 0], 0.0)
    found = np.where(free, beta, 0.0) + (inverse @ pulled[..., None])[..., 0]  # right to second order
    loglik = np.empty(free.shape[0])
    left = np.arange(free.shape[0])
    with np.errstate(over="ignore", invalid="ignore"):  # of steps that go astray
        for _ in range(most):
            *_, here, gradient = loglik_parts(sets, x, found[left])
            step = (inverse[left] @ np.where(free[left], gradient, 0.0)[..., None])[..., 0]
            gain = np.sum(gradient * step, axis=-1) / 2
            found[left] += step
            loglik[left] = here + gain
            left = left[~(gain < 1e-8)]
            if not left.size:
                return Maxima(found, loglik)
    careful = quick_maxima(sets, x, np.zeros((left.size, x.shape[0])), free[left])
    found[left], loglik[left] = careful.beta, careful.loglik
    return Maxima(found, loglik)

"""What a Cox model must carry along for intervals of predicted survival.

With r = exp((z − m)·β) and Λ₀ the baseline hazard at the centring m, the cumulative hazard of covariates z has variance

    r²·[Σ 1/φ² + q(t)·V·q(t)ᵀ],   q(t) = Λ₀(t)·(z − m) − Σ (x̄ − m)/φ,

summed over the deaths up to t, with φ and x̄ of each death after Efron (see `efron`) and V the covariance of β.
Sources: Tsiatis, Ann Stat 9 (1981) 93; Andersen & Gill, Ann Stat 10 (1982) 1100; Therneau & Grambsch, Modeling
Survival Data (2000), ch. 10. R's ``survfit(coxph(ties = "efron"), newdata)`` gives the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from NEMOPETLib.survival.cox import BaselineHazard, CoxFit, relative_risk
from NEMOPETLib.survival.design import Design
from NEMOPETLib.survival.efron import death_denominators, death_means, risk_sets
from NEMOPETLib.survival.times import Floats, checked_times


@dataclass(frozen=True, eq=False)
class PredictionBasis:
    """Errors of a model's p coefficients and of its baseline hazard at the m distinct death times.

    Parameters
    ----------
    covariance
        (p, p) of the coefficients.
    variance
        (m,) of the baseline hazard from each death time on, were the coefficients known.
    covariates
        (m, p) Σ (x̄ − m)/φ up to each death time: the centred mean of those at risk, summed over the baseline hazard.
    follow_up
        Longest time seen in training: nothing is known beyond.
    """

    covariance: Floats
    variance: Floats
    covariates: Floats
    follow_up: float

    def hazard_se(self, baseline: BaselineHazard, centred: Floats, risk: Floats, times: ArrayLike) -> Floats:
        """Standard error of the cumulative hazard.

        Parameters
        ----------
        baseline
            The model's.
        centred, risk
            (n, p) covariates less the model's means, and (n,) their risk scores.
        times
            (t,) times.

        Returns
        -------
        se
            (n, t).
        """
        moments = np.asarray(times, dtype=np.float64)
        steps = np.searchsorted(baseline.times, moments, side="right")
        variance = np.append(0.0, self.variance)[steps]
        covariates = np.vstack([np.zeros(self.covariates.shape[1]), self.covariates])[steps]
        pulls = baseline.at(moments)[:, None] * centred[:, None, :] - covariates
        spread = np.einsum("ntp,pq,ntq->nt", pulls, self.covariance, pulls)
        return risk[:, None] * np.sqrt(variance + np.maximum(spread, 0.0))


def prediction_basis(time: ArrayLike, event: ArrayLike, design: Design, fit: CoxFit) -> PredictionBasis:
    """Of a model, from the rows it was fitted to.

    Parameters
    ----------
    time, event, design
        What `cox_fit` was given.
    fit
        What it gave.
    """
    times, events = checked_times(time, event)
    sets = risk_sets(times, events)
    centred = design.matrix - fit.means
    weights = relative_risk(centred @ fit.coef)[sets.order]
    denominators = death_denominators(sets, weights)
    means = death_means(sets, np.ascontiguousarray(centred[sets.order].T), weights, denominators)

    def until_each_time(of_deaths: Floats) -> Floats:
        return np.cumsum(np.add.reduceat(of_deaths, sets.first, axis=-1)[..., ::-1], axis=-1)

    return PredictionBasis(
        fit.covariance,
        until_each_time(denominators**-2),
        until_each_time(means / denominators).T,
        float(times.max()),
    )

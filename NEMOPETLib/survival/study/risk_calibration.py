"""From a score to the probability of the event up to a time: weighted logistic regression on the score.

Sources: Platt, in Smola et al. (eds), Advances in Large Margin Classifiers (1999) 61; weights by the inverse
probability of censoring: Graf et al., Stat Med 18 (1999) 2529.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from NEMOPETLib.survival.censoring import censoring_distribution, evaluation_time
from NEMOPETLib.survival.times import Bools, Floats

_RIDGE = 1e-3  # of the slope for a score of unit standard deviation: keeps it finite where all are told apart


@dataclass(frozen=True)
class RiskCalibration:
    """logit(risk) = intercept + slope·score."""

    intercept: float
    slope: float

    def risk(self, score: Floats) -> Floats:
        """(n,) probability of the event."""
        return np.asarray(special.expit(self.intercept + self.slope * score), dtype=np.float64)


def known_outcome(time: Floats, event: Bools, horizon: float) -> tuple[Bools, Floats, tuple[str, ...]]:
    """Event up to a time, and the weight of each row: 1/G, 0 for those censored before.

    Returns
    -------
    died
        (n,) True where the event was seen up to ``horizon``.
    weight
        (n,) inverse probability to be still uncensored at its event or at ``horizon``.
    warnings
        One line where everybody left is censored exactly at ``horizon``.

    Raises
    ------
    InputError
        Nobody was followed up to ``horizon``.
    """
    limit, warnings = evaluation_time(time, horizon, "classifier")
    censoring = censoring_distribution(time, event)
    alive = time > limit
    died = event & ~alive
    weight = np.zeros(time.size)
    weight[alive] = 1 / float(censoring.at(np.array([limit]))[0])
    weight[died] = 1 / censoring.before(time[died])
    return died, weight, warnings


def calibrate(score: Floats, died: Bools, weight: Floats) -> RiskCalibration:
    """Fit intercept and slope by weighted maximum likelihood (Newton); a constant score has slope 0."""
    centre, spread = float(np.average(score, weights=weight)), float(score[weight > 0].std())
    x = np.column_stack([np.ones(score.size), (score - centre) / (spread or 1.0)])
    penalty = np.diag([0.0, _RIDGE if spread else 1.0])
    beta = np.zeros(2)
    for _ in range(50):
        risk = special.expit(x @ beta)
        gradient = x.T @ (weight * (died - risk)) - penalty @ beta
        information = (x * (weight * np.maximum(risk * (1 - risk), 1e-9))[:, None]).T @ x + penalty
        step = np.linalg.solve(information, gradient)
        beta = beta + np.clip(step, -5, 5)
        if np.abs(step).max() < 1e-10:
            break
    slope = float(beta[1]) / (spread or 1.0)
    return RiskCalibration(float(beta[0]) - slope * centre, slope)

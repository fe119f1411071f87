"""Brier score of predicted survival, weighted by the inverse probability of censoring.

Source: Graf, Schmoor, Sauerbrei & Schumacher, Stat Med 18 (1999) 2529.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.censoring import censoring_distribution, evaluation_time
from NEMOPETLib.survival.kaplan_meier import kaplan_meier
from NEMOPETLib.survival.times import Floats, checked_times


@dataclass(frozen=True, eq=False)
class BrierScores:
    """Mean squared error of predicted survival.

    Parameters
    ----------
    times
        (k,) times.
    scores
        (k,) score of the model at each: 0 is perfect, 0.25 a coin.
    reference
        (k,) score of the Kaplan–Meier estimate, which knows no covariates.
    warnings
        One line for each time at which everybody left is censored: evaluated just below.
    """

    times: Floats
    scores: Floats
    reference: Floats
    warnings: tuple[str, ...] = ()

    @property
    def scaled(self) -> Floats:
        """(k,) 1 − score/reference: share of the error without a model that the model removes."""
        return 1 - self.scores / self.reference

    @property
    def integrated(self) -> float:
        """Mean over the time from the first to the last of ``times`` (trapezoidal)."""
        if self.times.size == 1:
            return float(self.scores[0])
        return float(np.trapezoid(self.scores, self.times) / (self.times[-1] - self.times[0]))


def brier_scores(time: ArrayLike, event: ArrayLike, survival: ArrayLike, at: ArrayLike) -> BrierScores:
    """Brier score at several times.

    Parameters
    ----------
    time, event
        (n,) survival times and events of the patients to validate on, from whom censoring is estimated too.
    survival
        (n, k) predicted survival of each at each time.
    at
        (k,) times, rising.

    Raises
    ------
    InputError
        Unusable input, predictions of another shape or outside 0 … 1, or a time nobody was followed up to.
    """
    times, events = checked_times(time, event, need_event=False)
    moments = np.atleast_1d(np.asarray(at, dtype=np.float64))
    predicted = np.asarray(survival, dtype=np.float64).reshape(times.size, -1)
    if predicted.shape[1] != moments.size or not ((predicted >= 0) & (predicted <= 1)).all():
        raise InputError("Brier score: needs one predicted survival between 0 and 1 for each row and time")
    seen = [evaluation_time(times, float(moment), "Brier score") for moment in moments]
    limits = np.array([limit for limit, _ in seen])
    censoring = censoring_distribution(times, events)
    alive = times[:, None] > limits
    died = events[:, None] & ~alive
    g = censoring.at(limits)
    own = censoring.before(times)[:, None]
    weights = np.where(alive, 1 / g, 0.0) + np.where(died, 1 / np.where(died, own, 1.0), 0.0)
    curve = kaplan_meier(times, events)
    without = np.array([curve.at(float(moment)).estimate for moment in moments])
    return BrierScores(
        moments,
        np.mean(weights * (alive - predicted) ** 2, axis=0),
        np.mean(weights * (alive - without) ** 2, axis=0),
        tuple(line for _, lines in seen for line in lines),
    )

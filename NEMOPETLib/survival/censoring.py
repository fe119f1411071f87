"""The censoring distribution, by whose inverse the observed are weighted (IPCW)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from NEMOPETLib.survival.times import Bools, Floats, Integers


@dataclass(frozen=True, eq=False)
class Censoring:
    """Kaplan–Meier estimate of the time to censoring; at a shared time deaths come before censorings.

    Parameters
    ----------
    times
        (m,) distinct times, rising.
    at_risk
        (m,) still to be censored at each time: those at risk less those who die there.
    counts
        (m,) censored at each time.
    survival
        (m,) G, the probability to be uncensored from each time on.
    """

    times: Floats
    at_risk: Integers
    counts: Integers
    survival: Floats

    def at(self, time: Floats) -> Floats:
        """G(t)."""
        return np.append(1.0, self.survival)[np.searchsorted(self.times, time, side="right")]

    def before(self, time: Floats) -> Floats:
        """G(t−)."""
        return np.append(1.0, self.survival)[np.searchsorted(self.times, time, side="left")]


def censoring_distribution(time: Floats, event: Bools) -> Censoring:
    """Estimate from checked times."""
    moments, place = np.unique(time, return_inverse=True)
    deaths = np.bincount(place, weights=event, minlength=moments.size).astype(np.intp)
    leaving = np.bincount(place, minlength=moments.size)
    at_risk = time.size - np.append(0, np.cumsum(leaving)[:-1]) - deaths
    counts = leaving - deaths
    survival = np.cumprod(1 - counts / np.maximum(at_risk, 1), dtype=np.float64)
    return Censoring(moments, at_risk, counts, survival)

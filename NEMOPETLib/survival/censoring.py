"""The censoring distribution, by whose inverse the observed are weighted (IPCW)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from NEMOPETLib.errors import InputError
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


def evaluation_time(times: Floats, time: float, what: str) -> tuple[float, tuple[str, ...]]:
    """The time at which survival beyond ``time`` can be seen, and a warning where it is another.

    Where everybody left is censored exactly at ``time`` (the end of a study) nobody is seen beyond it: then
    it is the next smaller number.

    Raises
    ------
    InputError
        Nobody was followed up to ``time``; ``what`` is what was to be computed.
    """
    if (times > time).any():
        return time, ()
    if not (times == time).any():
        raise InputError(f"{what} at {time:g}: nobody was followed that far, choose an earlier time")
    reason = "everybody left is censored there, so that exactly there nobody is seen to survive it"
    return float(np.nextafter(time, 0)), (f"{what} evaluated just below {time:g}: {reason}",)

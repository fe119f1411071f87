"""How many are at risk, die and leave at each time in each group: what survival curves and log-rank tests count."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from NEMOPETLib.survival.times import Bools, Floats, Integers


@dataclass(frozen=True, eq=False)
class GroupCounts:
    """Counts of k groups at the m distinct times of all.

    Parameters
    ----------
    times
        (m,) distinct times, rising.
    at_risk
        (k, m) rows of each group whose time is not before each of these.
    deaths, leaving
        (k, m) events there, and events and censorings together.
    """

    times: Floats
    at_risk: Integers
    deaths: Integers
    leaving: Integers

    def only(self, groups: Integers) -> GroupCounts:
        """Of these groups only."""
        return GroupCounts(self.times, self.at_risk[groups], self.deaths[groups], self.leaving[groups])


@dataclass(frozen=True, eq=False)
class DistinctTimes:
    """The m distinct times of n rows, rising, and the place of each row among them, (n,)."""

    times: Floats
    place: Integers


def distinct_times(time: Floats) -> DistinctTimes:
    """Of checked times."""
    moments, place = np.unique(time, return_inverse=True)
    return DistinctTimes(moments, place)


def group_counts(distinct: DistinctTimes, event: Bools, codes: Integers, groups: int) -> GroupCounts:
    """Count checked rows, each of the group 0 … ``groups`` − 1 that its code says."""
    moments = distinct.times
    shape, size = (groups, moments.size), groups * moments.size
    cell = codes * moments.size + distinct.place
    leaving = np.bincount(cell, minlength=size).reshape(shape)
    deaths = np.bincount(cell[event], minlength=size).reshape(shape)
    at_risk = leaving[:, ::-1].cumsum(axis=1)[:, ::-1]
    return GroupCounts(moments, at_risk, deaths, leaving)

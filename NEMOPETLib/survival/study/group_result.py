"""Risk groups in a set of rows: their survival, and the tests between them.

Held are the rows and their groups; curves, tests and differences are computed when first asked for, since a study has
some hundred such sets. Times are in the unit of the endpoint, survival between 0 and 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy import stats

from NEMOPETLib.survival.cox import cox_fit
from NEMOPETLib.survival.design import numeric_design
from NEMOPETLib.survival.group_counts import DistinctTimes, GroupCounts, distinct_times, group_counts
from NEMOPETLib.survival.kaplan_meier import GroupCurves, KaplanMeier, MedianSurvival, SurvivalEstimate
from NEMOPETLib.survival.log_rank import LogRank, PairedTest, log_rank_of_groups, pairwise_log_rank
from NEMOPETLib.survival.survival_difference import Difference, survival_difference
from NEMOPETLib.survival.times import Bools, Floats, Integers


@dataclass(frozen=True)
class HazardRatio:
    """Of a group against the lowest one, with its 95 % Wald interval and p-value."""

    group: str
    estimate: float
    lower: float
    upper: float
    p: float


@dataclass(frozen=True, eq=False)
class GroupSurvival:
    """One risk group in one set of rows.

    Parameters
    ----------
    name
        ``low``, ``intermediate``, ``high``.
    n, events
        Rows and events.
    horizons, survival
        Times, and survival there with the interval of R's default (log); empty where n is 0.
    curves, code
        Of all groups, and which of them it is.
    """

    name: str
    n: int
    events: int
    horizons: tuple[float, ...]
    survival: Mapping[float, SurvivalEstimate]
    curves: GroupCurves
    code: int

    @cached_property
    def curve(self) -> KaplanMeier | None:
        """Its Kaplan–Meier curve (with ``limits()``, ``censored`` and ``risk_table(times)``); None where n is 0."""
        return self.curves.curve(self.code) if self.n else None

    @cached_property
    def survival_loglog(self) -> Mapping[float, SurvivalEstimate]:
        """At each horizon with the log-log interval, which never exceeds 1; empty where n is 0."""
        return self.curves.at(self.horizons, "log-log")[self.code] if self.n else {}

    @cached_property
    def median(self) -> MedianSurvival | None:
        """Median survival, None where n is 0."""
        return None if self.curve is None else self.curve.median()


@dataclass(frozen=True, eq=False)
class RiskGroups:
    """The groups of one method in one set of rows.

    Parameters
    ----------
    names
        From the lowest to the highest risk; a group may be empty.
    time, event, codes
        (n,) checked times, events and the group of each row, 0 the lowest.
    horizons
        Times at which survival is told.
    rows_of_subtypes
        (n,) rows of each subtype; empty where the cohort has none.
    distinct
        Of ``time``, where it is known: the methods of a study group the same rows.
    """

    names: tuple[str, ...]
    time: Floats
    event: Bools
    codes: Integers
    horizons: tuple[float, ...]
    rows_of_subtypes: Mapping[str, Bools] = field(default_factory=dict)
    distinct: DistinctTimes | None = None

    @cached_property
    def _counts(self) -> GroupCounts:
        distinct = distinct_times(self.time) if self.distinct is None else self.distinct
        return group_counts(distinct, self.event, self.codes, len(self.names))

    @cached_property
    def groups(self) -> tuple[GroupSurvival, ...]:
        """From the lowest to the highest risk."""
        curves = GroupCurves(self._counts)
        sizes, events = self._counts.at_risk[:, 0].tolist(), self._counts.deaths.sum(axis=1).tolist()
        survival = curves.at(self.horizons)
        return tuple(
            GroupSurvival(name, n, died, self.horizons, survival[code] if n else {}, curves, code)
            for code, (name, n, died) in enumerate(zip(self.names, sizes, events, strict=True))
        )

    @cached_property
    def log_rank(self) -> LogRank | None:
        """Test of all groups; None where fewer than two have rows or nobody died."""
        return log_rank_of_groups(self._counts)

    @cached_property
    def pairwise(self) -> tuple[PairedTest, ...]:
        """Every two groups, p-values adjusted by Holm; only where there are three groups or more."""
        if len(self.names) < 3 or self.log_rank is None:
            return ()
        return pairwise_log_rank(self.time, self.event, np.array(self.names)[self.codes])

    @cached_property
    def hazard_ratios(self) -> tuple[HazardRatio, ...]:
        """Of each further group with events against the lowest one; empty where that has no events."""
        dying = np.bincount(self.codes[self.event], minlength=len(self.names))
        if len(self.names) < 2 or not dying[0] or not dying[1:].any():
            return ()
        counted = np.flatnonzero(dying)
        rows = np.isin(self.codes, counted)
        indicators = (self.codes[rows, None] == counted[1:]).astype(np.float64)
        columns = [self.names[code] for code in counted[1:]]
        fit = cox_fit(self.time[rows], self.event[rows], numeric_design(indicators, columns))
        return tuple(
            HazardRatio(name, float(ratio), float(lower), float(upper), float(p))
            for name, (ratio, lower, upper), p in zip(columns, fit.hazard_ratios(), fit.p, strict=True)
        )

    @cached_property
    def differences(self) -> dict[float, Difference]:
        """At each horizon survival of the lowest less that of the highest group (Δ); none where one has no rows."""
        first, last = self.groups[0].curve, self.groups[-1].curve
        if len(self.names) < 2 or first is None or last is None:
            return {}
        return {horizon: survival_difference(first, last, horizon) for horizon in self.horizons}

    @cached_property
    def fisher(self) -> dict[float, float]:
        """At each horizon p of Fisher's test that the lowest and the highest group survive it equally often.

        Those censored before are left out.
        """
        return {horizon: self._fisher_p(horizon) for horizon in self.horizons}

    def _fisher_p(self, horizon: float) -> float:
        dead = self.event & (self.time <= horizon)
        alive = (self.time >= horizon) & ~dead
        highest = len(self.names) - 1
        table = [[int((who & (self.codes == code)).sum()) for who in (dead, alive)] for code in (0, highest)]
        return float(stats.fisher_exact(table)[1])

    @cached_property
    def subtypes(self) -> dict[str, tuple[int, ...]]:
        """Of each subtype that has rows, those in each group."""
        return {
            name: tuple(np.bincount(self.codes[rows], minlength=len(self.names)).tolist())
            for name, rows in self.rows_of_subtypes.items()
            if rows.any()
        }

    @cached_property
    def by_subtype(self) -> dict[str, RiskGroups]:
        """The groups within each subtype that has rows."""
        return {
            name: RiskGroups(self.names, self.time[rows], self.event[rows], self.codes[rows], self.horizons)
            for name, rows in self.rows_of_subtypes.items()
            if rows.any()
        }

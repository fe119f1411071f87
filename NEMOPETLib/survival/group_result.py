"""What a study finds about risk groups.

Times are in the unit of the endpoint, survival between 0 and 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from NEMOPETLib.survival.bootstrap import Corrected
from NEMOPETLib.survival.cohort_result import SetName
from NEMOPETLib.survival.cut_methods import FoundCuts
from NEMOPETLib.survival.kaplan_meier import KaplanMeier, MedianSurvival, SurvivalEstimate
from NEMOPETLib.survival.log_rank import LogRank, PairedTest
from NEMOPETLib.survival.risk_groups import Method
from NEMOPETLib.survival.times import Floats, Integers


@dataclass(frozen=True)
class Difference:
    """A difference with its standard error, 95 % interval and two-sided p-value."""

    estimate: float
    se: float
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
    curve
        Its Kaplan–Meier curve (with ``limits()``, ``censored`` and ``risk_table(times)``); None where n is 0.
    survival
        At each horizon, with the interval of R's default (log); empty where n is 0.
    survival_loglog
        The same with the log-log interval, which never exceeds 1.
    median
        Median survival, None where n is 0.
    """

    name: str
    n: int
    events: int
    curve: KaplanMeier | None
    survival: Mapping[float, SurvivalEstimate]
    survival_loglog: Mapping[float, SurvivalEstimate]
    median: MedianSurvival | None


@dataclass(frozen=True)
class HazardRatio:
    """Of a group against the lowest one; lower, upper: 95 % Wald interval. Infinite or NaN without events."""

    group: str
    estimate: float
    lower: float
    upper: float
    p: float


@dataclass(frozen=True, eq=False)
class RiskGroups:
    """The groups of one method in one set of rows.

    Parameters
    ----------
    groups
        From the lowest to the highest risk; a group may be empty.
    log_rank
        Test of all groups; None where fewer than two have rows or nobody died.
    pairwise
        Every two groups, p-values adjusted by Holm; only where there are three groups or more.
    hazard_ratios
        Of each group but the first; empty where they cannot be estimated.
    differences
        At each horizon survival of the lowest group less that of the highest (Δ, Wald interval); none where one
        of them is empty.
    subtypes
        Subtype → rows in each group; empty where the cohort has no subtype.
    by_subtype
        The groups within each subtype (without ``subtypes`` and ``by_subtype``).
    fisher
        At each horizon Fisher's p that as many of the lowest and the highest group survive it, those censored
        before left out.
    """

    groups: tuple[GroupSurvival, ...]
    log_rank: LogRank | None
    pairwise: tuple[PairedTest, ...]
    hazard_ratios: tuple[HazardRatio, ...]
    differences: Mapping[float, Difference]
    fisher: Mapping[float, float]
    subtypes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    by_subtype: Mapping[str, RiskGroups] = field(default_factory=dict)


@dataclass(frozen=True)
class GroupPValues:
    """p-values of groups whose cut-points were chosen on the same rows (train).

    Parameters
    ----------
    naive
        Log-rank test of the groups as if nothing had been fitted or searched.
    lau94
        Corrected for the search by the bound of Lausen et al. 1994 (surv_cutpoint only).
    chain
        Corrected for everything: share of permutations of the outcome in which selection, fit and search together
        reach as much. None where no permutations were asked for.
    permutations
        How many.
    """

    naive: float
    lau94: float | None = None
    chain: float | None = None
    permutations: int = 0

    @property
    def corrected(self) -> float | None:
        """The best correction there is: ``chain``, else ``lau94``."""
        return self.lau94 if self.chain is None else self.chain

    @property
    def correction(self) -> str:
        """Which one that is."""
        if self.chain is not None:
            return f"permutation of the whole chain (B = {self.permutations})"
        return "not corrected" if self.lau94 is None else "Lau94"


@dataclass(frozen=True, eq=False)
class CutStability:
    """What bootstrap samples of the whole chain say of cut-points.

    Parameters
    ----------
    intervals
        (cuts, 2) 95 % percentile interval of each cut; without rows where the samples differ too much to tell.
    above
        (cuts, 2) 95 % interval of the share of train above each cut.
    chisq
        Log-rank χ² between the groups: apparent, optimism, corrected.
    """

    intervals: Floats
    above: Floats
    chisq: Corrected


@dataclass(frozen=True, eq=False)
class Stratum:
    """Risk groups by one method: cut-points learned in train, applied unchanged to test.

    Parameters
    ----------
    method
        How.
    found
        Its cut-points (``found.cuts``, rising, with operators), what the search maximised (``statistic``, NaN for
        median, quartiles and rlr_last) and the statistic at every candidate (``profile``: `CutProfile` for rlr,
        rlr_last and the first cut of rhier, `MaximallySelected` for surv_cutpoint, `TimeROC` for time_roc, else
        None).
    p
        Its p-values in train; None where there is one group.
    sets
        By set.
    codes
        By set, (n,) group of each row, 0 the lowest; rows as in `ScoredSet`.
    stability
        None where no bootstrap was asked for.
    """

    method: Method
    found: FoundCuts
    p: GroupPValues | None
    sets: Mapping[SetName, RiskGroups]
    codes: Mapping[SetName, Integers]
    stability: CutStability | None = None

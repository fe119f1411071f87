"""What a study finds by one method of forming risk groups: cut-points, p-values, groups in train and test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from NEMOPETLib.survival.bootstrap import Corrected
from NEMOPETLib.survival.cut_methods import FoundCuts
from NEMOPETLib.survival.risk_groups import Method
from NEMOPETLib.survival.study.cohort_result import SetName
from NEMOPETLib.survival.study.group_result import RiskGroups
from NEMOPETLib.survival.times import Floats


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
        By set; rows as in `ScoredSet`, the group of each row in ``codes``.
    stability
        None where no bootstrap was asked for.
    """

    method: Method
    found: FoundCuts
    p: GroupPValues | None
    sets: Mapping[SetName, RiskGroups]
    stability: CutStability | None = None

"""The methods of cutting a risk score into groups, by name, with naive and corrected p-values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import ArrayLike

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.log_rank import log_rank
from NEMOPETLib.survival.log_rank_cuts import CutProfile, rhier, rlr
from NEMOPETLib.survival.maxstat import MaximallySelected, maxstat
from NEMOPETLib.survival.permutation import maxstat_permutation_p, rlr_permutation_p, search_permutation_p
from NEMOPETLib.survival.risk_groups import (
    CutPoint,
    Method,
    assign_groups,
    cut_points,
    median_cut,
    quartile_cuts,
)
from NEMOPETLib.survival.rmolr import rmolr
from NEMOPETLib.survival.time_roc import TimeROC, time_roc
from NEMOPETLib.survival.times import Bools, Floats, checked_scores, checked_times

METHODS: tuple[Method, ...] = get_args(Method)
TWO_GROUPS: tuple[Method, ...] = ("median", "rlr", "rlr_last", "surv_cutpoint", "time_roc")
THREE_GROUPS: tuple[Method, ...] = ("quartiles", "rhier", "rmolr")
UNSEARCHED: tuple[Method, ...] = ("median", "quartiles", "rlr_last")
"""Methods whose cuts do not look at survival, so that the naive p-value holds."""


@dataclass(frozen=True)
class CutRule:
    """How to cut.

    Parameters
    ----------
    method
        ``median``, ``quartiles``, ``rlr`` (approximate), ``rlr_last`` (last admissible cut), ``rhier``,
        ``rmolr``, ``surv_cutpoint`` or ``time_roc`` (Youden).
    ns
        Smallest group of the log-rank searches.
    minprop
        Smallest share of a group of ``surv_cutpoint``.
    horizon
        Time of ``time_roc``.
    """

    method: Method
    ns: int = 45
    minprop: float = 0.1
    horizon: float = 24.0

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise InputError(f"cut-point method '{self.method}' is unknown: use {', '.join(METHODS)}")


@dataclass(frozen=True, eq=False)
class FoundCuts:
    """Cuts of a score, rising.

    Parameters
    ----------
    rule
        How they were found.
    cuts
        The cuts; none where Youden's index has no maximum above 0.
    statistic
        What the search maximised (of rhier, at its first cut); NaN for median, quartiles and ``rlr_last``.
    profile
        The statistic at every cut, of the methods that have one.
    warnings
        E.g. that there was no second split, or at which time the ROC curve was evaluated.
    """

    rule: CutRule
    cuts: tuple[CutPoint, ...]
    statistic: float = float("nan")
    profile: CutProfile | MaximallySelected | TimeROC | None = None
    warnings: tuple[str, ...] = ()


def _median(_rule: CutRule, _time: Floats, _event: Bools, score: Floats) -> FoundCuts:
    return FoundCuts(_rule, median_cut(score))


def _quartiles(_rule: CutRule, _time: Floats, _event: Bools, score: Floats) -> FoundCuts:
    return FoundCuts(_rule, quartile_cuts(score))


def _rlr(rule: CutRule, time: Floats, event: Bools, score: Floats) -> FoundCuts:
    profile = rlr(time, event, score, rule.ns)
    return FoundCuts(rule, cut_points([profile.cut], ">="), profile.statistic, profile)


def _rlr_last(rule: CutRule, time: Floats, event: Bools, score: Floats) -> FoundCuts:
    profile = rlr(time, event, score, rule.ns)
    return FoundCuts(rule, cut_points([profile.last_cut], ">"), profile=profile)


def _rhier(rule: CutRule, time: Floats, event: Bools, score: Floats) -> FoundCuts:
    found = rhier(time, event, score, rule.ns)
    reason = "neither side of the first cut can be split again, so there are two groups"
    warnings = () if found.second is not None else (f"rhier: {reason} (R returns the first cut twice)",)
    return FoundCuts(rule, cut_points(found.cuts, ">="), found.profile.statistic, found.profile, warnings)


def _rmolr(rule: CutRule, time: Floats, event: Bools, score: Floats) -> FoundCuts:
    pair = rmolr(time, event, score, rule.ns)
    return FoundCuts(rule, cut_points(pair.cuts, ">="), pair.statistic)


def _surv_cutpoint(rule: CutRule, time: Floats, event: Bools, score: Floats) -> FoundCuts:
    found = maxstat(time, event, score, rule.minprop)
    return FoundCuts(rule, cut_points([found.cut], ">"), found.statistic, found)


def _time_roc(rule: CutRule, time: Floats, event: Bools, score: Floats) -> FoundCuts:
    curve = time_roc(time, event, score, rule.horizon)
    cut = curve.cut(">")
    warnings = curve.warnings
    if cut is None:
        warnings = (*warnings, "time_roc: no cut is better than chance, so there is one group")
    return FoundCuts(rule, () if cut is None else (cut,), curve.youden, curve, warnings)


_SEARCHES: dict[Method, Callable[[CutRule, Floats, Bools, Floats], FoundCuts]] = {
    "median": _median,
    "quartiles": _quartiles,
    "rlr": _rlr,
    "rlr_last": _rlr_last,
    "rhier": _rhier,
    "rmolr": _rmolr,
    "surv_cutpoint": _surv_cutpoint,
    "time_roc": _time_roc,
}


def find_cuts(rule: CutRule, time: ArrayLike, event: ArrayLike, score: ArrayLike) -> FoundCuts:
    """Cut a score of which higher means earlier death.

    Raises
    ------
    InputError
        As the method's own function: too few rows, no events, too many equal scores, …
    """
    times, events = checked_times(time, event)
    return _SEARCHES[rule.method](rule, times, events, checked_scores(score, times.size))


@dataclass(frozen=True)
class CutPValues:
    """p-values of the difference between the groups.

    Parameters
    ----------
    naive
        Log-rank test of the groups as if the cuts had been given beforehand.
    corrected
        Corrected for the search; equal to ``naive`` where the cuts do not look at survival.
    correction
        How: ``not searched`` or ``permutation (B = …)``.
    lau94
        Bound of Lausen et al. 1994, of ``surv_cutpoint`` only.
    """

    naive: float
    corrected: float
    correction: str
    lau94: float | None = None


def cut_p_values(
    rule: CutRule,
    time: ArrayLike,
    event: ArrayLike,
    score: ArrayLike,
    permutations: int = 999,
    seed: int = 0,
) -> CutPValues:
    """Naive and corrected p-value of the groups that a rule makes.

    The score is taken as given: that a model was fitted to the same patients is not corrected here, but by
    the bootstrap of the whole chain (see `bootstrap`).

    Raises
    ------
    InputError
        As `find_cuts`, or the cuts leave a single group.
    """
    times, events = checked_times(time, event)
    scores = checked_scores(score, times.size)

    def strength(values: Floats) -> float:
        cuts = find_cuts(rule, times, events, values).cuts
        groups = assign_groups(values, cuts) if cuts else np.zeros(values.size)
        return -log_rank(times, events, groups).log_p if np.ptp(groups) else 0.0

    observed = strength(scores)
    naive = float(np.exp(-observed))
    if rule.method in UNSEARCHED:
        return CutPValues(naive, naive, "not searched")
    label = f"permutation (B = {permutations})"
    if rule.method == "rlr":
        p = rlr_permutation_p(times, events, scores, rule.ns, permutations, seed)
        return CutPValues(naive, p, label)
    if rule.method == "surv_cutpoint":
        p = maxstat_permutation_p(times, events, scores, rule.minprop, permutations, seed)
        return CutPValues(naive, p, label, maxstat(times, events, scores, rule.minprop).p_lau94)
    return CutPValues(naive, search_permutation_p(strength, scores, permutations, seed), label)

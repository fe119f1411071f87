"""Cut-points and risk groups as plain values for ``results.json``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from NEMOPETLib.survival.bootstrap import Corrected
from NEMOPETLib.survival.cox import ChiSquareTest
from NEMOPETLib.survival.study.group_result import GroupSurvival, RiskGroups
from NEMOPETLib.survival.study.stratum_result import Stratum


def chi_square(test: ChiSquareTest) -> dict[str, float]:
    """A χ² test."""
    return {"chisq": test.chisq, "df": test.df, "p": test.p}


def corrected_document(measure: Corrected) -> dict[str, float]:
    """A measure with its optimism."""
    return {**asdict(measure), "corrected": measure.corrected}


def stratum_document(stratum: Stratum) -> dict[str, Any]:
    """One method's cut-points, p-values and groups."""
    p, stability = stratum.p, stratum.stability
    return {
        "cutpoints": [{"value": cut.value, "operator": cut.operator} for cut in stratum.found.cuts],
        "statistic": stratum.found.statistic,
        "p_naive": p and p.naive,
        "p_corrected": p and p.corrected,
        "correction": p and p.correction,
        "p_lau94": p and p.lau94,
        "bootstrap": stability
        and {
            "interval": stability.intervals,
            "share_above": stability.above,
            "chisq": corrected_document(stability.chisq),
        },
        "warnings": list(stratum.found.warnings),
        **{name: groups_document(groups) for name, groups in stratum.sets.items()},
    }


def groups_document(groups: RiskGroups) -> dict[str, Any]:
    """Groups of one set of rows."""
    return {
        "groups": [_group(group) for group in groups.groups],
        "logrank": None if groups.log_rank is None else chi_square(groups.log_rank.test),
        "pairwise": [
            {"groups": list(pair.groups), **chi_square(pair.test), "p_adjusted": pair.p_adjusted}
            for pair in groups.pairwise
        ],
        "hazard_ratio": {
            ratio.group: {"estimate": ratio.estimate, "lower": ratio.lower, "upper": ratio.upper, "p": ratio.p}
            for ratio in groups.hazard_ratios
        },
        "difference": {horizon: asdict(difference) for horizon, difference in groups.differences.items()},
        "subtypes": {name: dict(zip(groups.names, counts, strict=True)) for name, counts in groups.subtypes.items()},
    }


def _group(group: GroupSurvival) -> dict[str, Any]:
    return {
        "name": group.name,
        "n": group.n,
        "events": group.events,
        "survival": {horizon: asdict(estimate) for horizon, estimate in group.survival.items()},
        "median": None if group.median is None else asdict(group.median),
    }

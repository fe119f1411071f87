"""Tables about the risk groups of a study: cut-points, survival with Δ, subtypes, models side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from NEMOPETLib.survival.study.group_result import GroupSurvival, RiskGroups
from NEMOPETLib.survival.study.model_result import ModelResult
from NEMOPETLib.survival.study.stratum_result import Stratum
from NEMOPETLib.survival.study.study_result import StudyResult

Row = dict[str, Any]


def group_tables(result: StudyResult) -> dict[str, pd.DataFrame]:
    """Cut-points, survival of two and three groups, their tests, subtypes, and test in all models side by side."""
    every = list(_every(result))
    tables = {
        "cutpoints": [line for model, stratum in _strata(result) for line in _cuts(model, stratum)],
        "survival_two_groups": [line for key, groups in every if len(groups.names) == 2 for line in _os(key, groups)],
        "survival_three_groups": [line for key, groups in every if len(groups.names) == 3 for line in _os(key, groups)],
        "group_tests": [line for key, groups in every for line in _tests(key, groups)],
        "subtype_by_risk": [line for key, groups in every for line in _subtypes(key, groups)],
        "survival_by_subtype": [
            line
            for key, groups in every
            for subtype, inner in groups.by_subtype.items()
            for line in _os(key | {"subtype": subtype}, inner)
        ],
        "frozen_survival": [
            line
            for name, one in result.frozen.items()
            for method, groups in one.groups.items()
            for line in _os({"model": f"{name} ({one.model.model_id})", "method": method, "set": "test"}, groups)
        ],
        "models_side_by_side": list(_side_by_side(result)),
    }
    return {name: pd.DataFrame(lines) for name, lines in tables.items() if lines}


def _strata(result: StudyResult) -> Iterator[tuple[ModelResult, Stratum]]:
    for model in (*result.models.values(), *result.further.values()):
        for stratum in model.strata.values():
            yield model, stratum


def _every(result: StudyResult) -> Iterator[tuple[Row, RiskGroups]]:
    for model, stratum in _strata(result):
        for name, groups in stratum.sets.items():
            yield {"model": model.name, "method": stratum.method, "set": name}, groups
    for pool in result.pools.values():
        for method, sets in pool.methods.items():
            for name, groups in sets.items():
                yield {"model": pool.name, "method": method, "set": name}, groups


def _cuts(model: ModelResult, stratum: Stratum) -> Iterator[Row]:
    p, stability = stratum.p, stratum.stability
    for number, cut in enumerate(stratum.found.cuts):
        known = stability is not None and number < len(stability.intervals)
        interval = stability.intervals[number] if stability is not None and known else (None, None)
        yield {
            "model": model.name,
            "method": stratum.method,
            "cut": number + 1,
            "high_if_score": cut.operator,
            "value": cut.value,
            "bootstrap_lower": interval[0],
            "bootstrap_upper": interval[1],
            "statistic": stratum.found.statistic,
            "p_naive": p and p.naive,
            "p_lau94": p and p.lau94,
            "p_corrected": p and p.corrected,
            "correction": p and p.correction,
            "warnings": "; ".join(stratum.found.warnings),
        }


def _survival(group: GroupSurvival) -> Row:
    line: Row = {}
    for horizon, estimate in group.survival.items():
        loglog = group.survival_loglog[horizon]
        line |= {
            f"survival_{horizon:g}": estimate.estimate,
            f"lower_{horizon:g}": estimate.lower,
            f"upper_{horizon:g}": estimate.upper,
            f"lower_loglog_{horizon:g}": loglog.lower,
            f"upper_loglog_{horizon:g}": loglog.upper,
        }
    return line


def _os(key: Row, groups: RiskGroups) -> Iterator[Row]:
    """One line a group, and one for Δ between the lowest and the highest."""
    for group in groups.groups:
        median = {} if group.median is None else {"median_survival": group.median.estimate}
        yield key | {"group": group.name, "n": group.n, "events": group.events} | _survival(group) | median
    if groups.differences:
        line = key | {"group": f"difference {groups.names[0]} - {groups.names[-1]}"}
        for horizon, each in groups.differences.items():
            line |= {
                f"survival_{horizon:g}": each.estimate,
                f"lower_{horizon:g}": each.lower,
                f"upper_{horizon:g}": each.upper,
                f"fisher_p_{horizon:g}": groups.fisher[horizon],
            }
        yield line


def _tests(key: Row, groups: RiskGroups) -> Iterator[Row]:
    if groups.log_rank is not None:
        test = groups.log_rank.test
        yield key | {"test": "log-rank, all groups", "chisq": test.chisq, "df": test.df, "p": test.p}
    for pair in groups.pairwise:
        names = " / ".join(str(name) for name in pair.groups)
        line = {"test": f"log-rank, {names}", "chisq": pair.test.chisq, "df": pair.test.df, "p": pair.test.p}
        yield key | line | {"p_holm": pair.p_adjusted}
    for ratio in groups.hazard_ratios:
        numbers = {"hazard_ratio": ratio.estimate, "lower": ratio.lower, "upper": ratio.upper, "p": ratio.p}
        yield key | {"test": f"hazard ratio, {ratio.group} / {groups.names[0]}"} | numbers


def _subtypes(key: Row, groups: RiskGroups) -> Iterator[Row]:
    for subtype, counts in groups.subtypes.items():
        yield key | {"subtype": subtype, "n": sum(counts)} | dict(zip(groups.names, counts, strict=True))


def _side_by_side(result: StudyResult) -> Iterator[Row]:
    """On test: by method, subtype, horizon and group the survival in every main model, in one row."""
    methods = dict.fromkeys(method for model in result.models.values() for method in model.strata)
    for method in methods:
        tested = {
            name: model.strata[method].sets["test"]
            for name, model in result.models.items()
            if method in model.strata and "test" in model.strata[method].sets
        }
        subtypes = dict.fromkeys(subtype for groups in tested.values() for subtype in groups.by_subtype)
        for subtype in (None, *subtypes):
            within = {
                name: groups if subtype is None else groups.by_subtype[subtype]
                for name, groups in tested.items()
                if subtype is None or subtype in groups.by_subtype
            }
            for horizon in result.config.endpoint.horizons:
                key = {"method": method, "subtype": subtype or "all", "at": horizon}
                yield from (key | line for line in _in_every_model(within, horizon))


def _in_every_model(tested: dict[str, RiskGroups], horizon: float) -> Iterator[Row]:
    for name in dict.fromkeys(group for groups in tested.values() for group in groups.names):
        line: Row = {"group": name}
        for model, groups in tested.items():
            line |= _cell(model, groups, name, horizon)
        yield line
    line = {"group": "difference"}
    for model, groups in tested.items():
        if horizon in groups.differences:
            each = groups.differences[horizon]
            line |= {model: each.estimate, f"{model}_lower": each.lower, f"{model}_upper": each.upper}
    yield line


def _cell(model: str, groups: RiskGroups, name: str, horizon: float) -> Row:
    for group in groups.groups:
        if group.name == name and group.n:
            estimate = group.survival[horizon]
            return {
                model: estimate.estimate,
                f"{model}_lower": estimate.lower,
                f"{model}_upper": estimate.upper,
                f"{model}_n": group.n,
            }
    return {}

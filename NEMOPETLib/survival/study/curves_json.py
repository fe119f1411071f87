"""The curves of a study as numbers, for programs that draw them: ``curves/MODEL_METHOD.json``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from NEMOPETLib.survival.log_rank_cuts import CutProfile
from NEMOPETLib.survival.maxstat import MaximallySelected
from NEMOPETLib.survival.study.group_result import GroupSurvival, RiskGroups
from NEMOPETLib.survival.study.stratum_result import Stratum
from NEMOPETLib.survival.study.study_result import StudyResult
from NEMOPETLib.survival.time_roc import TimeROC


def curve_documents(result: StudyResult) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Model, method and document of each way in which a model's patients were grouped.

    A document holds ``unit`` of time; ``sets``: by set the ``groups``, each with ``name``, ``n``, ``events`` and, at
    each ``time`` of an event or censoring, ``survival`` with its 95 % interval, ``at_risk`` and ``censored``; and
    ``profile``: the ``statistic`` at each of the ``cuts`` that were tried, None where nothing was searched.
    """
    unit = result.config.endpoint.unit
    for model in (*result.models.values(), *result.further.values()):
        for method, stratum in model.strata.items():
            yield model.name, method, {"unit": unit, "sets": _sets(stratum.sets), "profile": _profile(stratum)}


def _sets(sets: Mapping[Any, RiskGroups]) -> dict[str, list[dict[str, Any]]]:
    return {str(name): [_group(group) for group in groups.groups] for name, groups in sets.items()}


def _group(group: GroupSurvival) -> dict[str, Any]:
    told: dict[str, Any] = {"name": group.name, "n": group.n, "events": group.events}
    if group.curve is None:
        return told
    curve = group.curve
    lower, upper = curve.limits()
    columns = {
        "time": curve.times,
        "survival": curve.survival,
        "lower": lower,
        "upper": upper,
        "at_risk": curve.at_risk,
        "censored": curve.censored,
    }
    return told | {name: values.tolist() for name, values in columns.items()}


def _profile(stratum: Stratum) -> dict[str, Any] | None:
    found = stratum.found.profile
    if isinstance(found, CutProfile):
        return _searched("|z|", found.cuts, np.abs(found.z))
    if isinstance(found, MaximallySelected):
        return _searched("maximally selected statistic", found.cuts, found.statistics)
    if isinstance(found, TimeROC):
        order = np.argsort(found.thresholds)
        youden = (found.sensitivity - found.false_positives)[order]
        return _searched("Youden index", found.thresholds[order], youden)
    return None


def _searched(name: str, cuts: Any, statistic: Any) -> dict[str, Any]:
    known = np.isfinite(cuts) & np.isfinite(statistic)
    return {"name": name, "cuts": cuts[known].tolist(), "statistic": statistic[known].tolist()}

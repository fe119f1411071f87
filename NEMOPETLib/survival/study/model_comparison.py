"""Two models of the same rows against each other: does the larger one predict better?"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from NEMOPETLib.survival.concordance import ConcordanceDifference, compare_concordance
from NEMOPETLib.survival.cox import ChiSquareTest, CoxFit, compare_nested
from NEMOPETLib.survival.study.cohort_result import SetName
from NEMOPETLib.survival.study.model_result import ModelComparison, ModelResult
from NEMOPETLib.survival.time_roc import AreaDifference, compare_areas


def compare_models(models: Mapping[str, ModelResult]) -> tuple[ModelComparison, ...]:
    """Each model against each later one of the same rows."""
    return tuple(
        _compare(one, other)
        for one, other in combinations(models.values(), 2)
        if all(one.scores[name].rows.equals(other.scores[name].rows) for name in one.scores)
    )


def _compare(one: ModelResult, other: ModelResult) -> ModelComparison:
    concordance: dict[SetName, ConcordanceDifference] = {}
    auc: dict[SetName, dict[float, AreaDifference]] = {}
    for name, first in one.performance.items():
        second = other.performance[name]
        if first.concordance and second.concordance:
            concordance[name] = compare_concordance(first.concordance, second.concordance)
        shared = first.roc.keys() & second.roc.keys()
        auc[name] = {horizon: compare_areas(first.roc[horizon], second.roc[horizon]) for horizon in sorted(shared)}
    return ModelComparison(one.name, other.name, _likelihood_ratio(one.full, other.full), concordance, auc)


def _likelihood_ratio(smaller: CoxFit, larger: CoxFit) -> ChiSquareTest | None:
    if not set(smaller.columns) < set(larger.columns):
        return None
    return compare_nested(smaller, larger)

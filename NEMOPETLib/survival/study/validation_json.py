"""Validation of models, comparisons and the classifier as plain values for ``results.json``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from NEMOPETLib.survival.concordance import Concordance
from NEMOPETLib.survival.study.classifier_result import ClassifierResult
from NEMOPETLib.survival.study.frozen_result import FrozenEvaluation
from NEMOPETLib.survival.study.groups_json import chi_square, corrected_document, groups_document
from NEMOPETLib.survival.study.model_result import ModelComparison, ModelResult, Performance
from NEMOPETLib.survival.time_roc import TimeROC


def validation_document(model: ModelResult) -> dict[str, Any]:
    """Optimism and, by set, performance."""
    bootstrap = model.bootstrap
    performance = {name: performance_document(each) for name, each in model.performance.items()}
    keys = dict.fromkeys(key for each in performance.values() for key in each)
    return {
        "optimism": {}
        if bootstrap is None
        else {
            "samples": bootstrap.samples,
            "failed": bootstrap.failed,
            "concordance": corrected_document(bootstrap.concordance),
            "slope": bootstrap.slope,
            "selected": bootstrap.selected,
            "selected_inner": bootstrap.inner,
        },
        **{key: {name: each.get(key) for name, each in performance.items()} for key in keys},
    }


def performance_document(performance: Performance) -> dict[str, Any]:
    """Performance in one set."""
    index, brier, slope = performance.concordance, performance.brier, performance.slope
    area, curve = performance.auc, performance.brier_curve
    return {
        "concordance": index and _estimate(index.index, index),
        "auc": {horizon: _estimate(roc.auc, roc) for horizon, roc in performance.roc.items()},
        "auc_over_time": area and {"times": area.times, "auc": area.auc, "lower": area.lower, "upper": area.upper},
        "brier": {}
        if brier is None
        else {
            time: {"score": score, "reference": reference, "scaled": scaled}
            for time, score, reference, scaled in zip(
                brier.times.tolist(), brier.scores, brier.reference, brier.scaled, strict=True
            )
        },
        "brier_integrated": curve and curve.integrated,
        "calibration_slope": slope and asdict(slope),
        "calibration_in_the_large": {h: each.in_the_large for h, each in performance.calibration.items()},
    }


def frozen_document(evaluation: FrozenEvaluation) -> dict[str, Any]:
    """A frozen model on other rows than its own."""
    return {
        "n": evaluation.n,
        "events": evaluation.events,
        "performance": performance_document(evaluation.performance),
        "groups": {method: groups_document(groups) for method, groups in evaluation.groups.items()},
        "notes": list(evaluation.notes),
    }


def comparison_document(comparison: ModelComparison) -> dict[str, Any]:
    """Two models compared."""
    test = comparison.likelihood_ratio
    return {
        "smaller": comparison.smaller,
        "larger": comparison.larger,
        "likelihood_ratio_test": test and chi_square(test),
        "concordance": {name: asdict(each) for name, each in comparison.concordance.items()},
        "auc": {name: {h: asdict(each) for h, each in areas.items()} for name, areas in comparison.auc.items()},
    }


def classifier_document(classifier: ClassifierResult) -> dict[str, Any]:
    """The classifier."""
    return {
        "horizon": classifier.horizon,
        "variables": list(classifier.variables),
        "chosen": classifier.chosen,
        "calibration": {"intercept": classifier.calibration[0], "slope": classifier.calibration[1]},
        "learners": [asdict(learner) for learner in classifier.learners],
        **{name: performance_document(each) for name, each in classifier.performance.items()},
        "warnings": list(classifier.warnings),
    }


def _estimate(value: float, measure: Concordance | TimeROC) -> dict[str, float]:
    lower, upper = measure.interval()
    return {"estimate": value, "se": measure.se, "lower": lower, "upper": upper}

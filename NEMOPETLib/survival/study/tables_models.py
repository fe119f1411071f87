"""Tables about the models of a study: what entered and stayed, coefficients, tests, validation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from NEMOPETLib.survival.study.cohort_result import SetName
from NEMOPETLib.survival.study.model_result import ModelResult, Performance
from NEMOPETLib.survival.study.study_result import StudyResult

Row = dict[str, Any]


def model_tables(result: StudyResult) -> dict[str, pd.DataFrame]:
    """Entry and exit lists, coefficients, paths, tests, performance, comparisons, bootstrap, failures."""
    models = [*result.models.values(), *result.further.values()]
    tables = {
        "models": [_model(model) for model in models],
        "coefficients": [line for model in models for line in _coefficients(model)],
        "stepwise": [line for model in models for line in _path(model)],
        "proportional_hazards": [line for model in models for line in _hazards(model)],
        "performance": [line for model in models for line in _performances(model.name, model.performance)],
        "auc_over_time": [line for model in models for line in _areas(model)],
        "calibration": [line for model in models for line in _calibration(model)],
        "decision_curve": [line for model in models for line in _decision(model)],
        "model_comparisons": list(_comparisons(result)),
        "optimism": [line for model in models for line in _optimism(model)],
        "selection": [line for model in models for line in _selection(model)],
        "frozen_performance": [
            line
            for name, one in result.frozen.items()
            for line in _performances(f"{name} ({one.model.model_id})", {"test": one.performance})
        ],
        "failures": [{"model": f.model, "what": f.what, "reason": f.reason} for f in result.failures],
    }
    return {name: pd.DataFrame(lines) for name, lines in tables.items() if lines}


def _model(model: ModelResult) -> Row:
    fit, test = model.fit, model.fit.likelihood_ratio_test
    return {
        "model": model.name,
        "entry": " ".join(model.config.variables),
        "selected": " ".join(model.stepwise.selected),
        "selection": model.config.selection,
        "rows": "" if model.config.only is None else " = ".join(model.config.only),
        "n": fit.n,
        "events": fit.events,
        "events_per_candidate": model.events_per_variable,
        "loglik_null": fit.loglik_null,
        "loglik": fit.loglik,
        "aic": fit.aic,
        "lrt_chisq": test.chisq,
        "lrt_df": test.df,
        "lrt_p": test.p,
        "warnings": "; ".join(model.warnings),
    }


def _coefficients(model: ModelResult) -> Iterator[Row]:
    """Of the final model, and of what competed to enter."""
    for which, fit in (("final", model.fit), ("full", model.full)):
        for place, (ratio, lower, upper) in enumerate(fit.hazard_ratios().tolist()):
            yield {
                "model": model.name,
                "fit": which,
                "column": fit.columns[place],
                "coef": fit.coef[place],
                "se": fit.se[place],
                "hazard_ratio": ratio,
                "lower": lower,
                "upper": upper,
                "p": fit.p[place],
                "worse": "high" if fit.coef[place] > 0 else "low",
                "mean": fit.means[place],
                "variance_inflation": model.variance_inflation.get(fit.columns[place]),
            }


def _path(model: ModelResult) -> Iterator[Row]:
    for number, step in enumerate(model.stepwise.path):
        yield {
            "model": model.name,
            "step": number,
            "change": step.change or "start",
            "aic": step.aic,
            "terms": " ".join(step.terms),
        }


def _hazards(model: ModelResult) -> Iterator[Row]:
    if model.proportional_hazards is None:
        return
    tests = {**model.proportional_hazards.terms, "GLOBAL": model.proportional_hazards.overall}
    for term, test in tests.items():
        yield {"model": model.name, "term": term, "chisq": test.chisq, "df": test.df, "p": test.p}


def _performances(model: str, performance: Mapping[SetName, Performance]) -> Iterator[Row]:
    for name, each in performance.items():
        where = {"model": model, "set": name}
        if each.concordance is not None:
            index = each.concordance
            lower, upper = index.interval()
            yield where | {"measure": "C", "estimate": index.index, "se": index.se, "lower": lower, "upper": upper}
        for horizon, roc in each.roc.items():
            lower, upper = roc.interval()
            line = {"measure": "AUC", "at": horizon, "estimate": roc.auc, "se": roc.se, "lower": lower, "upper": upper}
            yield where | line
        yield from (where | line for line in _accuracy(each))


def _accuracy(performance: Performance) -> Iterator[Row]:
    brier = performance.brier
    if brier is not None:
        for place, horizon in enumerate(brier.times.tolist()):
            yield {"measure": "Brier", "at": horizon, "estimate": brier.scores[place]}
            yield {"measure": "Brier without model", "at": horizon, "estimate": brier.reference[place]}
    if performance.brier_curve is not None:
        yield {"measure": "integrated Brier", "estimate": performance.brier_curve.integrated}
    if performance.slope is not None:
        yield {"measure": "calibration slope", "estimate": performance.slope.slope, "se": performance.slope.se}
    for horizon, each in performance.calibration.items():
        yield {"measure": "observed/expected risk", "at": horizon, "estimate": each.in_the_large}


def _areas(model: ModelResult) -> Iterator[Row]:
    for name, each in model.performance.items():
        if each.auc is not None:
            columns = (each.auc.times, each.auc.auc, each.auc.lower, each.auc.upper)
            for time, auc, lower, upper in zip(*columns, strict=True):
                yield {"model": model.name, "set": name, "time": time, "auc": auc, "lower": lower, "upper": upper}


def _calibration(model: ModelResult) -> Iterator[Row]:
    for name, each in model.performance.items():
        for horizon, calibration in each.calibration.items():
            for number, group in enumerate(calibration.groups, start=1):
                yield {
                    "model": model.name,
                    "set": name,
                    "at": horizon,
                    "group": number,
                    "n": group.n,
                    "predicted_survival": group.predicted,
                    "observed_survival": group.observed.estimate,
                    "lower": group.observed.lower,
                    "upper": group.observed.upper,
                }


def _decision(model: ModelResult) -> Iterator[Row]:
    for name, each in model.performance.items():
        for horizon, curve in each.decision.items():
            for threshold, benefit, everybody in zip(curve.thresholds, curve.model, curve.treat_all, strict=True):
                yield {
                    "model": model.name,
                    "set": name,
                    "at": horizon,
                    "threshold": threshold,
                    "net_benefit": benefit,
                    "net_benefit_treat_all": everybody,
                }


def _comparisons(result: StudyResult) -> Iterator[Row]:
    for pair in result.comparisons:
        names = {"smaller": pair.smaller, "larger": pair.larger}
        test = pair.likelihood_ratio
        if test is not None:
            yield names | {
                "measure": "likelihood ratio",
                "set": "train",
                "chisq": test.chisq,
                "df": test.df,
                "p": test.p,
            }
        for name, difference in pair.concordance.items():
            yield names | {"measure": "difference of C", "set": name, **vars(difference)}
        for name, areas in pair.auc.items():
            for horizon, area in areas.items():
                yield names | {"measure": "difference of AUC", "set": name, "at": horizon, **vars(area)}


def _optimism(model: ModelResult) -> Iterator[Row]:
    found = model.bootstrap
    if found is None:
        return
    measures = {"C": found.concordance}
    measures |= {
        f"log-rank chi-squared, {method}": stratum.stability.chisq
        for method, stratum in model.strata.items()
        if stratum.stability is not None
    }
    for measure, each in measures.items():
        yield {
            "model": model.name,
            "measure": measure,
            "apparent": each.apparent,
            "optimism": each.optimism,
            "corrected": each.corrected,
            "samples": found.samples,
        }
    yield {"model": model.name, "measure": "calibration slope", "corrected": found.slope, "samples": found.samples}


def _selection(model: ModelResult) -> Iterator[Row]:
    if model.bootstrap is not None:
        parts = {model.name: model.bootstrap.selected, **model.bootstrap.inner}
        for part, frequencies in parts.items():
            for variable, share in frequencies.items():
                yield {"model": model.name, "part": part, "variable": variable, "selected_in": share}

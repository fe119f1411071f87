"""A study's result as the JSON document that the public contract describes (``results.json``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

import NEMOPETLib
from NEMOPETLib.survival.associations import Summary
from NEMOPETLib.survival.study.cohort_result import BaselineCategory, BaselineNumber
from NEMOPETLib.survival.study.groups_json import chi_square, groups_document, stratum_document
from NEMOPETLib.survival.study.model_result import ModelResult
from NEMOPETLib.survival.study.study_result import StudyResult
from NEMOPETLib.survival.study.validation_json import (
    classifier_document,
    comparison_document,
    frozen_document,
    validation_document,
)

SCHEMA = 1
_SUMMARY = {"min": "minimum", "q1": "q1", "median": "median", "mean": "mean", "q3": "q3", "max": "maximum"}


def results_document(result: StudyResult) -> dict[str, Any]:
    """Plain values under the contract's keys; numbers that do not exist are None."""
    config = result.config
    document = {
        "schema": SCHEMA,
        "software_version": NEMOPETLib.__version__,
        "seed": config.seed,
        "origin": result.cohort.origin,
        "cohort_sha256": result.cohort.fingerprint,
        "n": {name: flow.analysed for name, flow in result.cohort.sets.items()},
        "endpoint": {
            "time": config.endpoint.time,
            "event": config.endpoint.event,
            "horizons": list(config.endpoint.horizons),
            "unit": config.endpoint.unit,
        },
        "cohort": {
            name: {
                "rows": flow.rows,
                "analysed": flow.analysed,
                "events": flow.events,
                "left_out": dict(flow.left_out),
                "missing": dict(flow.missing),
                "median_follow_up": flow.follow_up.estimate,
            }
            for name, flow in result.cohort.sets.items()
        },
        **_models(result.models),
        "table1": {row.column: _baseline(row) for row in result.baseline},
        "spearman": _spearman(result),
        "bci": _composition(result),
        "comparisons": [comparison_document(comparison) for comparison in result.comparisons],
        "further": {
            **_models(result.further),
            "pools": {
                name: {
                    "models": list(pool.models),
                    "methods": {
                        method: {where: groups_document(groups) for where, groups in sets.items()}
                        for method, sets in pool.methods.items()
                    },
                }
                for name, pool in result.pools.items()
            },
        },
        "classifier": None if result.classifier is None else classifier_document(result.classifier),
        "frozen": {
            name: {
                "model_id": evaluation.model.model_id,
                "learned_from": {"n": evaluation.model.n, "events": evaluation.model.events},
                **frozen_document(evaluation),
            }
            for name, evaluation in result.frozen.items()
        },
        "departures": [{"key": d.key, "text": d.text, "where": list(d.where)} for d in result.departures],
        "failures": [{"model": f.model, "what": f.what, "reason": f.reason} for f in result.failures],
        "warnings": list(result.warnings),
        "seconds": dict(result.seconds),
    }
    return dict(plain(document))


def plain(value: Any) -> Any:
    """The same structure in JSON's own types, None for what JSON has no number for."""
    if isinstance(value, Mapping):
        return {key if isinstance(key, str) else f"{key:g}": plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return value


def _models(models: Mapping[str, ModelResult]) -> dict[str, Any]:
    return {
        "models": {name: _model(model) for name, model in models.items()},
        "strata": {
            name: {method: stratum_document(stratum) for method, stratum in model.strata.items()}
            for name, model in models.items()
        },
        "validation": {name: validation_document(model) for name, model in models.items()},
    }


def _model(model: ModelResult) -> dict[str, Any]:
    fit, hazards = model.fit, model.proportional_hazards
    ratios = fit.hazard_ratios()

    def named(values: Any) -> dict[str, Any]:
        return dict(zip(fit.columns, values, strict=True))

    tests = {} if hazards is None else {**hazards.terms, "GLOBAL": hazards.overall}
    return {
        "model_id": model.frozen.model_id,
        "entry": list(model.config.variables),
        "selected": list(model.stepwise.selected),
        "only": None if model.config.only is None else dict([model.config.only]),
        "n": fit.n,
        "events": fit.events,
        "coef": named(fit.coef),
        "se": named(fit.se),
        "p": named(fit.p),
        "hazard_ratio": named(
            [{"estimate": each, "lower": lower, "upper": upper} for each, lower, upper in ratios.tolist()]
        ),
        "means": named(fit.means),
        "loglik": fit.loglik,
        "loglik_null": fit.loglik_null,
        "aic": fit.aic,
        "likelihood_ratio_test": chi_square(fit.likelihood_ratio_test),
        "path": [{"step": step.change, "aic": step.aic, "candidates": step.candidates} for step in model.stepwise.path],
        "concordance": {
            name: None if each.concordance is None else each.concordance.index
            for name, each in model.performance.items()
        },
        "ph_test": {
            "rows": list(tests),
            "chisq": [test.chisq for test in tests.values()],
            "df": [test.df for test in tests.values()],
            "p": [test.p for test in tests.values()],
        },
        "events_per_variable": model.events_per_variable,
        "variance_inflation": dict(model.variance_inflation),
        "warnings": list(model.warnings),
    }


def _summary(summary: Summary) -> dict[str, Any]:
    numbers = {key: getattr(summary, name) for key, name in _SUMMARY.items()}
    return {**numbers, "sd": summary.sd, "n": summary.n, "missing": summary.missing}


def _baseline(row: BaselineNumber | BaselineCategory) -> dict[str, Any]:
    test: dict[str, Any] | None
    if isinstance(row, BaselineNumber):
        test = None if row.test is None else {"test": "Wilcoxon", "W": row.test.statistic, "p": row.test.p}
        sets = {str(name): _summary(each) for name, each in row.sets.items()}
        return {"unit": row.unit, **sets, "test": test}
    test = (
        None
        if row.test is None
        else {
            "test": "chi-squared with Yates' correction" if row.test.yates else "chi-squared",
            "chisq": row.test.chisq,
            "df": row.test.df,
            "p": row.test.p,
            "fisher_p": row.test.fisher_p,
        }
    )
    counts = {str(name): dict(zip(row.levels, each, strict=True)) for name, each in row.counts.items()}
    return {**counts, "missing": dict(row.missing), "test": test}


def _spearman(result: StudyResult) -> dict[str, Any]:
    found = result.correlations
    return {} if found is None else {"vars": list(found.names), "rho": found.rho, "p": found.p, "n": found.n}


def _composition(result: StudyResult) -> dict[str, Any]:
    index = result.composition
    if index is None:
        return {}
    return {
        **{name: _summary(each) for name, each in index.sets.items()},
        "p": index.test and index.test.p,
        "W": index.test and index.test.statistic,
        "subtypes": {
            subtype: {name: _summary(each) for name, each in sets.items()} for subtype, sets in index.subtypes.items()
        },
    }

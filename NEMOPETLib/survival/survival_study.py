"""The whole survival study from a cohort table: models, groups, tests, validation.

One model that cannot be computed, or one part of it, is named among the failures; all others stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from NEMOPETLib.progress import Progress, no_progress
from NEMOPETLib.survival.adequacy import variance_inflation
from NEMOPETLib.survival.attempts import Attempts
from NEMOPETLib.survival.cohort_result import CohortFlow, SetName
from NEMOPETLib.survival.departures import departures
from NEMOPETLib.survival.fitted_model import FittedModel, fit_model
from NEMOPETLib.survival.model_comparison import compare_models
from NEMOPETLib.survival.model_performance import assess
from NEMOPETLib.survival.model_result import ModelResult, ScoredSet
from NEMOPETLib.survival.pooled_groups import Pooling
from NEMOPETLib.survival.prognostic_classifier import prognostic_classifier
from NEMOPETLib.survival.proportional_hazards import proportional_hazards
from NEMOPETLib.survival.resampling import resample
from NEMOPETLib.survival.risk_model import freeze
from NEMOPETLib.survival.risk_strata import sets_of, stratify, subtype_rows
from NEMOPETLib.survival.runnable_models import base_variables, runnable_models
from NEMOPETLib.survival.stopwatch import Stopwatch
from NEMOPETLib.survival.study_baseline import correlate, describe_cohort, describe_composition
from NEMOPETLib.survival.study_config import ModelConfig, StudyConfig, nemo_pet_study
from NEMOPETLib.survival.study_result import StudyResult
from NEMOPETLib.survival.study_rows import check_variable, select_rows, split_rows
from NEMOPETLib.survival.times import Bools


def survival_study(
    table: pd.DataFrame, config: StudyConfig | None = None, progress: Progress = no_progress, workers: int = 1
) -> StudyResult:
    """Analyse a cohort.

    Parameters
    ----------
    table
        One row per patient, e.g. of `study_table.read_study_table`; messages name rows by its labels.
    config
        What to analyse: the published study (`study_config.nemo_pet_study`) if not given.
    progress
        Told of the long parts.
    workers
        Processes for the bootstrap.

    Raises
    ------
    InputError
        The endpoint or the sets cannot be used: nothing at all can be computed.
    """
    config = config or nemo_pet_study()
    attempt, watch = Attempts(), Stopwatch()
    with watch("rows"):
        wanted = (*config.models, *config.further)
        train = split_rows(table, config.split)[0]["train"]
        usable = runnable_models(table, train, wanted, attempt)
        variables = list(dict.fromkeys(column for model in usable.values() for column in base_variables(model, usable)))
        classified = attempt("", "classifier", partial(_classifier_variables, table, train, config)) or ()
        cohort, warnings = select_rows(table, config, list(dict.fromkeys([*variables, *classified])))
    with watch("fits"):
        fitted = _fit(cohort, config, usable.values(), attempt)
        cohort = _with_scores(cohort, fitted)
        subtypes = subtype_rows(cohort.table, config.stratify.subtype)
    results: dict[str, ModelResult] = {}
    for name, model in fitted.items():
        results[name] = _analyse(model, config, subtypes, results, attempt, watch)
    with watch("resampling"):
        results = resample(fitted, results, config, attempt, progress, workers)
    main = {model.name: results[model.name] for model in config.models if model.name in results}
    further = {model.name: results[model.name] for model in config.further if model.name in results}
    with watch("descriptions"):
        composition = fitted.get(config.composition or "")
        scores = {} if composition is None else {composition.config.name: composition}
        baseline = describe_cohort(cohort, list(dict.fromkeys([*variables, *config.described])))
        correlations = correlate(cohort, variables, scores)
        index = None if composition is None else describe_composition(composition, subtypes)
    with watch("comparisons"):
        comparisons = compare_models(main)
        pools = Pooling(config, fitted, results, subtypes).pools()
    with watch("classifier"):
        classifier = None
        if classified:
            classifier = attempt("", "classifier", partial(prognostic_classifier, cohort, config, progress))
    return StudyResult(
        config,
        cohort,
        main,
        further,
        comparisons,
        pools,
        baseline,
        correlations,
        index,
        classifier,
        departures(results.values()),
        tuple(attempt.failures),
        tuple(warnings),
        watch.seconds,
    )


def _classifier_variables(table: pd.DataFrame, train: Bools, config: StudyConfig) -> tuple[str, ...]:
    """The classifier's columns, each usable."""
    for name in config.classifier.variables:
        check_variable(table, train, name)
    return config.classifier.variables


def _fit(
    cohort: CohortFlow, config: StudyConfig, models: Iterable[ModelConfig], attempt: Attempts
) -> dict[str, FittedModel]:
    fitted: dict[str, FittedModel] = {}
    names = {model.name for model in models}
    for model in models:
        lost = [name for name in model.variables if name in names and name not in fitted]
        if lost:
            attempt.fail(model.name, "model", f"its variable {lost[0]} is the score of a model that failed")
            continue
        result = attempt(model.name, "model", partial(fit_model, cohort, config.endpoint, model, fitted))
        if result is not None:
            fitted[model.name] = result
    return fitted


def _with_scores(cohort: CohortFlow, fitted: Mapping[str, FittedModel]) -> CohortFlow:
    """The rows with the scores that are variables of other models."""
    used = {name for model in fitted.values() for name in model.derived}
    return replace(cohort, table=cohort.table.assign(**{name: fitted[name].risk for name in sorted(used)}))


def _analyse(
    model: FittedModel,
    config: StudyConfig,
    subtypes: Mapping[str, Bools],
    earlier: Mapping[str, ModelResult],
    attempt: Attempts,
    watch: Stopwatch,
) -> ModelResult:
    name, horizons = model.config.name, config.endpoint.horizons
    with watch("groups"):
        strata = stratify(model, config, subtypes, attempt)
    with watch("tests"):
        hazards = None
        if model.fit.terms:
            rows = model.time[model.train], model.event[model.train], model.design, model.fit
            hazards = attempt(name, "test of proportional hazards", partial(proportional_hazards, *rows))
        inflation = attempt(name, "variance inflation", partial(variance_inflation, model.entry))
    with watch("frozen models"):
        frozen = freeze(
            name,
            model.fit,
            model.design,
            model.cohort.table[model.train].assign(**model.scores(model.train)),
            (config.endpoint.time, config.endpoint.event),
            {method: stratum.found.cuts for method, stratum in strata.items()},
            {inner: earlier[inner].frozen for inner in model.derived},
            model.config.logged,
        )
    with watch("performance"):
        scores = _scores(model, horizons)
        performance = {
            where: assess(scored, model.fit.baseline, horizons, attempt, name, where)
            for where, scored in scores.items()
        }
    return ModelResult(
        model.config,
        model.stepwise,
        model.full,
        model.fit,
        model.design,
        frozen,
        scores,
        performance,
        hazards,
        model.fit.events / model.candidates if model.candidates else float("inf"),
        {} if inflation is None else dict(zip(model.entry.columns, inflation.tolist(), strict=True)),
        strata,
        None,
        model.warnings,
    )


def _scores(model: FittedModel, horizons: Sequence[float]) -> dict[SetName, ScoredSet]:
    return {
        name: ScoredSet(
            model.cohort.table.index[rows],
            model.time[rows],
            model.event[rows],
            model.risk[rows],
            model.fit.baseline.survival(model.risk[rows], np.asarray(horizons)),
        )
        for name, rows in sets_of(model).items()
    }

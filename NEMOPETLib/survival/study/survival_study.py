"""The whole survival study from a cohort table: models, groups, tests, validation.

One model that cannot be computed, or one part of it, is named among the failures; all others stand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import pandas as pd

from NEMOPETLib.progress import Progress, no_progress
from NEMOPETLib.survival.risk_model import RiskModel
from NEMOPETLib.survival.study.attempts import Attempts
from NEMOPETLib.survival.study.classifier_result import ClassifierResult
from NEMOPETLib.survival.study.cohort_result import CohortFlow
from NEMOPETLib.survival.study.departures import departures
from NEMOPETLib.survival.study.fitted_model import FittedModel, fit_model
from NEMOPETLib.survival.study.frozen_evaluation import evaluate_in_study
from NEMOPETLib.survival.study.model_analysis import analyse_model
from NEMOPETLib.survival.study.model_comparison import compare_models
from NEMOPETLib.survival.study.model_result import ModelResult
from NEMOPETLib.survival.study.pooled_groups import Pooling
from NEMOPETLib.survival.study.prognostic_classifier import prognostic_classifier
from NEMOPETLib.survival.study.resampling import resample
from NEMOPETLib.survival.study.risk_strata import subtype_rows
from NEMOPETLib.survival.study.runnable_models import base_variables, runnable_models
from NEMOPETLib.survival.study.stopwatch import Stopwatch
from NEMOPETLib.survival.study.study_baseline import correlate, describe_cohort, describe_composition
from NEMOPETLib.survival.study.study_config import ModelConfig, StudyConfig, nemo_pet_study
from NEMOPETLib.survival.study.study_result import StudyResult
from NEMOPETLib.survival.study.study_rows import check_variable, select_rows, split_rows
from NEMOPETLib.survival.times import Bools


def survival_study(
    table: pd.DataFrame,
    config: StudyConfig | None = None,
    progress: Progress = no_progress,
    workers: int = 1,
    frozen: Sequence[RiskModel] = (),
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
        Processes that learn models anew.
    frozen
        Models of earlier studies, which are evaluated on the rows of test, nothing fitted or cut anew.

    Raises
    ------
    InputError
        The endpoint or the sets cannot be used: nothing at all can be computed.
    """
    config = config or nemo_pet_study()
    attempt, watch = Attempts(), Stopwatch()
    with watch("rows"):
        usable, variables, cohort, warnings = _rows(table, config, attempt)
    with watch("fits"):
        fitted = _fit(cohort, config, usable, attempt)
        cohort = _with_scores(cohort, fitted)
        subtypes = subtype_rows(cohort.table, config.stratify.subtype)
    results: dict[str, ModelResult] = {}
    for name, model in fitted.items():
        results[name] = analyse_model(model, config, subtypes, results, attempt, watch)
    with watch("resampling"):
        results = resample(fitted, results, config, attempt, progress, workers)
    main, further = (
        {model.name: results[model.name] for model in models if model.name in results}
        for models in (config.models, config.further)
    )
    with watch("comparisons"):
        comparisons = compare_models(main)
        pools = Pooling(config, fitted, results, subtypes).pools()
    with watch("classifier"):
        classifier = _classifier(cohort, config, attempt, progress)
    with watch("descriptions"):
        composition = {name: model for name, model in fitted.items() if name == config.composition}
        baseline = describe_cohort(cohort, list(dict.fromkeys([*variables, *config.described])))
        correlations = correlate(cohort, variables, composition)
        index = next((describe_composition(model, subtypes) for model in composition.values()), None)
    with watch("frozen evaluations"):
        evaluations = evaluate_in_study(frozen, table, config, attempt)
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
        evaluations,
    )


def _rows(
    table: pd.DataFrame, config: StudyConfig, attempt: Attempts
) -> tuple[list[ModelConfig], list[str], CohortFlow, list[str]]:
    """Models that the table can carry, their columns, the rows complete in them, and warnings."""
    train = split_rows(table, config.split)[0]["train"]
    usable = runnable_models(table, train, (*config.models, *config.further), attempt)
    variables = list(dict.fromkeys(column for model in usable.values() for column in base_variables(model, usable)))
    classified = attempt("", "classifier", partial(_classifier_variables, table, train, config)) or ()
    cohort, warnings = select_rows(table, config, list(dict.fromkeys([*variables, *classified])))
    scores = {name for model in usable.values() for name in model.variables if name in usable}
    for name in sorted(scores & set(table.columns)):
        warnings.append(f"column {name} is not used: {name} is the score of a model that is learned here")
    return list(usable.values()), variables, cohort, warnings


def _classifier_variables(table: pd.DataFrame, train: Bools, config: StudyConfig) -> tuple[str, ...]:
    """The classifier's columns, each usable."""
    for name in config.classifier.variables:
        check_variable(table, train, name)
    return config.classifier.variables


def _classifier(
    cohort: CohortFlow, config: StudyConfig, attempt: Attempts, progress: Progress
) -> ClassifierResult | None:
    wanted = config.classifier.variables
    if not wanted or not set(wanted) <= set(cohort.columns):  # a column that cannot be used has been named
        return None
    return attempt("", "classifier", partial(prognostic_classifier, cohort, config, progress))


def _fit(
    cohort: CohortFlow, config: StudyConfig, models: Sequence[ModelConfig], attempt: Attempts
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

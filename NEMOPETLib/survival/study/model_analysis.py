"""From a fitted model to all that a study tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from NEMOPETLib.survival.adequacy import variance_inflation
from NEMOPETLib.survival.proportional_hazards import ProportionalHazards, proportional_hazards
from NEMOPETLib.survival.risk_groups import Method
from NEMOPETLib.survival.risk_model import RiskModel, freeze
from NEMOPETLib.survival.study.attempts import Attempts
from NEMOPETLib.survival.study.cohort_result import SetName
from NEMOPETLib.survival.study.fitted_model import FittedModel
from NEMOPETLib.survival.study.model_performance import assess
from NEMOPETLib.survival.study.model_result import ModelResult, Performance, ScoredSet
from NEMOPETLib.survival.study.risk_strata import sets_of, stratify
from NEMOPETLib.survival.study.stopwatch import Stopwatch
from NEMOPETLib.survival.study.stratum_result import Stratum
from NEMOPETLib.survival.study.study_config import Endpoint, StudyConfig
from NEMOPETLib.survival.times import Bools


def analyse_model(
    model: FittedModel,
    config: StudyConfig,
    subtypes: Mapping[str, Bools],
    earlier: Mapping[str, ModelResult],
    attempt: Attempts,
    watch: Stopwatch,
) -> ModelResult:
    """Groups, tests, frozen model and performance; all but what learning it anew would tell.

    Parameters
    ----------
    model, config
        The model and the study.
    subtypes
        (n,) rows of each subtype.
    earlier
        Results of models whose scores are variables here.
    attempt, watch
        Who notes what fails, and how long it takes.
    """
    with watch("groups"):
        strata = stratify(model, config, subtypes, attempt)
    with watch("tests"):
        hazards = _hazards(model, attempt)
        inflation = attempt(model.config.name, "variance inflation", partial(variance_inflation, model.entry))
    with watch("frozen models"):
        frozen = _frozen(model, config.endpoint, strata, earlier)
    with watch("performance"):
        scores = _scores(model, config.endpoint)
        performance = _performance(model, config.endpoint, scores, attempt)
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


def _hazards(model: FittedModel, attempt: Attempts) -> ProportionalHazards | None:
    if not model.fit.terms:
        return None
    rows = model.time[model.train], model.event[model.train], model.design, model.fit
    return attempt(model.config.name, "test of proportional hazards", partial(proportional_hazards, *rows))


def _frozen(
    model: FittedModel, endpoint: Endpoint, strata: Mapping[Method, Stratum], earlier: Mapping[str, ModelResult]
) -> RiskModel:
    return freeze(
        model.config.name,
        model.fit,
        model.design,
        model.cohort.table[model.train].assign(**model.scores(model.train)),
        (endpoint.time, endpoint.event),
        {method: stratum.found.cuts for method, stratum in strata.items()},
        {inner: earlier[inner].frozen for inner in model.derived},
        model.config.logged,
        endpoint.unit,
    )


def _scores(model: FittedModel, endpoint: Endpoint) -> dict[SetName, ScoredSet]:
    horizons = np.asarray(endpoint.horizons)
    return {
        name: ScoredSet(
            model.cohort.table.index[rows],
            model.time[rows],
            model.event[rows],
            model.risk[rows],
            model.fit.baseline.survival(model.risk[rows], horizons),
        )
        for name, rows in sets_of(model).items()
    }


def _performance(
    model: FittedModel, endpoint: Endpoint, scores: Mapping[SetName, ScoredSet], attempt: Attempts
) -> dict[SetName, Performance]:
    baseline, name = model.fit.baseline, model.config.name
    return {
        where: assess(scored, baseline, endpoint.horizons, attempt, name, where) for where, scored in scores.items()
    }

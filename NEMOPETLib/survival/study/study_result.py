"""Everything a survival study finds: what its tables, figures and report are made of.

What could not be computed is None or left out, with the reason among the failures. Its parts: `cohort_result`,
`model_result`, `stratum_result`, `group_result`, `classifier_result`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from NEMOPETLib.survival.associations import RankCorrelations
from NEMOPETLib.survival.risk_groups import Method
from NEMOPETLib.survival.study.classifier_result import ClassifierResult
from NEMOPETLib.survival.study.cohort_result import (
    BaselineCategory,
    BaselineNumber,
    CohortFlow,
    CompositionIndex,
    SetName,
)
from NEMOPETLib.survival.study.frozen_result import FrozenEvaluation
from NEMOPETLib.survival.study.group_result import RiskGroups
from NEMOPETLib.survival.study.model_result import ModelComparison, ModelResult
from NEMOPETLib.survival.study.study_config import StudyConfig


@dataclass(frozen=True)
class Failure:
    """What could not be done.

    Parameters
    ----------
    model
        The model, or ``""`` for the study as a whole.
    what
        ``model``, a method of forming groups, or what else was to be computed.
    reason
        One line for the user.
    """

    model: str
    what: str
    reason: str


@dataclass(frozen=True)
class Departure:
    """Where a number is deliberately not R's.

    Parameters
    ----------
    key
        ``tied_scores``, ``tied_event_censoring``, ``no_second_cut`` or ``administrative_censoring``.
    text
        What is done instead, and why, in English.
    where
        The models and methods of this study that it touched (``clinical/rlr``); empty where none.
    """

    key: str
    text: str
    where: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class PooledGroups:
    """Groups of models of different rows (one a subtype), taken together.

    Parameters
    ----------
    name
        Of the pool.
    models
        Its models that could be fitted.
    methods
        Method → by set, the groups.
    """

    name: str
    models: tuple[str, ...]
    methods: Mapping[Method, Mapping[SetName, RiskGroups]]


@dataclass(frozen=True, eq=False)
class StudyResult:
    """A whole study.

    Parameters
    ----------
    config
        What was asked for, seed included.
    cohort
        The rows.
    models
        The main models that could be fitted, by name, in the order of the config.
    further
        Those of "what the authors want next".
    comparisons
        Each main model against each later one of the same rows.
    pools
        By name.
    baseline
        Characteristics by set, in the order of the config ("table 1").
    correlations
        Spearman's ρ in train, signed, of the numeric variables and the composition index.
    composition
        The index, None where no such model was fitted.
    classifier
        None where none was asked for or it failed.
    departures
        From R.
    failures
        What could not be done: the rest stands.
    warnings
        One line each, of the cohort and study; each model has its own.
    seconds
        Computing time by part.
    frozen
        Frozen models of earlier studies on the rows of test, by name.
    """

    config: StudyConfig
    cohort: CohortFlow
    models: Mapping[str, ModelResult]
    further: Mapping[str, ModelResult]
    comparisons: tuple[ModelComparison, ...]
    pools: Mapping[str, PooledGroups]
    baseline: tuple[BaselineNumber | BaselineCategory, ...]
    correlations: RankCorrelations | None
    composition: CompositionIndex | None
    classifier: ClassifierResult | None
    departures: tuple[Departure, ...]
    failures: tuple[Failure, ...]
    warnings: tuple[str, ...]
    seconds: Mapping[str, float] = field(default_factory=dict)
    frozen: Mapping[str, FrozenEvaluation] = field(default_factory=dict)

"""A prognostic classifier: will the event come up to a given time? Learners compared by nested cross-validation.

Each outer fold is predicted by learners that have never seen it: their settings are chosen, and their scores turned
into probabilities, by an inner cross-validation of the other folds. The learner with the lowest Brier score of these
predictions is learned in the same way from the whole of train. Source: Varma & Simon, BMC Bioinformatics 7 (2006) 91.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
import pandas as pd

from NEMOPETLib.errors import InputError
from NEMOPETLib.progress import Progress
from NEMOPETLib.survival.brier import brier_scores
from NEMOPETLib.survival.calibration import calibration_groups, calibration_in_the_large
from NEMOPETLib.survival.cox_problem import standardise
from NEMOPETLib.survival.design import design_matrix
from NEMOPETLib.survival.study.classifier_result import ClassifierResult, LearnerResult
from NEMOPETLib.survival.study.cohort_result import CohortFlow, SetName
from NEMOPETLib.survival.study.learners import LEARNERS, Examples, Learner, Scorer, Settings
from NEMOPETLib.survival.study.model_result import Calibration, Performance
from NEMOPETLib.survival.study.risk_calibration import RiskCalibration, calibrate, known_outcome
from NEMOPETLib.survival.study.study_config import StudyConfig
from NEMOPETLib.survival.time_roc import time_roc
from NEMOPETLib.survival.times import Bools, Floats, Integers


@dataclass(frozen=True, eq=False)
class _Tuned:
    """A learner with the settings that did best, as learned without each inner fold, and their calibration.

    The risk is the mean of theirs, so that the calibration, found on the folds left out, is of the same scores.
    """

    settings: Settings
    scorers: tuple[Scorer, ...]
    calibration: RiskCalibration

    def risk(self, x: Floats) -> Floats:
        return np.mean([self.calibration.risk(scorer(x)) for scorer in self.scorers], axis=0)


def _folds(died: Bools, folds: int, generator: np.random.Generator) -> Integers:
    """(n,) fold of each row, events spread evenly over the folds."""
    fold = np.empty(died.size, dtype=np.intp)
    for outcome in (False, True):
        rows = generator.permutation(np.flatnonzero(died == outcome))
        fold[rows] = np.arange(rows.size) % folds
    return fold


def _tune(learner: Learner, examples: Examples, folds: int, seed: int) -> _Tuned:
    """Choose settings by the weighted squared error of calibrated out-of-fold predictions."""
    fold = _folds(examples.died, folds, np.random.default_rng(seed))
    best: tuple[float, _Tuned] | None = None
    for settings in learner.grid:
        scorers = tuple(learner.learn(examples.rows(fold != number), settings, seed) for number in range(folds))
        score = np.empty(fold.size)
        for number, scorer in enumerate(scorers):
            score[fold == number] = scorer(examples.x[fold == number])
        calibration = calibrate(score, examples.died, examples.weight)
        error = float(np.sum(examples.weight * (examples.died - calibration.risk(score)) ** 2))
        if best is None or error < best[0]:
            best = error, _Tuned(settings, scorers, calibration)
    assert best is not None
    return best[1]


def _out_of_fold(learner: Learner, examples: Examples, fold: Integers, inner: int, seed: int) -> Floats:
    """(n,) risk of each row by a learner tuned without its fold."""
    risk = np.empty(fold.size)
    for number in np.unique(fold):
        inside = fold != number
        risk[~inside] = _tune(learner, examples.rows(inside), inner, seed).risk(examples.x[~inside])
    return risk


def _performance(time: Floats, event: Bools, risk: Floats, horizon: float) -> Performance:
    survival = 1 - risk
    return Performance(
        time,
        event,
        roc={horizon: time_roc(time, event, risk, horizon)},
        brier=brier_scores(time, event, survival[:, None], [horizon]),
        calibration={
            horizon: Calibration(
                calibration_groups(time, event, survival, horizon),
                calibration_in_the_large(time, event, survival, horizon),
            )
        },
        predicted={horizon: survival},
    )


def _learner_result(name: str, settings: Settings, performance: Performance, horizon: float) -> LearnerResult:
    roc, brier = performance.roc[horizon], performance.brier
    assert brier is not None
    lower, upper = roc.interval()
    return LearnerResult(name, dict(settings), roc.auc, lower, upper, float(brier.scores[0]), float(brier.reference[0]))


@dataclass(frozen=True, eq=False)
class _Problem:
    """The rows of a study as the classifier sees them: all of them, and train as examples."""

    x: Floats
    time: Floats
    event: Bools
    train: Bools
    examples: Examples
    horizon: float
    warnings: tuple[str, ...]


def _problem(cohort: CohortFlow, config: StudyConfig) -> _Problem:
    wanted, endpoint, train = config.classifier, config.endpoint, cohort.in_train
    horizon = wanted.horizon or endpoint.horizons[-1]
    time = cohort.table[endpoint.time].to_numpy(dtype=np.float64)
    event = cohort.table[endpoint.event].to_numpy(dtype=np.float64) == 1
    entry = design_matrix(cohort.table[train], wanted.variables)
    standardise(entry.matrix, entry.columns)  # refuses constant columns
    x = design_matrix(cohort.table, wanted.variables, entry.levels).matrix
    x = (x - entry.matrix.mean(axis=0)) / entry.matrix.std(axis=0)
    died, weight, warnings = known_outcome(time[train], event[train], horizon)
    counts = int(died.sum()), int((~died & (weight > 0)).sum())
    if min(counts) < 2 * wanted.folds:
        enough = f"needs {2 * wanted.folds} rows or more with the event by {horizon:g} and as many without"
        raise InputError(f"the classifier {enough}: there are {counts[0]} and {counts[1]}")
    return _Problem(
        x, time, event, train, Examples(x[train], time[train], event[train], died, weight), horizon, warnings
    )


def prognostic_classifier(
    cohort: CohortFlow, config: StudyConfig, progress: Progress, learners: Sequence[Learner] = LEARNERS
) -> ClassifierResult:
    """Compare learners in train, fit the best one and apply it to test.

    Parameters
    ----------
    cohort
        The rows, complete in the classifier's variables.
    config
        Its ``classifier``, endpoint and seed.
    progress
        Told of the learners.
    learners
        To compare.

    Raises
    ------
    InputError
        scikit-survival is not installed, a variable cannot be used, or there are too few events.
    """
    if find_spec("sksurv") is None:
        need = "the classifier needs scikit-survival, which is not installed"
        raise InputError(f"{need}: pip install 'scikit-survival>=0.27', or leave the classifier out")
    problem = _problem(cohort, config)
    examples, horizon, inner = problem.examples, problem.horizon, config.classifier.inner_folds
    fold = _folds(examples.died, config.classifier.folds, np.random.default_rng(config.seed))
    tuned: dict[str, _Tuned] = {}
    assessed: dict[str, Performance] = {}
    for learner in progress(learners, "comparing learners"):
        risk = _out_of_fold(learner, examples, fold, inner, config.seed)
        tuned[learner.name] = _tune(learner, examples, inner, config.seed)
        assessed[learner.name] = _performance(examples.time, examples.event, risk, horizon)
    results = tuple(_learner_result(name, tuned[name].settings, assessed[name], horizon) for name in assessed)
    best = min(results, key=lambda result: result.brier)
    performance: dict[SetName, Performance] = {"train": assessed[best.name]}
    test, warnings = ~problem.train & np.isfinite(problem.x).all(axis=1), problem.warnings
    if test.any():
        try:
            risk = tuned[best.name].risk(problem.x[test])
            performance["test"] = _performance(problem.time[test], problem.event[test], risk, horizon)
        except InputError as error:
            warnings = (*warnings, f"test cannot be assessed: {error}")
    calibration = tuned[best.name].calibration
    rows: dict[SetName, pd.Index] = {"train": cohort.table.index[problem.train], "test": cohort.table.index[test]}
    return ClassifierResult(
        horizon,
        config.classifier.variables,
        results,
        best.name,
        {name: 1 - each.predicted[horizon] for name, each in performance.items()},
        {name: rows[name] for name in performance},
        performance,
        (calibration.intercept, calibration.slope),
        warnings,
    )

"""Learners that a prognostic classifier can compare, those of scikit-survival and a weighted logistic regression.

Each gives a score of which higher means more risk; what it means as a probability is settled by calibration.
scikit-survival is imported when a learner is made: it is optional, and GPL-3.0-or-later.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from NEMOPETLib.survival.times import Bools, Floats

Settings = Mapping[str, float]
Scorer = Callable[[Floats], Floats]


@dataclass(frozen=True, eq=False)
class Examples:
    """What is learned from.

    Parameters
    ----------
    x
        (n, p) standardised covariates.
    time, event
        (n,) outcome.
    died, weight
        (n,) event up to the horizon, and how much a row counts for that question: the inverse of the probability
        to be uncensored, 0 where the answer is unknown.
    """

    x: Floats
    time: Floats
    event: Bools
    died: Bools
    weight: Floats

    def rows(self, rows: Any) -> Examples:
        """Some of them."""
        return Examples(self.x[rows], self.time[rows], self.event[rows], self.died[rows], self.weight[rows])


@dataclass(frozen=True)
class Learner:
    """A way to learn a score, and the settings to choose from."""

    name: str
    grid: tuple[Settings, ...]
    learn: Callable[[Examples, Settings, int], Scorer]


def _logistic(examples: Examples, settings: Settings, seed: int) -> Scorer:
    from sklearn.linear_model import LogisticRegression

    known = examples.weight > 0
    model = LogisticRegression(C=settings["C"], max_iter=1000, random_state=seed)
    model.fit(examples.x[known], examples.died[known], sample_weight=examples.weight[known])
    return lambda x: np.asarray(model.decision_function(x), dtype=np.float64)


def _fitted(model: Any, examples: Examples) -> Scorer:
    from sksurv.util import Surv

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a penalty that leaves no coefficient is an answer
        model.fit(examples.x, Surv.from_arrays(examples.event, examples.time))
    return lambda x: np.asarray(model.predict(x), dtype=np.float64)


def _cox(examples: Examples, settings: Settings, _seed: int) -> Scorer:
    from sksurv.linear_model import CoxPHSurvivalAnalysis

    return _fitted(CoxPHSurvivalAnalysis(alpha=settings["alpha"], ties="efron"), examples)


def _elastic_net(examples: Examples, settings: Settings, _seed: int) -> Scorer:
    from sksurv.linear_model import CoxnetSurvivalAnalysis

    return _fitted(CoxnetSurvivalAnalysis(l1_ratio=0.5, alphas=[settings["alpha"]]), examples)


def _forest(examples: Examples, settings: Settings, seed: int) -> Scorer:
    from sksurv.ensemble import RandomSurvivalForest

    model = RandomSurvivalForest(
        100, min_samples_leaf=int(settings["min_samples_leaf"]), low_memory=True, random_state=seed
    )
    scorer = _fitted(model, examples)
    return lambda x: np.log(np.maximum(scorer(x), 1e-9))


def _boosting(examples: Examples, settings: Settings, seed: int) -> Scorer:
    from sksurv.ensemble import GradientBoostingSurvivalAnalysis

    model = GradientBoostingSurvivalAnalysis(
        n_estimators=int(settings["n_estimators"]), max_depth=1, subsample=0.5, random_state=seed
    )
    return _fitted(model, examples)


def _support_vectors(examples: Examples, settings: Settings, seed: int) -> Scorer:
    from sksurv.svm import FastSurvivalSVM

    return _fitted(FastSurvivalSVM(alpha=settings["alpha"], rank_ratio=1, random_state=seed), examples)


LEARNERS: tuple[Learner, ...] = (
    Learner("logistic regression, ridge", tuple({"C": c} for c in (0.01, 0.1, 1.0)), _logistic),
    Learner("Cox, ridge", tuple({"alpha": alpha} for alpha in (1.0, 30.0, 300.0)), _cox),
    Learner("Cox, elastic net", tuple({"alpha": alpha} for alpha in (0.02, 0.05, 0.1)), _elastic_net),
    Learner("random survival forest", tuple({"min_samples_leaf": n} for n in (8, 25)), _forest),
    Learner("gradient boosting", tuple({"n_estimators": n} for n in (30, 100)), _boosting),
    Learner("survival support vector machine", tuple({"alpha": alpha} for alpha in (0.01, 1.0)), _support_vectors),
)

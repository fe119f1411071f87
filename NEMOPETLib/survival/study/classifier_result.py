"""What a study finds about the prognostic classifier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from NEMOPETLib.survival.study.cohort_result import SetName
from NEMOPETLib.survival.study.model_result import Performance
from NEMOPETLib.survival.times import Floats


@dataclass(frozen=True, eq=False)
class LearnerResult:
    """One learner of the classifier, by nested cross-validation in train.

    Parameters
    ----------
    name
        E.g. ``random survival forest``.
    settings
        Those chosen by the inner cross-validation on the whole of train.
    auc, auc_lower, auc_upper
        AUC at the horizon of the out-of-fold predictions, censoring-weighted.
    brier, brier_reference
        Brier score of the calibrated out-of-fold predictions, and that of the Kaplan–Meier estimate.
    """

    name: str
    settings: Mapping[str, float]
    auc: float
    auc_lower: float
    auc_upper: float
    brier: float
    brier_reference: float


@dataclass(frozen=True, eq=False)
class ClassifierResult:
    """The prognostic classifier.

    Parameters
    ----------
    horizon
        Event up to here.
    variables
        Its variables.
    learners
        All that were compared.
    chosen
        Name of the one with the lowest Brier score, fitted to the whole of train.
    risk
        By set, (n,) calibrated risk of the event up to the horizon (train: out of fold); rows as in ``rows``.
    rows
        By set, labels of the rows.
    performance
        By set, with ``roc``, ``brier``, ``calibration`` and ``decision`` at the horizon.
    calibration
        Intercept and slope that turn log-odds of the learner into calibrated ones.
    warnings
        One line each.
    """

    horizon: float
    variables: tuple[str, ...]
    learners: tuple[LearnerResult, ...]
    chosen: str
    risk: Mapping[SetName, Floats]
    rows: Mapping[SetName, pd.Index]
    performance: Mapping[SetName, Performance]
    calibration: tuple[float, float]
    warnings: tuple[str, ...] = ()

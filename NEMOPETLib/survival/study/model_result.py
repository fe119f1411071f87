"""What a study finds about one model, and about two models compared.

Times are in the unit of the endpoint, survival between 0 and 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from NEMOPETLib.survival.bootstrap import BootstrapResult
from NEMOPETLib.survival.brier import BrierScores
from NEMOPETLib.survival.calibration import CalibrationGroup, CalibrationSlope
from NEMOPETLib.survival.concordance import Concordance, ConcordanceDifference
from NEMOPETLib.survival.cox import ChiSquareTest, CoxFit
from NEMOPETLib.survival.decision_curve import DecisionCurve, decision_curve
from NEMOPETLib.survival.design import Design
from NEMOPETLib.survival.proportional_hazards import ProportionalHazards
from NEMOPETLib.survival.risk_groups import Method
from NEMOPETLib.survival.risk_model import RiskModel
from NEMOPETLib.survival.step_aic import StepwiseFit
from NEMOPETLib.survival.study.cohort_result import SetName
from NEMOPETLib.survival.study.stratum_result import Stratum
from NEMOPETLib.survival.study.study_config import ModelConfig
from NEMOPETLib.survival.time_roc import AreaDifference, TimeROC
from NEMOPETLib.survival.times import Bools, Floats

_THRESHOLDS = np.arange(1, 31) / 50  # risks of the event


@dataclass(frozen=True, eq=False)
class ScoredSet:
    """A model's scores in one set.

    Parameters
    ----------
    rows
        (n,) labels of the rows in `CohortFlow.table`.
    time, event
        (n,) the endpoint.
    risk
        (n,) exp(Σ β·(x − m)), m of train.
    survival
        (n, horizons) predicted survival.
    """

    rows: pd.Index
    time: Floats
    event: Bools
    risk: Floats
    survival: Floats


@dataclass(frozen=True, eq=False)
class AreaCurve:
    """Area under the time-dependent ROC curve over time: (k,) times, areas and 95 % limits."""

    times: Floats
    auc: Floats
    lower: Floats
    upper: Floats


@dataclass(frozen=True, eq=False)
class Calibration:
    """Predicted against observed survival at one horizon, and observed over expected risk (1 is calibrated)."""

    groups: tuple[CalibrationGroup, ...]
    in_the_large: float


@dataclass(frozen=True, eq=False)
class Performance:
    """How well a model predicts in one set; None, or a horizon left out, where it cannot be told.

    Parameters
    ----------
    concordance
        Harrell's C.
    roc
        ROC curve at each horizon (``auc``, ``interval()``).
    auc
        The area over time.
    brier
        Brier scores at the horizons.
    brier_curve
        Brier scores over time up to the last horizon (``integrated``).
    slope
        Calibration slope.
    calibration
        At each horizon.
    predicted
        At each horizon, (n,) survival predicted for each row.
    time, event
        (n,) what came true.
    """

    time: Floats
    event: Bools
    concordance: Concordance | None = None
    roc: Mapping[float, TimeROC] = field(default_factory=dict)
    auc: AreaCurve | None = None
    brier: BrierScores | None = None
    brier_curve: BrierScores | None = None
    slope: CalibrationSlope | None = None
    calibration: Mapping[float, Calibration] = field(default_factory=dict)
    predicted: Mapping[float, Floats] = field(default_factory=dict)

    @cached_property
    def decision(self) -> dict[float, DecisionCurve]:
        """Decision curve at each horizon, for risks from 2 % to 60 %."""
        return {
            horizon: decision_curve(self.time, self.event, survival, horizon, _THRESHOLDS)
            for horizon, survival in self.predicted.items()
        }


@dataclass(frozen=True, eq=False)
class ModelResult:
    """One model.

    Parameters
    ----------
    config
        What was asked for (``config.variables`` are the entry variables).
    stepwise
        The path and, as ``stepwise.selected``, what was kept.
    full
        The fit of all entry variables.
    fit
        The final fit; may have no variable.
    design
        Train's covariates of the final fit.
    frozen
        The model as it travels.
    scores, performance
        By set.
    proportional_hazards
        Test (R's cox.zph, transform km), None where the model has no variable.
    events_per_variable
        Events for each coefficient that competed to enter.
    variance_inflation
        Of each coefficient of the full model.
    strata
        By method, those that could be formed.
    bootstrap
        Of the whole chain, scores of earlier models included: optimism of C, calibration slope, selection
        frequencies. None where none was asked for or possible. What it says of cut-points is in each stratum.
    warnings
        One line each.
    """

    config: ModelConfig
    stepwise: StepwiseFit
    full: CoxFit
    fit: CoxFit
    design: Design
    frozen: RiskModel
    scores: Mapping[SetName, ScoredSet]
    performance: Mapping[SetName, Performance]
    proportional_hazards: ProportionalHazards | None
    events_per_variable: float
    variance_inflation: Mapping[str, float]
    strata: Mapping[Method, Stratum]
    bootstrap: BootstrapResult | None
    warnings: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The model's name."""
        return self.config.name


@dataclass(frozen=True, eq=False)
class ModelComparison:
    """A model (``larger``) against another of the same rows.

    Parameters
    ----------
    smaller, larger
        Names.
    likelihood_ratio
        Test of nested models, fitted without selection, None where ``smaller`` is not part of ``larger``.
    concordance
        By set, C of larger minus smaller.
    auc
        By set and horizon, AUC of larger minus smaller.
    """

    smaller: str
    larger: str
    likelihood_ratio: ChiSquareTest | None
    concordance: Mapping[SetName, ConcordanceDifference]
    auc: Mapping[SetName, Mapping[float, AreaDifference]]

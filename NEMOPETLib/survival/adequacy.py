"""Whether a cohort can carry a model: events per variable and variance inflation.

Sources: Peduzzi et al., J Clin Epidemiol 48 (1995) 1503; Belsley, Kuh & Welsch, Regression Diagnostics
(1980).
"""

from __future__ import annotations

import numpy as np

from NEMOPETLib.survival.cox_problem import refuse_collinear, standardise
from NEMOPETLib.survival.design import Design
from NEMOPETLib.survival.times import Floats

FEWEST_EVENTS_PER_VARIABLE = 10.0


def events_per_variable(events: int, design: Design) -> float:
    """Events for each coefficient that competed to enter (not only those selected)."""
    return events / len(design.columns) if design.columns else float("inf")


def variance_inflation(design: Design) -> Floats:
    """(p,) variance inflation factor 1/(1 − R²) of each column on the others.

    Raises
    ------
    InputError
        A column is missing values, constant or follows from the others.
    """
    if not design.columns:
        return np.empty(0)
    standard, _ = standardise(design.matrix, design.columns)
    correlation = standard.T @ standard / standard.shape[0]
    refuse_collinear(correlation, design.columns)
    return np.diag(np.linalg.inv(correlation)).astype(np.float64)

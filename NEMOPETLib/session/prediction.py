"""What a frozen model predicts for the open patient, and whether it has seen patients like this one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from NEMOPETLib.session.scoring import ModelUse, frame_of, missing_inputs
from NEMOPETLib.survival.predicted_survival import predicted_survival, survival_times
from NEMOPETLib.survival.risk_model import RiskModel, Scored, score
from NEMOPETLib.survival.time_unit import units_per_year


def prediction(use: ModelUse, values: Mapping[str, Any], horizons: Sequence[float] | None = None) -> dict[str, Any]:
    """Risk, group and survival with its 95 % interval; all None where a variable is missing.

    Parameters
    ----------
    values
        The patient's, as ``values_for`` gives them.
    horizons
        Times in the unit of the model's time; None: 1 and 2 years, none where that unit is not known.

    Returns
    -------
    ``outside`` lists each variable beyond its range in training, of the model and of those inside it. ``years`` of
    each time are None where the unit is not known.

    Raises
    ------
    InputError
        As ``risk_model.score``, or if a horizon is no time.
    """
    model = use.model
    groups, missing = use.groups, missing_inputs(values, model)
    scored = use.score([values])
    times, untold = survival_times(model, horizons)
    survival = predicted_survival(model, scored, times)
    per_year = units_per_year(model.unit)
    return {
        "model_id": model.model_id,
        "name": model.name,
        "origin": model.origin,
        "endpoint": {"time": model.time, "event": model.event, "unit": model.unit},
        **score_columns(use, scored),
        "groups": list(groups),
        "method": use.cuts_of,
        "survival": [
            {
                "horizon": float(horizon),
                "years": horizon / per_year if per_year is not None else None,
                "estimate": float(survival.estimate[0, at]),
                "lower": float(survival.lower[0, at]),
                "upper": float(survival.upper[0, at]),
            }
            for at, horizon in enumerate(times)
        ],
        "outside": list(_outside(model, scored, frame_of([values], model), use.force)),
        "missing": missing,
        "warnings": list(dict.fromkeys((*scored.warnings, *survival.warnings, *untold))),
    }


def score_columns(use: ModelUse, scored: Scored, row: int = 0) -> dict[str, Any]:
    """The columns of the cohort table that a model fills, as ``nemopet score`` does; None where it has no score."""
    inner = {
        name: math.exp(values[row]) if name in use.model.logged else float(values[row])
        for name, values in scored.derived.items()
    }
    has_score = bool(np.isfinite(scored.risk[row]))
    return {
        **{name: value if math.isfinite(value) else None for name, value in inner.items()},
        "risk_score": float(scored.risk[row]) if has_score else None,
        "risk_group": use.group(scored, row),
        "model_id": use.model.model_id if has_score else None,
    }


def _outside(model: RiskModel, scored: Scored, table: pd.DataFrame, force: bool) -> Iterator[dict[str, Any]]:
    """Each column of one patient beyond its range in training, of the model and of those inside it."""
    for column, value, (low, high) in zip(model.columns, scored.centred[0] + model.means, model.ranges, strict=True):
        if value < low or value > high:
            yield {"column": column, "value": float(value), "low": float(low), "high": float(high)}
    for inner in model.derived.values():
        yield from _outside(inner, score(inner, table, force=force), table, force)

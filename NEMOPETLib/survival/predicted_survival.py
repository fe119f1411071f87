"""Survival that a frozen model predicts, with its interval.

Survival is exp(−Λ); the interval is symmetric for its logarithm, R's default for ``survfit(coxph, newdata)``, and tells
the errors of this model's coefficients and baseline hazard. Scores of models inside it (``bci``) are taken as given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.risk_model import RiskModel, Scored, score
from NEMOPETLib.survival.time_unit import units_per_year
from NEMOPETLib.survival.times import Floats

_YEARS = (1.0, 2.0)  # when survival is told if nobody asks for other times


@dataclass(frozen=True, eq=False)
class PredictedSurvival:
    """Survival of n patients (or of one, then without the first axis) at t times.

    Parameters
    ----------
    estimate, lower, upper
        (n, t) survival with its limits; NaN where a variable is missing, the time lies beyond the follow-up in training
        or, limits only, the model does not carry what they need.
    warnings
        One line each; for one patient also what `risk_model.score` says of the values.
    """

    estimate: Floats
    lower: Floats
    upper: Floats
    warnings: tuple[str, ...]


def survival_times(model: RiskModel, asked: Sequence[float] | None) -> tuple[tuple[float, ...], tuple[str, ...]]:
    """When survival is told, in the unit of the model's time, and what to say if that is not known.

    Parameters
    ----------
    model
        The model.
    asked
        Times in that unit; without any: 1 and 2 years, none where the unit is not known.
    """
    if asked:
        return tuple(asked), ()
    per_year = units_per_year(model.unit)
    if per_year is None:
        return (), (f"the unit of {model.time} is not known: name it as unit of the endpoint to see survival",)
    return tuple(years * per_year for years in _YEARS), ()


def predict_survival(
    model: RiskModel,
    values: Mapping[str, object],
    times: Sequence[float],
    *,
    level: float = 0.95,
    force: bool = False,
) -> PredictedSurvival:
    """Survival of one patient.

    Parameters
    ----------
    model
        The model.
    values
        The patient's variables by name; more than the model's do no harm.
    times
        In the unit of the model's endpoint.
    level
        Of the interval.
    force
        As for `risk_model.score`.

    Returns
    -------
    survival
        Its arrays are (t,).

    Raises
    ------
    InputError
        A value is missing or of an unknown level, a time is unusable, or as `risk_model.score`.
    """
    missing = [name for name in model.inputs if bool(pd.isna(values.get(name)))]  # type: ignore[call-overload]
    if missing:
        raise InputError(f"no {', '.join(missing)} for model {model.name}: without it there is no prediction")
    scored = score(model, pd.DataFrame([dict(values)]), force=force)
    if not np.isfinite(scored.risk).all():
        raise InputError(f"{scored.warnings[0]}: without it model {model.name} predicts nothing")
    found = predicted_survival(model, scored, times, level=level)
    return PredictedSurvival(found.estimate[0], found.lower[0], found.upper[0], (*scored.warnings, *found.warnings))


def predicted_survival(
    model: RiskModel, scored: Scored, times: Sequence[float], *, level: float = 0.95
) -> PredictedSurvival:
    """Survival of rows that the model has scored.

    Parameters
    ----------
    model, scored
        The model and what `risk_model.score` says of the rows.
    times, level
        As for `predict_survival`.

    Raises
    ------
    InputError
        A time is not a number above 0.
    """
    moments = np.asarray(times, dtype=np.float64)
    if not (np.isfinite(moments) & (moments > 0)).all():
        raise InputError(f"times {', '.join(f'{time:g}' for time in times)}: each must be a number above 0")
    basis, warnings = model.basis, []
    log_survival = -scored.risk[:, None] * model.baseline.at(moments)
    if basis is None:
        warnings.append(f"model {model.name} does not carry what intervals need: make it anew with this version")
        half = np.full(log_survival.shape, np.nan)
    else:
        half = float(special.ndtri((1 + level) / 2)) * basis.hazard_se(
            model.baseline, scored.centred, scored.risk, moments
        )
        beyond = moments > basis.follow_up
        if beyond.any():
            told = ", ".join(f"{time:g}" for time in moments[beyond])
            warnings.append(f"no survival at {told}: training was followed up to {basis.follow_up:g} only")
            log_survival[:, beyond] = np.nan
    lower, upper = log_survival - half, np.minimum(log_survival + half, 0.0)
    return PredictedSurvival(np.exp(log_survival), np.exp(lower), np.exp(upper), tuple(warnings))

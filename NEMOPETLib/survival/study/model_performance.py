"""How well predictions come true in a set of rows: discrimination, calibration, usefulness."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from scipy import special

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.brier import brier_scores
from NEMOPETLib.survival.calibration import calibration_groups, calibration_in_the_large, calibration_slope
from NEMOPETLib.survival.concordance import concordance
from NEMOPETLib.survival.cox import BaselineHazard
from NEMOPETLib.survival.study.attempts import Attempts
from NEMOPETLib.survival.study.model_result import AreaCurve, Calibration, Performance, ScoredSet
from NEMOPETLib.survival.time_roc import TimeROC, time_roc
from NEMOPETLib.survival.times import Floats

_HALF_95 = float(special.ndtri(0.975))


def curve_times(horizons: Sequence[float]) -> tuple[float, ...]:
    """Times between the first quarter of the last horizon and its end at which curves over time are told."""
    last = horizons[-1]
    return tuple(sorted({*(last * np.arange(2, 9) / 8).tolist(), *horizons}))


def assess(
    scored: ScoredSet, baseline: BaselineHazard, horizons: Sequence[float], attempt: Attempts, model: str, where: str
) -> Performance:
    """Assess a model's scores in one set; what cannot be told is named by ``attempt`` and left out.

    Parameters
    ----------
    scored
        The scores.
    baseline
        The model's baseline hazard, which turns them into survival.
    horizons
        Times of interest, rising.
    attempt, model, where
        Who notes what fails, and of which model and set.
    """
    time, event, risk = scored.time, scored.event, scored.risk
    if not event.any():
        attempt.fail(model, f"performance in {where}", "no events there: nothing to compare with")
        return Performance(time, event)
    predictor = np.log(risk)
    first = time[event].min()  # before it there is nothing to tell apart
    moments = [moment for moment in curve_times(horizons) if first < moment <= time.max()]
    reached = [horizon for horizon in horizons if horizon in moments]
    for horizon in horizons:
        if horizon not in moments:
            reason = "nobody was followed that far" if horizon > first else "no event before it"
            attempt.fail(model, f"performance in {where} at {horizon:g}", reason)
    roc = {moment: curve for moment in moments if (curve := _roc(scored, moment)) is not None}
    survival = baseline.survival(risk, moments)
    at = {moment: survival[:, place] for place, moment in enumerate(moments)}
    brier = partial(brier_scores, time, event)
    return Performance(
        time,
        event,
        attempt(model, f"concordance in {where}", lambda: concordance(time, event, predictor)),
        {horizon: roc[horizon] for horizon in reached if horizon in roc},
        _area_curve(roc),
        brier(np.column_stack([at[horizon] for horizon in reached]), reached) if reached else None,
        brier(survival, moments) if moments else None,
        attempt(model, f"calibration slope in {where}", lambda: calibration_slope(time, event, predictor))
        if np.ptp(predictor)
        else None,
        {
            horizon: found
            for horizon in reached
            if (found := attempt(model, f"calibration in {where}", partial(_calibration, scored, at[horizon], horizon)))
        },
        {horizon: at[horizon] for horizon in reached},
    )


def _calibration(scored: ScoredSet, survival: Floats, horizon: float) -> Calibration:
    return Calibration(
        calibration_groups(scored.time, scored.event, survival, horizon),
        calibration_in_the_large(scored.time, scored.event, survival, horizon),
    )


def _roc(scored: ScoredSet, moment: float) -> TimeROC | None:
    """The ROC curve, None where nobody has died before or nobody is left."""
    try:
        return time_roc(scored.time, scored.event, scored.risk, moment)
    except InputError:
        return None


def _area_curve(roc: dict[float, TimeROC]) -> AreaCurve | None:
    if not roc:
        return None
    auc = np.array([curve.auc for curve in roc.values()])
    half = _HALF_95 * np.array([curve.se for curve in roc.values()])
    return AreaCurve(np.array(list(roc)), auc, np.maximum(auc - half, 0), np.minimum(auc + half, 1))

"""Where the study's numbers are deliberately not R's, and what of a study that touched."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from NEMOPETLib.survival.study.model_result import ModelResult
from NEMOPETLib.survival.study.study_result import Departure

_TEXTS = {
    "tied_scores": "Equal scores are never separated by a cut-point. R's rolr splits them by the order of the rows, so "
    "its cut-point can change when the table is sorted.",
    "tied_event_censoring": "rmolr allows a time at which one patient has the event and another is censored. R's rolr "
    "stops with an error there.",
    "no_second_cut": "Where neither side of the first cut can be split again in the same direction, rhier makes two "
    "groups and says so. R's rolr returns the first cut twice.",
    "administrative_censoring": "Where everybody left is censored exactly at the time asked for (the end of the "
    "study), ROC curve, AUC and Brier score are evaluated just below it, where they are still seen alive. R's "
    "timeROC returns NA there.",
}


def departures(models: Iterable[ModelResult]) -> tuple[Departure, ...]:
    """All documented departures, each with the models and methods that it touched."""
    touched: dict[str, list[str]] = {key: [] for key in _TEXTS}
    for model in models:
        scored = model.scores["train"]
        searches = [method for method in ("rlr", "rlr_last", "rhier", "rmolr") if method in model.strata]
        if np.unique(scored.risk).size < scored.risk.size:
            touched["tied_scores"] += [f"{model.name}/{method}" for method in searches]
        if "rmolr" in searches and np.isin(scored.time[scored.event], scored.time[~scored.event]).any():
            touched["tied_event_censoring"].append(f"{model.name}/rmolr")
        if "rhier" in searches and len(model.strata["rhier"].found.cuts) < 2:
            touched["no_second_cut"].append(f"{model.name}/rhier")
        touched["administrative_censoring"] += [
            f"{model.name}/{name} at {horizon:g}"
            for name, performance in model.performance.items()
            for horizon, curve in performance.roc.items()
            if curve.warnings
        ]
    return tuple(Departure(key, text, tuple(touched[key])) for key, text in _TEXTS.items())

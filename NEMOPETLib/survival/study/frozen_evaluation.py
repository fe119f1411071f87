"""A frozen model on rows that did not teach it: scores, groups and, where the outcome is known, performance.

This is how a model is looked at again when patients are added to the test set: nothing is fitted or cut anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.risk_groups import group_names
from NEMOPETLib.survival.risk_model import RiskModel, Scored
from NEMOPETLib.survival.study.attempts import Attempts
from NEMOPETLib.survival.study.group_result import RiskGroups
from NEMOPETLib.survival.study.model_performance import assess
from NEMOPETLib.survival.study.model_result import Performance, ScoredSet
from NEMOPETLib.survival.study.study_rows import numeric_column
from NEMOPETLib.survival.times import Bools


@dataclass(frozen=True, eq=False)
class FrozenEvaluation:
    """What became of rows that a frozen model scored.

    Parameters
    ----------
    n, events
        Rows with a score and a usable outcome, and their events.
    performance
        Of the risk score and predicted survival.
    groups
        By method of the model's cut-points.
    notes
        What was left out or could not be told, one line each.
    """

    n: int
    events: int
    performance: Performance
    groups: Mapping[str, RiskGroups]
    notes: tuple[str, ...]


def evaluate_frozen(
    model: RiskModel, table: pd.DataFrame, scored: Scored, rows: Bools, horizons: Sequence[float]
) -> FrozenEvaluation:
    """Compare a frozen model's scores with what came true.

    Parameters
    ----------
    model, table, scored
        The model, the rows with the columns of its endpoint, and its scores of them (`risk_model.score`).
    rows
        (n,) which rows to evaluate; those without a score or a usable outcome are left out.
    horizons
        Times at which performance and survival are told, rising.

    Raises
    ------
    InputError
        There is no endpoint, or no row to evaluate.
    """
    times = numeric_column(table, model.time).to_numpy()
    events = numeric_column(table, model.event).to_numpy()
    usable = rows & np.isfinite(scored.risk) & np.isfinite(times) & (times > 0) & np.isin(events, (0, 1))
    if not usable.any():
        raise InputError(f"no row has a score, a {model.time} above 0 and {model.event} 0 or 1: nothing to evaluate")
    time, event, risk = times[usable], events[usable] == 1, scored.risk[usable]
    attempt = Attempts()
    predicted = ScoredSet(table.index[usable], time, event, risk, model.baseline.survival(risk, np.asarray(horizons)))
    performance = assess(predicted, model.baseline, horizons, attempt, model.name, "these rows")
    groups = {
        method: RiskGroups(group_names(len(model.cuts[method]) + 1), time, event, codes[usable], tuple(horizons), {})
        for method, codes in scored.groups.items()
    }
    left_out = int((rows & ~usable).sum())
    notes = [f"{left_out} rows left out: no score or no usable outcome"] if left_out else []
    notes += [f"{failure.what}: {failure.reason}" for failure in attempt.failures]
    return FrozenEvaluation(int(usable.sum()), int(event.sum()), performance, groups, tuple(notes))

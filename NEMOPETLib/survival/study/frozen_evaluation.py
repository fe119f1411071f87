"""A frozen model on rows that did not teach it: scores, groups and, where the outcome is known, performance.

This is how a model is looked at again when patients are added to the test set: nothing is fitted or cut anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.risk_groups import group_names
from NEMOPETLib.survival.risk_model import RiskModel, Scored, score
from NEMOPETLib.survival.study.attempts import Attempts
from NEMOPETLib.survival.study.frozen_result import FrozenEvaluation
from NEMOPETLib.survival.study.group_result import RiskGroups
from NEMOPETLib.survival.study.model_performance import assess
from NEMOPETLib.survival.study.model_result import ScoredSet
from NEMOPETLib.survival.study.study_config import StudyConfig
from NEMOPETLib.survival.study.study_rows import numeric_column, repeated_rows, split_rows
from NEMOPETLib.survival.times import Bools


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
    return FrozenEvaluation(model, int(usable.sum()), int(event.sum()), performance, groups, tuple(notes))


def numeric_inputs(model: RiskModel, table: pd.DataFrame) -> pd.DataFrame:
    """The table with the columns that the model takes as numbers read as such.

    Raises
    ------
    InputError
        Such a column holds text, named by row.
    """
    wanted = [name for name in model.terms if name not in model.levels and name not in model.derived]
    table = table.assign(**{name: numeric_column(table, name) for name in wanted if name in table.columns})
    for inner in model.derived.values():
        table = numeric_inputs(inner, table)
    return table


def evaluate_in_study(
    models: Sequence[RiskModel], table: pd.DataFrame, config: StudyConfig, attempt: Attempts
) -> dict[str, FrozenEvaluation]:
    """Frozen models of earlier studies on the rows that test this one, or on those that teach it where none do.

    Further rows of a patient are left out, as in the study.

    Parameters
    ----------
    models
        The models; those of one name are told apart by their id.
    table, config
        The study's cohort, rows that it leaves out included, and the study.
    attempt
        Who notes what fails.
    """
    sets, _ = split_rows(table, config.split)
    rows = sets.get("test", sets["train"])
    rows = rows & ~repeated_rows(table, np.logical_or.reduce(list(sets.values())))
    times = Counter(model.name for model in models)
    found = {}
    for model in models:
        name = model.name if times[model.name] == 1 else f"{model.name} {model.model_id}"
        evaluation = attempt(name, "frozen model", partial(_evaluate, model, table, rows, config.endpoint.horizons))
        if evaluation is not None:
            found[name] = evaluation
    return found


def _evaluate(model: RiskModel, table: pd.DataFrame, rows: Bools, horizons: Sequence[float]) -> FrozenEvaluation:
    filled = numeric_inputs(model, table)
    return evaluate_frozen(model, filled, score(model, filled), rows, horizons)

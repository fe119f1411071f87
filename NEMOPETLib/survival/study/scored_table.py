"""A cohort table with the scores of a frozen model in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from NEMOPETLib.cohort.cells import cell_of
from NEMOPETLib.cohort.columns import KEY
from NEMOPETLib.cohort.sheet import Sheet, read_sheet
from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.predicted_survival import PredictedSurvival, predicted_survival
from NEMOPETLib.survival.risk_groups import Method, group_names
from NEMOPETLib.survival.risk_model import RiskModel, Scored, score
from NEMOPETLib.survival.study.frozen_evaluation import evaluate_frozen, numeric_inputs
from NEMOPETLib.survival.study.frozen_result import FrozenEvaluation
from NEMOPETLib.survival.study.results_json import plain
from NEMOPETLib.survival.study.study_output import write_text
from NEMOPETLib.survival.study.study_table import table_of
from NEMOPETLib.survival.study.validation_json import frozen_document
from NEMOPETLib.survival.times import Bools, Floats


@dataclass(frozen=True, eq=False)
class ScoredTable:
    """Rows of a table and what a frozen model says of them.

    Parameters
    ----------
    model
        The model.
    sheet
        The cells as they stood.
    columns
        The cells that the model fills: scores on the way (``bci``), ``risk_score``, ``risk_group``, ``model_id``, and
        for each horizon ``survival_12``, ``survival_12_lower`` and ``survival_12_upper``.
    risk
        (n,) risk score, NaN where a variable is missing.
    horizons, survival
        Times and predicted survival there.
    evaluation, evaluated
        How the model does where the outcome is known, and which rows these are; None where it is not.
    warnings
        One line each.
    """

    model: RiskModel
    sheet: Sheet
    columns: dict[str, list[str]]
    risk: Floats
    horizons: tuple[float, ...]
    survival: PredictedSurvival
    evaluation: FrozenEvaluation | None
    evaluated: str
    warnings: tuple[str, ...]

    def csv_lines(self) -> list[str]:
        """Patient, study and scores as lines of CSV."""
        keys = {name: list(self.sheet.column(name)) for name in KEY if name in self.sheet.columns}
        rows = {} if keys else {"row": [str(number) for number in self.sheet.row_numbers]}
        return _csv({**keys, **rows, **self.columns}, ",").splitlines()

    def write(self, path: Path) -> None:
        """Write the whole table with the scores; cells that the model does not fill stay as they are."""
        cells = {name: list(column) for name, column in self.sheet.columns.items()}
        write_text(path, _csv(cells | self.columns, self.sheet.delimiter or ","))

    def document(self) -> dict[str, Any]:
        """All of it as plain values."""
        evaluation = self.evaluation
        document = {
            "model": self.model.name,
            "model_id": self.model.model_id,
            "origin": self.model.origin,
            "rows": len(self.sheet.row_numbers),
            "scored": int(np.isfinite(self.risk).sum()),
            "row_numbers": list(self.sheet.row_numbers),
            "risk_score": self.risk,
            "risk_group": [group or None for group in self.columns["risk_group"]],
            "survival": {
                horizon: dict(zip(("estimate", "lower", "upper"), columns, strict=True))
                for horizon, columns in _at_each(self.horizons, self.survival)
            },
            "evaluation": evaluation and {"rows": self.evaluated, **frozen_document(evaluation)},
            "warnings": list(self.warnings),
        }
        return dict(plain(document))


def score_table(
    model: RiskModel, path: Path, *, method: str | None, part: str | None, horizons: Sequence[float], force: bool
) -> ScoredTable:
    """Apply a frozen model to a table on the disk.

    Parameters
    ----------
    model, path
        The model and the table.
    method
        Whose cut-points make ``risk_group``; None: the model's first.
    part
        Value of column ``set`` of the rows to evaluate; None: ``test``, or all rows where there is no such column.
    horizons
        Times of predicted survival and of the evaluation, rising; without any there is neither.
    force
        Score real rows even by a model that simulated patients taught.

    Raises
    ------
    InputError
        The table or a variable cannot be used, the method is none of the model's, or as `risk_model.score`.
    """
    sheet = read_sheet(path)
    table = table_of(sheet)
    try:
        table = numeric_inputs(model, table)
        scored = score(model, table, force=force)
        survival = predicted_survival(model, scored, horizons)
        columns = _columns(model, scored, _chosen(model, method), sheet.decimal)
        for horizon, values in _at_each(horizons, survival):
            names = (f"survival_{horizon:g}{limit}" for limit in ("", "_lower", "_upper"))
            columns |= {name: _cells(column, sheet.decimal) for name, column in zip(names, values, strict=True)}
        evaluation, evaluated = _evaluation(model, table, scored, part, horizons)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
    warnings = (*scored.warnings, *survival.warnings)
    if any(" row" in warning for warning in warnings):
        warnings = (*warnings, "rows are counted here from 1 below the header")
    return ScoredTable(model, sheet, columns, scored.risk, tuple(horizons), survival, evaluation, evaluated, warnings)


def _chosen(model: RiskModel, method: str | None) -> Method | None:
    """Whose cut-points make groups, None where the model has none."""
    known = {str(name): name for name, cuts in model.cuts.items() if cuts}
    if method is None:
        return next(iter(known.values()), None)
    if method not in known:
        raise InputError(f"model {model.name} has no cut-points of {method}: it has {', '.join(known) or 'none'}")
    return known[method]


def _at_each(horizons: Sequence[float], survival: PredictedSurvival) -> Iterator[tuple[float, tuple[Floats, ...]]]:
    """Each horizon with (n,) survival, lower and upper limits."""
    for index, horizon in enumerate(horizons):
        yield horizon, tuple(part[:, index] for part in (survival.estimate, survival.lower, survival.upper))


def _cells(values: Floats, decimal: str) -> list[str]:
    return [cell_of(float(value) if np.isfinite(value) else None, decimal) for value in values]


def _columns(model: RiskModel, scored: Scored, method: Method | None, decimal: str) -> dict[str, list[str]]:
    inner = {
        name: _cells(np.exp(values) if name in model.logged else values, decimal)
        for name, values in scored.derived.items()
    }
    groups = [""] * scored.risk.size
    if method is not None:
        names = group_names(len(model.cuts[method]) + 1)
        groups = [names[code] if code >= 0 else "" for code in scored.groups[method]]
    return {
        **inner,
        "risk_score": _cells(scored.risk, decimal),
        "risk_group": groups,
        "model_id": [model.model_id if np.isfinite(risk) else "" for risk in scored.risk],
    }


def _evaluation(
    model: RiskModel, table: pd.DataFrame, scored: Scored, part: str | None, horizons: Sequence[float]
) -> tuple[FrozenEvaluation | None, str]:
    """The evaluation and which rows it is of; None where no row has an outcome, or without a time to look at."""
    if not horizons:
        return None, ""
    if model.time not in table.columns or model.event not in table.columns or table[model.time].isna().all():
        return None, ""
    rows, name = _part(table, part)
    return evaluate_frozen(model, table, scored, rows, horizons), name


def _part(table: pd.DataFrame, part: str | None) -> tuple[Bools, str]:
    values = table["set"].astype("string").str.casefold() if "set" in table.columns else None
    wanted = "test" if part is None else part.casefold()
    if values is not None and (values == wanted).any():
        return (values == wanted).to_numpy(dtype=np.bool_, na_value=False), f"set {wanted}"
    if part is not None:
        raise InputError(f"column set has no row of the value {part}: nothing to evaluate")
    return np.ones(len(table), dtype=np.bool_), "all rows"


def _csv(columns: dict[str, list[str]], delimiter: str) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue()

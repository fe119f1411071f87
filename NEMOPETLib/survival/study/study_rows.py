"""Which rows of a cohort table a study analyses, and why the others are left out.

The steps, in this order: the row belongs to train or test; its time and event are known and usable; it is the first
examination of its patient; every variable of every model is present (one complete-case step for all models, so that
they are compared on the same patients).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.design import require_columns
from NEMOPETLib.survival.kaplan_meier import MedianSurvival, kaplan_meier
from NEMOPETLib.survival.provenance import origin_of
from NEMOPETLib.survival.study.cohort_result import CohortFlow, SetFlow, SetName
from NEMOPETLib.survival.study.study_config import Split, StudyConfig
from NEMOPETLib.survival.times import Bools, Floats


def labelled(rows: pd.Index, most: int = 8) -> str:
    """Rows by their label, e.g. ``rows 3, 17, and 4 more``."""
    shown = ", ".join(str(label) for label in rows[:most])
    more = f", and {len(rows) - most} more" if len(rows) > most else ""
    return f"row{'s' if len(rows) > 1 else ''} {shown}{more}"


def numeric_column(table: pd.DataFrame, name: str) -> pd.Series:
    """A column as numbers, NaN where one is missing.

    Raises
    ------
    InputError
        There is no such column, or it holds text, naming the rows.
    """
    require_columns(table, [name])
    if table[name].dtype == np.float64:
        return table[name]
    values = pd.to_numeric(table[name], errors="coerce").astype(np.float64)
    text = values.isna() & table[name].notna()
    if text.any():
        raise InputError(f"column {name} holds text in {labelled(table.index[text])}: correct or empty these cells")
    return values


def check_variable(table: pd.DataFrame, train: Bools, name: str) -> None:
    """Refuse a variable that no model can use.

    Parameters
    ----------
    table, train
        Rows of any set, and which of them teach, (n,).
    name
        The column.

    Raises
    ------
    InputError
        There is no such column, it is empty in train, mixes numbers and text or is infinite (naming the rows).
    """
    require_columns(table, [name])
    column = table[name]
    if column.dtype == np.float64 and np.isfinite(column.to_numpy()).all():
        return
    present = column.dropna()
    if column[train].isna().all():
        raise InputError(f"column {name} is empty: measure it or leave it out of the model")
    numbers = pd.to_numeric(present, errors="coerce")
    if numbers.notna().any():
        numeric_column(table, name)
        if not np.isfinite(numbers).all():
            where = labelled(present.index[~np.isfinite(numbers)])
            raise InputError(f"column {name} is infinite in {where}: correct or empty these cells")


@dataclass(eq=False)
class _Flow:
    """Rows still in each set, and what went out of it."""

    table: pd.DataFrame
    sets: dict[SetName, Bools]
    warnings: list[str]
    out: dict[SetName, dict[str, int]] = field(default_factory=dict)

    @property
    def used(self) -> Bools:
        """(n,) rows still in any set."""
        return np.logical_or.reduce(list(self.sets.values()))

    def leave_out(self, rows: Bools, reason: str, *, named: bool = True) -> None:
        """Take rows out of their set; a warning names or counts them."""
        gone = rows & self.used
        if not gone.any():
            return
        where = labelled(self.table.index[gone]) if named else f"{int(gone.sum())} rows"
        self.warnings.append(f"left out: {where} ({reason})")
        for name, inside in self.sets.items():
            count = int((inside & rows).sum())
            if count:
                self.out.setdefault(name, {})[reason] = count
            self.sets[name] = inside & ~rows


def split_rows(table: pd.DataFrame, split: Split) -> tuple[dict[SetName, Bools], list[str]]:
    """(n,) rows of each set, and warnings.

    Raises
    ------
    InputError
        There is no such column, or no row of train.
    """
    everything = np.ones(len(table), dtype=np.bool_)
    if split.column is None:
        return {"train": everything}, []
    if split.column not in table.columns and split == Split():
        return {"train": everything}, [f"no column {split.column}: every row teaches, none is left to test"]
    require_columns(table, [split.column])
    codes, labels = pd.factorize(table[split.column])
    names = np.array([str(label).strip().casefold() for label in labels])
    sets: dict[SetName, Bools] = {
        "train": np.isin(codes, np.flatnonzero(names == split.train.casefold())),
        "test": np.isin(codes, np.flatnonzero(names == split.test.casefold())),
    }
    if not sets["train"].any():
        raise InputError(f"column {split.column} has no row of the value {split.train}: nobody to learn from")
    neither = table.index[~(sets["train"] | sets["test"])]
    warnings = []
    if len(neither):
        warnings.append(f"left out: {labelled(neither)} ({split.column} is neither {split.train} nor {split.test})")
    if not sets["test"].any():
        warnings.append(f"column {split.column} has no row of the value {split.test}: nothing is tested")
        del sets["test"]
    return sets, warnings


def repeated_rows(table: pd.DataFrame, used: Bools) -> Bools:
    """(n,) rows of a patient who has an earlier one among those used: by study date, else by order."""
    repeated = np.zeros(len(table), dtype=np.bool_)
    if "patient_id" not in table.columns:
        return repeated
    places = np.flatnonzero(used & table["patient_id"].notna().to_numpy())
    if table["patient_id"].iloc[places].is_unique:
        return repeated
    known = table.iloc[places].reset_index(drop=True)
    if "study_date" in known.columns:
        known = known.sort_values("study_date", kind="stable", key=lambda dates: dates.astype("string"))
    repeated[places[known.index[known.duplicated("patient_id")]]] = True
    return repeated


def _endpoint(table: pd.DataFrame, config: StudyConfig) -> tuple[Floats, Floats]:
    """(n,) time and event, NaN where missing."""
    time = numeric_column(table, config.endpoint.time).to_numpy()
    event = numeric_column(table, config.endpoint.event).to_numpy()
    wrong = ~(np.isnan(event) | (event == 0) | (event == 1))
    if wrong.any():
        where = f"column {config.endpoint.event} is neither 0 nor 1 in {labelled(table.index[wrong])}"
        raise InputError(f"{where}: write 1 for an event, 0 for censored")
    return time, event


def _follow_up(time: Floats, event: Floats) -> MedianSurvival:
    """Median follow-up: of the time to censoring, deaths censoring it (reverse Kaplan–Meier)."""
    if not time.size:
        return MedianSurvival(float("nan"), float("nan"), float("nan"))
    return kaplan_meier(time, 1 - event).median()


def select_rows(table: pd.DataFrame, config: StudyConfig, variables: Sequence[str]) -> tuple[CohortFlow, list[str]]:
    """The rows to analyse, with warnings that name those left out.

    Parameters
    ----------
    table
        The cohort; rows are named by its labels, which must be unique.
    config
        Endpoint and sets.
    variables
        Columns that must be complete.

    Raises
    ------
    InputError
        The endpoint or the labels cannot be used, or no row or no event is left in train.
    """
    if not table.index.is_unique:
        raise InputError("two rows of the table have one label: reset its index, messages name rows by it")
    time, event = _endpoint(table, config)
    sets, warnings = split_rows(table, config.split)
    columns = [config.endpoint.time, config.endpoint.event, *variables]
    flow = _Flow(table, dict(sets), warnings)
    absent: Bools = table[columns].isna().to_numpy(dtype=np.bool_)
    flow.leave_out(absent[:, 0] | absent[:, 1], f"{columns[0]} or {columns[1]} missing")
    flow.leave_out(~((time > 0) & (time < np.inf)), f"{columns[0]} not above 0")
    flow.leave_out(repeated_rows(table, flow.used), "a further row of the same patient")
    flow.leave_out(np.logical_or.reduce(absent, axis=1), "a variable missing", named=False)
    if not flow.sets["train"].any():
        raise InputError(f"no row is left to learn from: {'; '.join(warnings)}")
    if not event[flow.sets["train"]].any():
        raise InputError(f"no events: {columns[1]} is 0 in every row to learn from, so nothing can be estimated")
    analysed = table[flow.used].assign(**{columns[0]: time[flow.used], columns[1]: event[flow.used]})
    flows: dict[SetName, SetFlow] = {}
    for name, everybody in sets.items():
        inside = flow.sets[name]
        counts = zip(columns, absent[everybody].sum(axis=0).tolist(), strict=True)
        flows[name] = SetFlow(
            int(everybody.sum()),
            int(inside.sum()),
            int(event[inside].sum()),
            flow.out.get(name, {}),
            {column: count for column, count in counts if count},
            _follow_up(time[inside], event[inside]),
        )
    cohort = CohortFlow(
        flows,
        analysed,
        flow.sets["train"][flow.used],
        tuple(columns),
        origin_of(analysed),
    )
    return cohort, warnings

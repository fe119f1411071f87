"""A patient as a row that a frozen model scores, and what the model says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from NEMOPETLib.cohort.columns import BY_NAME
from NEMOPETLib.cohort.keys import Key
from NEMOPETLib.cohort.table import CohortTable, read_cohort
from NEMOPETLib.errors import InputError
from NEMOPETLib.patient import make_row
from NEMOPETLib.privacy.pseudonyms import Pseudonyms
from NEMOPETLib.session.reading import ReadingSession
from NEMOPETLib.session.table_key import table_key
from NEMOPETLib.survival.risk_groups import Method, group_names
from NEMOPETLib.survival.risk_model import RiskModel, Scored, score

_NUMBERS = ("number", "integer", "flag")


@dataclass(frozen=True)
class ModelUse:
    """A frozen model and how it is applied.

    Parameters
    ----------
    model
        The model.
    method
        Whose cut-points make the risk group; None: the model's first.
    clinical
        What the reader says of the patient (hr, her2 …), before what the cohort table has.
    cohort
        The table whose row of the patient has what is not measured here; None if there is none.
    force
        Also a model of simulated patients on a real one.
    pseudonyms
        Those that the cohort table was written with.
    """

    model: RiskModel
    method: str | None = None
    clinical: Mapping[str, Any] | None = None
    cohort: Path | None = None
    force: bool = False
    pseudonyms: Pseudonyms | None = None

    @property
    def groups(self) -> tuple[str, ...]:
        """The names of the risk groups; none without cut-points. Raises InputError if there is no such method."""
        method = self.cuts_of
        if self.method is not None and method is None:
            known = ", ".join(name for name, cuts in self.model.cuts.items() if cuts) or "none"
            raise InputError(f"model {self.model.name} has no cut-points of {self.method}; it has: {known}")
        return group_names(len(self.model.cuts[method]) + 1) if method else ()

    def group(self, scored: Scored, row: int) -> str | None:
        """The risk group of a scored row; None without cut-points or score."""
        groups, method = self.groups, self.cuts_of
        if method is None or scored.groups[method][row] < 0:
            return None
        return groups[int(scored.groups[method][row])]

    def score(self, rows: Sequence[Mapping[str, Any]]) -> Scored:
        """Apply the model. Raises InputError as ``risk_model.score``."""
        return score(self.model, frame_of(rows, self.model), force=self.force)

    @property
    def cuts_of(self) -> Method | None:
        """The method that is asked for, or the first, among those of which the model has cut-points."""
        return next((name for name, cuts in self.model.cuts.items() if cuts and self.method in (None, name)), None)


def values_for(reading: ReadingSession, use: ModelUse) -> dict[str, Any]:
    """All that is known of the open patient by column: the cohort's row, then what is measured, then the reader's word.

    Raises
    ------
    InputError
        If a mask is not measured, or the table cannot be read.
    """
    masks = reading.current.to_write()
    if masks is None:
        raise InputError("there are no lesions yet: segment them, or say that there are none")
    here = Path.cwd() if use.cohort is None else use.cohort.parent
    row = make_row(reading.study, reading.measurements(), reading.options, masks, here / "cohort.csv")
    key = table_key(reading.study.patient, use.pseudonyms)
    known = {} if use.cohort is None else _row_of(use.cohort, key)
    return {**known, **row, **(use.clinical or {})}


def frame_of(rows: Sequence[Mapping[str, Any]], model: RiskModel) -> pd.DataFrame:
    """Rows as a table with typed columns; a variable of the model that no row has is missing in all."""
    names = list(dict.fromkeys([*model.inputs, "lesion_engine", "tissue_engine"]))
    return pd.DataFrame({name: _column(name, [row.get(name) for row in rows], model) for name in names})


def missing_inputs(values: Mapping[str, Any], model: RiskModel) -> list[str]:
    """The variables without which the model says nothing of a patient."""
    return [name for name in model.inputs if bool(pd.isna(values.get(name)))]


def _column(name: str, values: list[Any], model: RiskModel) -> Any:
    is_number = BY_NAME[name].kind in _NUMBERS if name in BY_NAME else name not in _factors(model)
    if not is_number:
        return np.array([None if value is None or value != value else value for value in values], dtype=object)
    try:
        return np.array([np.nan if value in (None, "") else float(value) for value in values], dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(f"{name} must be a number for model {model.name}") from None


def _factors(model: RiskModel) -> set[str]:
    """The factors of a model and of those inside it."""
    return set(model.levels).union(*(_factors(inner) for inner in model.derived.values()))


def _row_of(cohort: Path, key: Key) -> dict[str, Any]:
    """The cells of the patient's row in a table, typed; none if it is not there."""
    if CohortTable(cohort).row(*key) is None:
        return {}
    table = read_cohort(cohort)
    patient_id, study_uid = key
    mine = (table["patient_id"].fillna("") == patient_id) & (table["study_uid"].fillna("") == study_uid)
    return {str(name): value for name, value in table[mine].iloc[0].items()}

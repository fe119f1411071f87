"""``percentiles``: where the open patient's numbers stand among those of a cohort."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from NEMOPETLib.cohort.table import read_cohort
from NEMOPETLib.errors import InputError
from NEMOPETLib.progress import Progress
from NEMOPETLib.session.table_key import known_pseudonyms, table_key
from NEMOPETLib.session.verbs import Desk


def execute(desk: Desk, progress: Progress, *, cohort: Path, pseudonymise: Path | None = None) -> dict[str, Any]:
    """The percentile of each measured number, and among how many; rows of the patient are left out."""
    reading = desk.opened()
    if not cohort.is_file():
        raise InputError(f"{cohort}: there is no such cohort table yet")
    patient_id, _ = table_key(reading.study.patient, known_pseudonyms(pseudonymise))
    others = _others(read_cohort(cohort), patient_id)
    reading.measure(progress)
    values = reading.measurements().values
    found = {
        column: percentile_rank(value, others[column].to_numpy(dtype=np.float64))
        for column, value in values.items()
        if value is not None and column in others.columns
    }
    return {"percentiles": {column: {"percentile": rank, "n": n} for column, (rank, n) in found.items()}}


def percentile_rank(value: float, others: NDArray[np.float64]) -> tuple[float | None, int]:
    """Share of the others below a value, half of those equal to it counted, in percent; and how many there are.

    The mean of the strict and the weak definition of a percentile rank: 50 for the median. None without others.
    """
    known = others[np.isfinite(others)]
    if not known.size:
        return None, 0
    below, equal = np.count_nonzero(known < value), np.count_nonzero(known == value)
    return 100.0 * (below + equal / 2) / known.size, int(known.size)


def _others(table: pd.DataFrame, patient_id: str) -> pd.DataFrame:
    return table[table["patient_id"].fillna("") != patient_id] if patient_id else table

"""Where a cohort comes from: real or simulated, and which rows exactly."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from NEMOPETLib.survival.design import require_columns
from NEMOPETLib.survival.times import Bools

Origin = Literal["real", "simulated"]

SIMULATED = "simulated"
"""What a simulated row has in ``lesion_engine`` and ``tissue_engine``."""


def simulated_rows(table: pd.DataFrame) -> Bools:
    """(n,) True for rows that a simulator made; rows that do not say are real."""
    simulated = np.zeros(len(table), dtype=np.bool_)
    for name in ("lesion_engine", "tissue_engine"):
        if name in table.columns:
            simulated |= table[name].isin([SIMULATED]).to_numpy()
    return simulated


def origin_of(table: pd.DataFrame) -> Origin:
    """``simulated`` as soon as one row is."""
    return "simulated" if simulated_rows(table).any() else "real"


def fingerprint(table: pd.DataFrame, columns: Sequence[str]) -> str:
    """SHA-256 of these columns' values, the same in any order of the rows."""
    require_columns(table, columns)
    lines = sorted(repr(row) for row in table[list(columns)].astype(object).itertuples(index=False, name=None))
    return hashlib.sha256("\n".join([repr(tuple(columns)), *lines]).encode()).hexdigest()

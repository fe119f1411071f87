"""What a study finds about its rows: how many there are, and what they are like.

"Set" is ``train`` or ``test``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import pandas as pd

from NEMOPETLib.survival.associations import Contingency, RankSum, Summary
from NEMOPETLib.survival.kaplan_meier import MedianSurvival
from NEMOPETLib.survival.provenance import Origin, fingerprint
from NEMOPETLib.survival.times import Bools, Floats

SetName = Literal["train", "test"]


@dataclass(frozen=True)
class SetFlow:
    """How the rows of one set came down to those analysed.

    Parameters
    ----------
    rows
        Rows of the set in the table.
    analysed, events
        Complete rows, which the models use, and their events.
    left_out
        Reason → number of rows left out for it, in the order in which they were.
    missing
        Column → rows in which it is missing, before any were left out; only columns with missing values.
    follow_up
        Median follow-up of the analysed (reverse Kaplan–Meier); NaN where not reached.
    """

    rows: int
    analysed: int
    events: int
    left_out: Mapping[str, int]
    missing: Mapping[str, int]
    follow_up: MedianSurvival


@dataclass(frozen=True, eq=False)
class CohortFlow:
    """The rows of the study.

    Parameters
    ----------
    sets
        By set; without ``test`` where there is none.
    table
        The analysed rows, in the order of the cohort table and under its row labels, with the scores of
        models that are variables of others.
    in_train
        (n,) of ``table``: True for train, False for test.
    columns
        Endpoint and variables, in which the rows are complete.
    origin
        Whether any row is simulated: then everything here is, and must say so.
    """

    sets: Mapping[SetName, SetFlow]
    table: pd.DataFrame
    in_train: Bools
    columns: tuple[str, ...]
    origin: Origin

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of what was analysed, the same in any order of the rows."""
        return fingerprint(self.table, self.columns)


@dataclass(frozen=True)
class BaselineNumber:
    """A continuous characteristic by set, with Wilcoxon's test (None where there is one set)."""

    column: str
    unit: str
    sets: Mapping[SetName, Summary]
    test: RankSum | None


@dataclass(frozen=True)
class BaselineCategory:
    """A categorical characteristic by set.

    Parameters
    ----------
    column
        Its name.
    levels
        Its values.
    counts
        By set, one count a level.
    missing
        By set.
    test
        χ² test, None where there is one set or one level.
    """

    column: str
    levels: tuple[str, ...]
    counts: Mapping[SetName, tuple[int, ...]]
    missing: Mapping[SetName, int]
    test: Contingency | None


@dataclass(frozen=True, eq=False)
class CompositionIndex:
    """The body composition index by set, by subtype and set, and with Wilcoxon's test between the sets."""

    sets: Mapping[SetName, Summary]
    subtypes: Mapping[str, Mapping[SetName, Summary]]
    test: RankSum | None
    values: Mapping[SetName, Floats]

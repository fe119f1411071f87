"""Risk groups: cut-points with their operator, and how a score falls between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.times import Integers

Operator = Literal[">", ">="]
Method = Literal["median", "quartiles", "rlr", "rlr_last", "rhier", "rmolr", "surv_cutpoint", "time_roc"]


@dataclass(frozen=True)
class CutPoint:
    """A score belongs above the cut when ``score operator value`` holds."""

    value: float
    operator: Operator

    def __post_init__(self) -> None:
        if self.operator not in (">", ">=") or not np.isfinite(self.value):
            raise InputError(f"cut-point {self.operator} {self.value}: needs > or >= and a finite number")


def group_names(groups: int) -> tuple[str, ...]:
    """Names from the lowest risk to the highest: low/high, low/intermediate/high, or group 1 … k."""
    if groups == 2:
        return "low", "high"
    if groups == 3:
        return "low", "intermediate", "high"
    return tuple(f"group {index + 1}" for index in range(groups))


def assign_groups(score: ArrayLike, cuts: Sequence[CutPoint]) -> Integers:
    """Number of cuts each score lies above: 0 is the lowest group, −1 a missing score.

    Raises
    ------
    InputError
        There is no cut, or they do not rise.
    """
    if not cuts:
        raise InputError("risk groups: no cut-point given")
    values = [cut.value for cut in cuts]
    if values != sorted(values):
        raise InputError(f"cut-points must rise, not {', '.join(map(str, values))}")
    scores = np.asarray(score, dtype=np.float64)
    codes = np.zeros(scores.shape, dtype=np.intp)
    for cut in cuts:
        codes += scores > cut.value if cut.operator == ">" else scores >= cut.value
    codes[np.isnan(scores)] = -1
    return codes


def cut_points(values: Sequence[float], operator: Operator) -> tuple[CutPoint, ...]:
    """Cuts of one operator, rising."""
    return tuple(CutPoint(float(value), operator) for value in sorted(values))


def median_cut(score: ArrayLike) -> tuple[CutPoint]:
    """High is above the median."""
    return (CutPoint(float(np.median(np.asarray(score, dtype=np.float64))), ">"),)


def quartile_cuts(score: ArrayLike) -> tuple[CutPoint, CutPoint]:
    """Low is up to the first quartile, high above the third (quantiles of R's type 7)."""
    low, high = np.quantile(np.asarray(score, dtype=np.float64), [0.25, 0.75])
    return CutPoint(float(low), ">"), CutPoint(float(high), ">")

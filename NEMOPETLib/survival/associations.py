"""Description of a cohort and comparison of two: baseline numbers, rank tests, χ², rank correlation.

The defaults are R's: quantiles of type 7, ``wilcox.test`` with continuity correction (exact for two small
samples without ties), ``chisq.test`` with Yates' correction for 2×2 tables only, ``cor.test(method =
"spearman")`` with its t approximation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.times import Floats, Integers


@dataclass(frozen=True)
class Summary:
    """Distribution of the values that are not missing."""

    n: int
    missing: int
    mean: float
    sd: float
    minimum: float
    q1: float
    median: float
    q3: float
    maximum: float


def summary(values: ArrayLike) -> Summary:
    """Describe numbers; NaN counts as missing. With one value the sd, with none all numbers are NaN."""
    everything = np.asarray(values, dtype=np.float64).reshape(-1)
    present = everything[~np.isnan(everything)]
    missing = everything.size - present.size
    if not present.size:
        return Summary(0, missing, *[float("nan")] * 7)
    quantiles = np.quantile(present, [0, 0.25, 0.5, 0.75, 1])
    sd = float(present.std(ddof=1)) if present.size > 1 else float("nan")
    return Summary(present.size, missing, float(present.mean()), sd, *map(float, quantiles))


@dataclass(frozen=True)
class RankSum:
    """Wilcoxon's rank sum test: R's W (Mann–Whitney's U of the first sample) and the two-sided p-value."""

    statistic: float
    p: float
    method: str


def rank_sum(one: ArrayLike, other: ArrayLike) -> RankSum:
    """Compare two samples (NaN left out); exact where both have fewer than 50 values and none are tied.

    Raises
    ------
    InputError
        A sample is empty.
    """
    first, second = (values[~np.isnan(values)] for values in (np.asarray(v, dtype=np.float64) for v in (one, other)))
    if not (first.size and second.size):
        raise InputError("Wilcoxon test: a sample has no values")
    pooled = np.concatenate([first, second])
    exact = max(first.size, second.size) < 50 and np.unique(pooled).size == pooled.size
    if np.ptp(pooled) == 0:
        return RankSum(first.size * second.size / 2, 1.0, "continuity correction")
    result = stats.mannwhitneyu(first, second, use_continuity=True, method="exact" if exact else "asymptotic")
    return RankSum(float(result.statistic), float(result.pvalue), "exact" if exact else "continuity correction")


@dataclass(frozen=True)
class Contingency:
    """Pearson's χ² test of a table, Fisher's exact test for a 2×2 table (None for larger)."""

    chisq: float
    df: int
    p: float
    yates: bool
    smallest_expected: float
    fisher_p: float | None


def contingency(counts: ArrayLike) -> Contingency:
    """Test that rows and columns of a table of counts are independent; empty rows and columns are left out.

    Raises
    ------
    InputError
        Fewer than two rows or columns have counts.
    """
    table = np.asarray(counts, dtype=np.intp)
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    if min(table.shape) < 2:
        raise InputError("chi-squared test: needs two rows and two columns with counts")
    two = table.shape == (2, 2)
    chisq, p, df, expected = stats.chi2_contingency(table, correction=two)
    fisher = float(stats.fisher_exact(table)[1]) if two else None
    return Contingency(float(chisq), int(df), float(p), two, float(np.min(expected)), fisher)


def cross_table(rows: ArrayLike, columns: ArrayLike) -> tuple[list[str], list[str], Integers]:
    """Levels of the rows, levels of the columns (both sorted), and the counts, (r, c)."""
    row_levels, row_codes = np.unique(np.asarray(rows).astype(str), return_inverse=True)
    column_levels, column_codes = np.unique(np.asarray(columns).astype(str), return_inverse=True)
    counts = np.zeros((row_levels.size, column_levels.size), dtype=np.intp)
    np.add.at(counts, (row_codes, column_codes), 1)
    return row_levels.tolist(), column_levels.tolist(), counts


@dataclass(frozen=True, eq=False)
class RankCorrelations:
    """Spearman's signed ρ of every two variables, (p, p), its p-values and the pairs of values used."""

    names: tuple[str, ...]
    rho: Floats
    p: Floats
    n: Integers


def spearman(columns: Sequence[ArrayLike], names: Sequence[str]) -> RankCorrelations:
    """Correlate the ranks of every two variables over the rows in which both are present.

    A constant variable, or fewer than three pairs, gives NaN.
    """
    values = np.column_stack([np.asarray(column, dtype=np.float64) for column in columns])
    size = values.shape[1]
    rho, p = np.full((size, size), np.nan), np.full((size, size), np.nan)
    present = ~np.isnan(values)
    n = present.T.astype(np.intp) @ present.astype(np.intp)
    for i in range(size):
        for j in range(i, size):
            both = present[:, i] & present[:, j]
            rho[i, j] = rho[j, i] = _rank_correlation(values[both, i], values[both, j])
            p[i, j] = p[j, i] = _rank_correlation_p(rho[i, j], int(n[i, j]))
    return RankCorrelations(tuple(names), rho, p, n)


def _rank_correlation(one: Floats, other: Floats) -> float:
    if one.size < 3 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return float("nan")
    return float(np.corrcoef(stats.rankdata(one), stats.rankdata(other))[0, 1])


def _rank_correlation_p(rho: float, n: int) -> float:
    if np.isnan(rho):
        return rho
    if abs(rho) >= 1:
        return 0.0
    return float(2 * stats.t.sf(abs(rho) * np.sqrt((n - 2) / (1 - rho**2)), n - 2))

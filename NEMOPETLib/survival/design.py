"""From table columns to the covariate matrix of a regression, with R's treatment coding of factors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.times import Bools, Floats, Integers, named_rows


@dataclass(frozen=True, eq=False)
class Design:
    """Covariates of a regression.

    Parameters
    ----------
    matrix
        (n, p) numbers.
    columns
        p names of coefficients: the variable's, for a factor with the level behind it (``subtypeTNBC``).
    terms
        The variables, each with one column or, for a factor of k levels, k − 1.
    owner
        For each of the p columns the index of its term.
    levels
        Of each factor its levels; the first is the reference.
    """

    matrix: Floats
    columns: tuple[str, ...]
    terms: tuple[str, ...]
    owner: tuple[int, ...]
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {term: [] for term in self.terms}
        for column, owner in enumerate(self.owner):
            places[self.terms[owner]].append(column)
        return places

    def columns_of(self, terms: Sequence[str]) -> Integers:
        """Indices of the columns that belong to ``terms``, in the order of the terms."""
        return np.array([column for term in terms for column in self._places[term]], dtype=np.intp)

    def only(self, terms: Sequence[str]) -> Design:
        """The same rows with these terms only."""
        kept = self.columns_of(terms)
        position = {term: index for index, term in enumerate(terms)}
        return Design(
            self.matrix[:, kept],
            tuple(self.columns[column] for column in kept),
            tuple(terms),
            tuple(position[self.terms[self.owner[column]]] for column in kept),
            {name: levels for name, levels in self.levels.items() if name in position},
        )

    def rows(self, rows: Bools | Sequence[int] | np.ndarray) -> Design:
        """The same columns of these rows only."""
        return Design(self.matrix[rows], self.columns, self.terms, self.owner, self.levels)


def numeric_design(matrix: Floats, names: Sequence[str]) -> Design:
    """A design of plain numeric columns."""
    names = tuple(names)
    return Design(np.asarray(matrix, dtype=np.float64), names, names, tuple(range(len(names))))


def require_columns(table: pd.DataFrame, names: Sequence[str]) -> None:
    """Raise InputError where a column is missing from the table."""
    unknown = [name for name in names if name not in table.columns]
    if unknown:
        present = ", ".join(map(str, table.columns))
        raise InputError(f"no column {', '.join(unknown)} in the cohort table, which has: {present}")


def complete_cases(table: pd.DataFrame, names: Sequence[str]) -> tuple[Bools, dict[str, int]]:
    """Rows without a missing value in any of these columns.

    Returns
    -------
    complete
        (n,) True where the row is usable.
    missing
        Of each column with missing values their number.
    """
    require_columns(table, names)
    absent = table[list(names)].isna()
    counts = absent.to_numpy().sum(axis=0)
    missing = {name: int(count) for name, count in zip(names, counts, strict=True) if count}
    return absent.to_numpy().sum(axis=1) == 0, missing


def numbers(column: pd.Series, name: str) -> Floats | None:
    """A column as floats (missing: NaN), or None where it holds only text and is thus a factor.

    Raises
    ------
    InputError
        Numbers and text are mixed, named by row.
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        return None
    if column.dtype == np.float64:
        return column.to_numpy()
    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    text = np.isnan(values) & column.notna().to_numpy()
    if not text.any():
        return values
    if np.isnan(values).all():
        return None
    raise InputError(f"column {name} is of numbers but holds text in {named_rows(np.flatnonzero(text))}")


def _dummies(column: pd.Series, name: str, levels: Sequence[str] | None) -> tuple[Floats, tuple[str, ...]]:
    """(n, k−1) indicators of the levels behind the first; rows missing or of an unknown level are NaN."""
    if levels is None and isinstance(column.dtype, pd.CategoricalDtype):
        levels = [str(level) for level in column.cat.remove_unused_categories().cat.categories]
    text = column.map(str, na_action="ignore")
    if levels is None:
        levels = sorted(set(text.dropna()))
    if len(levels) < 2:
        raise InputError(f"column {name} has a single level ({', '.join(levels)}): leave it out of the model")
    codes = pd.Categorical(text, categories=list(levels)).codes
    indicators = (codes[:, None] == np.arange(1, len(levels))).astype(np.float64)
    indicators[codes < 0] = np.nan
    return indicators, tuple(levels)


def design_matrix(
    table: pd.DataFrame,
    variables: Sequence[str],
    levels: Mapping[str, Sequence[str]] | None = None,
    computed: Mapping[str, Floats] | None = None,
) -> Design:
    """Covariates of ``variables`` for every row of ``table``, missing values as NaN.

    Numeric and Boolean columns enter as they are. Text and categorical columns are factors in treatment
    coding, their levels sorted (a categorical column keeps its own order) unless ``levels`` gives them: then
    they are all the factors there are. ``computed`` holds (n,) numbers of variables that are no columns of the table,
    or that count instead of them.

    Raises
    ------
    InputError
        A column is unknown, named twice, mixes text and numbers, is a factor of a single level, or holds text
        although ``levels`` does not name it.
    """
    twice = [name for index, name in enumerate(variables) if name in variables[:index]]
    if twice:
        raise InputError(f"variable {', '.join(twice)} is named twice in one model")
    known = computed if computed is not None else {}
    require_columns(table, [name for name in variables if name not in known])
    given = levels if levels is not None else {}
    blocks: list[Floats] = []
    columns: list[str] = []
    owner: list[int] = []
    factors: dict[str, tuple[str, ...]] = {}
    for index, name in enumerate(variables):
        values = known.get(name)
        if values is None and name not in given:
            values = numbers(table[name], name)
        if values is None and levels is not None and name not in given:
            raise InputError(f"column {name} holds text where the model has numbers")
        if values is None:
            block, factors[name] = _dummies(table[name], name, given.get(name))
            columns += [f"{name}{level}" for level in factors[name][1:]]
        else:
            block = values[:, None]
            columns.append(name)
        blocks.append(block)
        owner += [index] * block.shape[1]
    matrix = np.hstack(blocks) if blocks else np.empty((len(table), 0))
    return Design(matrix, tuple(columns), tuple(variables), tuple(owner), factors)

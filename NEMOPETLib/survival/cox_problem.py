"""Rows and covariates checked, standardised and put into risk sets: what Newton's method works on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.design import Design
from NEMOPETLib.survival.efron import Likelihood, RiskSets, likelihood, risk_sets
from NEMOPETLib.survival.times import Floats, Integers, checked_times, named_rows


@dataclass(frozen=True, eq=False)
class CoxProblem:
    """A Cox model to be fitted.

    Parameters
    ----------
    sets
        Who is at risk when.
    x
        (p, n) covariates of unit standard deviation, by position in the sets.
    scale
        (p,) standard deviations of the covariates as they were.
    at_zero
        Likelihood at β = 0.
    """

    sets: RiskSets
    x: Floats
    scale: Floats
    at_zero: Likelihood

    def only(self, columns: Integers) -> CoxProblem:
        """The same with these columns only."""
        zero = self.at_zero
        less = Likelihood(zero.loglik, zero.gradient[columns], zero.information[np.ix_(columns, columns)])
        return CoxProblem(self.sets, self.x[columns], self.scale[columns], less)


def cox_problem(time: ArrayLike, event: ArrayLike, design: Design) -> CoxProblem:
    """Check and prepare.

    Parameters
    ----------
    time, event, design
        As for `cox.cox_fit`.

    Raises
    ------
    InputError
        As `cox.cox_fit`.
    """
    times, events = checked_times(time, event)
    if design.matrix.shape[0] != times.size:
        raise InputError(f"{design.matrix.shape[0]} rows of covariates for {times.size} survival times")
    sets = risk_sets(times, events)
    standard, scale = standardise(design.matrix, design.columns)
    x = np.ascontiguousarray(standard[sets.order].T)
    at_zero = likelihood(sets, x, np.zeros(scale.size))
    refuse_collinear(at_zero.information, design.columns)
    return CoxProblem(sets, x, scale, at_zero)


def centres(matrix: Floats) -> Floats:
    """Means of the columns of a (n, p) matrix, but 0 for columns of −1, 0 and 1 only."""
    indicator = ((matrix == 0) | (np.abs(matrix) == 1)).all(axis=0)
    return np.where(indicator, 0.0, matrix.mean(axis=0))


def standardise(matrix: Floats, columns: tuple[str, ...]) -> tuple[Floats, Floats]:
    """Columns centred and divided by their standard deviation, and those standard deviations.

    Raises
    ------
    InputError
        A value is missing (rows counted from 1) or a column is constant.
    """
    missing = ~np.isfinite(matrix)
    if missing.any():
        names = [name for name, bad in zip(columns, missing.T, strict=True) if bad.any()]
        where = named_rows(np.flatnonzero(missing.sum(axis=1)))
        raise InputError(f"{', '.join(names)} missing or infinite in {where}: leave these rows out first")
    constant = np.abs(matrix - matrix[:1]).max(axis=0) == 0
    if constant.any():
        names = [name for name, same in zip(columns, constant, strict=True) if same]
        raise InputError(f"{', '.join(names)} is constant in this cohort: leave it out of the model")
    scale = matrix.std(axis=0)
    return (matrix - matrix.mean(axis=0)) / scale, scale


def refuse_collinear(information: Floats, columns: tuple[str, ...]) -> None:
    """Raise InputError naming the columns of which one follows from the others.

    They are collinear in all rows or at least in those at risk when somebody dies.

    Parameters
    ----------
    information
        (p, p) at β = 0 for columns of unit standard deviation. Scaled to unit diagonal, an eigenvalue below
        1e-9 means that one column leaves nothing unexplained of the others.
    columns
        Their names.
    """
    if not columns:
        return
    diagonal = np.sqrt(np.maximum(np.diag(information), 0.0))
    without = [name for name, size in zip(columns, diagonal, strict=True) if not size > 1e-5]
    if without:
        raise InputError(f"{', '.join(without)} does not vary among those at risk at any event: leave it out")
    values, vectors = np.linalg.eigh(information / np.outer(diagonal, diagonal))
    if values[0] < 1e-9:
        weights = np.abs(vectors[:, 0])
        names = [name for name, weight in zip(columns, weights, strict=True) if weight > 1e-3]
        raise InputError(f"{', '.join(names)} are collinear: leave one of them out of the model")

"""Stepwise choice of a Cox model's variables by AIC, along the path of R's ``MASS::stepAIC``.

From the full model, each step drops (or, in direction "both", drops or adds back) the term that lowers AIC
most; it ends when no change lowers it by 1e-7. A factor enters and leaves as a whole. Source: Venables &
Ripley, Modern Applied Statistics with S (2002), ch. 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.cox import CoxFit, cox_fit, refuse_collinear, standardise
from NEMOPETLib.survival.design import Design
from NEMOPETLib.survival.efron import RiskSets, likelihood, null_loglik, quick_maximum, risk_sets
from NEMOPETLib.survival.times import Floats, Integers, checked_times

Direction = Literal["both", "backward", "none"]


@dataclass(frozen=True)
class Step:
    """One station of the path.

    Parameters
    ----------
    change
        What led here: ``- bmi``, ``+ age``, or nothing at the start.
    terms
        The variables of the model here.
    aic
        Its AIC.
    candidates
        AIC after each change that was possible from here.
    """

    change: str
    terms: tuple[str, ...]
    aic: float
    candidates: dict[str, float]


@dataclass(frozen=True, eq=False)
class StepwiseFit:
    """The path and the model at its end (which may have no variables at all)."""

    entry: tuple[str, ...]
    path: tuple[Step, ...]
    fit: CoxFit

    @property
    def selected(self) -> tuple[str, ...]:
        """The variables kept; one that was dropped and added back stands last, as in R."""
        return self.path[-1].terms


class _Models:
    """AIC of every set of terms asked for, each fitted once, started from the current model."""

    def __init__(self, sets: RiskSets, x: Floats, design: Design) -> None:
        self.sets, self.x, self.design = sets, x, design
        self.aics = {frozenset[str](): -2 * null_loglik(sets)}
        self.beta = np.zeros(x.shape[0])
        self.information = np.eye(x.shape[0])

    def move_to(self, terms: Sequence[str]) -> None:
        """Fit these terms and start the next fits from there."""
        columns = self.design.columns_of(terms)
        best = quick_maximum(self.sets, self.x[columns], self.beta[columns])
        self.beta = np.zeros(self.x.shape[0])
        self.beta[columns] = best.beta
        self.information = np.eye(self.x.shape[0])
        self.information[np.ix_(columns, columns)] = best.information
        self.aics[frozenset(terms)] = -2 * best.loglik + 2 * len(columns)

    def aic(self, terms: Sequence[str]) -> float:
        """AIC of the Cox model of these terms."""
        key = frozenset(terms)
        if key not in self.aics:
            columns = self.design.columns_of(terms)
            start = self._start(columns)
            best = quick_maximum(self.sets, self.x[columns], start)
            self.aics[key] = -2 * best.loglik + 2 * len(columns)
        return self.aics[key]

    def _start(self, columns: Integers) -> Floats:
        """β of the current model after the others are forced to 0, to second order."""
        others = np.flatnonzero(self.beta)
        others = others[~np.isin(others, columns)]
        pulled = self.information[np.ix_(columns, others)] @ self.beta[others]
        return self.beta[columns] + np.linalg.solve(self.information[np.ix_(columns, columns)], pulled)


def _walk(models: _Models, entry: tuple[str, ...], direction: Direction) -> tuple[Step, ...]:
    terms, change = entry, ""
    path: list[Step] = []
    while True:
        models.move_to(terms)
        aic = models.aic(terms)
        options = {f"- {term}": tuple(t for t in terms if t != term) for term in terms}
        if direction == "both":
            options |= {f"+ {term}": (*terms, term) for term in entry if term not in terms}
        if direction == "none":
            options = {}
        candidates = {name: models.aic(option) for name, option in options.items()}
        path.append(Step(change, terms, aic, candidates))
        if not candidates:
            return tuple(path)
        change = min(candidates, key=lambda name: candidates[name])
        if candidates[change] >= aic - 1e-7:
            return tuple(path)
        terms = options[change]


def choose_terms(
    sets: RiskSets, x: Floats, design: Design, direction: Direction = "both"
) -> tuple[Step, ...]:
    """The path alone, for covariates already standardised and in the order of ``sets`` (see `quick_maximum`).

    Raises
    ------
    numpy.linalg.LinAlgError
        Covariates are collinear.
    """
    return _walk(_Models(sets, x, design), design.terms, direction)


def step_aic(time: ArrayLike, event: ArrayLike, design: Design, direction: Direction = "both") -> StepwiseFit:
    """Choose variables from the full model on, and fit the model at the end.

    Parameters
    ----------
    time, event
        (n,) follow-up times and event indicators.
    design
        The full model's covariates without missing values: the same rows serve every model of the path.
    direction
        ``both`` (drop or add back), ``backward`` (drop only) or ``none`` (the full model).

    Raises
    ------
    InputError
        As `cox_fit`, or an unknown direction.
    """
    if direction not in ("both", "backward", "none"):
        raise InputError(f"selection '{direction}' is unknown: use both, backward or none")
    times, events = checked_times(time, event)
    sets = risk_sets(times, events)
    standard, scale = standardise(design.matrix, design.columns)
    x = np.ascontiguousarray(standard[sets.order].T)
    refuse_collinear(likelihood(sets, x, np.zeros(scale.size)).information, design.columns)
    path = choose_terms(sets, x, design, direction)
    return StepwiseFit(design.terms, path, cox_fit(times, events, design.only(path[-1].terms)))

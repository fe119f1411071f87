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
from NEMOPETLib.survival.cox import CoxFit, fit_of
from NEMOPETLib.survival.cox_problem import cox_problem
from NEMOPETLib.survival.design import Design
from NEMOPETLib.survival.efron import RiskSets, likelihood, null_loglik
from NEMOPETLib.survival.newton import Maxima, Maximum, maximise, quick_maxima, reduced_maxima
from NEMOPETLib.survival.times import Bools, Floats

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
    """The path, the full model at its start and the model at its end (which may have no variables at all)."""

    entry: tuple[str, ...]
    path: tuple[Step, ...]
    full: CoxFit
    fit: CoxFit

    @property
    def selected(self) -> tuple[str, ...]:
        """The variables kept; one that was dropped and added back stands last, as in R."""
        return self.path[-1].terms


class _Models:
    """AIC and β of every set of terms asked for, those unknown at one station of the path fitted together."""

    def __init__(self, sets: RiskSets, x: Floats, design: Design, full: Maximum | None) -> None:
        self.sets, self.x = sets, x
        self.columns = {term: design.columns_of([term]) for term in design.terms}
        nothing, everything = frozenset[str](), frozenset(design.terms)
        self.aics = {nothing: -2 * null_loglik(sets)}
        self.betas = {nothing: np.zeros(x.shape[0])}
        self.informations: dict[frozenset[str], Floats] = {}  # of the stations of the path, in their order
        if full is not None:
            self.aics[everything] = -2 * full.loglik + 2 * x.shape[0]
            self.betas[everything] = full.beta
            self.informations[everything] = full.information
        elif design.terms:
            free = np.ones((1, x.shape[0]), dtype=np.bool_)
            self._keep([everything], free, quick_maxima(sets, x, np.zeros((1, x.shape[0])), free))

    def _keep(self, keys: list[frozenset[str]], free: Bools, best: Maxima) -> None:
        self.aics |= zip(keys, (-2 * best.loglik + 2 * free.sum(axis=1)).tolist(), strict=True)
        self.betas |= zip(keys, best.beta, strict=True)

    def compare(self, current: Sequence[str], options: Sequence[Sequence[str]]) -> list[float]:
        """AIC of each option, each fitted from the latest station that contains it."""
        here = frozenset(current)
        keys = [frozenset(option) for option in options]
        unknown = [key for key in keys if key not in self.aics]
        if unknown:
            if here not in self.informations:
                self.informations[here] = likelihood(self.sets, self.x, self.betas[here]).information
            larger = [next(terms for terms in reversed(self.informations) if terms >= key) for key in unknown]
            free = np.zeros((len(unknown), self.x.shape[0]), dtype=np.bool_)
            for row, key in zip(free, unknown, strict=True):
                row[np.concatenate([self.columns[term] for term in key])] = True
            beta = np.array([self.betas[terms] for terms in larger])
            information = np.array([self.informations[terms] for terms in larger])
            self._keep(unknown, free, reduced_maxima(self.sets, self.x, beta, information, free))
        return [self.aics[key] for key in keys]


def choose_terms(
    sets: RiskSets, x: Floats, design: Design, direction: Direction = "both", full: Maximum | None = None
) -> tuple[Step, ...]:
    """The path alone.

    Parameters
    ----------
    sets, x
        Covariates already standardised, as for `newton.maximise`.
    design, direction
        Their names, and as for `step_aic`.
    full
        The maximum of the full model, where it is known.
    """
    models = _Models(sets, x, design, full)
    terms, change = design.terms, ""
    path: list[Step] = []
    while True:
        aic = models.aics[frozenset(terms)]
        options: dict[str, tuple[str, ...]] = {}
        if direction != "none":
            options = {f"- {term}": tuple(t for t in terms if t != term) for term in terms}
        if direction == "both":
            options |= {f"+ {term}": (*terms, term) for term in design.terms if term not in terms}
        candidates = dict(zip(options, models.compare(terms, list(options.values())), strict=True))
        path.append(Step(change, terms, aic, candidates))
        change = min(candidates, key=lambda name: candidates[name], default="")
        if not change or candidates[change] >= aic - 1e-7:
            return tuple(path)
        terms = options[change]


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
    problem = cox_problem(time, event, design)
    best = maximise(problem.sets, problem.x, problem.at_zero)
    path = choose_terms(problem.sets, problem.x, design, direction, best)
    full = fit_of(problem, best, design)
    terms = path[-1].terms
    if terms == design.terms:
        return StepwiseFit(design.terms, path, full, full)
    less = problem.only(design.columns_of(terms))
    fit = fit_of(less, maximise(less.sets, less.x, less.at_zero), design.only(terms))
    return StepwiseFit(design.terms, path, full, fit)

"""Cox's proportional hazards model, with the numbers of R's ``coxph(ties = "efron")``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.cox_problem import CoxProblem, centres, cox_problem
from NEMOPETLib.survival.design import Design
from NEMOPETLib.survival.efron import RiskSets, death_denominators, restricted
from NEMOPETLib.survival.newton import Maximum, maximise
from NEMOPETLib.survival.times import Floats


@dataclass(frozen=True)
class ChiSquareTest:
    """A statistic that is χ² distributed under its null hypothesis."""

    chisq: float
    df: int

    @property
    def p(self) -> float:
        """Probability of a statistic at least as large."""
        return float(special.chdtrc(self.df, self.chisq)) if self.df else 1.0


@dataclass(frozen=True, eq=False)
class BaselineHazard:
    """Cumulative hazard of somebody whose risk score is 1 (Efron's, a step at each death time).

    Parameters
    ----------
    times
        (m,) distinct death times, rising.
    cumulative
        (m,) cumulative hazard from each time on.
    """

    times: Floats
    cumulative: Floats

    def at(self, time: ArrayLike) -> Floats:
        """Cumulative hazard at any times, deaths at the time included."""
        steps = np.append(0.0, self.cumulative)
        return steps[np.searchsorted(self.times, np.asarray(time, dtype=np.float64), side="right")]

    def survival(self, risk: ArrayLike, time: ArrayLike) -> Floats:
        """Predicted survival exp(−H₀(t)·risk), (number of risks, number of times)."""
        return np.exp(-np.outer(np.asarray(risk, dtype=np.float64), self.at(np.atleast_1d(time))))


@dataclass(frozen=True, eq=False)
class CoxFit:
    """A fitted model.

    Parameters
    ----------
    terms, columns
        Its variables and the names of its p coefficients.
    coef, covariance
        (p,) log hazard ratios and (p, p) their covariance, the inverse information.
    means
        (p,) what the linear predictor is centred on: the mean, but 0 where a column holds only −1, 0 and 1
        (R's ``nocenter``).
    loglik_null, loglik
        Log partial likelihood at 0 and at ``coef``.
    score_test
        Rao's test that all coefficients are 0.
    baseline
        Cumulative hazard at ``means``.
    warnings
        What the reader should know of the fit, one line each.
    """

    terms: tuple[str, ...]
    columns: tuple[str, ...]
    coef: Floats
    covariance: Floats
    means: Floats
    loglik_null: float
    loglik: float
    score_test: ChiSquareTest
    n: int
    events: int
    baseline: BaselineHazard
    warnings: tuple[str, ...] = ()

    @cached_property
    def se(self) -> Floats:
        """(p,) standard errors of the coefficients."""
        return np.sqrt(np.maximum(np.diag(self.covariance), 0.0))

    @property
    def p(self) -> Floats:
        """(p,) Wald p-values of the coefficients."""
        return 2 * special.ndtr(-np.abs(self.coef / self.se))

    @property
    def aic(self) -> float:
        """Akaike's −2·log L + 2·p."""
        return -2 * self.loglik + 2 * self.coef.size

    @property
    def bic(self) -> float:
        """Schwarz's −2·log L + p·log(events), as R counts for a Cox model."""
        return -2 * self.loglik + float(np.log(self.events)) * self.coef.size

    @property
    def likelihood_ratio_test(self) -> ChiSquareTest:
        """Test against the model without covariates."""
        return ChiSquareTest(2 * (self.loglik - self.loglik_null), self.coef.size)

    @property
    def wald_test(self) -> ChiSquareTest:
        """Wald's test that all coefficients are 0."""
        if not self.coef.size:
            return ChiSquareTest(0.0, 0)
        return ChiSquareTest(float(self.coef @ np.linalg.solve(self.covariance, self.coef)), self.coef.size)

    def hazard_ratios(self, level: float = 0.95) -> Floats:
        """(p, 3) hazard ratio with the lower and upper limit of its Wald interval, which may be infinite."""
        half = special.ndtri((1 + level) / 2) * self.se
        with np.errstate(over="ignore"):
            return np.exp(np.column_stack([self.coef, self.coef - half, self.coef + half]))

    def linear_predictor(self, matrix: Floats) -> Floats:
        """Σ β·(x − m) of rows of a (n, p) design matrix."""
        return (matrix - self.means) @ self.coef

    def risk_score(self, matrix: Floats) -> Floats:
        """exp(Σ β·(x − m)), R's ``predict(type = "risk")``."""
        return relative_risk(self.linear_predictor(matrix))


def relative_risk(predictor: Floats) -> Floats:
    """exp of a linear predictor, held where its square does not overflow either: a coefficient may be infinite."""
    return np.exp(np.clip(predictor, -300.0, 300.0))


def cox_fit(time: ArrayLike, event: ArrayLike, design: Design) -> CoxFit:
    """Fit by maximum partial likelihood with Efron's handling of ties.

    Parameters
    ----------
    time, event
        (n,) follow-up times and event indicators.
    design
        n rows without missing values; without columns the model is the null model.

    Raises
    ------
    InputError
        Unusable times, no events, missing values, a constant column or collinear columns, by name.
    """
    problem = cox_problem(time, event, design)
    return fit_of(problem, maximise(problem.sets, problem.x, problem.at_zero), design)


def fit_of(problem: CoxProblem, best: Maximum, design: Design) -> CoxFit:
    """The model of a problem whose maximum is known; ``design`` as the problem was made of it."""
    scale = problem.scale
    coef = best.beta / scale
    information_there = best.information
    if best.diverging.any():
        information_there = restricted(information_there, np.ones(scale.size, dtype=np.bool_))
    means = centres(design.matrix)
    gradient, information = problem.at_zero.gradient, problem.at_zero.information
    return CoxFit(
        design.terms,
        design.columns,
        coef,
        np.linalg.inv(information_there) / np.outer(scale, scale),
        means,
        float(problem.at_zero.loglik),
        best.loglik,
        ChiSquareTest(float(gradient @ np.linalg.solve(information, gradient)), scale.size),
        design.matrix.shape[0],
        problem.sets.deaths.size,
        baseline_hazard(problem.sets, (design.matrix - means) @ coef),
        tuple(
            f"{name}: the coefficient grows without limit (perfect separation), so its estimate, standard "
            "error and Wald test mean nothing; the likelihood and AIC hold"
            for name, runs_away in zip(design.columns, best.diverging, strict=True)
            if runs_away
        ),
    )


def baseline_hazard(sets: RiskSets, predictor: Floats) -> BaselineHazard:
    """Efron's estimate of the cumulative hazard at linear predictor 0, from (n,) predictors in row order."""
    inverse = 1 / death_denominators(sets, relative_risk(predictor[sets.order]))
    steps = np.add.reduceat(inverse, sets.first)[::-1]
    return BaselineHazard(sets.times[::-1], np.cumsum(steps))


def compare_nested(smaller: CoxFit, larger: CoxFit) -> ChiSquareTest:
    """Likelihood ratio test of a model against one that contains it, both fitted to the same rows.

    Raises
    ------
    InputError
        The smaller model has a column that the larger lacks, or they were fitted to other rows.
    """
    if not set(smaller.columns) <= set(larger.columns):
        raise InputError("likelihood ratio test: the smaller model is not part of the larger one")
    if (smaller.n, smaller.events) != (larger.n, larger.events):
        raise InputError("likelihood ratio test: the two models were fitted to other rows")
    return ChiSquareTest(2 * (larger.loglik - smaller.loglik), larger.coef.size - smaller.coef.size)

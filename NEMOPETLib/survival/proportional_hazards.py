"""The score test of proportional hazards of R's ``cox.zph`` (survival ≥ 3) with its scaled residuals.

A term x is given the time-varying coefficient β + γ·g(t), and γ = 0 is tested by Rao's score test at the
fitted β. Source: Grambsch & Therneau, Biometrika 81 (1994) 515 and R's survival manual.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.cox import ChiSquareTest, CoxFit
from NEMOPETLib.survival.design import Design
from NEMOPETLib.survival.efron import cumulative_hazard, death_denominators, death_means, risk_sets
from NEMOPETLib.survival.times import Bools, Floats, Integers, checked_times


@dataclass(frozen=True, eq=False)
class ProportionalHazards:
    """Tests of proportional hazards.

    Parameters
    ----------
    terms
        Test of each variable (of k − 1 degrees of freedom for a factor).
    overall
        Test of all together (R's GLOBAL).
    times, transformed
        (d,) the death times, rising, and g of them.
    residuals
        (d, p) scaled Schoenfeld residuals plus β: what a smoother over time shows as β(t).
    """

    terms: dict[str, ChiSquareTest]
    overall: ChiSquareTest
    times: Floats
    transformed: Floats
    residuals: Floats


def _one_minus_km_before(time: Floats, event: Bools, at: Floats) -> Floats:
    """1 − Kaplan–Meier just before each time."""
    moments, counts = np.unique(time[event], return_counts=True)
    at_risk = time.size - np.searchsorted(np.sort(time), moments, side="left")
    survival = np.append(1.0, np.cumprod(1 - counts / at_risk))
    return 1 - survival[np.searchsorted(moments, at, side="left")]


_TRANSFORMS: dict[str, Callable[[Floats, Bools, Floats], Floats]] = {
    "km": _one_minus_km_before,
    "identity": lambda _time, _event, at: at,
    "log": lambda _time, _event, at: np.log(at),
}


def proportional_hazards(
    time: ArrayLike,
    event: ArrayLike,
    design: Design,
    fit: CoxFit,
    transform: Literal["km", "identity", "log"] = "km",
) -> ProportionalHazards:
    """Test a fitted model for effects that change with time.

    Parameters
    ----------
    time, event, design
        What the model was fitted to.
    fit
        The model, with at least one coefficient.
    transform
        g(t): ``km`` is 1 − Kaplan–Meier just before t, or t or log t.

    Raises
    ------
    InputError
        The model has no coefficient or an infinite one, the design has other columns than the model, or there
        are too few events to test it.
    """
    if not fit.columns or design.columns != fit.columns:
        raise InputError("test of proportional hazards: needs the design of a model with a coefficient")
    times, events = checked_times(time, event)
    sets = risk_sets(times, events)
    unit = design.matrix.std(axis=0)
    x = np.ascontiguousarray(((design.matrix - design.matrix.mean(axis=0)) / unit)[sets.order].T)
    predictor = (fit.coef * unit) @ x
    if np.ptp(predictor) > 500:
        raise InputError("test of proportional hazards: a coefficient is infinite")
    weights = np.exp(predictor)
    denominators = death_denominators(sets, weights)
    means = death_means(sets, x, weights, denominators)
    moments = times[sets.order][sets.deaths]
    transformed = _TRANSFORMS[transform](times, events, moments)
    g = transformed - transformed.mean()
    score = (x[:, sets.deaths] - means) @ g
    powers = np.array([g, g**2])[:, None, :]  # Σ over deaths of g and g² times the Efron covariance of x at risk
    expected = weights * cumulative_hazard(sets, powers / denominators)
    mixed, of_gamma = (x * expected) @ x.T - (means * powers) @ means.T
    left = of_gamma - mixed.T @ (fit.covariance * np.outer(unit, unit)) @ mixed
    scale = np.sqrt(np.maximum(np.diag(of_gamma), 0.0))
    if not (scale > 1e-6).all() or np.linalg.eigvalsh(left / np.outer(scale, scale))[0] < 1e-9:
        raise InputError(f"test of proportional hazards: {sets.deaths.size} events are too few for this model")

    def test(columns: Integers) -> ChiSquareTest:
        u = score[columns]
        if len(columns) == 1:
            return ChiSquareTest(float(u[0] ** 2 / left[columns[0], columns[0]]), 1)
        return ChiSquareTest(float(u @ np.linalg.solve(left[np.ix_(columns, columns)], u)), len(columns))

    if sets.tied:  # R shows each of the tied deaths against their common mean
        counts = np.diff(np.append(sets.first, sets.deaths.size))
        means = (np.add.reduceat(means, sets.first, axis=1) / counts)[:, sets.moment]
    schoenfeld = (x[:, sets.deaths] - means).T * unit
    scaled = schoenfeld @ fit.covariance * sets.deaths.size + fit.coef
    return ProportionalHazards(
        {term: test(design.columns_of([term])) for term in design.terms},
        test(np.arange(len(fit.columns))),
        moments[::-1],
        transformed[::-1],
        scaled[::-1],
    )

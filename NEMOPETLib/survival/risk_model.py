"""A frozen model: everything needed to score new patients the way the training patients were scored."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import scipy

import NEMOPETLib
from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.cox import BaselineHazard, CoxFit, relative_risk
from NEMOPETLib.survival.design import Design, design_matrix, require_columns
from NEMOPETLib.survival.prediction_basis import PredictionBasis, prediction_basis
from NEMOPETLib.survival.provenance import Origin, fingerprint, origin_of, simulated_rows
from NEMOPETLib.survival.risk_groups import CutPoint, Method, assign_groups
from NEMOPETLib.survival.time_unit import unit_of_column, unsaid_unit
from NEMOPETLib.survival.times import Bools, Floats, Integers, named_rows


@dataclass(frozen=True, eq=False)
class RiskModel:
    """A Cox model that travels as a file.

    Parameters
    ----------
    name
        E.g. ``clinical``.
    time, event
        The columns of the endpoint it was fitted to.
    terms, levels, columns
        Its variables, the levels of each factor (the first is the reference), and the names of its p
        coefficients.
    coef, se, means
        (p,) coefficients, standard errors, and what each column is centred on.
    ranges
        (p, 2) smallest and largest value of each column in training.
    baseline
        Cumulative hazard of a patient whose risk score is 1.
    cuts
        Of each method its rising cut-points of the risk score.
    derived
        Variables that another model computes from the table: its risk score, e.g. ``bci``.
    logged
        Those of ``derived`` that enter as the logarithm of the score.
    origin
        Whether real or simulated patients taught it.
    n, events, cohort
        Training rows, their events and their fingerprint.
    versions, created
        Software it was made with, and when (ISO, UTC).
    warnings
        Of the fit.
    basis
        What intervals of predicted survival need; None in files of versions that did not write it.
    unit
        Of the time, such as ``months``; empty if nobody has said it.
    """

    name: str
    time: str
    event: str
    terms: tuple[str, ...]
    levels: Mapping[str, tuple[str, ...]]
    columns: tuple[str, ...]
    coef: Floats
    se: Floats
    means: Floats
    ranges: Floats
    baseline: BaselineHazard
    cuts: Mapping[Method, tuple[CutPoint, ...]]
    origin: Origin
    n: int
    events: int
    cohort: str
    derived: Mapping[str, RiskModel] = field(default_factory=dict)
    logged: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    created: str = ""
    warnings: tuple[str, ...] = ()
    basis: PredictionBasis | None = None
    unit: str = "months"

    @property
    def inputs(self) -> tuple[str, ...]:
        """Columns that it and the models inside it need."""
        names = [name for name in self.terms if name not in self.derived]
        for inner in self.derived.values():
            names += inner.inputs
        return tuple(dict.fromkeys(names))

    @property
    def model_id(self) -> str:
        """12 hexadecimal digits that change with anything a score or its predicted survival depends on."""
        numbers = [self.coef.tolist(), self.means.tolist(), self.baseline.cumulative.tolist()]
        if self.basis is not None:
            errors = (self.basis.covariance, self.basis.variance, self.basis.covariates)
            numbers += [*(part.tolist() for part in errors), self.basis.follow_up]
        cuts = {method: [(cut.value, cut.operator) for cut in points] for method, points in self.cuts.items()}
        parts = [model.model_id for model in self.derived.values()]
        unit = [] if self.unit == unsaid_unit(self.time) else [self.unit]  # without it, the id of earlier versions
        text = json.dumps([self.terms, self.columns, numbers, cuts, parts, self.logged, self.origin, *unit])
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def freeze(
    name: str,
    fit: CoxFit,
    design: Design,
    table: pd.DataFrame,
    endpoint: tuple[str, str],
    cuts: Mapping[Method, Sequence[CutPoint]] | None = None,
    derived: Mapping[str, RiskModel] | None = None,
    logged: Sequence[str] = (),
    unit: str = "months",
) -> RiskModel:
    """Make a fitted model ready to travel.

    Parameters
    ----------
    name
        Name of the model.
    fit, design
        The model and the covariates it was fitted to.
    table
        The training rows, with the endpoint's columns and the model's variables.
    endpoint
        Names of the time and event columns.
    cuts
        Cut-points of the risk score by method.
    derived, logged
        As in `RiskModel`; only what the model uses is kept.
    unit
        Of the time; where it is empty, the one that the name of the time's column ends with.
    """
    needed = {key: model for key, model in (derived or {}).items() if key in fit.terms}
    origins = {origin_of(table), *(model.origin for model in needed.values())}
    limits = np.column_stack([design.matrix.min(axis=0), design.matrix.max(axis=0)])
    return RiskModel(
        name=name,
        time=endpoint[0],
        event=endpoint[1],
        terms=fit.terms,
        levels=dict(design.levels),
        columns=fit.columns,
        coef=fit.coef,
        se=fit.se,
        means=fit.means,
        ranges=limits,
        baseline=fit.baseline,
        cuts={method: tuple(points) for method, points in (cuts or {}).items()},
        origin="simulated" if "simulated" in origins else "real",
        n=fit.n,
        events=fit.events,
        cohort=fingerprint(table, [*endpoint, *fit.terms]),
        derived=needed,
        logged=tuple(key for key in logged if key in needed),
        versions={
            "nemopet": NEMOPETLib.__version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            "scipy": scipy.__version__,
            "pandas": pd.__version__,
        },
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        warnings=fit.warnings,
        basis=prediction_basis(table[endpoint[0]], table[endpoint[1]], design, fit),
        unit=unit or unit_of_column(endpoint[0]),
    )


@dataclass(frozen=True, eq=False)
class Scored:
    """A model applied to rows.

    Parameters
    ----------
    risk
        (n,) risk scores, NaN where a variable is missing.
    centred
        (n, p) covariates less the model's means.
    groups
        Of each method, (n,) group from 0 for the lowest, −1 where the score is missing.
    derived
        (n,) values of each variable that the model computed itself (e.g. ``bci``).
    outside
        (n,) True where a variable lies outside its training range.
    warnings
        One line for each column with missing or unseen values, and for a simulated origin.
    """

    risk: Floats
    centred: Floats
    groups: dict[Method, Integers]
    derived: dict[str, Floats]
    outside: Bools
    warnings: tuple[str, ...]


def _derive(model: RiskModel, table: pd.DataFrame, force: bool) -> tuple[pd.DataFrame, list[str]]:
    """The table with the variables that other models compute, and what they warn of."""
    warnings: list[str] = []
    values: dict[str, Floats] = {}
    for name, inner in model.derived.items():
        scored = score(inner, table, force=force)
        values[name] = np.log(scored.risk) if name in model.logged else scored.risk
        warnings += [f"{name}: {line}" for line in scored.warnings]
    return table.assign(**values), warnings


def score(model: RiskModel, table: pd.DataFrame, *, force: bool = False) -> Scored:
    """Apply a frozen model to new rows; nothing is fitted or centred anew.

    Parameters
    ----------
    model, table
        The model and rows with its variables.
    force
        Score real rows even by a model that simulated patients taught.

    Raises
    ------
    InputError
        A column is missing or holds text for numbers, or a model of simulated origin meets real rows.
    """
    real = int((~simulated_rows(table)).sum())
    if model.origin == "simulated" and real and not force:
        reason = "was learned from simulated patients and means nothing for real ones"
        raise InputError(f"model {model.name} {reason} ({real} rows): use a model of real patients, or force it")
    filled, warnings = _derive(model, table, force)
    require_columns(filled, model.terms)
    design = design_matrix(filled, model.terms, model.levels)
    if model.origin == "simulated":
        warnings.append(f"model {model.name} was learned from simulated patients")
    outside = np.zeros(len(table), dtype=np.bool_)
    for index, column in enumerate(model.columns):
        values, (low, high) = design.matrix[:, index], model.ranges[index]
        missing = np.flatnonzero(np.isnan(values))
        if missing.size:
            warnings.append(f"{column} missing or of an unknown level in {named_rows(missing)}: no score there")
        beyond = (values < low) | (values > high)
        if beyond.any():
            where = named_rows(np.flatnonzero(beyond))
            warnings.append(f"{column} outside the training range {low:g} to {high:g} in {where}")
        outside |= beyond
    centred = design.matrix - model.means
    risk = relative_risk(centred @ model.coef)
    groups = {method: assign_groups(risk, points) for method, points in model.cuts.items() if points}
    derived = {name: filled[name].to_numpy(dtype=np.float64) for name in model.derived}
    return Scored(risk, centred, groups, derived, outside, tuple(warnings))

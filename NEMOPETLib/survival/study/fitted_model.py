"""One model of a study, fitted to train and applied to all rows; scores of earlier models are its variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.adequacy import FEWEST_EVENTS_PER_VARIABLE
from NEMOPETLib.survival.chain import Chain, Derived
from NEMOPETLib.survival.cox import CoxFit
from NEMOPETLib.survival.cut_methods import CutRule
from NEMOPETLib.survival.design import Design, design_matrix
from NEMOPETLib.survival.step_aic import StepwiseFit, step_aic
from NEMOPETLib.survival.study.cohort_result import CohortFlow
from NEMOPETLib.survival.study.study_config import Endpoint, ModelConfig
from NEMOPETLib.survival.times import Bools, Floats


@dataclass(frozen=True, eq=False)
class FittedModel:
    """A model and all that grouping, validating and freezing it needs.

    Parameters
    ----------
    config
        What was asked for.
    train, test
        (n,) rows of the cohort's table that taught it, and that can test it.
    time, event
        (n,) endpoint of all rows.
    entry
        Train's covariates of the full model.
    stepwise
        The path and the final fit.
    cohort
        The rows it was fitted to and is applied to.
    risk
        (n,) risk score of all rows, NaN where a factor has a level that train lacks.
    derived
        Earlier models that are variables here.
    candidates
        Coefficients that competed to enter, those behind earlier scores included.
    warnings
        One line each.
    """

    config: ModelConfig
    train: Bools
    test: Bools
    time: Floats
    event: Bools
    entry: Design
    stepwise: StepwiseFit
    cohort: CohortFlow
    risk: Floats
    derived: Mapping[str, FittedModel]
    candidates: int
    warnings: tuple[str, ...]

    @property
    def fit(self) -> CoxFit:
        """The final fit."""
        return self.stepwise.fit

    @property
    def full(self) -> CoxFit:
        """The fit of all entry variables."""
        return self.stepwise.full

    @cached_property
    def design(self) -> Design:
        """Train's covariates of the final fit."""
        return self.entry.only(self.fit.terms)

    def scores(self, rows: Bools) -> dict[str, Floats]:
        """Scores of earlier models as they enter this one, of some rows."""
        return {name: values[rows] for name, values in _scores(self.config, self.derived).items()}

    def chain(self, rules: Sequence[CutRule]) -> Chain:
        """What a bootstrap repeats. A score learned from other rows than this model's is taken as given."""
        return Chain(
            self.entry,
            self.config.selection,
            tuple(
                Derived(name, inner.entry, inner.config.selection, name in self.config.logged)
                for name, inner in self.derived.items()
                if np.array_equal(inner.train, self.train)
            ),
            tuple(rules),
        )


def _rows(cohort: CohortFlow, only: tuple[str, str] | None) -> Bools:
    if only is None:
        return np.ones(len(cohort.table), dtype=np.bool_)
    column, value = only
    if column not in cohort.table.columns:
        raise InputError(f"no column {column} to choose the rows with {value}")
    rows = (cohort.table[column].astype("string") == value).to_numpy(dtype=np.bool_, na_value=False)
    if not (rows & cohort.in_train).any():
        raise InputError(f"no row to learn from has {column} {value}")
    return rows


def _refuse_single_levels(table: pd.DataFrame, train: Bools, levels: Mapping[str, tuple[str, ...]]) -> None:
    """Raise InputError naming a factor of which train has one level and only other rows have further ones."""
    for name, known in levels.items():
        seen = set(table.loc[train, name].dropna().map(str))
        if len(seen) < 2:
            others = ", ".join(level for level in known if level not in seen)
            reason = "nothing can be learned of it, leave it out of the model"
            raise InputError(
                f"column {name} has a single level ({', '.join(seen)}) in the rows to learn from and {others} "
                f"only in others: {reason}"
            )


def _scores(config: ModelConfig, derived: Mapping[str, FittedModel]) -> dict[str, Floats]:
    return {name: np.log(model.risk) if name in config.logged else model.risk for name, model in derived.items()}


def _fit_warnings(fit: CoxFit, candidates: int) -> tuple[str, ...]:
    if not fit.terms:
        return (f"the selection kept none of {candidates} candidates: all have the same risk, so there are no groups",)
    if fit.events >= FEWEST_EVENTS_PER_VARIABLE * candidates:
        return fit.warnings
    each = f"{fit.events} events for {candidates} candidate coefficients are {fit.events / candidates:.1f} each"
    return (*fit.warnings, f"{each}, fewer than {FEWEST_EVENTS_PER_VARIABLE:g}: expect optimism")


def fit_model(
    cohort: CohortFlow, endpoint: Endpoint, config: ModelConfig, earlier: Mapping[str, FittedModel]
) -> FittedModel:
    """Select and fit one model.

    Parameters
    ----------
    cohort, endpoint
        The rows and their endpoint.
    config
        The model.
    earlier
        Fitted models, whose names may stand among the variables.

    Raises
    ------
    InputError
        A variable cannot be used, or as `step_aic`.
    """
    rows = _rows(cohort, config.only)
    derived = {name: earlier[name] for name in config.variables if name in earlier}
    empty = [name for name, inner in derived.items() if not inner.fit.terms]
    warnings = [f"{name} left out: its selection kept no variable, so it is the same for all" for name in empty]
    derived = {name: inner for name, inner in derived.items() if name not in empty}
    variables = [name for name in config.variables if name not in empty]
    scores = _scores(config, derived)
    train = rows & cohort.in_train
    whole = design_matrix(cohort.table, variables, computed=scores)
    entry = whole.rows(train)
    if whole.levels:  # those of train count
        _refuse_single_levels(cohort.table, train, whole.levels)
        entry = design_matrix(cohort.table[train], variables, computed={name: v[train] for name, v in scores.items()})
        whole = design_matrix(cohort.table, variables, entry.levels, scores)
    time = cohort.table[endpoint.time].to_numpy(dtype=np.float64)
    event = cohort.table[endpoint.event].to_numpy(dtype=np.float64) == 1
    if not event[train].any():
        raise InputError(f"no events among the {int(train.sum())} rows to learn from: nothing can be estimated")
    stepwise = step_aic(time[train], event[train], entry, config.selection)
    fit = stepwise.fit
    risk = fit.risk_score(whole.only(fit.terms).matrix)
    test = rows & ~cohort.in_train
    unseen = test & np.isnan(risk)
    if unseen.any():
        warnings.append(f"{int(unseen.sum())} rows of test have a level that train lacks: no score there")
    candidates = len(entry.columns) + sum(inner.candidates - 1 for inner in derived.values())
    return FittedModel(
        config,
        train,
        test & ~unseen,
        time,
        event,
        entry,
        stepwise,
        cohort,
        risk,
        derived,
        candidates,
        (*warnings, *_fit_warnings(fit, candidates)),
    )

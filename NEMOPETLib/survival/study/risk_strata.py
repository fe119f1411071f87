"""The risk groups of a model by every method: cut in train, described in train and test."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
import pandas as pd

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.cut_methods import CutRule, FoundCuts, find_cuts
from NEMOPETLib.survival.maxstat import MaximallySelected
from NEMOPETLib.survival.risk_groups import Method, assign_groups, group_names
from NEMOPETLib.survival.study.attempts import Attempts
from NEMOPETLib.survival.study.cohort_result import SetName
from NEMOPETLib.survival.study.fitted_model import FittedModel
from NEMOPETLib.survival.study.group_result import RiskGroups
from NEMOPETLib.survival.study.stratum_result import GroupPValues, Stratum
from NEMOPETLib.survival.study.study_config import StudyConfig
from NEMOPETLib.survival.times import Bools


def cut_rules(config: StudyConfig, model: FittedModel) -> dict[Method, CutRule]:
    """How each method of the study cuts this model's score."""
    shared = config.stratify
    methods = model.config.methods or shared.methods
    ns = model.config.ns or shared.ns
    return {method: CutRule(method, ns, shared.minprop, config.endpoint.horizons[-1]) for method in methods}


def subtype_rows(table: pd.DataFrame, column: str | None) -> dict[str, Bools]:
    """(n,) rows of each subtype, in the order in which they first appear in the table."""
    if column is None or column not in table.columns:
        return {}
    names = table[column].astype("string")
    return {str(name): (names == name).to_numpy(dtype=np.bool_, na_value=False) for name in names.dropna().unique()}


def stratify(
    model: FittedModel, config: StudyConfig, subtypes: Mapping[str, Bools], attempt: Attempts
) -> dict[Method, Stratum]:
    """Cut and describe by every method; those that fail are left out and named by ``attempt``.

    A model without variables has no groups.
    """
    if not model.fit.terms:
        return {}
    found = {
        method: attempt(model.config.name, method, partial(_stratum, model, rule, config, subtypes))
        for method, rule in cut_rules(config, model).items()
    }
    return {method: stratum for method, stratum in found.items() if stratum is not None}


def _stratum(model: FittedModel, rule: CutRule, config: StudyConfig, subtypes: Mapping[str, Bools]) -> Stratum:
    rows = model.train
    found = find_cuts(rule, model.time[rows], model.event[rows], model.risk[rows])
    if not found.cuts:
        raise InputError("; ".join(found.warnings))
    codes = assign_groups(model.risk, found.cuts)
    names = group_names(len(found.cuts) + 1)
    sets = {
        name: RiskGroups(
            names,
            model.time[inside],
            model.event[inside],
            codes[inside],
            config.endpoint.horizons,
            {subtype: of[inside] for subtype, of in subtypes.items()},
        )
        for name, inside in sets_of(model).items()
    }
    return Stratum(rule.method, found, _p_values(found, sets["train"]), sets)


def sets_of(model: FittedModel) -> dict[SetName, Bools]:
    """(n,) rows of each set that has any."""
    sets: dict[SetName, Bools] = {"train": model.train, "test": model.test}
    return {name: rows for name, rows in sets.items() if rows.any()}


def _p_values(found: FoundCuts, groups: RiskGroups) -> GroupPValues | None:
    if groups.log_rank is None:
        return None
    profile = found.profile
    lau94 = profile.p_lau94 if isinstance(profile, MaximallySelected) else None
    return GroupPValues(groups.log_rank.test.p, lau94)

"""The risk groups of a model by every method: cut in train, described in train and test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.cut_methods import CutRule, FoundCuts, find_cuts
from NEMOPETLib.survival.group_counts import DistinctTimes, distinct_times
from NEMOPETLib.survival.maxstat import MaximallySelected
from NEMOPETLib.survival.risk_groups import CutPoint, Method, assign_groups, group_names
from NEMOPETLib.survival.study.attempts import Attempts
from NEMOPETLib.survival.study.cohort_result import SetName
from NEMOPETLib.survival.study.fitted_model import FittedModel
from NEMOPETLib.survival.study.group_result import RiskGroups
from NEMOPETLib.survival.study.stratum_result import GroupPValues, Stratum
from NEMOPETLib.survival.study.study_config import StudyConfig
from NEMOPETLib.survival.times import Bools, Floats


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
    codes, names = pd.factorize(table[column].map(str, na_action="ignore"))
    return {name: codes == code for code, name in enumerate(names)}


def stratify(
    model: FittedModel, config: StudyConfig, subtypes: Mapping[str, Bools], attempt: Attempts
) -> dict[Method, Stratum]:
    """Cut and describe by every method; those that fail are left out and named by ``attempt``.

    A model without variables has no groups.
    """
    if not model.fit.terms:
        return {}
    sets = _sets(model, config.endpoint.horizons, subtypes)
    found = {
        method: attempt(model.config.name, method, partial(_stratum, rule, sets))
        for method, rule in cut_rules(config, model).items()
    }
    return {method: stratum for method, stratum in found.items() if stratum is not None}


@dataclass(frozen=True, eq=False)
class _Set:
    """Scored rows of a set, which every method groups."""

    risk: Floats
    time: Floats
    event: Bools
    distinct: DistinctTimes
    horizons: tuple[float, ...]
    subtypes: Mapping[str, Bools]

    def grouped(self, cuts: Sequence[CutPoint]) -> RiskGroups:
        names, codes = group_names(len(cuts) + 1), assign_groups(self.risk, cuts)
        return RiskGroups(names, self.time, self.event, codes, self.horizons, self.subtypes, self.distinct)


def _sets(model: FittedModel, horizons: tuple[float, ...], subtypes: Mapping[str, Bools]) -> dict[SetName, _Set]:
    return {
        name: _Set(
            model.risk[inside],
            model.time[inside],
            model.event[inside],
            distinct_times(model.time[inside]),
            horizons,
            {subtype: of[inside] for subtype, of in subtypes.items()},
        )
        for name, inside in sets_of(model).items()
    }


def _stratum(rule: CutRule, sets: Mapping[SetName, _Set]) -> Stratum:
    train = sets["train"]
    found = find_cuts(rule, train.time, train.event, train.risk)
    if not found.cuts:
        raise InputError("; ".join(found.warnings))
    groups = {name: rows.grouped(found.cuts) for name, rows in sets.items()}
    return Stratum(rule.method, found, _p_values(found, groups["train"]), groups)


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

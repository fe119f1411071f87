"""Groups of models of different rows taken together, e.g. good and bad prognosis whatever the subtype."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from NEMOPETLib.survival.cohort_result import SetName
from NEMOPETLib.survival.fitted_model import FittedModel
from NEMOPETLib.survival.group_result import RiskGroups
from NEMOPETLib.survival.model_result import ModelResult
from NEMOPETLib.survival.risk_groups import Method, assign_groups
from NEMOPETLib.survival.risk_strata import subtype_rows
from NEMOPETLib.survival.study_config import StudyConfig
from NEMOPETLib.survival.study_result import PooledGroups
from NEMOPETLib.survival.times import Bools, Integers


def pool_groups(
    fitted: Mapping[str, FittedModel], results: Mapping[str, ModelResult], config: StudyConfig
) -> dict[str, PooledGroups]:
    """Each pool of the config of which two models or more could be grouped."""
    names = dict.fromkeys(model.pool for model in config.further if model.pool is not None)
    pools = {name: _pool(name, fitted, results, config) for name in names}
    return {name: pool for name, pool in pools.items() if len(pool.models) > 1 and pool.methods}


def _pool(
    name: str, fitted: Mapping[str, FittedModel], results: Mapping[str, ModelResult], config: StudyConfig
) -> PooledGroups:
    members = [
        fitted[model.name] for model in config.further if model.pool == name and results.get(model.name) is not None
    ]
    members = [model for model in members if results[model.config.name].strata]
    methods = dict.fromkeys(method for model in members for method in results[model.config.name].strata)
    return PooledGroups(
        name,
        tuple(model.config.name for model in members),
        {
            method: _described([(model, results[model.config.name]) for model in members], method, config)
            for method in methods
        },
    )


def _described(
    members: list[tuple[FittedModel, ModelResult]], method: Method, config: StudyConfig
) -> dict[SetName, RiskGroups]:
    """By set, low and high group of all members that this method could cut in two."""
    first = members[0][0]
    codes: Integers = np.full(first.train.size, -1, dtype=np.intp)
    in_train: Bools = np.zeros(first.train.size, dtype=np.bool_)
    for model, result in members:
        stratum = result.strata.get(method)
        if stratum is not None and len(stratum.found.cuts) == 1:
            rows = model.train | model.test
            codes[rows] = assign_groups(model.risk, stratum.found.cuts)[rows]
            in_train |= model.train
    subtypes = subtype_rows(first, config.stratify.subtype)
    sets: dict[SetName, Bools] = {"train": in_train & (codes >= 0), "test": ~in_train & (codes >= 0)}
    return {
        name: RiskGroups(
            ("low", "high"),
            first.time[rows],
            first.event[rows],
            codes[rows],
            config.endpoint.horizons,
            {subtype: of[rows] for subtype, of in subtypes.items()},
        )
        for name, rows in sets.items()
        if rows.any()
    }

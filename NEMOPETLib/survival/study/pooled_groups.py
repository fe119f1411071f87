"""Groups of models of different rows taken together, e.g. good and bad prognosis whatever the subtype."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from NEMOPETLib.survival.risk_groups import Method, assign_groups, group_names
from NEMOPETLib.survival.study.cohort_result import SetName
from NEMOPETLib.survival.study.fitted_model import FittedModel
from NEMOPETLib.survival.study.group_result import RiskGroups
from NEMOPETLib.survival.study.model_result import ModelResult
from NEMOPETLib.survival.study.study_config import StudyConfig
from NEMOPETLib.survival.study.study_result import PooledGroups
from NEMOPETLib.survival.times import Bools, Integers


@dataclass(frozen=True, eq=False)
class Pooling:
    """What groups are pooled of: models by name, with their cut-points, and the rows of each subtype."""

    config: StudyConfig
    fitted: Mapping[str, FittedModel]
    results: Mapping[str, ModelResult]
    subtypes: Mapping[str, Bools]

    def pools(self) -> dict[str, PooledGroups]:
        """Each pool of the config of which two models or more could be grouped."""
        names = dict.fromkeys(model.pool for model in self.config.further if model.pool is not None)
        pools = {name: self._pool(name) for name in names}
        return {name: pool for name, pool in pools.items() if len(pool.models) > 1}

    def _pool(self, name: str) -> PooledGroups:
        members = [
            model.name
            for model in self.config.further
            if model.pool == name and model.name in self.results and self.results[model.name].strata
        ]
        methods = dict.fromkeys(method for member in members for method in self.results[member].strata)
        return PooledGroups(name, tuple(members), {method: self._groups(members, method) for method in methods})

    def _groups(self, members: list[str], method: Method) -> dict[SetName, RiskGroups]:
        """By set, low and high group of all members that this method could cut in two."""
        first = self.fitted[members[0]]
        codes: Integers = np.full(first.train.size, -1, dtype=np.intp)
        in_train: Bools = np.zeros(first.train.size, dtype=np.bool_)
        for member in members:
            model, stratum = self.fitted[member], self.results[member].strata.get(method)
            if stratum is not None and len(stratum.found.cuts) == 1:
                rows = model.train | model.test
                codes[rows] = assign_groups(model.risk, stratum.found.cuts)[rows]
                in_train |= model.train
        sets: dict[SetName, Bools] = {"train": in_train & (codes >= 0), "test": ~in_train & (codes >= 0)}
        return {
            name: RiskGroups(
                group_names(2),
                first.time[rows],
                first.event[rows],
                codes[rows],
                self.config.endpoint.horizons,
                {subtype: of[rows] for subtype, of in self.subtypes.items()},
            )
            for name, rows in sets.items()
            if rows.any()
        }

"""What the patients are like: baseline table, rank correlations, body composition index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from NEMOPETLib.cohort.columns import BY_NAME
from NEMOPETLib.survival.associations import RankCorrelations, contingency, rank_sum, spearman, summary
from NEMOPETLib.survival.study.cohort_result import (
    BaselineCategory,
    BaselineNumber,
    CohortFlow,
    CompositionIndex,
    SetName,
)
from NEMOPETLib.survival.study.fitted_model import FittedModel
from NEMOPETLib.survival.study.risk_strata import sets_of
from NEMOPETLib.survival.times import Bools, Floats


def describe_cohort(cohort: CohortFlow, columns: Sequence[str]) -> tuple[BaselineNumber | BaselineCategory, ...]:
    """Each column by set: numbers with Wilcoxon's test, text and 0/1 with χ²."""
    sets: dict[SetName, Bools] = {"train": cohort.in_train, "test": ~cohort.in_train}
    sets = {name: rows for name, rows in sets.items() if rows.any()}
    return tuple(_described(cohort.table[column], sets) for column in columns if column in cohort.table.columns)


def _described(column: pd.Series, sets: Mapping[SetName, Bools]) -> BaselineNumber | BaselineCategory:
    name = str(column.name)
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    is_number = np.isnan(numbers)[column.notna().to_numpy()].sum() == 0
    present = np.unique(numbers[~np.isnan(numbers)])
    if not is_number or np.isin(present, (0.0, 1.0)).all():
        return _category(name, _texts(column, numbers, is_number=bool(is_number)), sets)
    values = {key: numbers[rows] for key, rows in sets.items()}
    testable = len(values) == 2 and all(np.isfinite(each).any() for each in values.values())
    return BaselineNumber(
        name,
        BY_NAME[name].unit if name in BY_NAME else "",
        {key: summary(each) for key, each in values.items()},
        rank_sum(values["train"], values["test"]) if testable else None,
    )


def _texts(column: pd.Series, numbers: Floats, *, is_number: bool) -> pd.Series:
    """A categorical column as text, None where missing."""
    if is_number:
        return pd.Series([None if np.isnan(each) else f"{each:g}" for each in numbers], dtype=object)
    return column.map(str, na_action="ignore").reset_index(drop=True)


def _category(name: str, texts: pd.Series, sets: Mapping[SetName, Bools]) -> BaselineCategory:
    levels = tuple(sorted(texts.dropna().unique()))
    counts = {key: tuple(int((texts[rows] == level).sum()) for level in levels) for key, rows in sets.items()}
    filled = len(counts) == 2 and len(levels) > 1 and all(sum(each) for each in counts.values())
    return BaselineCategory(
        name,
        levels,
        counts,
        {key: int(texts[rows].isna().sum()) for key, rows in sets.items()},
        contingency([*counts.values()]) if filled else None,
    )


def correlate(cohort: CohortFlow, columns: Sequence[str], scores: Mapping[str, FittedModel]) -> RankCorrelations | None:
    """Spearman's ρ in train of the numeric columns and of scores; None for fewer than two."""
    train = cohort.in_train
    values: dict[str, Floats] = {}
    for name in columns:
        if name in cohort.table.columns and pd.api.types.is_numeric_dtype(cohort.table[name]):
            values[name] = cohort.table[name].to_numpy(dtype=np.float64)[train]
    values |= {name: model.risk[train] for name, model in scores.items()}
    return spearman(list(values.values()), list(values)) if len(values) > 1 else None


def describe_composition(model: FittedModel, subtypes: Mapping[str, Bools]) -> CompositionIndex:
    """The score of the organomic model by set and subtype."""
    sets = sets_of(model)
    values = {name: model.risk[rows] for name, rows in sets.items()}
    return CompositionIndex(
        {name: summary(each) for name, each in values.items()},
        {
            level: {name: summary(model.risk[rows & inside]) for name, rows in sets.items() if (rows & inside).any()}
            for level, inside in subtypes.items()
        },
        rank_sum(values["train"], values["test"]) if "test" in values else None,
        values,
    )

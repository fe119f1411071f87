"""Which models of a study the table can carry, before any is fitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import pandas as pd

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.study.attempts import Attempts
from NEMOPETLib.survival.study.study_config import ModelConfig
from NEMOPETLib.survival.study.study_rows import check_variable
from NEMOPETLib.survival.times import Bools


def base_variables(config: ModelConfig, others: Mapping[str, ModelConfig]) -> tuple[str, ...]:
    """Columns of the cohort that a model needs, those behind models that are its variables included."""
    return tuple(
        dict.fromkeys(
            column
            for name in config.variables
            for column in (base_variables(others[name], others) if name in others else (name,))
        )
    )


def runnable_models(
    table: pd.DataFrame, train: Bools, models: Sequence[ModelConfig], attempt: Attempts
) -> dict[str, ModelConfig]:
    """Models of which every variable can be used; the others are named by ``attempt``.

    Parameters
    ----------
    table, train
        Rows of any set, and which of them teach, (n,).
    models
        In order: a model's name can be a variable of later ones.
    attempt
        Who notes what fails.
    """
    known: dict[str, ModelConfig] = {}
    usable: dict[str, ModelConfig] = {}
    for model in models:
        if attempt(model.name, "model", partial(_check, table, train, model, known, usable)):
            usable[model.name] = model
        known[model.name] = model
    return usable


def _check(
    table: pd.DataFrame,
    train: Bools,
    model: ModelConfig,
    known: Mapping[str, ModelConfig],
    usable: Mapping[str, ModelConfig],
) -> bool:
    for name in model.variables:
        if name not in known:
            check_variable(table, train, name)
        elif name not in usable:
            raise InputError(f"its variable {name} is the score of a model that failed")
    return True

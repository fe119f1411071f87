"""Cohorts and models whose numbers R has computed (see ``../shared/oracle``)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from NEMOPETLib.survival.design import Design, complete_cases, design_matrix
from NEMOPETLib.survival.times import Bools, Floats

VARIABLES = {
    "gbsg": ["age", "meno", "size", "grade", "nodes", "pgr", "er", "hormon"],
    "lung": ["age", "sex", "ph.ecog", "ph.karno", "wt.loss"],
}


@dataclass(frozen=True, eq=False)
class Cohort:
    """Rows of a reference table."""

    table: pd.DataFrame
    time: Floats
    event: Bools


@dataclass(frozen=True, eq=False)
class CoxCase:
    """A model that R fitted: its rows, its covariates and R's numbers."""

    time: Floats
    event: Bools
    design: Design
    expected: dict[str, Any]


@dataclass(frozen=True, eq=False)
class CutCase:
    """A score that R cut, and its numbers."""

    time: Floats
    event: Bools
    score: Floats
    expected: dict[str, Any]


class Oracle:
    """Reads data and reference values once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._references: dict[str, dict[str, Any]] = {}

    def reference(self, name: str) -> dict[str, Any]:
        if name not in self._references:
            text = (self.folder / "ref" / f"{name}.json").read_text(encoding="utf-8")
            self._references[name] = json.loads(text)
        return self._references[name]

    def cohort(self, name: str) -> Cohort:
        table = pd.read_csv(self.folder / "data" / f"{name}.csv")
        if name == "lung":
            complete, _ = complete_cases(table, ["time", "status", *VARIABLES["lung"]])
            table = table[complete].reset_index(drop=True)
        time, event = ("os_months", "os_event") if "os_months" in table else ("time", "status")
        if name.startswith("nemo"):
            bci = self.reference("nemo_cont")["models"]["bci"]["final"]
            table["bci"] = bci["risk" if name.endswith("train") else "test_risk"]
        return Cohort(table, table[time].to_numpy(np.float64), table[event].to_numpy() == 1)

    def cox(self, name: str) -> CoxCase:
        """``gbsg``, ``lung`` or ``MODEL/full`` and ``MODEL/final`` of the simulated cohort."""
        if name in VARIABLES:
            cohort, expected = self.cohort(name), self.reference(name)["cox_efron"]
            variables = VARIABLES[name]
        else:
            model, stage = name.split("/")
            cohort = self.cohort("nemo_cont_train")
            models = self.reference("nemo_cont")["models"]
            expected, variables = models[model][stage], list(models[model][stage]["coef"])
        return CoxCase(cohort.time, cohort.event, design_matrix(cohort.table, variables), expected)

    def cuts(self) -> Iterator[tuple[str, CutCase]]:
        """Every score that R cut."""
        for name, expected in self.reference("edge").items():
            cohort = self.cohort(name)
            yield name, CutCase(cohort.time, cohort.event, cohort.table["x"].to_numpy(), expected)
        gbsg, reference = self.cohort("gbsg"), self.reference("gbsg")
        risk = np.array(reference["cox_efron"]["risk"])
        yield "gbsg", CutCase(gbsg.time, gbsg.event, risk, reference["cutpoints_on_risk"])
        for column in ("nodes", "age", "pgr"):
            score = gbsg.table[column].to_numpy(np.float64)
            yield column, CutCase(gbsg.time, gbsg.event, score, reference[f"cutpoints_{column}"])
        lung, reference = self.cohort("lung"), self.reference("lung")
        risk = np.array(reference["cox_efron"]["risk"])
        yield "lung", CutCase(lung.time, lung.event, risk, reference["cutpoints_on_risk"])
        nemo, reference = self.cohort("nemo_cont_train"), self.reference("nemo_cont")
        for model, strata in reference["strat"].items():
            risk = np.array(reference["models"][model]["final"]["risk"])
            yield model, CutCase(nemo.time, nemo.event, risk, strata["cutpoints"])


MODELS = ("clinical", "radiomic", "clinical_radiomic", "bci", "bci_spleen", "clinical_radiomic_bci")
COX_CASES = ("gbsg", "lung", *(f"{model}/{stage}" for model in MODELS for stage in ("full", "final")))


@pytest.fixture(scope="session")
def r(oracle: Path) -> Oracle:
    """R's data and numbers."""
    return Oracle(oracle)


@pytest.fixture(params=COX_CASES)
def cox_case(request: pytest.FixtureRequest, r: Oracle) -> CoxCase:
    """Each Cox model that R fitted."""
    return r.cox(request.param)


CUT_CASES = (
    *("edge_continuous", "edge_tied_times", "gbsg", "nodes", "age", "pgr", "lung"),
    *(model for model in MODELS if model != "bci"),
)


@pytest.fixture(params=CUT_CASES)
def cut_case(request: pytest.FixtureRequest, r: Oracle) -> CutCase:
    """Each score that R cut."""
    return dict(r.cuts())[request.param]


@pytest.fixture(scope="session")
def random_cohort() -> Callable[..., tuple[Floats, Bools, Floats]]:
    """Make times, events and a score: ``random_cohort(seed, n, tied=False, effect=0.5)``."""

    def make(seed: int, n: int, tied: bool = False, effect: float = 0.5) -> tuple[Floats, Bools, Floats]:
        generator = np.random.default_rng(seed)
        score = generator.normal(size=n)
        death = generator.exponential(np.exp(-effect * score))
        censoring = generator.exponential(1.5, size=n)
        time = np.minimum(death, censoring)
        if tied:
            time, score = np.ceil(time * 8) / 8, np.round(score, 1)
        return np.maximum(time, 1e-3), death <= censoring, score

    return make

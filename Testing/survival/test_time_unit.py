from __future__ import annotations

import dataclasses
import json

import pytest

from NEMOPETLib.survival.cox import cox_fit
from NEMOPETLib.survival.design import design_matrix
from NEMOPETLib.survival.model_file import from_json, to_json
from NEMOPETLib.survival.risk_model import RiskModel, freeze
from NEMOPETLib.survival.simulator import simulate_cohort
from NEMOPETLib.survival.time_unit import unit_of_column, units_per_year


def model_of(column: str, **more: str) -> RiskModel:
    table = simulate_cohort(0).rename(columns={"os_months": column})
    design = design_matrix(table, ["age_years"])
    fit = cox_fit(table[column], table["os_event"], design)
    return freeze("model", fit, design, table, (column, "os_event"), **more)


@pytest.mark.parametrize(
    ("unit", "per_year"), [("days", 365), ("Months", 12), (" years ", 1), ("jours", 365), ("ans", 1), ("cycles", None)]
)
def test_a_year_in_units(unit: str, per_year: float | None) -> None:
    assert units_per_year(unit) == per_year


def test_a_column_says_its_unit_at_its_end() -> None:
    assert unit_of_column("pfs_days") == "days"
    assert unit_of_column("days") == "days"
    assert unit_of_column("time") == unit_of_column("days_alive") == ""


def test_the_unit_travels_with_the_model() -> None:
    model = model_of("os_time", unit="days")
    document = json.loads(json.dumps(to_json(model)))
    assert document["endpoint"] == {"time": "os_time", "event": "os_event", "unit": "days"}
    assert from_json(document).unit == "days"
    assert dataclasses.replace(model, unit="years").model_id != model.model_id, "a horizon depends on it"
    assert model_of("pfs_days", unit="").unit == "days"
    assert model_of("os_time", unit="").unit == ""


@pytest.mark.parametrize(("column", "unit"), [("os_months", "months"), ("time", "months"), ("pfs_days", "days")])
def test_older_files_do_not_say_it_and_are_still_read(column: str, unit: str) -> None:
    document = to_json(model_of(column, unit=unit))
    del document["endpoint"]["unit"]
    assert from_json(document).unit == unit

"""What a table can have wrong: each is named, with its rows or column, and the models it does not touch are done."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from NEMOPETLib.command_line import main, survival_verb
from NEMOPETLib.survival.simulator import simulate_cohort

CONFIG = """
[stratify]
ns = 20
methods = ["median", "rlr", "rhier"]
permutations = 0
[[models]]
name = "clinical"
variables = ["hr", "her2", "age_years", "bmi"]
[[models]]
name = "radiomic"
variables = ["tmtv_ml", "dmax_mm"]
[[models]]
name = "extra"
variables = [{extra}]
selection = "none"
[study]
bootstraps = 0
"""

Outcome = tuple[int, dict[str, Any], str]


@pytest.fixture
def table() -> pd.DataFrame:
    return simulate_cohort(5, 150, 60)


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """The verb on a table, without drawing the report."""
    monkeypatch.setattr(survival_verb, "write_study_report", lambda _result, out, *_: out / "report.html")

    def study(table: pd.DataFrame, extra: str = '"muscle_hu_mean"', **csv: Any) -> Outcome:
        (tmp_path / "config.toml").write_text(CONFIG.format(extra=extra))
        table.to_csv(tmp_path / "cohort.csv", index=False, **csv)
        arguments = [tmp_path / "cohort.csv", "--out", tmp_path / "out", "--config", tmp_path / "config.toml"]
        status = main(["survival", *map(str, arguments)])
        results = tmp_path / "out" / "results.json"
        said = capsys.readouterr().err
        assert "Traceback" not in said
        return status, json.loads(results.read_text()) if results.exists() else {}, said

    return study


def test_a_sound_table(run: Callable[..., Outcome], table: pd.DataFrame) -> None:
    status, results, said = run(table)
    assert (status, said) == (0, "")
    assert list(results["models"]) == ["clinical", "radiomic", "extra"]
    assert results["failures"] == []


def test_all_censored(run: Callable[..., Outcome], table: pd.DataFrame) -> None:
    status, results, said = run(table.assign(os_event=0))
    assert (status, results) == (2, {})
    assert said.startswith("nemopet: error: ")
    assert "no events: os_event is 0 in every row" in said


def test_one_event(run: Callable[..., Outcome], table: pd.DataFrame) -> None:
    event = np.zeros(len(table), dtype=int)
    event[3] = 1
    table = table.assign(os_event=event, os_months=np.where(event, 5.0, 24.0))
    status, results, _said = run(table)
    assert status in (0, 1)
    assert results["models"].keys() | {failure["model"] for failure in results["failures"]} >= {
        "clinical",
        "radiomic",
        "extra",
    }
    warned = [line for model in results["models"].values() for line in model["warnings"]]
    assert any("1 events for" in line for line in warned)


def test_times_missing_and_not_above_0(run: Callable[..., Outcome], table: pd.DataFrame) -> None:
    table.loc[4, "os_months"] = np.nan
    table.loc[7, "os_months"] = 0.0
    table.loc[9, "os_months"] = -3.0
    status, results, said = run(table)
    assert status == 0
    assert results["n"]["train"] == 147
    assert "left out: row 6 (os_months or os_event missing)" in said
    assert "left out: rows 9, 11 (os_months not above 0)" in said


def test_event_neither_0_nor_1(run: Callable[..., Outcome], table: pd.DataFrame) -> None:
    table.loc[[2, 5], "os_event"] = 2
    status, _, said = run(table)
    assert status == 2
    assert "column os_event is neither 0 nor 1 in rows 4, 7" in said


@pytest.mark.parametrize(
    ("extra", "change", "reason"),
    [
        ('"muscle_hu_mean", "sex"', {}, "sex has a single level (F)"),
        (
            '"muscle_hu_mean", "site"',
            {"site": lambda t: np.where(t["set"] == "train", "north", np.where(t["age_years"] > 60, "south", "west"))},
            "column site has a single level (north) in the rows to learn from and south, west only in others",
        ),
        ('"muscle_hu_mean", "flat"', {"flat": 3.5}, "flat is constant"),
        ('"bmi", "twice"', {"twice": lambda t: 2 * t["bmi"] + 1}, "bmi, twice are collinear"),
        ('"bmi", "nowhere"', {}, "no column nowhere"),
        ('"bmi", "empty"', {"empty": np.nan}, "column empty is empty"),
    ],
)
def test_a_variable_that_cannot_be_used(
    run: Callable[..., Outcome], table: pd.DataFrame, extra: str, change: dict[str, Any], reason: str
) -> None:
    status, results, said = run(table.assign(**change), extra)
    assert status == 1
    assert reason in said
    assert list(results["models"]) == ["clinical", "radiomic"]
    assert [(each["model"], each["what"]) for each in results["failures"]] == [("extra", "model")]
    assert results["n"] == {"train": 150, "test": 60}


def test_text_among_numbers(run: Callable[..., Outcome], table: pd.DataFrame) -> None:
    table["muscle_hu_mean"] = table["muscle_hu_mean"].astype(object)
    table.loc[[10, 20], "muscle_hu_mean"] = ["not done", "?"]
    status, results, said = run(table)
    assert status == 1
    assert "column muscle_hu_mean holds text in rows 12, 22" in said
    assert list(results["models"]) == ["clinical", "radiomic"]


def test_a_level_that_only_test_has(run: Callable[..., Outcome], table: pd.DataFrame) -> None:
    """Of a factor with levels enough in train: those rows have no score, and the others are still tested."""
    site = np.where(np.arange(len(table)) % 2, "north", "south")
    new = (table["set"] == "test").to_numpy() & (np.arange(len(table)) % 5 == 0)
    status, results, _ = run(table.assign(site=np.where(new, "west", site)), '"muscle_hu_mean", "site"')
    assert status == 0
    warned = results["models"]["extra"]["warnings"]
    assert f"{int(new.sum())} rows of test have a level that train lacks: no score there" in warned
    groups = results["strata"]["extra"]["median"]["test"]["groups"]
    assert sum(group["n"] for group in groups) == 60 - int(new.sum())


def test_perfect_separation(run: Callable[..., Outcome], table: pd.DataFrame) -> None:
    status, results, _ = run(table.assign(told=table["os_event"]), '"told"')
    assert status == 0
    assert any("perfect separation" in line for line in results["models"]["extra"]["warnings"])


def test_too_few_rows_to_cut(run: Callable[..., Outcome], table: pd.DataFrame) -> None:
    rows = table[table["set"] == "train"].head(35)
    status, results, said = run(pd.concat([rows, table[table["set"] == "test"]]))
    assert status == 0
    assert "35 rows are too few for 2 groups of ns = 20" in said
    assert set(results["strata"]["clinical"]) == {"median"}


def test_a_subtype_without_events(run: Callable[..., Outcome], table: pd.DataFrame) -> None:
    inside = table["subtype"] == "HR+HER2+"
    table.loc[inside, ["os_event", "os_months"]] = [0, 24.0]
    status, results, _ = run(table)
    assert status == 0
    groups = results["strata"]["clinical"]["median"]["train"]
    assert sum(groups["subtypes"]["HR+HER2+"].values()) == int((inside & (table["set"] == "train")).sum())


def test_repeated_patients(run: Callable[..., Outcome], table: pd.DataFrame) -> None:
    table.loc[30, "patient_id"] = table.loc[20, "patient_id"]
    table.loc[31, ["patient_id", "study_uid"]] = table.loc[21, ["patient_id", "study_uid"]]
    table.loc[30, "study_date"], table.loc[20, "study_date"] = "2010-01-01", "2011-01-01"
    status, results, said = run(table)
    assert status == 0
    assert results["n"]["train"] == 148
    # of the first pair the later examination, of the second the later row
    assert "(a further row of the same patient)" in said
    assert "rows 22," in said or "row 22" in said
    assert "33" in said


def test_patient_in_both_sets_tests_nothing_twice(run: Callable[..., Outcome], table: pd.DataFrame) -> None:
    table.loc[160, "patient_id"] = table.loc[10, "patient_id"]
    _, results, said = run(table)
    assert results["n"] == {"train": 150, "test": 59}
    assert "left out: row 162" in said


def test_missing_variables_are_counted(run: Callable[..., Outcome], table: pd.DataFrame) -> None:
    table.loc[[0, 1, 2], "bmi"] = np.nan
    table.loc[[2, 3], "tmtv_ml"] = np.nan
    _, results, said = run(table)
    assert results["cohort"]["train"]["missing"] == {"bmi": 3, "tmtv_ml": 2}
    assert results["cohort"]["train"]["left_out"] == {"a variable missing": 4}
    assert results["n"]["train"] == 146
    assert "left out: 4 rows (a variable missing)" in said


def test_french_spreadsheet(run: Callable[..., Outcome], table: pd.DataFrame) -> None:
    _, expected, _ = run(table)
    status, results, said = run(table, sep=";", decimal=",", encoding="cp1252")
    assert (status, said) == (0, "")
    for name, model in expected["models"].items():
        assert results["models"][name]["coef"] == pytest.approx(model["coef"], rel=1e-12)


def test_no_set_column(run: Callable[..., Outcome], table: pd.DataFrame) -> None:
    status, results, said = run(table.drop(columns="set"))
    assert status == 0
    assert results["n"] == {"train": 210}
    assert "no column set: every row teaches" in said


def test_no_endpoint_column(run: Callable[..., Outcome], table: pd.DataFrame) -> None:
    status, _, said = run(table.drop(columns="os_months"))
    assert status == 2
    assert "no column os_months" in said


def test_a_model_of_a_failed_score_fails_too(run: Callable[..., Outcome], table: pd.DataFrame) -> None:
    more = '"nowhere"]\n[[models]]\nname = "after"\nvariables = ["extra", "bmi"'
    status, results, said = run(table, more)
    assert status == 1
    assert "after, model: its variable extra is the score of a model that failed" in said
    assert list(results["models"]) == ["clinical", "radiomic"]


def test_all_models_failing_is_an_error(run: Callable[..., Outcome], table: pd.DataFrame) -> None:
    status, results, said = run(table.drop(columns=["bmi", "dmax_mm", "muscle_hu_mean"]))
    assert status == 2
    assert "no model could be fitted: clinical: no column bmi" in said
    assert results["models"] == {}

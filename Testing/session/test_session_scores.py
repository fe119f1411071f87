"""Prediction, sensitivity of the risk and percentiles of the open patient, against the command line and scipy."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from NEMOPETLib.command_line import main
from NEMOPETLib.errors import InputError
from NEMOPETLib.patient import PatientOptions
from NEMOPETLib.phantom.study import PhantomStudy
from NEMOPETLib.progress import no_progress
from NEMOPETLib.session.percentiles_verb import percentile_rank
from NEMOPETLib.session.reading import ReadingSession
from NEMOPETLib.session.verbs import Desk, perform
from NEMOPETLib.studies.open_study import open_study
from NEMOPETLib.studies.study import Study
from NEMOPETLib.studies.study_source import StudySource
from NEMOPETLib.survival.cox import cox_fit
from NEMOPETLib.survival.design import design_matrix
from NEMOPETLib.survival.model_file import read_model, write_model
from NEMOPETLib.survival.risk_groups import CutPoint
from NEMOPETLib.survival.risk_model import RiskModel, freeze
from NEMOPETLib.survival.simulator import simulate_cohort

TISSUES = ("muscle", "fat_sc", "fat_v", "spleen")


def frozen(name: str, terms: list[str], table: pd.DataFrame, **more: Any) -> RiskModel:
    design = design_matrix(table, terms)
    fit = cox_fit(table["os_months"], table["os_event"], design)
    return freeze(name, fit, design, table, ("os_months", "os_event"), **more)


@pytest.fixture(scope="module")
def simulated() -> pd.DataFrame:
    return simulate_cohort(0)


@pytest.fixture(scope="module")
def model_file(simulated: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of age, a receptor, tumour volume and a score of body composition, whose cut lies near the phantom."""
    inner = frozen("bci", ["muscle_sul_mean", "fat_v_sul_mean"], simulated)
    risks = np.exp((design_matrix(simulated, inner.terms).matrix - inner.means) @ inner.coef)
    table = simulated.assign(bci=np.log(risks))
    cuts = {"median": [CutPoint(1.0, ">")], "far": [CutPoint(1e6, ">")]}
    model = frozen(
        "mixed", ["age_years", "hr", "tmtv_ml", "bci"], table, cuts=cuts, derived={"bci": inner}, logged=["bci"]
    )
    path = tmp_path_factory.mktemp("model") / "mixed.json"
    write_model(model, path)
    return path


@pytest.fixture(scope="module")
def loaded(phantom_study: PhantomStudy) -> Study:
    return open_study(StudySource(phantom_study.folder))


class Reader:
    """Asks the verbs in this process."""

    def __init__(self, study: Study, work: Path) -> None:
        self.desk = Desk(lambda: None, ReadingSession(study, PatientOptions(), work))

    def ask(self, verb: str, **arguments: Any) -> Any:
        plain = json.loads(json.dumps(arguments, default=str))
        return perform(self.desk, verb, plain, no_progress)


@pytest.fixture
def reader(loaded: Study, phantom_masks: Mapping[str, Path], tmp_path: Path) -> Reader:
    one = Reader(loaded, tmp_path / "work")
    one.ask("segment", lesions="threshold", tissues={name: phantom_masks[name] for name in TISSUES})
    return one


def test_the_prediction_is_that_of_score_on_the_saved_row(
    reader: Reader, model_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cohort = tmp_path / "c.csv"
    reader.ask("save", cohort=cohort, reader="R", approved=True)
    with cohort.open(newline="") as file:
        (row,) = csv.DictReader(file)
    row["hr"] = "1"
    with cohort.open("w", newline="") as file:
        writer = csv.DictWriter(file, row)
        writer.writeheader()
        writer.writerow(row)
    said = reader.ask("predict", model=model_file, cohort=cohort, force=True)
    assert main(["score", str(model_file), str(cohort), "--force", "--json"]) == 0
    scored = json.loads(capsys.readouterr().out)
    assert said["risk_score"] == pytest.approx(scored["risk_score"][0], rel=1e-12)
    assert said["risk_group"] == scored["risk_group"][0]
    for one in said["survival"]:
        there = scored["survival"][f"{one['horizon']:g}"]
        assert [one[name] for name in ("estimate", "lower", "upper")] == pytest.approx(
            [there[name][0] for name in ("estimate", "lower", "upper")], rel=1e-12
        )
        assert 0 < one["lower"] < one["estimate"] < one["upper"] <= 1
    assert said["missing"] == []
    assert [one["horizon"] for one in said["survival"]] == [12.0, 24.0]
    by_hand = reader.ask("predict", model=model_file, clinical={"hr": 1}, force=True)
    assert by_hand["risk_score"] == said["risk_score"]
    saved = reader.ask("save", cohort=cohort, reader="R", approved=True, model=model_file, force=True)["row"]
    assert {name: saved[name] for name in ("risk_score", "risk_group", "bci")} == {
        name: said[name] for name in ("risk_score", "risk_group", "bci")
    }
    assert saved["model_id"] == said["model_id"]
    assert reader.ask("save", cohort=cohort, reader="R", approved=True)["row"]["risk_score"] is None


def test_without_a_variable_there_is_no_prediction_and_it_is_named(reader: Reader, model_file: Path) -> None:
    said = reader.ask("predict", model=model_file, force=True)
    assert said["missing"] == ["hr"]
    assert (said["risk_score"], said["risk_group"]) == (None, None)
    assert all(np.isnan(one["estimate"]) for one in said["survival"])


def test_values_beyond_training_are_named_with_the_range(
    reader: Reader, model_file: Path, simulated: pd.DataFrame
) -> None:
    said = reader.ask("predict", model=model_file, clinical={"hr": 1, "age_years": 120}, force=True)
    outside = {one["column"]: one for one in said["outside"]}
    assert outside["age_years"]["value"] == 120
    assert outside["age_years"]["high"] == pytest.approx(simulated["age_years"].max())
    values = reader.desk.opened().measurements().values
    for name in ("muscle_sul_mean", "fat_v_sul_mean", "tmtv_ml"):
        is_beyond = not simulated[name].min() <= values[name] <= simulated[name].max()
        assert (name in outside) == is_beyond


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({}, "simulated patients"),
        ({"force": True, "method": "rhier"}, "no cut-points of rhier"),
        ({"force": True, "clinical": {"hr": "yes"}}, "hr must be a number"),
        ({"force": True, "horizons": [-1]}, "must be a number above 0"),
        ({"force": True, "model": "/nowhere.json"}, "nowhere"),
        ({"force": True, "cohort": "/nowhere/c.csv"}, "nowhere"),
    ],
)
def test_what_cannot_be_predicted_is_refused(
    reader: Reader, model_file: Path, arguments: dict[str, Any], error: str
) -> None:
    with pytest.raises(InputError, match=error):
        reader.ask("predict", **{"model": model_file, "clinical": {"hr": 1}, **arguments})


def test_sensitivity_is_what_the_other_masks_would_have_given(
    reader: Reader, model_file: Path, loaded: Study, tmp_path: Path
) -> None:
    said = reader.ask("sensitivity", model=model_file, clinical={"hr": 1}, force=True)
    assert said["thresholds"] == [3.5, 4.5]
    risks = {(one["mask"], one["variant"]): one for one in said["risk"]["scenarios"]}
    assert set(risks) == {
        *(("lesions", variant) for variant in ("threshold 3.5", "threshold 4.5", "shrunk", "grown")),
        *((name, variant) for name in TISSUES for variant in ("shrunk", "grown")),
    }
    for at, threshold in enumerate((3.5, 4.5)):
        other = Reader(loaded, tmp_path / "other")
        other.ask("segment", lesions="threshold", suv_threshold=threshold)
        values = other.ask("measure")["values"]
        for column in ("tmtv_ml", "lesion_count", "tlg", "suv_max", "dmax_mm"):
            assert said["values"][column]["threshold"][at] == pytest.approx(values[column], rel=1e-9)
        clinical = {"hr": 1, "tmtv_ml": values["tmtv_ml"]}
        again = reader.ask("predict", model=model_file, clinical=clinical, force=True)
        assert risks["lesions", f"threshold {threshold}"]["risk_score"] == pytest.approx(again["risk_score"], rel=1e-9)
    muscle = said["values"]["muscle_volume_ml"]
    assert muscle["shrunk"] < muscle["value"] < muscle["grown"]
    assert muscle["threshold"] is None
    assert risks["spleen", "grown"]["risk_score"] == said["risk"]["value"]


def test_a_risk_group_that_flips_is_said_plainly(reader: Reader, model_file: Path, tmp_path: Path) -> None:
    here = reader.ask("predict", model=model_file, clinical={"hr": 1}, force=True)["risk_score"]
    close = replace(read_model(model_file), cuts={"median": (CutPoint(here * (1 + 1e-6), ">"),)})
    write_model(close, tmp_path / "close.json")
    said = reader.ask("sensitivity", model=tmp_path / "close.json", clinical={"hr": 1}, force=True)
    assert said["risk"]["group"] == "low"
    flips = [one for one in said["risk"]["scenarios"] if one["flips"]]
    assert flips
    assert all(one["risk_group"] == "high" and one["risk_score"] > here for one in flips)
    assert len(said["sentences"]) == len(flips)
    assert all("would be high instead of low" in one for one in said["sentences"])
    none = reader.ask("sensitivity", model=model_file, method="far", clinical={"hr": 1}, force=True)
    assert none["sentences"] == []
    assert reader.ask("sensitivity")["risk"] is None


def test_percentiles_are_those_of_scipy_and_leave_the_patient_out(
    reader: Reader, simulated: pd.DataFrame, tmp_path: Path
) -> None:
    patient = reader.desk.opened().study.patient.patient_id
    table = simulated.head(60).copy()
    table.loc[3, "patient_id"] = patient
    table.loc[5:9, "tlg"] = np.nan
    table.to_csv(tmp_path / "c.csv", index=False)
    said = reader.ask("percentiles", cohort=tmp_path / "c.csv")["percentiles"]
    values = reader.desk.opened().measurements().values
    others = table[table["patient_id"] != patient]
    for column, found in said.items():
        known = others[column].dropna()
        assert found["n"] == len(known)
        assert found["percentile"] == pytest.approx(stats.percentileofscore(known, values[column], kind="mean"))
    assert said["tlg"]["n"] == 54
    with pytest.raises(InputError, match="no such cohort table"):
        reader.ask("percentiles", cohort=tmp_path / "away.csv")


def test_percentile_of_ties_and_of_nothing() -> None:
    assert percentile_rank(2.0, np.array([1.0, 2.0, 2.0, 3.0, np.nan])) == (50.0, 4)
    assert percentile_rank(2.0, np.array([np.nan])) == (None, 0)


def test_the_row_of_a_pseudonym_is_found_by_its_key_file(reader: Reader, model_file: Path, tmp_path: Path) -> None:
    """What the table says of the patient (hr) reaches the model, also where the row is a pseudonym's."""
    cohort, key = tmp_path / "c.csv", tmp_path / "key.json"
    reader.ask("save", cohort=cohort, reader="R", approved=False, pseudonymise=key)
    patient = reader.desk.opened().study.patient.patient_id
    (tmp_path / "clinical.csv").write_text(f"patient_id,hr\n{patient},1\n")
    reader.ask("merge_clinical", cohort=cohort, clinical=tmp_path / "clinical.csv", pseudonymise=key)
    asked = {"model": model_file, "cohort": cohort, "force": True}
    assert reader.ask("predict", **asked)["missing"] == ["hr"]
    known = reader.ask("predict", pseudonymise=key, **asked)
    assert known["missing"] == []
    assert known["risk_score"] == reader.ask("predict", clinical={"hr": 1}, model=model_file, force=True)["risk_score"]
    moved = reader.ask("sensitivity", pseudonymise=key, **asked)["risk"]
    assert moved["value"] == pytest.approx(known["risk_score"], rel=1e-12)
    row = reader.ask("save", reader="R", approved=True, pseudonymise=key, **asked)["row"]
    assert row["risk_score"] == known["risk_score"]


def in_unit(model_file: Path, unit: str, units_per_month: float, path: Path) -> Path:
    """The same model with its time in another unit."""
    model = read_model(model_file)
    assert model.basis is not None
    baseline = replace(model.baseline, times=model.baseline.times * units_per_month)
    basis = replace(model.basis, follow_up=model.basis.follow_up * units_per_month)
    write_model(replace(model, baseline=baseline, basis=basis, unit=unit), path)
    return path


@pytest.mark.parametrize(
    ("unit", "units_per_month", "horizons"),
    [("months", 1.0, [12.0, 24.0]), ("years", 1 / 12, [1.0, 2.0]), ("days", 365 / 12, [365.0, 730.0])],
)
def test_survival_is_told_at_one_and_two_years_in_the_unit_of_the_model(
    reader: Reader, model_file: Path, tmp_path: Path, unit: str, units_per_month: float, horizons: list[float]
) -> None:
    asked: dict[str, Any] = {"clinical": {"hr": 1}, "force": True}
    of_months = reader.ask("predict", model=model_file, **asked)["survival"]
    path = in_unit(model_file, unit, units_per_month, tmp_path / "other.json")
    said = reader.ask("predict", model=path, **asked)
    assert said["endpoint"]["unit"] == unit
    assert [one["horizon"] for one in said["survival"]] == horizons
    assert [one["years"] for one in said["survival"]] == [1.0, 2.0]
    for one, other in zip(said["survival"], of_months, strict=True):
        assert one["estimate"] == pytest.approx(other["estimate"])


@pytest.mark.parametrize(("unit", "told"), [("days", ["365", "730"]), ("cycles", [])])
def test_score_tells_survival_at_the_times_of_the_panel(
    reader: Reader, model_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], unit: str, told: list[str]
) -> None:
    path, cohort = in_unit(model_file, unit, 365 / 12, tmp_path / "other.json"), tmp_path / "c.csv"
    reader.ask("save", cohort=cohort, reader="R", approved=True)
    table = pd.read_csv(cohort, dtype=str)
    table.assign(hr="1", os_months="300", os_event="1").to_csv(cohort, index=False)
    assert main(["score", str(path), str(cohort), "--force", "--json"]) == 0
    said = capsys.readouterr()
    assert list(json.loads(said.out)["survival"]) == told
    assert ("unit of os_months is not known" in said.err) == (not told)


def test_survival_is_not_told_in_an_unknown_unit(reader: Reader, model_file: Path, tmp_path: Path) -> None:
    path = in_unit(model_file, "cycles", 1.0, tmp_path / "other.json")
    asked: dict[str, Any] = {"model": path, "clinical": {"hr": 1}, "force": True}
    said = reader.ask("predict", **asked)
    assert said["survival"] == []
    assert any("unit of os_months is not known" in warning for warning in said["warnings"])
    assert said["risk_group"] is not None
    told = reader.ask("predict", **asked, horizons=[12.0])["survival"]
    assert [(one["horizon"], one["years"]) for one in told] == [(12.0, None)]


def test_the_method_of_the_groups_is_told(reader: Reader, model_file: Path) -> None:
    asked: dict[str, Any] = {"model": model_file, "clinical": {"hr": 1}, "force": True}
    assert reader.ask("predict", **asked)["method"] == "median"
    assert reader.ask("predict", **asked, method="far")["method"] == "far"

"""A frozen model on new rows, through the command line: scores, groups, evaluation, refusals."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from NEMOPETLib.command_line import main
from NEMOPETLib.survival.model_file import to_json
from NEMOPETLib.survival.simulator import simulate_cohort
from NEMOPETLib.survival.study.attempts import Attempts
from NEMOPETLib.survival.study.frozen_evaluation import evaluate_in_study
from NEMOPETLib.survival.study.study_config import ClassifierConfig, nemo_pet_study
from NEMOPETLib.survival.study.study_output import write_study
from NEMOPETLib.survival.study.study_result import StudyResult
from NEMOPETLib.survival.study.survival_study import survival_study


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return simulate_cohort(0)


@pytest.fixture(scope="module")
def study(table: pd.DataFrame) -> StudyResult:
    config = replace(nemo_pet_study(), further=(), bootstraps=0, classifier=ClassifierConfig())
    return survival_study(table, replace(config, stratify=replace(config.stratify, permutations=0)))


@pytest.fixture(scope="module")
def models(study: StudyResult, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    write_study(study, folder)
    return folder / "models"


def run(*arguments: object) -> int:
    return main(["score", *map(str, arguments)])


def test_scores_of_new_rows(
    tmp_path: Path, models: Path, study: StudyResult, table: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    table.to_csv(tmp_path / "cohort.csv", index=False)
    assert run(models / "bci_spleen.json", tmp_path / "cohort.csv", "--out", tmp_path / "scored.csv") == 0
    scored = pd.read_csv(tmp_path / "scored.csv")
    model = study.models["bci_spleen"]
    test = (table["set"] == "test").to_numpy()
    np.testing.assert_allclose(scored["risk_score"][test], model.scores["test"].risk, rtol=1e-9)
    np.testing.assert_allclose(scored["bci"][test], study.models["bci"].scores["test"].risk, rtol=1e-9)
    groups = model.strata["median"].sets["test"]
    assert scored["risk_group"][test].tolist() == [groups.names[code] for code in groups.codes]
    assert set(scored["model_id"]) == {model.frozen.model_id}
    assert list(scored.columns[: table.shape[1]]) == list(table.columns)
    said = capsys.readouterr()
    assert "model bci_spleen was learned from simulated patients" in said.err
    assert "evaluated on 120 rows with 18 events (set test)" in said.out


def test_cells_that_the_model_does_not_fill_stay(tmp_path: Path, models: Path, table: pd.DataFrame) -> None:
    few = table.head(5)
    few.to_csv(tmp_path / "c.csv", index=False, sep=";", decimal=",")
    assert run(models / "clinical.json", tmp_path / "c.csv", "--out", tmp_path / "s.csv", "--method", "rhier") == 0
    before, after = ((tmp_path / name).read_text().splitlines() for name in ("c.csv", "s.csv"))
    assert all(new.startswith(old + ";") for old, new in zip(before, after, strict=True))
    score = after[1].split(";")[after[0].split(";").index("risk_score")]
    assert "," in score
    assert "." not in score


def test_evaluation_as_json(
    tmp_path: Path, models: Path, study: StudyResult, table: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    """The frozen model on the same test rows says what the study said; more rows are evaluated too."""
    table.to_csv(tmp_path / "c.csv", index=False)
    assert run(models / "clinical.json", tmp_path / "c.csv", "--json") == 0
    evaluation = json.loads(capsys.readouterr().out)["evaluation"]
    expected = study.models["clinical"].performance["test"]
    assert expected.concordance is not None
    assert evaluation["performance"]["concordance"]["estimate"] == pytest.approx(expected.concordance.index)
    assert evaluation["performance"]["auc"]["24"]["estimate"] == pytest.approx(expected.roc[24.0].auc)
    groups = study.models["clinical"].strata["rlr"].sets["test"]
    assert [group["n"] for group in evaluation["groups"]["rlr"]["groups"]] == [group.n for group in groups.groups]
    more = pd.concat([table, simulate_cohort(9, 0, 60)])
    more.to_csv(tmp_path / "more.csv", index=False)
    assert run(models / "clinical.json", tmp_path / "more.csv", "--json", tmp_path / "e.json") == 0
    assert json.loads((tmp_path / "e.json").read_text())["evaluation"]["n"] == 180


def test_missing_and_unseen_values_are_named(
    tmp_path: Path, models: Path, table: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    few = table.head(6).copy()
    few.loc[2, "bmi"] = np.nan
    few.loc[4, "age_years"] = 130
    few.to_csv(tmp_path / "c.csv", index=False)
    assert run(models / "clinical.json", tmp_path / "c.csv", "--json") == 0
    said = capsys.readouterr()
    document = json.loads(said.out)
    assert (document["rows"], document["scored"]) == (6, 5)
    assert document["risk_score"][2] is None
    assert document["risk_group"][2] is None
    assert "bmi missing or of an unknown level in row 3" in said.err
    assert "age_years outside the training range" in said.err


def test_without_outcome_nothing_is_evaluated(
    tmp_path: Path, models: Path, table: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    table.head(4).drop(columns=["os_months", "os_event"]).to_csv(tmp_path / "c.csv", index=False)
    assert run(models / "clinical.json", tmp_path / "c.csv") == 0
    lines = capsys.readouterr().out.splitlines()
    predicted = ",".join(f"survival_{time},survival_{time}_lower,survival_{time}_upper" for time in (12, 24))
    assert lines[0] == f"patient_id,study_uid,risk_score,risk_group,model_id,{predicted}"
    assert len(lines) == 5


def test_simulated_models_are_refused_for_real_rows(
    tmp_path: Path, models: Path, table: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    table.drop(columns=["lesion_engine", "tissue_engine"]).to_csv(tmp_path / "real.csv", index=False)
    assert run(models / "clinical.json", tmp_path / "real.csv") == 2
    assert "was learned from simulated patients" in capsys.readouterr().err
    assert run(models / "clinical.json", tmp_path / "real.csv", "--force") == 0


@pytest.mark.parametrize(
    ("change", "options", "reason"),
    [
        ("no bmi", (), "no column bmi"),
        ("text", (), "column bmi holds text in row 3"),
        ("", ("--method", "kmeans"), "model clinical has no cut-points of kmeans: it has median,"),
        ("", ("--set", "validation"), "column set has no row of the value validation"),
    ],
)
def test_refusals(
    tmp_path: Path, models: Path, table: pd.DataFrame, capsys: pytest.CaptureFixture[str], change: str,
    options: tuple[str, ...], reason: str,
) -> None:  # fmt: skip
    few = table.head(8).copy()
    if change == "no bmi":
        few = few.drop(columns="bmi")
    if change == "text":
        few["bmi"] = few["bmi"].astype(object)
        few.loc[1, "bmi"] = "high"
    few.to_csv(tmp_path / "c.csv", index=False)
    assert run(models / "clinical.json", tmp_path / "c.csv", *options) == 2
    said = capsys.readouterr().err
    assert reason in said
    assert "Traceback" not in said


def test_a_changed_model_file_is_refused(
    tmp_path: Path, study: StudyResult, table: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    document = to_json(study.models["clinical"].frozen)
    document["columns"]["bmi"]["coef"] = 9.0
    (tmp_path / "m.json").write_text(json.dumps(document))
    table.head(3).to_csv(tmp_path / "c.csv", index=False)
    assert run(tmp_path / "m.json", tmp_path / "c.csv") == 2
    assert "was changed after it was made" in capsys.readouterr().err
    assert run(tmp_path / "none.json", tmp_path / "c.csv") == 2
    assert "cannot read the risk model" in capsys.readouterr().err


def test_frozen_models_that_cannot_be_evaluated_are_named_and_the_others_stand(
    study: StudyResult, table: pd.DataFrame
) -> None:
    first, second = study.models["clinical"].frozen, study.models["radiomic"].frozen
    twin = replace(first, coef=first.coef * 1.1)
    attempt = Attempts()
    found = evaluate_in_study([first, twin, second], table.drop(columns=second.terms[0]), study.config, attempt)
    assert list(found) == [f"clinical {first.model_id}", f"clinical {twin.model_id}"]
    assert [(f.model, f.what) for f in attempt.failures] == [("radiomic", "frozen model")]
    assert f"no column {second.terms[0]}" in attempt.failures[0].reason
    assert {one.n for one in found.values()} == {120}

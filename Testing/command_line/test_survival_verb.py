"""``nemopet survival`` from a table to a folder, as a person runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from NEMOPETLib.command_line import main
from NEMOPETLib.survival.simulator import simulate_cohort

CONFIG = """
[stratify]
ns = 20
methods = ["median", "rhier"]
permutations = 3
[[models]]
name = "clinical"
variables = ["hr", "her2", "age_years"]
[[models]]
name = "nothing"
variables = ["nowhere"]
[study]
bootstraps = 5
"""


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cohort") / "cohort.csv"
    simulate_cohort(3, 120, 50).to_csv(path, index=False)
    return path


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "study.toml"
    path.write_text(CONFIG)
    return path


@pytest.mark.parametrize("language", ["en", "fr"])
def test_everything_is_written(
    tmp_path: Path, cohort: Path, config: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    out = tmp_path / "out"
    status = main(
        ["survival", str(cohort), "--out", str(out), "--config", str(config), "--language", language, "--seed", "7"]
    )
    assert status == 1  # one model has failed, the other is there
    said = capsys.readouterr()
    assert "not done: nothing, model: no column nowhere" in said.err
    assert "clinical: kept hr, her2" in said.out
    results = json.loads((out / "results.json").read_text())
    assert results["seed"] == 7
    assert results["strata"]["clinical"]["median"]["correction"] == "permutation of the whole chain (B = 3)"
    assert results["validation"]["clinical"]["optimism"]["samples"] == 5
    assert (out / "models" / "clinical.json").is_file()
    assert (out / "tables" / "survival_two_groups.csv").is_file()
    assert f'lang="{language}"' in (out / "report.html").read_text(encoding="utf-8")
    assert list((out / "figures").glob("*.svg"))


def test_options_are_stronger_than_the_file(
    tmp_path: Path, cohort: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--bootstraps", "0", "--permutations", "0", "--no-classifier", "--json"]
    assert main(["survival", str(cohort), "--out", str(tmp_path), "--config", str(config), *options]) == 1
    results = json.loads(capsys.readouterr().out)
    assert results["validation"]["clinical"]["optimism"] == {}
    assert results["strata"]["clinical"]["median"]["p_corrected"] is None


def test_models_of_an_earlier_study_meet_added_patients(
    tmp_path: Path, cohort: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quick = ["--config", str(config), "--bootstraps", "0", "--permutations", "0"]
    assert main(["survival", str(cohort), "--out", str(tmp_path / "first"), *quick]) == 1
    model = tmp_path / "first" / "models" / "clinical.json"
    more = tmp_path / "more.csv"
    added = simulate_cohort(8, 0, 30).assign(patient_id=lambda rows: "added " + rows["patient_id"])
    pd.concat([pd.read_csv(cohort), added, added.head(4)]).to_csv(more, index=False)
    out = tmp_path / "second"
    assert main(["survival", str(more), "--out", str(out), *quick, "--frozen", str(model), "--json"]) == 1
    found = json.loads((out / "results.json").read_text())
    frozen, study = found["frozen"]["clinical"], found["validation"]["clinical"]
    assert (frozen["n"], frozen["learned_from"]["n"], found["n"]["test"]) == (80, 120, 80)
    assert frozen["model_id"] == json.loads(model.read_text())["model_id"]
    # the same train taught both, so that they say the same of the patients added
    assert frozen["performance"]["concordance"]["estimate"] == pytest.approx(study["concordance"]["test"]["estimate"])
    capsys.readouterr()
    pd.concat([pd.read_csv(cohort), added]).to_csv(more, index=False)
    assert main(["score", str(model), str(more), "--json"]) == 0
    evaluation = json.loads(capsys.readouterr().out)["evaluation"]
    assert {key: evaluation[key] for key in ("n", "events", "performance", "groups")} == {
        key: frozen[key] for key in ("n", "events", "performance", "groups")
    }
    assert (out / "tables" / "frozen_performance.csv").is_file()
    assert (out / "tables" / "frozen_survival.csv").is_file()
    assert "Frozen models of earlier studies" in (out / "report.html").read_text(encoding="utf-8")
    assert (out / "figures" / "frozen_clinical_median_kaplan_meier.svg").is_file()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["{cohort}"], "--out"),
        (["nowhere.csv", "--out", "{tmp}"], "nowhere.csv: file not found"),
        (["{cohort}", "--out", "{tmp}", "--config", "no.toml"], "no.toml: file not found"),
        (["{cohort}", "--out", "{tmp}", "--bootstraps", "-1"], "--bootstraps"),
        (["{cohort}", "--out", "{tmp}", "--seed", "x"], "--seed"),
        (["{cohort}", "--out", "{tmp}", "--frozen", "no.json"], "no.json: cannot read the risk model"),
        (["{cohort}", "--out", "{cohort}"], "cohort.csv"),
    ],
)
def test_unusable_arguments(
    tmp_path: Path, cohort: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], reason: str
) -> None:
    filled = [each.format(cohort=cohort, tmp=tmp_path) for each in arguments]
    assert main(["survival", *filled]) == 2
    said = capsys.readouterr().err
    assert said.splitlines()[-1].startswith("nemopet: error: ")
    assert reason in said


def test_as_a_program(tmp_path: Path, cohort: Path, config: Path) -> None:
    command = [sys.executable, "-m", "NEMOPETLib", "survival", str(cohort), "--out", str(tmp_path / "out")]
    done = subprocess.run(
        [*command, "--config", str(config), "--workers", "2"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "analysed: 120 train, 50 test" in done.stdout

"""The documents and tables of a study: schema of the contract, every table, same seed same numbers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.definitions_page import SECTIONS
from NEMOPETLib.survival.model_file import read_model
from NEMOPETLib.survival.risk_model import score
from NEMOPETLib.survival.simulator import simulate_cohort
from NEMOPETLib.survival.study.results_json import plain, results_document
from NEMOPETLib.survival.study.study_config import ClassifierConfig, StudyConfig, nemo_pet_study
from NEMOPETLib.survival.study.study_output import study_tables, write_study
from NEMOPETLib.survival.study.study_result import StudyResult
from NEMOPETLib.survival.study.survival_study import survival_study

MODELS = ["clinical", "radiomic", "clinical_radiomic", "bci", "bci_spleen", "clinical_radiomic_organomic"]
METHODS = ["median", "quartiles", "rlr", "rlr_last", "rhier", "rmolr", "surv_cutpoint", "time_roc"]


def small(config: StudyConfig) -> StudyConfig:
    """With the least resampling that fills every field."""
    return replace(
        config, bootstraps=6, stratify=replace(config.stratify, permutations=4), classifier=ClassifierConfig()
    )


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return simulate_cohort(1)


@pytest.fixture(scope="module")
def study(table: pd.DataFrame) -> StudyResult:
    return survival_study(table, small(nemo_pet_study()))


@pytest.fixture(scope="module")
def document(study: StudyResult) -> dict[str, Any]:
    return dict(json.loads(json.dumps(results_document(study), allow_nan=False)))


def test_the_contract(document: dict[str, Any]) -> None:
    assert document["schema"] == 1
    assert document["n"] == {"train": 370, "test": 120}
    assert {key: document["endpoint"][key] for key in ("time", "event", "horizons")} == {
        "time": "os_months",
        "event": "os_event",
        "horizons": [12, 24],
    }
    assert list(document["models"]) == MODELS
    assert list(document["strata"]) == MODELS
    assert list(document["validation"]) == MODELS
    for name, model in document["models"].items():
        assert set(model["coef"]) == set(model["se"]) == set(model["selected"])
        assert (model["n"], model["events"]) == (370, 62)
        assert model["path"][0]["step"] == ""
        assert model["path"][-1]["aic"] == pytest.approx(model["aic"])
        assert set(model["concordance"]) == {"train", "test"}
        assert model["ph_test"]["rows"] == [*model["selected"], "GLOBAL"]
        assert len(model["ph_test"]["chisq"]) == len(model["ph_test"]["p"]) == len(model["selected"]) + 1
        assert list(document["strata"][name]) == METHODS
    assert document["table1"]["age_years"]["train"]["mean"] > 0
    assert document["spearman"]["rho"][0][0] == pytest.approx(1)
    assert set(document["bci"]) >= {"train", "test", "p"}


def statistics_in(document: dict[str, Any]) -> set[str]:
    """Keys of the document's statistics, without the names of models, methods, sets and groups."""
    no_statistics = {"model_id", "entry", "only", "n", "events", "warnings", "name", "subtypes", "smaller", "larger"}
    strata = [stratum for of_model in document["strata"].values() for stratum in of_model.values()]
    sets = [stratum[where] for stratum in strata for where in ("train", "test")]
    parts = {
        "cohort": [{"median_follow_up": 0}],
        "models": document["models"].values(),
        "strata": [*strata, *sets, *(group for each in sets for group in each["groups"])],
        "validation": document["validation"].values(),
        "comparisons": document["comparisons"],
    }
    found = {f"{part}.{key}" for part, all_of in parts.items() for each in all_of for key in set(each) - no_statistics}
    return (found | {"table1", "spearman", "bci", "classifier"}) - {"strata.train", "strata.test", "strata.groups"}


def test_every_statistic_is_defined(document: dict[str, Any], study: StudyResult) -> None:
    places = {place for section in SECTIONS.values() for statistic in section for place in statistic.found_in}
    tables = {place for place in places if place.startswith("tables/")}
    assert places - tables - {"score"} == statistics_in(document)
    assert tables <= {f"tables/{name}.csv" for name in study_tables(study)}


def test_strata_of_the_contract(document: dict[str, Any]) -> None:
    for strata in document["strata"].values():
        for method, stratum in strata.items():
            groups = len(stratum["cutpoints"]) + 1
            assert [cut["operator"] for cut in stratum["cutpoints"]] == sorted(
                [">=" if method in ("rlr", "rhier", "rmolr") else ">"] * (groups - 1)
            )
            assert 0 <= stratum["p_naive"] <= 1
            assert stratum["p_corrected"] in [pytest.approx(k / 5) for k in range(1, 6)]
            assert stratum["correction"] == "permutation of the whole chain (B = 4)"
            for where, n in (("train", 370), ("test", 120)):
                part = stratum[where]
                assert sum(group["n"] for group in part["groups"]) == n
                assert [group["name"] for group in part["groups"]] in (["low", "high"], ["low", "intermediate", "high"])
                for group in part["groups"]:
                    for at in group["survival"].values():
                        assert at["lower"] is None or at["lower"] <= at["estimate"] <= at["upper"]
                counts = [sum(each.values()) for each in part["subtypes"].values()]
                assert sum(counts) == n
                assert part["logrank"] is None or set(part["logrank"]) == {"chisq", "df", "p"}


def test_validation(document: dict[str, Any]) -> None:
    for validation in document["validation"].values():
        assert validation["optimism"]["samples"] + validation["optimism"]["failed"] == 6
        for where in ("train", "test"):
            for horizon in ("12", "24"):
                auc = validation["auc"][where][horizon]
                assert auc["lower"] <= auc["estimate"] <= auc["upper"]
                brier = validation["brier"][where][horizon]
                assert 0 < brier["score"] < 0.25
                assert brier["scaled"] == pytest.approx(1 - brier["score"] / brier["reference"])


def test_what_the_authors_want_next(document: dict[str, Any], study: StudyResult) -> None:
    further = document["further"]
    without = further["models"]["without_receptors"]
    assert not {"hr", "her2"} & set(without["entry"])
    for subtype in ("TNBC", "HR+HER2-", "HR+HER2+", "HER2+"):
        model = further["models"][f"tmtv_dmax_{subtype}"]
        assert model["only"] == {"subtype": subtype}
        assert model["selected"] == ["tmtv_ml", "dmax_mm"]
    pool = study.pools["tmtv_dmax_by_subtype"].methods["median"]
    assert [group.n for group in pool["train"].groups] == [
        sum(
            study.further[f"tmtv_dmax_{name}"].strata["median"].sets["train"].groups[place].n
            for name in pool["train"].subtypes
        )
        for place in (0, 1)
    ]
    assert sum(group.n for group in pool["test"].groups) == 120
    three = study.further["three_groups_HR+HER2-"]
    assert three.fit.n == 200
    assert len(three.strata["quartiles"].sets["train"].groups) == 3


def test_composition_enters_as_learned(study: StudyResult) -> None:
    """bci is the first model's score, in table, design and frozen file alike."""
    bci = study.models["bci"]
    np.testing.assert_allclose(
        study.cohort.table["bci"].to_numpy()[study.cohort.in_train], bci.scores["train"].risk, rtol=1e-12
    )
    assert study.composition is not None
    np.testing.assert_array_equal(study.composition.values["test"], bci.scores["test"].risk)
    later = study.models["bci_spleen"]
    assert later.frozen.derived["bci"].model_id == bci.frozen.model_id


def test_log_of_the_index(table: pd.DataFrame, study: StudyResult) -> None:
    config = nemo_pet_study()
    models = tuple(replace(m, logged=("bci",)) if m.name == "bci_spleen" else m for m in config.models[3:5])
    logged = survival_study(table, replace(small(config), models=models, further=(), bootstraps=0))
    one = logged.models["bci_spleen"]
    np.testing.assert_allclose(one.design.matrix[:, one.design.columns.index("bci")].mean(), 0, atol=1e-9)
    assert one.frozen.logged == ("bci",)


def test_a_frozen_model_says_the_unit_of_its_endpoint(table: pd.DataFrame) -> None:
    config = replace(small(nemo_pet_study()), further=(), bootstraps=0)
    endpoint = replace(config.endpoint, time="os_time", unit="years", horizons=(1.0, 2.0))
    of_years = table.assign(os_time=table["os_months"] / 12).drop(columns="os_months")
    study = survival_study(of_years, replace(config, endpoint=endpoint, models=config.models[:1]))
    assert study.models["clinical"].frozen.unit == "years"


def test_same_seed_same_numbers(table: pd.DataFrame, document: dict[str, Any]) -> None:
    again = json.loads(json.dumps(results_document(survival_study(table, small(nemo_pet_study())))))
    for key in document.keys() - {"seconds"}:
        assert again[key] == document[key], key


def test_row_order_does_not_matter(table: pd.DataFrame, study: StudyResult) -> None:
    config = replace(small(nemo_pet_study()), bootstraps=0, further=())
    shuffled = survival_study(
        table.sample(frac=1, random_state=3), replace(config, stratify=replace(config.stratify, permutations=0))
    )
    for name, model in study.models.items():
        for method, stratum in model.strata.items():
            cuts = [cut.value for cut in shuffled.models[name].strata[method].found.cuts]
            assert cuts == pytest.approx([cut.value for cut in stratum.found.cuts], rel=1e-9), (name, method)
    assert shuffled.cohort.fingerprint == study.cohort.fingerprint


def test_files(tmp_path: Path, study: StudyResult, table: pd.DataFrame, document: dict[str, Any]) -> None:
    written = write_study(study, tmp_path / "new" / "study")
    assert all(path.is_file() for path in written)
    assert not list(tmp_path.rglob(".*"))
    assert json.loads((tmp_path / "new/study/results.json").read_text()) == document
    tables = {path.stem: pd.read_csv(path) for path in (tmp_path / "new/study/tables").glob("*.csv")}
    assert set(tables) == set(study_tables(study))
    assert set(tables) >= {
        "baseline", "bci", "spearman", "models", "survival_two_groups", "survival_three_groups", "subtype_by_risk",
        "models_side_by_side", "survival_by_subtype", "cutpoints", "scores", "performance", "optimism",
    }  # fmt: skip
    frozen = read_model(tmp_path / "new/study/models/clinical_radiomic_organomic.json")
    scores = tables["scores"].set_index("patient_id")
    found = score(frozen, table)
    np.testing.assert_allclose(
        found.risk, scores.loc[table["patient_id"], "clinical_radiomic_organomic_risk"], rtol=1e-9
    )


def test_tables_tell_what_the_results_tell(study: StudyResult, document: dict[str, Any]) -> None:
    tables = study_tables(study)
    two = tables["survival_two_groups"]
    line = two.query("model == 'clinical' and method == 'rlr' and set == 'test' and group == 'high'").iloc[0]
    group = document["strata"]["clinical"]["rlr"]["test"]["groups"][1]
    assert (line["n"], line["survival_24"]) == (group["n"], pytest.approx(group["survival"]["24"]["estimate"]))
    low = document["strata"]["clinical"]["rlr"]["test"]["groups"][0]
    difference = two.query(
        "model == 'clinical' and method == 'rlr' and set == 'test' and group == 'difference low - high'"
    ).iloc[0]
    assert difference["survival_24"] == pytest.approx(
        low["survival"]["24"]["estimate"] - group["survival"]["24"]["estimate"]
    )
    tnbc = tables["survival_by_subtype"].query(
        "model == 'clinical' and method == 'median' and set == 'test' and subtype == 'TNBC'"
    )
    assert tnbc["n"].sum() == 28
    side = tables["models_side_by_side"].query("method == 'rlr' and subtype == 'all' and at == 24 and group == 'high'")
    assert side["clinical"].iloc[0] == pytest.approx(group["survival"]["24"]["estimate"])
    assert set(MODELS) <= set(side.columns)


def test_text_is_safe_in_a_spreadsheet(tmp_path: Path, table: pd.DataFrame) -> None:
    config = replace(small(nemo_pet_study()), further=(), bootstraps=0)
    config = replace(config, models=config.models[:1], stratify=replace(config.stratify, permutations=0))
    study = survival_study(table.assign(patient_id="=cmd|" + table["patient_id"]), config)
    write_study(study, tmp_path)
    scores = pd.read_csv(tmp_path / "tables" / "scores.csv")
    assert scores["patient_id"].str.startswith("'=cmd|").all()


def test_plain_values() -> None:
    assert plain({12.0: np.float64("nan"), "a": (np.array([1.5, np.inf]), None, True)}) == {
        "12": None,
        "a": [[1.5, None], None, True],
    }


def test_a_column_of_the_name_of_a_learned_score_is_not_used(table: pd.DataFrame) -> None:
    config = replace(small(nemo_pet_study()), further=(), bootstraps=0)
    config = replace(config, models=config.models[3:5], stratify=replace(config.stratify, permutations=0))
    study = survival_study(table.assign(bci=1.0), config)
    assert "column bci is not used: bci is the score of a model that is learned here" in study.warnings
    assert study.cohort.table["bci"].std() > 0


def test_labels_of_rows_must_tell_them_apart(table: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="two rows of the table have one label"):
        survival_study(pd.concat([table, table.head(1)]), small(nemo_pet_study()))

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.cox import cox_fit
from NEMOPETLib.survival.design import design_matrix
from NEMOPETLib.survival.model_file import from_json, read_model, to_json, write_model
from NEMOPETLib.survival.risk_groups import CutPoint
from NEMOPETLib.survival.risk_model import RiskModel, freeze, score
from NEMOPETLib.survival.simulator import simulate_cohort

ENDPOINT = ("os_months", "os_event")


def learn(table, variables, name="model", **more) -> RiskModel:
    design = design_matrix(table, variables)
    fit = cox_fit(table["os_months"], table["os_event"], design)
    return freeze(name, fit, design, table, ENDPOINT, **more)


@pytest.fixture
def model(r) -> RiskModel:
    table = r.cohort("nemo_cont_train").table
    return learn(table, ["bmi", "subtype", "age"], cuts={"rlr": [CutPoint(0.8, ">=")]})


@pytest.fixture
def chain(r) -> RiskModel:
    """clinical + BCi, where BCi is computed by its own model."""
    table = r.cohort("nemo_cont_train").table.drop(columns="bci")
    bci = learn(table, ["sul_muscle", "hu_muscle"], "bci")
    filled = table.assign(bci=score(bci, table).risk)
    return learn(filled, ["hr", "her2", "age", "bci"], derived={"bci": bci, "unused": bci})


def test_new_rows_get_r_scores(r):
    reference = r.reference("nemo_cont")["models"]["clinical"]["final"]
    found = learn(r.cohort("nemo_cont_train").table, ["hr", "her2", "age", "bmi"])
    scored = score(found, r.cohort("nemo_cont_test").table)
    assert_allclose(scored.risk, reference["test_risk"], rtol=1e-9)
    assert not np.isnan(scored.risk).any()


def test_a_derived_variable_is_computed_on_the_way(r, chain):
    test = r.cohort("nemo_cont_test").table.drop(columns="bci")
    scored = score(chain, test)
    expected = r.reference("nemo_cont")["models"]["bci"]["final"]["test_risk"]
    assert_allclose(scored.derived["bci"], expected, rtol=1e-8)
    assert list(chain.derived) == ["bci"]
    assert np.isfinite(scored.risk).all()


def test_a_derived_variable_can_enter_as_its_logarithm(r):
    table = r.cohort("nemo_cont_train").table
    bci = learn(table, ["sul_muscle", "hu_muscle"], "bci")
    logged = table.assign(bci=np.log(score(bci, table).risk))
    found = learn(logged, ["age", "bci"], derived={"bci": bci}, logged=["bci"])
    assert_allclose(score(found, table).risk, np.exp((logged[["age", "bci"]] - found.means) @ found.coef))


def test_values_outside_the_training_range_and_missing_ones_are_warned_of(r, model):
    table = r.cohort("nemo_cont_test").table.iloc[:4].copy()
    table["age"] = [50.0, 150.0, np.nan, 60.0]
    table.loc[table.index[3], "subtype"] = "unheard of"
    scored = score(model, table)
    assert np.isnan(scored.risk).tolist() == [False, False, True, True]
    assert scored.outside.tolist() == [False, True, False, False]
    assert scored.groups["rlr"].tolist()[2:] == [-1, -1]
    text = "\n".join(scored.warnings)
    assert "age outside the training range 25 to 93 in row 2" in text
    assert "age missing or of an unknown level in row 3" in text
    assert "subtypeTNBC missing or of an unknown level in row 4" in text


def test_a_missing_column_and_text_for_numbers_are_refused(r, model):
    table = r.cohort("nemo_cont_test").table
    with pytest.raises(InputError, match="no column age"):
        score(model, table.drop(columns="age"))
    with pytest.raises(InputError, match="age holds text where the model has numbers"):
        score(model, table.assign(age="old"))


def test_simulated_teachers_are_refused_for_real_rows(r):
    train = simulate_cohort(1, 150, 0)
    taught = learn(train, ["age_years", "bmi"])
    assert taught.origin == "simulated"
    assert "model model was learned from simulated patients" in score(taught, simulate_cohort(2, 20, 0)).warnings
    real = simulate_cohort(2, 20, 0).drop(columns=["lesion_engine", "tissue_engine"])
    with pytest.raises(InputError, match="simulated patients and means nothing for real ones"):
        score(taught, real)
    assert "model model was learned from simulated patients" in score(taught, real, force=True).warnings
    # the origin goes through derived variables
    filled = real.assign(bci=1.0 + np.arange(20), os_event=np.r_[np.ones(15), np.zeros(5)].astype(int))
    assert learn(filled, ["bci"], derived={"bci": taught}).origin == "simulated"
    assert learn(filled, ["age_years"], derived={"bci": taught}).origin == "real"


def test_a_file_brings_back_the_same_model(chain, r, tmp_path):
    path = tmp_path / "model.json"
    write_model(chain, path)
    again = read_model(path)
    assert to_json(again) == to_json(chain)
    assert again.model_id == chain.model_id
    test = r.cohort("nemo_cont_test").table
    assert score(again, test).risk.tolist() == score(chain, test).risk.tolist()
    assert_allclose(again.baseline.at([12, 24]), chain.baseline.at([12, 24]))
    assert [file.name for file in tmp_path.iterdir()] == ["model.json"]


def test_the_file_says_what_it_needs_to_be_understood(model):
    document = to_json(model)
    assert document["origin"] == "real"
    assert document["columns"]["age"].keys() == {"coef", "se", "mean", "min", "max"}
    assert document["columns"]["subtypeTNBC"]["mean"] == 0
    assert document["levels"]["subtype"][0] == "HER2+"
    assert document["cutpoints"]["rlr"] == [{"value": 0.8, "operator": ">="}]
    assert document["cohort"]["n"] == 370
    assert len(document["cohort"]["sha256"]) == 64
    assert "nemopet" in document["versions"]


def test_the_fingerprint_ignores_the_order_of_rows_only(r):
    table = r.cohort("nemo_cont_train").table
    one = learn(table, ["age"])
    other = learn(table.sample(frac=1, random_state=1), ["age"])
    changed = learn(table.assign(age=table["age"] + (table.index == 3)), ["age"])
    assert one.cohort == other.cohort != changed.cohort


def test_an_empty_model_travels_too(r, tmp_path):
    found = learn(r.cohort("nemo_cont_train").table, [])
    write_model(found, tmp_path / "empty.json")
    again = read_model(tmp_path / "empty.json")
    assert score(again, pd.DataFrame(index=range(3))).risk.tolist() == [1.0, 1.0, 1.0]


def damage(document, change):
    damaged = json.loads(json.dumps(document))
    change(damaged)
    return damaged


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.update(kind="something"), "not a NEMO-PET risk model"),
        (lambda d: d.update(schema=99), "schema 99"),
        (lambda d: d.pop("columns"), "incomplete: columns is missing"),
        (lambda d: d["columns"]["age"].pop("coef"), "incomplete: coef is missing"),
        (lambda d: d["columns"]["age"].update(coef="0.1"), "'0.1' is no finite number"),
        (lambda d: d["columns"]["age"].update(mean=float("inf")), "inf is no finite number"),
        (lambda d: d["columns"]["age"].update(coef=0.5), "was changed after it was made"),
        (lambda d: d.update(origin="dreamt"), "neither real nor simulated"),
        (lambda d: d["baseline"]["times"].reverse(), "does not rise"),
        (lambda d: d["cutpoints"]["rlr"][0].update(operator="<"), "needs > or >="),
        (lambda d: d.update(columns=[1, 2]), "damaged"),
    ],
)
def test_damaged_files_are_refused_in_one_line(model, change, message):
    with pytest.raises(InputError, match=message) as error:
        from_json(damage(to_json(model), change))
    assert "\n" not in str(error.value)


def test_unreadable_files_are_named(tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.json: cannot read"):
        read_model(tmp_path / "nowhere.json")
    (tmp_path / "text.json").write_text("no json", encoding="utf-8")
    with pytest.raises(InputError, match=r"text\.json: not a JSON file"):
        read_model(tmp_path / "text.json")
    (tmp_path / "list.json").write_text("[]", encoding="utf-8")
    with pytest.raises(InputError, match=r"list\.json: not a NEMO-PET risk model"):
        read_model(tmp_path / "list.json")


def test_the_id_follows_everything_a_score_depends_on(model):
    others = [
        dataclasses.replace(model, coef=model.coef * 1.0001),
        dataclasses.replace(model, means=model.means + 1e-9),
        dataclasses.replace(model, cuts={}),
        dataclasses.replace(model, origin="simulated"),
    ]
    assert len({model.model_id, *(other.model_id for other in others)}) == 5
    assert dataclasses.replace(model, created="later").model_id == model.model_id

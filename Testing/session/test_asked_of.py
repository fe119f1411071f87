from __future__ import annotations

import json
import os
from pathlib import Path

from NEMOPETLib.session.asked_of import file_basis, is_of_model, is_of_table, place_basis, risk_basis

REQUEST = {"do": "open", "arguments": {"study": "/a", "overrides": {"height_m": 1.7}}}
MASKS = {"lesions": "empty"}


def test_another_opening_or_other_masks_are_another_question(tmp_path: Path) -> None:
    one = place_basis(REQUEST, MASKS, "", "")
    assert one == json.loads(json.dumps(place_basis(REQUEST, MASKS, "", "")))
    taller = {"do": "open", "arguments": {"study": "/a", "overrides": {"height_m": 1.8}}}
    assert place_basis(taller, MASKS, "", "") != one
    assert place_basis(REQUEST, {"lesions": "0f"}, "", "") != one
    assert place_basis(REQUEST, MASKS, str(tmp_path / "not yet.csv"), "") == one


def test_a_table_that_was_written_and_a_model_that_was_made_anew_are_asked_again(tmp_path: Path) -> None:
    table, model = tmp_path / "cohort.csv", tmp_path / "model.json"
    table.write_text("a")
    model.write_text("a")
    place = place_basis(REQUEST, MASKS, str(table), "")
    risk = risk_basis(place, str(model), "rhier")
    assert file_basis(str(table)) == place["cohort"]
    assert is_of_table(place, str(table))
    assert not is_of_table(place, str(model))
    assert not is_of_table({}, str(table))
    table.write_text("ab")
    assert place_basis(REQUEST, MASKS, str(table), "") != place
    assert risk_basis(place_basis(REQUEST, MASKS, str(table), ""), "", "") == risk_basis(place, "", "")
    os.utime(model, ns=(1, 1))
    again = risk_basis(place, str(model), "rhier")
    assert again != risk
    assert not is_of_model(risk, again)


def test_the_risk_of_one_model_or_method_is_not_that_of_another(tmp_path: Path) -> None:
    one, other = tmp_path / "one.json", tmp_path / "other.json"
    one.write_text("a")
    other.write_text("a")
    place = place_basis(REQUEST, MASKS, "", "")
    risk = risk_basis(place, str(one), "")
    assert is_of_model(risk, risk_basis({**place, "cohort": ["/c", 1, 1]}, str(one), ""))
    assert not is_of_model(risk, risk_basis(place, str(other), ""))
    assert not is_of_model(risk, risk_basis(place, str(one), "rhier"))
    assert not is_of_model({}, risk)

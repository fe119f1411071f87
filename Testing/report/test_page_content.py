from __future__ import annotations

from dataclasses import replace

import pytest

import NEMOPETLib
from NEMOPETLib.measurements.definitions import MEASUREMENTS
from NEMOPETLib.measurements.patient_measurements import PatientMeasurements
from NEMOPETLib.report.page_content import NUMBERED, page_content


@pytest.fixture
def lesion(patient):
    """A lesion of a given label and volume."""
    one = patient.measured.lesions[0]
    return lambda label, volume: replace(
        one, label=label, volume_ml=volume, suv_max=9.876, suv_peak=None, tlg=5 * volume
    )


@pytest.fixture
def measured(patient):
    """Measurements of which nothing is known but what is given."""
    missing = {definition.column: None for definition in MEASUREMENTS}

    def made(lesions=(), warnings=(), **values) -> PatientMeasurements:
        values = missing | {"lesion_count": len(lesions)} | values
        return replace(patient.measured, values=values, lesions=tuple(lesions), warnings=tuple(warnings))

    return made


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_measurement_is_there_with_its_label_and_unit(patient, language):
    fields = page_content(patient.row, patient.measured, language).measurements
    labels = [one.french if language == "fr" else one.english for one in MEASUREMENTS]
    assert [field.label for field in fields] == labels
    assert [field.unit for field in fields] == [one.unit for one in MEASUREMENTS]


def test_values_are_those_measured(patient):
    content = page_content(patient.row, patient.measured, "en")
    shown = {one.column: field.value for one, field in zip(MEASUREMENTS, content.measurements, strict=True)}
    assert shown["lesion_count"] == "7"
    assert float(shown["tmtv_ml"]) == pytest.approx(patient.measured.values["tmtv_ml"], abs=0.051)
    assert float(shown["suv_max"]) == pytest.approx(patient.measured.values["suv_max"], abs=0.0051)


def test_the_largest_lesions_come_first_and_the_others_are_counted(lesion, measured):
    lesions = [lesion(n, 100.0 - n) for n in range(1, 81)]
    content = page_content({}, measured(lesions[::-1]), "en")
    assert content.numbered == tuple(range(1, NUMBERED + 1))
    assert content.lesion_rows[0] == ("1", "99.00", "9.88", "–", "495.00")
    rest = sum(100.0 - n for n in range(NUMBERED + 1, 81))
    assert content.lesion_note == f"and 60 smaller lesions, {rest:,.2f} ml in all, outlined without a number"
    assert page_content({}, measured(lesions[: NUMBERED + 1]), "fr").lesion_note.startswith("et 1 lésion plus petite")
    assert page_content({}, measured(lesions[:NUMBERED]), "fr").lesion_note == ""


def test_no_lesion_and_no_mask_are_not_the_same(measured):
    assert page_content({}, measured(), "en").lesion_note == "No lesion"
    assert page_content({}, measured(lesion_count=None), "en").lesion_note == "No lesion mask"
    assert page_content({}, measured(lesion_count=None), "fr").lesion_note == "Pas de masque de lésions"


@pytest.mark.parametrize("missing", [None, "", float("nan")])
def test_what_is_missing_in_the_row_is_left_out(missing, measured):
    content = page_content({"patient_id": "7", "bmi": missing, "reader": missing, "bci": missing}, measured(), "en")
    assert content.patient == ()
    assert content.model == ()
    assert [field.label for field in content.provenance] == ["Software"]


def test_cells_of_every_kind_become_text(measured):
    row = {"patient_id": 7, "height_m": 1.638, "weight_kg": 68.0, "sex": "O", "reviewed": True}
    row |= {"overrides": {"weight_kg": 68.0}, "corrected_segments": ["liver", "spleen"], "reader": " A\n B "}
    content = page_content(row, measured(), "fr")
    assert content.patient_id == "7"
    assert [(field.value, field.unit) for field in content.patient] == [("autre", ""), ("68", "kg"), ("1,64", "m")]
    assert {field.label: field.value for field in content.provenance} == {
        "Donné par l’utilisateur": "weight_kg = 68",
        "Corrigé par le lecteur": "liver, spleen",
        "Lecteur": "A B",
        "Relu": "oui",
        "Logiciel": f"NEMO-PET {NEMOPETLib.__version__}",
    }


def test_the_version_is_that_of_the_measurement(patient):
    assert page_content(patient.row, patient.measured, "en").provenance[-1].value == "NEMO-PET 9.8.7"


def test_a_models_result_is_shown(measured):
    content = page_content({"bci": 0.94, "risk_score": 1.2345, "risk_group": "high"}, measured(), "en")
    assert [field.value for field in content.model] == ["0.94", "1.23", "high"]


@pytest.mark.parametrize("cell", [["one", "lesions: touch"], "one\nlesions: touch\n", ("one", "lesions: touch", "one")])
def test_warnings_are_shown_in_full_and_once(cell, measured):
    content = page_content({"warnings": cell}, measured(warnings=["lesions: touch", "new"]), "en")
    assert content.warnings == ("one", "lesions: touch", "new")


def test_warnings_are_in_the_language_of_the_page(measured):
    warnings = ["lesions: the mask is empty", "spleen: 35.5 ml is outside 50 to 500 ml: check its mask", "mine"]
    assert page_content({}, measured(warnings=warnings), "fr").warnings == (
        "lésions : le masque est vide",
        "rate : 35,5 ml est hors de 50 à 500 ml : vérifier son masque",
        "mine",
    )


def test_warnings_that_the_row_holds_in_one_line_are_not_repeated(measured):
    content = page_content({"warnings": "one; lesions: touch"}, measured(warnings=["lesions: touch"]), "en")
    assert content.warnings == ("one; lesions: touch",)


def test_a_name_in_the_row_is_never_shown(patient):
    row = patient.row | {"patient_name": "Doe^Jane", "birth_date": "1970-01-01", "masks_path": "/home/Doe"}
    assert "Doe" not in repr(page_content(row, patient.measured, "en"))
    assert "1970" not in repr(page_content(row, patient.measured, "en"))

"""What the row says beside its measurements, as content items: patient, score, clinical data, provenance.

Numbers have codes of LOINC, SNOMED CT or DICOM where these have one (PS3.16 TID 3602, TID 1007), all else has the
column's name in the scheme 99NEMOPET. Patient, study and its date are in the header of each object.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from highdicom import sr
from pydicom.sr.coding import Code as PydicomCode

from NEMOPETLib.coded_concept import Code
from NEMOPETLib.measurements.definitions import NO_UNIT

OWN_SCHEME = "99NEMOPET"

NUMBERS: dict[str, tuple[Code, Code]] = {
    "age_years": (Code("121033", "DCM", "Subject Age"), Code("a", "UCUM", "year")),
    "weight_kg": (Code("29463-7", "LN", "Patient Weight"), Code("kg", "UCUM", "kilogram")),
    "height_m": (Code("8302-2", "LN", "Patient Height"), Code("m", "UCUM", "m")),
    "bmi": (Code("60621009", "SCT", "Body Mass Index"), Code("kg/m2", "UCUM", "kilogram per square meter")),
    "bci": (Code("bci", OWN_SCHEME, "Body composition index"), NO_UNIT),
    "risk_score": (Code("risk_score", OWN_SCHEME, "Risk score"), NO_UNIT),
    "os_months": (Code("os_months", OWN_SCHEME, "Overall survival"), Code("mo", "UCUM", "month")),
}
"""Quantity and unit of the columns that are numbers."""

_SUBJECT_SEX = Code("121032", "DCM", "Subject Sex")
_SEXES = {
    "F": Code("F", "DCM", "Female"),
    "M": Code("M", "DCM", "Male"),
    "O": Code("121102", "DCM", "Other sex"),
}
_TEXTS = {
    "risk_group": "Risk group",
    "model_id": "Model of the risk score",
    "hr": "Hormone receptors (1: positive)",
    "her2": "HER2 (1: positive)",
    "subtype": "Subtype",
    "os_event": "Death (1) or end of observation (0)",
    "set": "Set of the study (train, test)",
    "software_version": "Software version",
    "lesion_engine": "What found the lesions",
    "tissue_engine": "What found the tissues",
    "suv_scheme": "How SUV was derived",
    "lbm_formula": "Formula of lean body mass",
    "overrides": "Given by the user instead of the header's values",
    "corrected_segments": "Corrected by a reader",
    "reader": "Reader",
    "reviewed": "Approved by the reader (1)",
    "masks_path": "Where the masks lie beside the table",
    "tracking_uid": "UID of the results",
    "finding_uids": "UIDs of the findings",
    "warnings": "Warnings",
    "measured_at": "Measured at",
}
"""What the columns of words mean. Where the images lie on the user's disk (``study_path``) is nothing to others."""


def row_numbers(row: Mapping[str, Any]) -> list[sr.Measurement]:
    """Body, age, score and survival, those that the row has."""
    return [
        sr.Measurement(name=pydicom_code(quantity), value=float(row[column]), unit=pydicom_code(unit))
        for column, (quantity, unit) in NUMBERS.items()
        if row.get(column) is not None
    ]


def row_sex(row: Mapping[str, Any]) -> list[sr.QualitativeEvaluation]:
    """The sex that the lean body mass was reckoned with."""
    value = _SEXES.get(str(row.get("sex")))
    return [sr.QualitativeEvaluation(pydicom_code(_SUBJECT_SEX), pydicom_code(value))] if value else []


def row_texts(row: Mapping[str, Any]) -> list[sr.TextContentItem]:
    """All other columns, those that the row has, as the table shows them."""
    return [
        sr.TextContentItem(
            name=PydicomCode(column, OWN_SCHEME, meaning),
            value=text,
            relationship_type=sr.RelationshipTypeValues.CONTAINS,
        )
        for column, meaning in _TEXTS.items()
        if (text := _text(row.get(column)))
    ]


def pydicom_code(code: Code) -> PydicomCode:
    """The code as highdicom takes it."""
    return PydicomCode(code.value, code.scheme, code.meaning)


def _text(value: object) -> str:
    """A cell as text; a flag that was read as a number is written as it stands in the table."""
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()

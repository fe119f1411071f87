"""What the patient page says, in words and numbers that are ready to be shown: the same for PNG and HTML."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import NEMOPETLib
from NEMOPETLib.measurements.definitions import LESION_MEASUREMENTS, MEASUREMENTS, Measurement
from NEMOPETLib.measurements.lesions import Lesion
from NEMOPETLib.measurements.patient_measurements import PatientMeasurements
from NEMOPETLib.report.number_text import MISSING, decimals_of, number_text
from NEMOPETLib.report.words import Language, word
from NEMOPETLib.wording.translated import translated

NUMBERED = 20  # lesions with a number in the pictures and a row in the table
LESION_COLUMNS = ("volume_ml", "suv_max", "suv_peak", "tlg")
# Columns of the row with their unit; those of two decimals at most, where others have one.
_PATIENT = {"study_date": "", "sex": "", "age_years": "years", "weight_kg": "kg", "height_m": "m", "bmi": "kg/m²"}
_MODEL = ("bci", "risk_score", "risk_group", "model_id")
_TWO_DECIMALS = ("height_m", "bci", "risk_score")
_PROVENANCE = (
    *("suv_scheme", "lbm_formula", "lesion_engine", "tissue_engine", "overrides"),
    *("corrected_segments", "reader", "reviewed", "measured_at"),
)


@dataclass(frozen=True)
class Field:
    """A label, the value as text, and its unit (empty if it has none)."""

    label: str
    value: str
    unit: str = ""


@dataclass(frozen=True)
class PageContent:
    """All text of the page.

    ``numbered`` are the labels of the lesions in ``lesion_rows``, the largest first; ``lesion_note`` counts the
    others, or says that there is none. ``lesion_head`` holds the columns' labels and units.
    """

    language: Language
    patient_id: str
    patient: tuple[Field, ...]
    measurements: tuple[Field, ...]
    model: tuple[Field, ...]
    numbered: tuple[int, ...]
    lesion_head: tuple[tuple[str, str], ...]
    lesion_rows: tuple[tuple[str, ...], ...]
    lesion_note: str
    warnings: tuple[str, ...]
    provenance: tuple[Field, ...]


def page_content(row: Mapping[str, object], measured: PatientMeasurements, language: Language) -> PageContent:
    """Choose and word what the page says; see ``write_patient_page``."""
    largest_first = sorted(measured.lesions, key=lambda lesion: (-lesion.volume_ml, lesion.label))
    shown, others = largest_first[:NUMBERED], largest_first[NUMBERED:]
    columns = {definition.column: definition for definition in LESION_MEASUREMENTS}
    definitions = [columns[name] for name in LESION_COLUMNS]
    return PageContent(
        language=language,
        patient_id=_text(row.get("patient_id"), language) or MISSING,
        patient=tuple(_fields(row, _PATIENT, language)),
        measurements=tuple(_measurement(one, measured.values.get(one.column), language) for one in MEASUREMENTS),
        model=tuple(_fields(row, dict.fromkeys(_MODEL, ""), language)),
        numbered=tuple(lesion.label for lesion in shown),
        lesion_head=(
            (word("number", language), ""),
            *((_label(definition, language), definition.unit) for definition in definitions),
        ),
        lesion_rows=tuple(_lesion_row(lesion, definitions, language) for lesion in shown),
        lesion_note=_note(measured, others, language),
        warnings=tuple(translated(one, language) for one in _warnings(measured.warnings, row.get("warnings"))),
        provenance=(
            *_fields(row, dict.fromkeys(_PROVENANCE, ""), language),
            Field(word("software_version", language), f"NEMO-PET {_software(row)}"),
        ),
    )


def _software(row: Mapping[str, object]) -> str:
    return _text(row.get("software_version"), "en") or NEMOPETLib.__version__


def _label(definition: Measurement, language: Language) -> str:
    return definition.french if language == "fr" else definition.english


def _measurement(definition: Measurement, value: float | None, language: Language) -> Field:
    text = number_text(value, decimals_of(definition.unit, value), language)
    return Field(_label(definition, language), text, definition.unit)


def _lesion_row(lesion: Lesion, definitions: Iterable[Measurement], language: Language) -> tuple[str, ...]:
    values = (getattr(lesion, definition.column) for definition in definitions)
    return str(lesion.label), *(number_text(value, 2, language) for value in values)


def _note(measured: PatientMeasurements, others: Sequence[Lesion], language: Language) -> str:
    """What stands below the table of lesions, or in its place."""
    if not measured.lesions:
        no_mask = measured.values.get("lesion_count") is None
        return word("no_lesion_mask" if no_mask else "no_lesion", language)
    if not others:
        return ""
    ml = number_text(sum(lesion.volume_ml for lesion in others), 2, language)
    return word("smaller_lesions" if len(others) > 1 else "smaller_lesion", language, n=len(others), ml=ml)


def _fields(row: Mapping[str, object], units: Mapping[str, str], language: Language) -> Iterable[Field]:
    """Those columns of the row that hold something."""
    for column, unit in units.items():
        text = _text(row.get(column), language, 2 if column in _TWO_DECIMALS else 1)
        if text:
            text = word(f"sex_{text}", language) if column == "sex" and text in ("F", "M", "O") else text
            yield Field(word(column, language), text, word(unit, language) if unit == "years" else unit)


def _text(value: object, language: Language, decimals: int = 2) -> str:
    """A cell of the row as one line of text, numbers with as many decimals at most; empty if it is missing."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return word("yes" if value else "no", language)
    if isinstance(value, float):
        return number_text(value, 0 if value.is_integer() else decimals, language)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} = {_text(one, language)}" for key, one in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_text(one, language) for one in value)
    return " ".join(str(value).split())


def _warnings(measured: Sequence[str], cell: object) -> tuple[str, ...]:
    """Warnings of the row, one a line or one an item, then those of the measurement that are not among them."""
    if isinstance(cell, str):
        lines = cell.splitlines()
    else:
        lines = [str(one) for one in cell] if isinstance(cell, Sequence) else []
    lines = [line.strip() for line in lines if line.strip()]
    new = [warning for warning in measured if not any(warning in line for line in lines)]
    return tuple(dict.fromkeys([*lines, *new]))

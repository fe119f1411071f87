from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from NEMOPETLib.measurements.definitions import (
    LESION_MEASUREMENTS,
    MEASUREMENTS,
    measurement,
)
from NEMOPETLib.measurements.lesions import Lesion, LesionNumbers


def test_columns_are_those_of_the_contract_in_its_order() -> None:
    tissue_columns = [
        f"{tissue}_{what}" for tissue in ("muscle", "fat_sc", "fat_v") for what in ("volume_ml", "sul_mean", "hu_mean")
    ]
    assert [definition.column for definition in MEASUREMENTS] == [
        "tmtv_ml",
        "dmax_mm",
        "dmax_voxel_mm",
        "lesion_count",
        "tlg",
        "suv_max",
        "suv_mean",
        "suv_peak",
        *tissue_columns,
        "spleen_sul_mean",
        "spleen_volume_ml",
        "spleen_hu_mean",
    ]


def test_each_number_of_the_contract_is_defined(reference_data: Path) -> None:
    contract = (reference_data.parent / "CONTRACT.md").read_text(encoding="utf-8")
    assert all(
        f"`{definition.column}`" in contract for definition in MEASUREMENTS if not definition.column.startswith("fat_")
    )


def test_each_number_of_a_lesion_is_defined() -> None:
    measured = [field.name for field in dataclasses.fields(Lesion)]
    places = {"label", "voxel_count", "centroid_lps_mm", "suv_max_lps_mm"}
    assert {definition.column for definition in LESION_MEASUREMENTS} == set(measured) - places


def test_each_total_of_the_lesions_is_a_column() -> None:
    totals = {field.name for field in dataclasses.fields(LesionNumbers)} - {"lesions", "warnings"}
    assert totals <= {definition.column for definition in MEASUREMENTS}


def test_every_definition_is_complete() -> None:
    for definition in (*MEASUREMENTS, *LESION_MEASUREMENTS):
        assert definition.english
        assert definition.french
        assert definition.formula
        assert definition.source
        assert definition.unit or definition.column == "lesion_count"


@pytest.mark.parametrize(
    ("formula", "code"), [("janmahasatian", "126405"), ("james128", "126406"), ("james120", "126402")]
)
def test_the_code_of_sul_follows_the_lean_body_mass_formula(formula: str, code: str) -> None:
    assert measurement("muscle_sul_mean", formula).quantity.value == code
    assert measurement("muscle_hu_mean", formula).quantity.value == "112031"


def test_an_unknown_column_has_no_definition() -> None:
    with pytest.raises(KeyError):
        measurement("kidney_sul_mean")

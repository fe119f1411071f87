"""Every coded concept of the source is one of DICOM's (PS3.16, as pydicom carries it), or published elsewhere."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest
from pydicom.sr._concepts_dict import concepts

from NEMOPETLib.coded_concept import Code

ROOT = Path(__file__).resolve().parents[1]
SCHEMES = {"DCM", "SCT", "SRT", "UCUM", "LN", "IBSI", "NCIt", "RADLEX"}
FULLY_SPECIFIED = re.compile(r" \((observable entity|body structure|qualifier value|procedure|finding)\)$")

IBSI_MANUAL = "IBSI reference manual, arXiv:1612.07003, as MIRP 2.7.0 gives it"
UCUM = "UCUM 2.1, §29 ff.: metre, gram, litre with their prefixes"
TID_3602 = "PS3.16 TID 3602, rows Patient Height and Patient Weight"
SNOMED_CT = "SNOMED CT, a synonym of subcutaneous adipose tissue"
SLICER_TERMS = "Slicer, SegmentationCategoryTypeModifier-SlicerGeneralAnatomy.json: not DICOM's 91723000"
SLICER = "QIICR/PET-IndiC, QuantitativeIndicesTool.py, which knows a volume's unit by this older spelling of DICOM's"

ELSEWHERE = {
    Code("Q4LE", "IBSI", "Mean intensity"): IBSI_MANUAL,
    Code("84IY", "IBSI", "Maximum intensity"): IBSI_MANUAL,
    Code("0F91", "IBSI", "Global intensity peak"): IBSI_MANUAL,
    Code("ml", "UCUM", "milliliter"): UCUM,
    Code("g", "UCUM", "gram"): UCUM,
    Code("kg", "UCUM", "kilogram"): UCUM,
    Code("kg/m2", "UCUM", "kilogram per square meter"): UCUM,
    Code("8302-2", "LN", "Patient Height"): TID_3602,
    Code("29463-7", "LN", "Patient Weight"): TID_3602,
    Code("67769002", "SCT", "Subcutaneous fat"): SNOMED_CT,
    Code("123037004", "SCT", "Anatomical Structure"): SLICER_TERMS,
    Code("{SUVbw}g/ml", "UCUM", "Standardized Uptake Value body weight"): SLICER,
}
"""Concepts that pydicom's tables lack, and where they are published."""


def codes_of(path: Path) -> set[Code]:
    """Each value, scheme and meaning that stand side by side in a source file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        parts = node.args if isinstance(node, ast.Call) else node.elts if isinstance(node, ast.Tuple) else []
        if len(parts) == 3 and isinstance(parts[1], ast.Constant) and parts[1].value in SCHEMES:
            found.add(Code(*(_text(part, path) for part in parts)))
    return found


def _text(part: ast.expr, path: Path) -> str:
    """A constant, or what is made of the constants of its module."""
    if isinstance(part, ast.Constant):
        return str(part.value)
    module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    return str(eval(compile(ast.Expression(part), str(path), "eval"), vars(module)))


def every_code() -> list[Code]:
    paths = [path for package in ("NEMOPETLib", "NEMOPET") for path in (ROOT / package).rglob("*.py")]
    return sorted(set().union(*map(codes_of, paths)), key=str)


def listed_meanings(code: Code) -> set[str]:
    """The meanings that DICOM's tables give to a code, without what SNOMED CT adds in its fully specified names."""
    listed = concepts.get(code.scheme, {}).values()
    return {FULLY_SPECIFIED.sub("", entry[code.value][0]).casefold() for entry in listed if code.value in entry}


@pytest.mark.parametrize("code", every_code(), ids=lambda code: f"{code.scheme}-{code.value}")
def test_each_code_is_a_published_one_with_its_meaning(code: Code) -> None:
    if code in ELSEWHERE:
        assert code.meaning.casefold() not in listed_meanings(code), "DICOM's tables have it"
    else:
        assert code.meaning.casefold() in listed_meanings(code)


def test_what_is_published_elsewhere_is_used() -> None:
    assert set(ELSEWHERE) <= set(every_code())

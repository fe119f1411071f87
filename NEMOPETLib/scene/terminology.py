"""Slicer's terminology file of our segments: ``python -m NEMOPETLib.scene.terminology`` writes it.

Slicer finds no code of fat, skeletal muscle and physiological uptake in the terminologies that it ships.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from NEMOPETLib.coded_concept import Code
from NEMOPETLib.masks.segment_terms import SEGMENT_TERMS, TERMINOLOGY, SegmentTerm

FILE = Path("NEMOPET/Resources/Terminologies/NEMO-PET.term.json")
_SCHEMA = "https://raw.githubusercontent.com/qiicr/dcmqi/master/doc/segment-context-schema.json#"


def as_json() -> str:
    """The file's text, made from ``SEGMENT_TERMS``."""
    categories: dict[Code, list[SegmentTerm]] = {}
    for term in SEGMENT_TERMS.values():
        categories.setdefault(term.category, []).append(term)
    content = {
        "SegmentationCategoryTypeContextName": TERMINOLOGY,
        "@schema": _SCHEMA,
        "SegmentationCodes": {
            "Category": [
                {**_code(category), "showAnatomy": "false", "Type": [_type(term) for term in terms]}
                for category, terms in categories.items()
            ]
        },
    }
    return json.dumps(content, indent=2) + "\n"


def _type(term: SegmentTerm) -> dict[str, Any]:
    rgb = [round(255 * part) for part in term.color]
    return {**_code(term.type), "recommendedDisplayRGBValue": rgb, "3dSlicerLabel": term.name}


def _code(code: Code) -> dict[str, str]:
    return {"CodeMeaning": code.meaning, "CodingSchemeDesignator": code.scheme, "CodeValue": code.value}


if __name__ == "__main__":
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(as_json(), encoding="utf-8")

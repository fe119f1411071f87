from __future__ import annotations

from pathlib import Path

import pytest
import slicer

from NEMOPETLib.masks.segment_terms import SEGMENT_TERMS, TERMINOLOGY
from NEMOPETLib.scene.terminology import FILE, as_json

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def terminologies():
    logic = slicer.vtkSlicerTerminologiesModuleLogic()
    assert logic.LoadTerminologyFromFile(str(ROOT / FILE)) == TERMINOLOGY
    return logic


def test_the_file_is_up_to_date():
    assert (ROOT / FILE).read_text(encoding="utf-8") == as_json()


def test_the_file_is_installed_with_the_module():
    assert str(FILE.relative_to("NEMOPET").as_posix()) in (ROOT / "NEMOPET" / "CMakeLists.txt").read_text()


@pytest.mark.parametrize("name", SEGMENT_TERMS)
def test_slicer_resolves_each_segment_s_codes_to_its_name_and_colour(terminologies, name):
    term = SEGMENT_TERMS[name]
    entry, labelled = slicer.vtkSlicerTerminologyEntry(), slicer.vtkSlicerTerminologyEntry()
    assert terminologies.DeserializeTerminologyEntry(term.slicer_entry, entry)
    assert terminologies.SerializeTerminologyEntry(entry) == term.slicer_entry
    assert terminologies.UpdateEntryFromLoadedTerminologies(entry, [], [])
    assert entry.GetTerminologyContextName() == TERMINOLOGY
    kind = entry.GetTypeObject()
    assert (kind.GetCodeValue(), kind.GetCodingSchemeDesignator()) == (term.type.value, term.type.scheme)
    assert kind.GetRecommendedDisplayRGBValue() == tuple(round(255 * part) for part in term.color)
    assert kind.GetSlicerLabel() == term.name
    assert terminologies.FindTypeInTerminologyBy3dSlicerLabel(TERMINOLOGY, term.name, labelled)
    assert labelled.GetTypeObject().GetCodeValue() == term.type.value

"""The first tab without a window: what is asked of volumes of the scene, and what is done with them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("slicer", reason="slicer-core is not installed")

import slicer

from Testing.panel import stand_ins
from Testing.scene.conftest import CT_GRID, PET_GRID, add_volume, application, scene  # noqa: F401

VOLUMES = 2


@pytest.fixture
def opened() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def tab(monkeypatch: pytest.MonkeyPatch, scene: Any, tmp_path: Path, opened: list[dict[str, Any]]) -> Iterator[Any]:  # noqa: F811
    for _ in stand_ins.install(monkeypatch, scene):
        from NEMOPETPanel import patient_tab

        monkeypatch.setattr(slicer, "dicomDatabase", None, raising=False)
        monkeypatch.setattr(patient_tab, "image_file_of", lambda node: tmp_path / f"{node.GetName()}.nrrd")
        panel = stand_ins.Panel(stand_ins.make_reading())
        panel.reading.open = lambda arguments, *_more: opened.append(arguments)
        made = panel.add(patient_tab.PatientTab)
        made.ui.sourceSelector.setCurrentIndex(VOLUMES)
        choose(made, "ct", add_volume(scene, np.zeros(CT_GRID.shape, np.int16), CT_GRID, "ct"))
        choose(made, "pet", add_volume(scene, np.zeros(PET_GRID.shape, np.float32), PET_GRID, "pet"))
        yield made


def choose(tab: Any, name: str, node: Any) -> None:
    selector = getattr(tab.ui, f"{name}NodeSelector")
    selector.currentNode = lambda: node
    selector.send("currentNodeChanged(vtkMRMLNode*)", node)
    tab.panel.refresh()


def write(tab: Any, **texts: str) -> None:
    for name, text in texts.items():
        edit = getattr(tab.ui, f"{name}Edit")
        edit.text = text
        edit.send("textChanged(QString)", text)


def test_volumes_in_suv_are_opened_as_they_are(tab: Any, opened: list[dict[str, Any]]) -> None:
    assert "identifier" in tab.ui.openButton.toolTip
    write(tab, patientId="V 1")
    assert not tab.ui.uptakeEdit.visible
    tab.ui.openButton.click()
    assert [(one["patient_id"], one["pet_unit"]) for one in opened] == [("V 1", "suvbw")]


def test_a_pet_in_bq_per_ml_is_opened_with_all_that_suv_needs(tab: Any, opened: list[dict[str, Any]]) -> None:
    write(tab, patientId="V 1")
    tab.ui.petUnitSelector.setCurrentIndex(1)
    assert tab.ui.uptakeEdit.visible
    given = {"uptake": "62,5", "weight": "70", "dose": "300"}
    for name, text in given.items():
        assert not tab.ui.openButton.enabled
        assert "uptake, weight and dose" in tab.ui.openButton.toolTip
        write(tab, **{name: text})
    write(tab, uptake="one hour")
    assert not tab.ui.openButton.enabled
    write(tab, uptake="62,5")
    tab.ui.openButton.click()
    (arguments,) = opened
    assert (arguments["pet_unit"], arguments["uptake_min"]) == ("bqml", 62.5)
    assert arguments["overrides"] == {"weight_kg": "70", "dose_mbq": "300"}
    json.dumps(arguments)


def test_a_volume_that_says_its_unit_proposes_it(tab: Any, scene: Any) -> None:  # noqa: F811
    for code, place in (("Bq/ml", 1), ("{SUVbw}g/ml", 0), ("BQ/ML", 1)):
        node = add_volume(scene, np.zeros(PET_GRID.shape, np.float32), PET_GRID, "pet")
        entry = slicer.vtkCodedEntry()
        entry.SetValueSchemeMeaning(code, "UCUM", code)
        node.SetVoxelValueUnits(entry)
        write(tab, uptake="60")
        choose(tab, "pet", node)
        assert tab.ui.petUnitSelector.currentIndex == place
        assert tab.ui.uptakeEdit.text == "", "it was another volume's"


def test_the_doubt_about_a_unit_names_the_field(tab: Any) -> None:
    from NEMOPETPanel.own_language import in_own_language

    doubt = "the PET reaches SUV 9000: are its values suvbw? If they are Bq/ml, say --pet-unit bqml"
    assert in_own_language(doubt).endswith("say PET unit: Bq/ml")


def test_one_volume_is_not_both_pet_and_ct(tab: Any) -> None:
    write(tab, patientId="V 1")
    choose(tab, "ct", tab.ui.petNodeSelector.currentNode())
    assert not tab.ui.openButton.enabled
    assert "same volume" in tab.ui.openButton.toolTip


def test_a_button_that_would_find_nothing_says_so(tab: Any) -> None:
    write(tab, patientId="V 1")
    assert tab.ui.openButton.enabled
    assert not tab.ui.findButton.enabled
    assert "open them" in tab.ui.findButton.toolTip


class Database:
    """Of files whose names are study, series and number."""

    isOpen = True  # noqa: N815

    def fileForInstance(self, uid: str) -> str:  # noqa: N802
        return f"/data/{uid}"

    def fileValue(self, path: str, tag: str) -> str:  # noqa: N802
        return Path(path).name.split("-")[{"0020,000D": 0, "0020,000E": 1}[tag]]


def test_the_series_of_the_volumes_are_the_pair_even_if_others_would_be_proposed(
    tab: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slicer, "dicomDatabase", Database())
    for name in ("pet", "ct"):
        node = getattr(tab.ui, f"{name}NodeSelector").currentNode()
        node.SetAttribute("DICOM.instanceUIDs", f"1-{name}-1 1-{name}-2")
    tab.panel.refresh()
    assert tab.ui.findButton.enabled
    assert not tab.ui.petUnitSelector.enabled
    asked: list[Any] = []
    tab.reading.ask = lambda do, arguments, done, *_more: asked.append((do, arguments, done))
    tab.ui.openButton.click()
    do, arguments, done = asked.pop()
    assert (do, arguments["pet_series"], arguments["ct_series"]) == ("studies", "pet", "ct")
    other = {"study_uid": "2", "problem": "no CT"}
    problem = {"study_uid": "1", "patient_id": "p", "study_date": "", "problem": "no CT fits", "left_out": []}
    done({"studies": [other, {**problem, "pet": None, "ct": None, "warnings": []}]})
    assert tab.ui.pairReasonLabel.text == "no CT fits"
    done({"studies": [other]})
    assert "No PET/CT of this study was found" in tab.message.text


def test_a_volume_that_was_moved_is_written_where_it_lies_in_the_scene(
    tab: Any,
    scene: Any,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    from NEMOPETPanel.volume_files import write_volume

    written: list[Any] = []
    monkeypatch.setattr(slicer.util, "exportNode", lambda *_given, world=False: written.append(world), raising=False)
    node = tab.ui.ctNodeSelector.currentNode()
    write_volume(node, tmp_path / "ct.nrrd")
    node.SetAndObserveTransformNodeID(scene.AddNewNodeByClass("vtkMRMLLinearTransformNode").GetID())
    write_volume(node, tmp_path / "ct.nrrd")
    assert written == [False, True]

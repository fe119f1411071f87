"""Inside Slicer: PET and CT that are volumes of the scene, a lesion added by the mouse, a row without DICOM objects."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import qt
import slicer

sys.path.insert(0, str(Path(__file__).resolve().parent))
import driving
from driving import open_study, panel, pump, quiet, segment, shown, wait

VOLUMES = 2


def main(study: str, folder: str) -> None:
    place = Path(folder)
    files = volumes_of(Path(study), place)
    slicer.mrmlScene.Clear()
    open_volumes({name: slicer.util.loadVolume(str(path)) for name, path in files.items()})
    segment()
    shown()
    lesions = panel().reading.measured["lesions"]
    assert lesions
    escape_ends_the_waiting()
    add_by_mouse()
    assert len(panel().reading.measured["lesions"]) == len(lesions)
    row, said = save(place / "cohort.csv")
    assert row["patient_id"] == "VOLUMES 1"
    assert "without DICOM objects" in said
    assert not list(place.rglob("dicom"))
    open_from_the_queue(lesions)
    volumes_of_the_scene_alone()
    sys.stdout.write(json.dumps({"lesions": len(lesions), "row": row}) + "\n")


def volumes_of(study: Path, place: Path) -> dict[str, Path]:
    """PET in SUV and CT in HU as files that know nothing of DICOM."""
    open_study(study)
    nodes = panel().reading.nodes
    files = {"pet": place / "given_pet.nrrd", "ct": place / "given_ct.nrrd"}
    for name, path in files.items():
        assert slicer.util.exportNode(getattr(nodes, name), str(path))
    return files


def open_volumes(nodes: dict) -> None:
    """Open the volumes by the widgets of the first tab, which says what it lacks."""
    tab = panel().patient
    panel().show_tab(tab)
    tab.ui.sourceSelector.setCurrentIndex(VOLUMES)
    tab.ui.patientIdEdit.text = ""
    tab.ui.petNodeSelector.setCurrentNode(nodes["pet"])
    tab.ui.ctNodeSelector.setCurrentNode(nodes["ct"])
    pump(0.1)
    assert not tab.ui.openButton.enabled
    assert "identifier" in tab.ui.openButton.toolTip
    tab.ui.patientIdEdit.text = "VOLUMES 1"
    tab.ui.weightEdit.text, tab.ui.heightEdit.text = "70", "1.7"
    wait("the volumes can be opened", lambda: tab.ui.openButton.enabled, 10)
    tab.ui.openButton.click()
    wait("the volumes are open", lambda: panel().reading.is_open and not panel().reading.worker.busy)
    assert panel().reading.facts["patient"]["patient_id"] == "VOLUMES 1"
    wait("the facts are shown", lambda: "70.0 kg" in tab.ui.factsLabel.text, 10)


def add_by_mouse() -> None:
    """Remove a lesion, and add it again by a press of the mouse's button in a slice view."""
    tab = panel().correct
    panel().show_tab(tab)
    tab.ui.lesionTable.selectRow(0)
    pump(0.5)
    before = panel().reading.measured["lesions"]
    inside = before[0]["inside_lps_mm"]
    tab.ui.physiologicalButton.click()
    wait("one lesion less", lambda: quiet() and len(panel().reading.measured["lesions"]) == len(before) - 1)
    tab.ui.addLesionButton.click()
    assert tab.ui.addLesionButton.checked
    click_in_view(slicer.app.layoutManager().sliceViewNames()[0], inside)
    assert not tab.ui.addLesionButton.checked, "the click was not seen"
    wait("the lesion is there again", lambda: quiet() and len(panel().reading.measured["lesions"]) == len(before))


def escape_ends_the_waiting() -> None:
    tab = panel().correct
    panel().show_tab(tab)
    tab.ui.addLesionButton.click()
    view = slicer.app.layoutManager().sliceWidget(slicer.app.layoutManager().sliceViewNames()[0]).sliceView()
    for kind in (qt.QEvent.KeyPress, qt.QEvent.KeyRelease):
        send(view, qt.QKeyEvent(kind, qt.Qt.Key_Escape, qt.Qt.NoModifier))
    assert not tab.ui.addLesionButton.checked


def click_in_view(name: str, position_lps) -> None:
    """Press and release the left button on a place of the patient, as the window system tells it."""
    widget = slicer.app.layoutManager().sliceWidget(name)
    view, node = widget.sliceView(), widget.mrmlSliceNode()
    left, posterior, superior = position_lps
    node.JumpSliceByCentering(-left, -posterior, superior)
    pump(0.2)
    from vtk import vtkMatrix4x4

    to_view = vtkMatrix4x4()
    vtkMatrix4x4.Invert(node.GetXYToRAS(), to_view)
    x, y, _z, _one = to_view.MultiplyPoint((-left, -posterior, superior, 1.0))
    ratio = view.devicePixelRatioF() if hasattr(view, "devicePixelRatioF") else 1.0
    spot = qt.QPointF(x / ratio, view.height - 1 - y / ratio)
    for kind, buttons in (
        (qt.QEvent.MouseMove, qt.Qt.NoButton),
        (qt.QEvent.MouseButtonPress, qt.Qt.LeftButton),
        (qt.QEvent.MouseButtonRelease, qt.Qt.NoButton),
    ):
        button = qt.Qt.NoButton if kind == qt.QEvent.MouseMove else qt.Qt.LeftButton
        send(view, qt.QMouseEvent(kind, spot, spot, button, buttons, qt.Qt.NoModifier))


def send(view, event) -> None:
    """Hand an event to the part of a view that draws."""
    qt.QCoreApplication.sendEvent(view.VTKWidget(), event)
    pump(0.1)


def open_from_the_queue(lesions: list) -> None:
    """The row names the files that the volumes came from: it is opened again after the scene is closed."""
    cohort = panel().parameters.cohortFile
    slicer.mrmlScene.Clear()
    panel().parameters.cohortFile = cohort
    tab = panel().cohort
    panel().show_tab(tab)
    wait("the queue can be opened", lambda: tab.ui.openNextButton.enabled)
    tab.ui.openNextButton.click()
    wait("the patient is open again", lambda: panel().reading.is_open and quiet())
    assert len(panel().reading.measured["lesions"]) == len(lesions)


def volumes_of_the_scene_alone() -> None:
    """Volumes without a file are opened too, with a line that says what this costs."""
    nodes = panel().reading.nodes
    logic = slicer.modules.volumes.logic()
    scene = slicer.mrmlScene
    open_volumes({name: logic.CloneVolume(scene, getattr(nodes, name), f"own {name}") for name in ("pet", "ct")})
    wait("it is said", lambda: "own pet, own ct: no file of its own" in panel().patient.message.text)


def save(cohort: Path) -> tuple[dict, str]:
    """Save with DICOM objects wished for; the row and what the tab says."""
    tab = panel().numbers
    panel().parameters.cohortFile = str(cohort)
    panel().show_tab(tab)
    tab.ui.readerEdit.setText("Reader")
    tab.ui.dicomCheck.setChecked(True)
    wait("the row can be saved", lambda: tab.ui.saveButton.enabled and panel().reading.moved.get("values"))
    assert panel().parameters.writeDicom
    tab.ui.saveButton.click()
    wait("the row is written", lambda: tab.message.text and not panel().reading.worker.busy)
    with cohort.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    return row, tab.message.text


if __name__ == "__main__":
    driving.leave_with(main)

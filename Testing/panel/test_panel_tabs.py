"""The tabs' buttons and keys without a window: on real MRML where masks are changed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

pytest.importorskip("slicer", reason="slicer-core is not installed")

from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.scene.lesion_edits import lesion_places
from NEMOPETLib.scene.segments import get_mask
from Testing.panel import stand_ins
from Testing.scene.conftest import PET_GRID, application, make_patient, scene  # noqa: F401

MASKS = {"lesions": "0a"}
RISK: dict[str, Any] = {
    "bci": None,
    "missing": [],
    "risk_group": "low",
    "risk_score": 0.5,
    "method": "median",
    "endpoint": {"unit": "days"},
    "survival": [
        {"horizon": 365.0, "years": 1.0, "estimate": 0.9, "lower": 0.8, "upper": 0.95},
        {"horizon": 730.0, "years": 2.0, "estimate": 0.7, "lower": 0.6, "upper": 0.8},
    ],
    "outside": [],
    "warnings": [],
}
SCENARIOS = [
    {"mask": "lesions", "variant": "shrunk", "risk_score": 0.25, "risk_group": "low", "flips": False},
    {"mask": "lesions", "variant": "grown", "risk_score": 1.75, "risk_group": "high", "flips": True},
]
MOVED = {"values": {}, "risk": {"value": 0.5, "group": "low", "scenarios": SCENARIOS}}


@pytest.fixture
def panel(monkeypatch: pytest.MonkeyPatch, scene: Any) -> Iterator[stand_ins.Panel]:  # noqa: F811
    for _ in stand_ins.install(monkeypatch, scene):
        yield stand_ins.Panel(stand_ins.make_reading())


# Correct -----------------------------------------------------------------------------------------------------


def blocks() -> np.ndarray:
    voxels = np.zeros(PET_GRID.shape, bool)
    for first in (5, 20, 35, 50):
        voxels[first : first + 5, 10:20, 10:20] = True
    return voxels


def listed(patient: Any, name: str) -> list[dict[str, Any]]:
    """A mask's parts as lesions of a measurement, each with a position that is not its middle."""
    found = []
    for number, place in enumerate(lesion_places(get_mask(patient, name)), start=1):
        inside = np.add(place.inside_lps, (4.07, 0, 0))
        numbers = {"number": number, "volume_ml": place.volume_ml, "suv_max": 5.0, "tlg": 10.0, "flags": []}
        found.append({**numbers, "inside_lps_mm": inside.tolist()})
    return found


class Correcting:
    """A reader at the tab Correct; a worker measures when the test says so."""

    def __init__(self, panel: stand_ins.Panel, patient: Any) -> None:
        from NEMOPETPanel.correct_tab import CorrectTab

        self.panel, self.patient, self.reading = panel, patient, panel.reading
        self.reading.nodes = patient
        self.tab = panel.add(CorrectTab)
        self.measure()

    def measure(self) -> None:
        self.reading.keep("measured", {"values": {"tlg": 1}, "lesions": listed(self.patient, "lesions")})
        self.look()

    def look(self) -> None:
        names = self.patient.names
        parts = lesion_places(get_mask(self.patient, "physiological")) if "physiological" in names else ()
        self.reading.physiological = [{"inside_lps_mm": one.inside_lps, "volume_ml": one.volume_ml} for one in parts]
        self.panel.refresh()

    def press(self) -> None:
        self.tab.ui.physiologicalButton.click()
        self.look()

    def apart(self) -> list[int]:
        """First slices of the blocks that are physiological."""
        if "physiological" not in self.patient.names:
            return []
        voxels = get_mask(self.patient, "physiological").whole().voxels
        return [first for first in (5, 20, 35, 50) if voxels[first, 12, 12]]


@pytest.fixture
def correcting(panel: stand_ins.Panel, make_patient: Any) -> Correcting:  # noqa: F811
    return Correcting(panel, make_patient(masks={"lesions": Mask("lesions", blocks(), PET_GRID)}))


@pytest.mark.parametrize("measured", [False, True])
def test_the_second_key_press_undoes_the_first(correcting: Correcting, measured: bool) -> None:
    correcting.tab.ui.lesionTable.selectRow(1)
    correcting.press()
    if measured:
        correcting.measure()
    assert correcting.apart() == [35], "lesions are numbered from the head"
    assert correcting.tab.ui.physiologicalButton.text == "Make it a lesion"
    correcting.press()
    assert correcting.apart() == []
    correcting.measure()
    assert correcting.tab.ui.lesionTable.currentRow() == 1


def test_the_walk_skips_no_lesion(correcting: Correcting) -> None:
    table = correcting.tab.ui.lesionTable
    table.selectRow(0)
    for expected in ([50], [35, 50], [20, 35, 50], [5, 20, 35, 50]):
        correcting.press()
        correcting.measure()
        assert correcting.apart() == expected
        correcting.tab.step(1)
    slices = [round(PET_GRID.indices(np.array([place]))[0][0]) for place in correcting.panel.jumps]
    assert slices == [52, 37, 22, 7, 52], "no jump but those of the keys; after the last lesion the others follow"


def test_where_the_lesion_is_gone_the_views_go_to_the_next_one(correcting: Correcting) -> None:
    from NEMOPETLib.masks.cropped_mask import crop
    from NEMOPETLib.scene.segments import set_mask

    correcting.tab.ui.lesionTable.selectRow(1)
    less = blocks()
    less[35:40] = False
    set_mask(correcting.patient, crop(Mask("lesions", less, PET_GRID)))
    correcting.measure()
    assert correcting.tab.ui.lesionTable.currentRow() == 1
    assert correcting.panel.jumps[-1] == tuple(listed(correcting.patient, "lesions")[1]["inside_lps_mm"])


def test_restoring_mends_both_masks_and_is_offered_only_where_there_is_an_automatic_one(
    correcting: Correcting,
) -> None:
    correcting.tab.ui.lesionTable.selectRow(1)
    correcting.press()
    segments, button = correcting.tab.ui.segmentTable, correcting.tab.ui.restoreSegmentButton
    segments.selectRow(correcting.patient.names.index("physiological"))
    assert not button.enabled
    assert "no automatic mask" in button.toolTip
    segments.selectRow(0)
    button.click()
    assert correcting.apart() == []
    assert correcting.reading.touches[-1] == ("lesions", "physiological")


def test_a_mask_is_not_approved_while_its_numbers_are_of_another(correcting: Correcting) -> None:
    from NEMOPETPanel.documents import STALE

    from NEMOPETLib.scene.review import status_of

    button = correcting.tab.ui.approveSegmentButton
    correcting.tab.ui.segmentTable.selectRow(correcting.patient.names.index("lesions"))
    correcting.reading.keep(STALE, ["lesions"])
    correcting.panel.refresh()
    assert (button.enabled, button.toolTip) == (False, "Its numbers are not of this mask yet")
    correcting.reading.keep(STALE, [])
    correcting.panel.refresh()
    button.click()
    assert status_of(correcting.patient, "lesions") == "approved"


def test_a_region_without_end_is_not_added(correcting: Correcting, monkeypatch: pytest.MonkeyPatch) -> None:
    from NEMOPETLib.scene import lesion_edits

    before = get_mask(correcting.patient, "lesions").whole().voxels
    grow = lesion_edits.grow_lesion
    monkeypatch.setattr(lesion_edits, "grow_lesion", lambda *given, **more: grow(*given, **more, limit_ml=0.1))
    correcting.panel.parameters.growThreshold = 0.5
    correcting.tab.add_lesion(tuple(PET_GRID.positions(np.array([[2, 2, 2]]))[0]))
    assert "Not added" in correcting.tab.message.text
    assert np.array_equal(get_mask(correcting.patient, "lesions").whole().voxels, before)
    assert correcting.reading.touches == []


def test_the_editor_follows_to_the_next_patient(correcting: Correcting, make_patient: Any) -> None:  # noqa: F811
    from NEMOPETLib.scene.patient_nodes import remove_patient

    tab = correcting.tab
    tab.entered()
    tab.ui.editorSection.collapsed = False
    tab.ui.editorSection.send("contentsCollapsed(bool)", False)
    editors = [tab.ui.segmentEditor.mRMLSegmentEditorNode]
    assert editors[0].GetSegmentationNode() is correcting.patient.segmentation
    old, correcting.reading.nodes = correcting.patient, None
    remove_patient(old)
    correcting.panel.refresh()
    correcting.patient = correcting.reading.nodes = make_patient("2", 1)
    correcting.measure()
    assert tab.ui.segmentEditor.mRMLSegmentEditorNode.GetSegmentationNode() is correcting.patient.segmentation
    tab.left()
    correcting.panel.refresh()
    assert tab.ui.segmentEditor.mRMLSegmentEditorNode is None


def test_a_click_that_was_waited_for_on_one_patient_is_not_taken_on_another(correcting: Correcting) -> None:
    button, stopped = correcting.tab.ui.addLesionButton, []
    button.setChecked = lambda on: button.send("toggled(bool)", on)
    correcting.tab._click = SimpleNamespace(start=lambda: None, stop=lambda: stopped.append(1))
    button.setChecked(True)
    correcting.panel.refresh()
    assert not stopped
    correcting.reading.nodes = None
    correcting.panel.refresh()
    assert stopped
    assert correcting.tab.message.text == ""


def test_the_click_on_a_lesion_is_taken_by_nobody_else(panel: stand_ins.Panel) -> None:
    vtk = pytest.importorskip("vtk")
    from NEMOPETPanel.click_in_slice import ClickInSlice

    view = vtk.vtkRenderWindowInteractor()
    slice_node = SimpleNamespace(GetXYToRAS=vtk.vtkMatrix4x4)
    places: list[Any] = []
    brushed: list[Any] = []
    click = ClickInSlice(places.append, lambda: None)
    logic = SimpleNamespace(GetSliceNode=lambda: slice_node)
    tag = view.AddObserver("LeftButtonPressEvent", lambda caller, _event: click._on_press(caller, logic), 10.0)
    view.AddObserver("LeftButtonPressEvent", lambda *_given: brushed.append(1))
    click._observed = [(stand_ins.Widget(), view, (tag,))]
    view.SetEventPosition(3, 4)
    view.InvokeEvent("LeftButtonPressEvent")
    assert (places, brushed) == ([(-3.0, -4.0, 0.0)], [])
    view.InvokeEvent("LeftButtonPressEvent")
    assert (len(places), brushed) == (1, [1])


# Numbers -----------------------------------------------------------------------------------------------------


class Numbers:
    """A reader at the tab Numbers, with a model and a cohort table."""

    def __init__(self, panel: stand_ins.Panel, folder: Path) -> None:
        from NEMOPETPanel.numbers_tab import NumbersTab

        self.panel, self.reading, self.folder = panel, panel.reading, folder
        self.reading.nodes = object()
        for name in ("model.json", "other.json", "cohort.csv"):
            (folder / name).write_text("a")
        parameters = panel.parameters
        parameters.modelFile, parameters.cohortFile = str(folder / "model.json"), str(folder / "cohort.csv")
        parameters.reader = "R"
        self.open("/a")
        self.tab = panel.add(NumbersTab)
        panel.numbers = self.tab

    def open(self, study: str) -> None:
        self.reading.keep("opened", {"request": {"do": "open", "arguments": {"study": study}}, "facts": {}})
        self.measure("0a")

    def measure(self, fingerprint: str) -> None:
        """As the panel does after a measurement: what was asked before is forgotten."""
        values = {"tmtv_ml": 12345.4, "lesion_count": 3}
        self.reading.keep("measured", {"values": values, "masks": {"lesions": fingerprint}})
        for name in ("moved", "predicted"):
            self.reading.keep(name, {})

    def asked(self) -> list[str]:
        self.panel.refresh()
        return [one[0] for one in self.reading.asked]

    def answer(self) -> None:
        for name, _arguments, done, _failed in self.reading.take():
            done({"risk": RISK, "moved": MOVED, "percentiles": {"percentiles": {}}}[name])
        self.panel.refresh()


@pytest.fixture
def numbers(panel: stand_ins.Panel, tmp_path: Path) -> Numbers:
    return Numbers(panel, tmp_path)


ALL = ["percentiles", "risk", "moved"]


def test_each_answer_is_asked_for_once(numbers: Numbers) -> None:
    assert numbers.asked() == ALL
    numbers.answer()
    assert numbers.asked() == []


def test_all_is_asked_again_whatever_has_changed(numbers: Numbers) -> None:
    numbers.asked()
    numbers.answer()
    numbers.open("/b")
    assert numbers.asked() == ALL, "another patient with the same masks"
    numbers.answer()
    (numbers.folder / "cohort.csv").write_text("merged")
    assert numbers.asked() == ALL, "clinical data were merged"
    numbers.answer()
    os.utime(numbers.folder / "model.json", ns=(1, 1))
    assert numbers.asked() == ["risk", "moved"], "the model was made anew"
    numbers.answer()
    numbers.reading.keep("staleMasks", ["lesions"])
    assert numbers.asked() == []
    numbers.reading.keep("staleMasks", [])
    numbers.measure("0a")
    assert numbers.asked() == ALL, "toggled and toggled back"


def test_what_failed_is_asked_again_when_the_tab_is_shown_and_not_before(numbers: Numbers) -> None:
    numbers.asked()
    for _name, _arguments, _done, failed in numbers.reading.take():
        failed("broken")
    assert numbers.asked() == []
    numbers.tab.entered()
    assert numbers.asked() == ALL
    numbers.reading.take()
    numbers.tab._cancel()
    assert numbers.asked() == []
    numbers.tab.entered()
    assert numbers.asked() == ALL


def test_saving_the_patient_s_own_row_changes_no_answer(numbers: Numbers) -> None:
    numbers.asked()
    numbers.answer()
    numbers.tab.ui.approveButton.click()
    ((_name, _arguments, done, _failed),) = numbers.reading.take()
    (numbers.folder / "cohort.csv").write_text("one row more")
    done({"row": {}, "page": "", "dicom": []})
    assert numbers.asked() == []
    assert numbers.tab.message.text == "The row is saved and approved"


def test_the_risk_is_told_in_years_with_how_far_it_moves(numbers: Numbers) -> None:
    numbers.asked()
    numbers.answer()
    text = numbers.tab.ui.riskLabel.text
    assert "Survival at 1 year: 90 %" in text
    assert "Survival at 2 years: 70 %" in text
    assert "Score 0.250 to 1.750" in text
    assert "groups by median" in text
    assert "flips from low to high" in text
    assert "color" in text
    numbers.reading.keep("staleMasks", ["lesions"])
    numbers.panel.refresh()
    stale = numbers.tab.ui.riskLabel.text
    assert stale.startswith('<span style="color:#808080">')
    assert stale.count("color:") == 1


def test_the_risk_of_one_model_is_not_shown_under_another(numbers: Numbers) -> None:
    numbers.asked()
    numbers.answer()
    numbers.panel.parameters.modelFile = str(numbers.folder / "other.json")
    assert numbers.asked() == ["risk", "moved"]
    assert "Survival" not in numbers.tab.ui.riskLabel.text
    numbers.answer()
    assert "Survival" in numbers.tab.ui.riskLabel.text
    numbers.tab.choose_groups("rhier")
    assert numbers.asked() == ["risk", "moved"]
    assert [one[1]["method"] for one in numbers.reading.take()] == ["rhier", "rhier"]
    numbers.panel.parameters.modelFile = str(numbers.folder / "model.json")
    numbers.panel.refresh()
    assert all("method" not in one[1] for one in numbers.reading.take()), "chosen for another model"


def test_a_number_is_written_as_it_is_read(numbers: Numbers) -> None:
    numbers.panel.refresh()
    assert [row[1] for row in numbers.tab.ui.numbersTable.rows] == ["12,345 ml", "3"]


def test_a_number_that_is_missing_has_no_unit(numbers: Numbers) -> None:
    numbers.reading.keep("measured", {"values": {"tmtv_ml": None}, "masks": {}})
    numbers.panel.refresh()
    assert [row[1] for row in numbers.tab.ui.numbersTable.rows] == ["missing"]


def test_another_reader_s_row_is_replaced_by_a_second_press(numbers: Numbers) -> None:
    from NEMOPETPanel.json_lines import Failure

    from NEMOPETLib.session.approved_by_another import APPROVED_BY_ANOTHER

    def press(button: Any, kind: str = APPROVED_BY_ANOTHER) -> dict[str, Any]:
        numbers.panel.refresh()
        numbers.reading.take()
        button.click()
        ((_name, arguments, _done, failed),) = numbers.reading.take()
        failed(Failure("another line", kind))
        return dict(arguments)

    ui = numbers.tab.ui
    assert "replace_reviewed" not in press(ui.approveButton, "")
    assert numbers.tab.message.text == "another line"
    assert "replace_reviewed" not in press(ui.approveButton), "another error"
    assert "press the same button again" in numbers.tab.message.text
    assert "replace_reviewed" not in press(ui.saveButton), "another button"
    numbers.panel.parameters.reader = "S"
    assert "replace_reviewed" not in press(ui.saveButton), "another reader"
    numbers.measure("0b")
    assert "replace_reviewed" not in press(ui.saveButton), "other masks"
    assert press(ui.saveButton)["replace_reviewed"] is True


# Cohort ------------------------------------------------------------------------------------------------------


def row(patient: str, state: str = "to review", reason: str = "", **cells: str) -> dict[str, Any]:
    keys = {"patient_id": patient, "study_uid": "1", "study_date": ""}
    return {**keys, "state": state, "reason": reason, "cells": {"patient_id": patient, **cells}}


ROWS = [
    row("a", masks_path="m", study_path="a"),
    row("b", masks_path="m", study_path="b"),
    row("c", "measured", tmtv_ml="12.34"),
    row("d", "failed", "load: no PET, only a CT"),
]


@pytest.fixture
def cohort(panel: stand_ins.Panel, tmp_path: Path) -> Any:
    from NEMOPETPanel.cohort_tab import CohortTab

    tab = panel.add(CohortTab)
    (tmp_path / "cohort.csv").write_text("patient_id\n")
    tab.ui.cohortFileSelector.currentPath = str(tmp_path / "cohort.csv")
    return tab


def read(cohort: Any, rows: list[dict[str, Any]] = ROWS) -> None:
    ((name, _arguments, done, _failed),) = cohort.reading.take()
    assert name == "cohort"
    done({"rows": rows})


def test_while_the_table_is_read_this_is_said(cohort: Any) -> None:
    cohort.entered()
    assert cohort.ui.queueLabel.text == "Reading the table"
    cohort.entered()
    read(cohort)
    assert cohort.ui.queueLabel.text == "2 to review, 1 measured, 1 failed"


def test_a_table_that_is_not_there_is_said(cohort: Any) -> None:
    cohort.ui.cohortFileSelector.currentPath += ".none"
    cohort.entered()
    assert cohort.reading.asked == []
    assert not cohort.ui.openNextButton.enabled
    assert "no such table yet" in cohort.ui.openNextButton.toolTip


def test_what_cannot_be_opened_says_why(cohort: Any) -> None:
    cohort.entered()
    read(cohort)
    reasons = []
    for place in range(4):
        cohort.ui.cohortTable.selectRow(place)
        reasons.append("" if cohort.ui.openRowButton.enabled else cohort.ui.openRowButton.toolTip)
    assert reasons[:2] == ["", ""]
    assert reasons[2].startswith("no masks were kept")
    assert reasons[3] == "load: no PET, only a CT"
    assert cohort.ui.cohortTable.rows[3][5] == "load: no PET, only a CT"


def test_a_table_of_pseudonyms_says_why_its_rows_are_not_opened(cohort: Any) -> None:
    cohort.entered()
    read(cohort, [row("a", masks_path="m"), row("b", masks_path="m")])
    cohort.ui.cohortTable.selectRow(0)
    for button in (cohort.ui.openRowButton, cohort.ui.openNextButton):
        assert not button.enabled
        assert "as in a pseudonymised table: open the study by its folder" in button.toolTip


def test_the_chosen_patient_stays_chosen_when_others_are_hidden(cohort: Any) -> None:
    cohort.entered()
    read(cohort)
    cohort.ui.cohortTable.selectRow(1)
    cohort.ui.cohortSearchEdit.text = "b"
    cohort._show_rows()
    assert cohort._chosen()["patient_id"] == "b"
    cohort.ui.cohortSearchEdit.text = "c"
    cohort._show_rows()
    assert cohort._chosen() is None


def test_the_key_goes_on_where_a_patient_fails_to_open(cohort: Any) -> None:
    cohort.entered()
    read(cohort)
    cohort.message.notice("The row is saved and approved")
    opened = []
    for _press in range(2):
        cohort.ui.openNextButton.click()
        assert cohort.message.text == ""
        ((_name, arguments, _done, failed),) = cohort.reading.take()
        opened.append(arguments["patient_id"])
        failed("its folder is gone")
        assert f"{opened[-1]} could not be opened: its folder is gone" in cohort.message.text
    assert opened == ["a", "b"]
    assert not cohort.ui.openNextButton.enabled
    assert "could not be opened" in cohort.ui.openNextButton.toolTip
    cohort.ui.reloadCohortButton.click()
    read(cohort)
    assert cohort.ui.openNextButton.enabled


def test_a_patient_who_was_not_asked_for_is_not_passed_over(cohort: Any) -> None:
    """The reading itself refuses once to lose corrections: the same key then means the same patient."""
    cohort.entered()
    read(cohort)
    review = cohort.reading.review
    cohort.reading.review = lambda _arguments, _done, failed, *_more: failed("Changes are not saved")
    cohort.ui.openNextButton.click()
    assert cohort.message.text == "Changes are not saved"
    cohort.reading.review = review
    cohort.ui.openNextButton.click()
    ((_name, arguments, _done, _failed),) = cohort.reading.take()
    assert arguments["patient_id"] == "a"


def test_what_was_said_of_one_patient_is_not_left_above_another(cohort: Any) -> None:
    from NEMOPETPanel.panel import Panel

    shared = SimpleNamespace(reading=cohort.reading, tabs=[cohort], _messages_of=None)
    cohort.reading.nodes = object()
    cohort.message.notice("The row is saved and approved")
    Panel._forget_messages(shared)
    assert cohort.message.text == ""
    cohort.message.notice("Numbers are of these masks")
    Panel._forget_messages(shared)
    assert cohort.message.text != ""


def test_a_double_click_opens_nobody_while_another_is_being_opened(cohort: Any) -> None:
    from NEMOPETPanel.panel import Panel

    cohort.entered()
    read(cohort)
    cohort.ui.cohortTable.selectRow(0)
    cohort.panel.press = lambda button: Panel.press(cohort.panel, button)
    cohort.reading.worker.busy = "review"
    cohort.panel.refresh()
    cohort.ui.cohortTable.send("itemActivated(QTableWidgetItem*)", None)
    assert cohort.reading.asked == []
    assert "busy" in cohort.message.text
    cohort.reading.worker.busy = ""
    cohort.panel.refresh()
    cohort.ui.cohortTable.send("itemActivated(QTableWidgetItem*)", None)
    assert [one[0] for one in cohort.reading.asked] == ["review"]


def test_batch_and_survival_ask_for_the_packages_before_they_start(
    cohort: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from NEMOPETPanel import survival_tab

    lacking = "Python packages are missing: lifelines"
    monkeypatch.setattr("NEMOPETPanel.tab.ensure_packages", lambda: lacking)
    cohort.ui.batchButton.enabled = True
    cohort.ui.batchButton.click()
    assert cohort.message.text == lacking
    tab = cohort.panel.add(survival_tab.SurvivalTab)
    tab.start()
    assert tab.message.text == lacking


def test_the_phantom_is_not_made_twice_at_once(
    panel: stand_ins.Panel, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from NEMOPETPanel import sample_data

    started: list[Any] = []

    class Process:
        def __init__(self, _said: Any, _logged: Any, ended: Any) -> None:
            self.ended = ended

        def start(self, _arguments: Any) -> bool:
            started.append(self)
            return len(started) < 2

    said: list[str] = []
    monkeypatch.setattr(sample_data, "ensure_packages", lambda: "")
    monkeypatch.setattr(sample_data, "PythonProcess", Process)
    for _press in range(2):
        sample_data.make_phantom(tmp_path / "phantom", lambda: said.append("made"), said.append)
    assert len(started) == 1
    assert said == ["The phantom is being made: wait a moment"]
    (tmp_path / "phantom.part").mkdir()
    started[0].ended(0)
    assert said[1:] == ["made"]
    sample_data.make_phantom(tmp_path / "other", lambda: None, said.append)
    assert "could not be made" in said[-1], "Python could not be started"
    assert not sample_data._PROCESSES


# Segment and Survival ----------------------------------------------------------------------------------------


def test_a_batch_with_masks_from_a_file_is_refused(panel: stand_ins.Panel) -> None:
    from NEMOPETPanel.segment_tab import SegmentTab

    tab = panel.add(SegmentTab)
    tab.lesions.show("threshold")
    assert tab.cannot_batch() == ""
    for choice in (tab.lesions, tab.tissues):
        before = choice.name
        choice.show("file")
        assert "cannot take masks from a file" in tab.cannot_batch()
        choice.show(before)


def test_new_masks_leave_the_views_where_the_reader_has_put_them(panel: stand_ins.Panel) -> None:
    from NEMOPETPanel.segment_tab import SegmentTab

    tab = panel.add(SegmentTab)
    tab._segmented()
    assert panel.shows == 0
    panel.views.are_in_layout = False
    tab._segmented()
    assert panel.shows == 1


def test_a_table_is_filled_again_only_with_other_rows(panel: stand_ins.Panel) -> None:
    from NEMOPETPanel.tables import Cell, fill_table

    table = stand_ins.Table("numbersTable")
    for text, filled in (("66.4 ml", 1), ("66.4 ml", 1), ("70.1 ml", 2)):
        fill_table(table, [[Cell(text, number=True)]], chosen=0)
        assert (table.rows[0][0], table.filled, table.currentRow()) == (text, filled, 0)
    fill_table(table, [[Cell("70.1 ml", number=True, colour="#808080")]], chosen=None)
    assert (table.filled, table.currentRow()) == (3, -1)


def results(name: str) -> str:
    stratum = {"cutpoints": [{"operator": ">", "value": 1.0}], "p_corrected": None, "train": {"groups": []}}
    strata = {name: {"median": stratum, "rhier": stratum, "rlr": {**stratum, "cutpoints": []}}}
    return json.dumps({"models": {name: {}}, "n": {"train": 9}, "strata": strata})


def test_results_are_those_of_the_folder_and_a_model_takes_its_groups_along(
    panel: stand_ins.Panel, tmp_path: Path
) -> None:
    from NEMOPETPanel.numbers_tab import NumbersTab
    from NEMOPETPanel.survival_tab import SurvivalTab

    panel.numbers = NumbersTab(panel)
    tab = panel.add(SurvivalTab)
    for name in ("one", "two"):
        (tmp_path / name / "models").mkdir(parents=True)
        (tmp_path / name / "results.json").write_text(results(name))
        (tmp_path / name / "models" / f"{name}.json").write_text("{}")
        tab.ui.survivalFolderSelector.currentPath = str(tmp_path / name)
        tab.ui.survivalFolderSelector.send("currentPathChanged(QString)", "")
        assert tab.ui.resultModelSelector.items == [name]
    tab.ui.resultMethodSelector.setCurrentIndex(1)
    tab.ui.useModelButton.click()
    assert panel.numbers._model_use() == {"model": str(tmp_path / "two" / "models" / "two.json"), "method": "rhier"}
    tab.ui.resultMethodSelector.setCurrentIndex(2)
    tab.ui.useModelButton.click()
    assert "method" not in panel.numbers._model_use(), "it found no cut-point"

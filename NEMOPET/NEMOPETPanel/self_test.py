"""The module's self test: a reader's work on the phantom by clicks on the real widgets."""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
import time
from pathlib import Path

import qt
import slicer

from NEMOPETPanel.patient_tab import DATABASE
from NEMOPETPanel.sample_data import make_phantom
from NEMOPETPanel.shortcuts import APPROVE_PATIENT, APPROVE_SEGMENT, NEXT_LESION, NEXT_PATIENT
from NEMOPETPanel.worker_process import Command, PythonProcess

_COHORT = (
    "import sys; from NEMOPETLib.survival.simulator import simulate_cohort; "
    "simulate_cohort().drop(columns=['lesion_engine', 'tissue_engine']).to_csv(sys.argv[1], index=False)"
)


def run(test, folder: Path | None = None) -> None:
    """Do all steps in a folder of their own, which is removed."""
    place = folder or Path(tempfile.mkdtemp(prefix="nemopet-self-test-"))
    try:
        Story(test, place).tell()
    finally:
        if folder is None:
            shutil.rmtree(place, ignore_errors=True)


class Story:
    """One patient from DICOM import to an approved row, then the survival study."""

    def __init__(self, test, folder: Path) -> None:
        slicer.util.selectModule("NEMOPET")
        self.test, self.folder = test, folder
        self.panel = slicer.modules.NEMOPETWidget.panel
        self.study = folder / "study"
        self.cohort = folder / "cohort.csv"

    def tell(self) -> None:
        """All steps in their order."""
        from DICOMLib import DICOMUtils

        self._make_study()
        with DICOMUtils.TemporaryDICOMDatabase(str(self.folder / "database")):
            DICOMUtils.importDicom(str(self.study))
            self.open_from_database()
        self.segment()
        self.correct_by_click()
        self.add_by_click()
        self.correct_in_editor()
        self.save_for_review()
        self.review_and_approve()
        self.compare_with_the_command_line()
        self.survival()

    # Steps ---------------------------------------------------------------------------------------------------

    def open_from_database(self) -> None:
        """Patient: the pair is proposed and opened."""
        tab = self._show(self.panel.patient)
        tab.ui.sourceSelector.setCurrentIndex(DATABASE)
        self._wait("the database is listed", lambda: tab.ui.databaseSelector.count == 1)
        self._click(tab.ui.findButton)
        self._wait("the pair is found", lambda: tab.ui.pairSelector.count == 1)
        self._click(tab.ui.openButton)
        self._wait("the patient is open", lambda: self.panel.reading.is_open)
        assert "kg" in tab.ui.factsLabel.text

    def segment(self) -> None:
        """Segment: lesions by threshold, numbers follow."""
        tab = self._show(self.panel.segment)
        tab.lesions.show("threshold")
        self.panel.parameters.lesionEngine = "threshold"
        self._click(tab.ui.segmentButton)
        self._wait("there are numbers", lambda: self._lesions() and not self.panel.reading.stale)

    def correct_by_click(self) -> None:
        """Correct: a lesion becomes physiological and a lesion again."""
        tab = self._show(self.panel.correct)
        before = self._lesions()
        tab.ui.lesionTable.selectRow(0)
        self._click(tab.ui.physiologicalButton)
        assert self.panel.reading.stale
        self._wait("one lesion less", lambda: len(self._lesions()) == len(before) - 1)
        self._fresh()
        tab.ui.lesionTable.selectRow(tab.ui.lesionTable.rowCount - 1)
        self._click(tab.ui.physiologicalButton)
        self._wait("the lesion is back", lambda: len(self._lesions()) == len(before))
        self._fresh()
        assert before == self._lesions()

    def add_by_click(self) -> None:
        """Correct: a removed lesion is added by a click on its place."""
        tab = self.panel.correct
        before = self._lesions()
        tab.ui.lesionTable.selectRow(0)
        place = before[0]["inside_lps_mm"]
        self._click(tab.ui.physiologicalButton)
        self._fresh()
        self._click(tab.ui.addLesionButton)
        tab._on_click(place)
        self._wait("the lesion is added", lambda: len(self._lesions()) == len(before))
        self._fresh()

    def correct_in_editor(self) -> None:
        """Correct: the mask grows in the Segment Editor, and the automatic one is brought back."""
        tab = self.panel.correct
        volume = self._value("tmtv_ml")
        tab.ui.segmentTable.selectRow(0)
        tab.ui.editorSection.collapsed = False
        slicer.app.processEvents()
        editor = tab.ui.segmentEditor
        editor.setActiveEffectByName("Margin")
        effect = editor.activeEffect()
        effect.setParameter("MarginSizeMm", "8")
        effect.self().onApply()
        self._wait("the number has followed", lambda: self._value("tmtv_ml") > volume)
        self._fresh()
        self._click(tab.ui.restoreSegmentButton)
        self._wait("the automatic mask is back", lambda: abs(self._value("tmtv_ml") - volume) < 1e-6)
        self._fresh()
        editor.setActiveEffectByName("Margin")
        editor.activeEffect().setParameter("MarginSizeMm", "8")
        editor.activeEffect().self().onApply()
        self._wait("the corrected mask is measured", lambda: self._value("tmtv_ml") > volume)
        self._fresh()
        tab.ui.editorSection.collapsed = True

    def save_for_review(self) -> None:
        """Numbers: sensitivity, and the row."""
        tab = self._show(self.panel.numbers)
        self.panel.parameters.cohortFile = str(self.cohort)
        tab.ui.readerEdit.setText("Reader")
        self._wait("it is known how far the numbers move", lambda: self.panel.reading.moved.get("values"))
        self._click(tab.ui.saveButton)
        self._wait("the row is written", self.cohort.is_file)
        assert self._row()["reviewed"] == "0"
        assert "lesions" in self._row()["corrected_segments"]

    def review_and_approve(self) -> None:
        """Cohort: the queue opens the patient with its masks; the reader approves, all by keys."""
        volume = self._value("tmtv_ml")
        tab = self._show(self.panel.cohort)
        self._wait("the queue is read", lambda: tab.ui.openNextButton.enabled)
        slicer.mrmlScene.Clear()
        assert not self.panel.reading.is_open
        self.panel.parameters.cohortFile = str(self.cohort)
        self._wait("the queue can be opened", lambda: tab.ui.openNextButton.enabled)
        self.panel.shortcuts.act(NEXT_PATIENT)
        self._wait("the patient is open again", lambda: self.panel.reading.measured.get("values"))
        self._fresh()
        self.test.assertAlmostEqual(self._value("tmtv_ml"), volume)
        numbers = self.panel.numbers
        self.panel.parameters.reader = "Reader"
        self.panel.shortcuts.act(NEXT_LESION)
        self.panel.shortcuts.act(APPROVE_SEGMENT)
        self._wait("the row can be approved", lambda: numbers.ui.approveButton.enabled)
        self.panel.shortcuts.act(APPROVE_PATIENT)
        self._wait("the row is approved", lambda: self._row()["reviewed"] == "1")

    def compare_with_the_command_line(self) -> None:
        """The row is the one that ``nemopet run`` writes for the same masks."""
        row = self._row()
        masks = self.cohort.parent / row["masks_path"] / "lesions.seg.nrrd"
        other = self.folder / "command_line" / "cohort.csv"
        other.parent.mkdir()
        self._run(["run", str(self.study), "--cohort", str(other), "--lesions", str(masks), "--reader", "Reader"])
        with other.open(encoding="utf-8-sig", newline="") as file:
            told = next(csv.DictReader(file))
        apart = (
            "measured_at",
            "masks_path",
            "reviewed",
            "corrected_segments",
            "lesion_engine",
            "warnings",
            "study_path",
        )
        for column, cell in told.items():
            if column not in apart:
                assert row[column] == cell, column

    def survival(self) -> None:
        """Survival: a simulated cohort is analysed, shown, and its model used in Numbers."""
        table, out = self.folder / "simulated.csv", self.folder / "survival"
        self._python(["-c", _COHORT, str(table)])
        tab = self._show(self.panel.survival)
        parameters = self.panel.parameters
        parameters.survivalTable, parameters.survivalFolder = str(table), str(out)
        parameters.bootstraps = parameters.permutations = 0
        for name, wanted in ((tab.ui.modelsList, {"radiomic"}), (tab.ui.methodsList, {"median", "rlr"})):
            for row in range(name.count):
                item = name.item(row)
                item.setCheckState(qt.Qt.Checked if item.data(qt.Qt.UserRole) in wanted else qt.Qt.Unchecked)
        self._click(tab.ui.survivalButton)
        self._wait("the report is written", lambda: (out / "report.html").is_file() and tab.ui.plotButton.enabled)
        self._click(tab.ui.plotButton)
        self._click(tab.ui.tableButton)
        self._wait("the curves are shown", lambda: _shows("NEMOPETSurvival", "vtkMRMLPlotViewNode", "plotChart"))
        self._wait("the table is shown", lambda: _shows("NEMOPETTable", "vtkMRMLTableViewNode", "table"))
        self._click(tab.ui.useModelButton)
        self._wait("the risk is told", lambda: self.panel.reading.predicted.get("risk"))

    # Tools ---------------------------------------------------------------------------------------------------

    def _make_study(self) -> None:
        answers: list = []
        make_phantom(self.study, lambda: answers.append(""), answers.append)
        self._wait("the phantom is made", lambda: answers)
        assert answers == [""]

    def _show(self, tab):
        self.panel.show_tab(tab)
        slicer.app.processEvents()
        return tab

    def _click(self, button) -> None:
        self._wait(f"{button.objectName} can be pressed", lambda: button.enabled)
        button.click()
        slicer.app.processEvents()

    def _wait(self, what: str, condition, seconds: float = 240.0) -> None:
        end = time.monotonic() + seconds
        while not condition():
            slicer.app.processEvents()
            time.sleep(0.01)
            said = [tab.message.text for tab in self.panel.tabs if tab.message.text]
            assert time.monotonic() < end, f"{what}: not within {seconds:g} s; messages: {said}"

    def _fresh(self) -> None:
        reading = self.panel.reading
        self._wait("the numbers are of these masks", lambda: not reading.stale and not reading.worker.busy)

    def _lesions(self) -> list:
        return self.panel.reading.measured.get("lesions", [])

    def _value(self, column: str) -> float:
        return self.panel.reading.measured.get("values", {}).get(column, 0.0)

    def _row(self) -> dict:
        with self.cohort.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == 1
        return rows[0]

    def _run(self, arguments: list) -> dict:
        ends: list = []
        command = Command(self.panel.log, lambda _told: None, lambda *end: ends.append(end))
        command.start([*arguments, "--json"])
        self._wait(f"nemopet {arguments[0]} ends", lambda: ends)
        status, output, error = ends[0]
        assert status == 0, error
        return json.loads(output)

    def _python(self, arguments: list) -> None:
        ends: list = []
        process = PythonProcess(self.panel.log, self.panel.log, ends.append)
        process.start(arguments)
        self._wait("Python ends", lambda: ends)
        assert ends == [0]


def _shows(view: str, kind: str, role: str) -> bool:
    node = slicer.mrmlScene.GetSingletonNode(view, kind)
    return node is not None and node.GetNodeReference(role) is not None

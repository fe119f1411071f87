"""Inside Slicer: a picture of each tab in both sizes, and what is narrower than its own text.

    Slicer … --python-script screenshots.py -- FOLDER OUT

``FOLDER`` is a reader's work, whose paths are seen in the pictures: ``studies/NP-001``, ``cohort.csv``,
``simulated_cohort.csv`` and its study ``survival``. The language is that of Slicer's settings; the screen has
1920×1200 points at least.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import qt
import slicer

sys.path.insert(0, str(Path(__file__).resolve().parent))
import driving
from driving import open_study, panel, pump, quiet, segment, shown, wait

TEXTS = ("QPushButton", "QLabel", "QCheckBox", "QComboBox", "QDoubleSpinBox", "QSpinBox", "QLineEdit")
SIZES = {1280: (800, 400), 1920: (1200, 520)}  # by width: height, and the width of the module's area


class Pictures:
    """Grabs the window, and notes what does not fit."""

    def __init__(self, out: Path) -> None:
        self.cut: dict[str, list[str]] = {}
        self._out, self._window = out, slicer.util.mainWindow()
        out.mkdir(parents=True, exist_ok=True)
        self._docks = [
            dock for dock in self._window.findChildren(qt.QDockWidget) if dock.objectName == "PanelDockWidget"
        ]
        slicer.util.findChild(self._window, "DataProbeCollapsibleWidget").collapsed = True

    def take(self, name: str) -> None:
        for width, (height, area) in SIZES.items():
            self._window.setGeometry(0, 0, width, height)
            pump(0.3)
            self._window.resizeDocks(self._docks, [area], qt.Qt.Horizontal)
            pump(1.0)
            shown = [one for one in panel().form.findChildren(qt.QWidget) if one.visible and one.className() in TEXTS]
            cut = [one.objectName for one in shown if one.width < one.minimumSizeHint.width() - 1]
            self.cut[f"{name} {width}"] = [one for one in cut if not one.startswith("qt_")]
            assert self._window.grab().save(str(self._out / f"{name}_{width}.png"))


def main(folder: str, out: str) -> None:
    place = Path(folder)
    panel()
    pictures = Pictures(Path(out))
    open_study(place / "studies" / "NP-001")
    shown()
    pump(1)
    pictures.take("patient")
    tab = panel().segment
    panel().show_tab(tab)
    wait("it is known what is ready", lambda: tab.readiness)
    tab.ui.readinessSection.collapsed = False
    segment()
    pictures.take("segment")
    tab.ui.readinessSection.collapsed = True
    correct(pictures)
    numbers_and_cohort(pictures, place)
    survival(pictures, place)
    sys.stdout.write(json.dumps({"cut": pictures.cut}) + "\n")


def correct(pictures: Pictures) -> None:
    tab = panel().correct
    panel().show_tab(tab)
    tab.ui.lesionTable.selectRow(2)
    pictures.take("correct")


def numbers_and_cohort(pictures: Pictures, place: Path) -> None:
    parameters = panel().parameters
    parameters.cohortFile, parameters.reader = str(place / "cohort.csv"), "Dr Reader"
    parameters.modelFile = str(place / "survival" / "models" / "radiomic.json")
    parameters.keyFile = str(place / "keys" / "study.json")
    parameters.writeDicom = True
    panel().show_tab(panel().numbers)
    wait("the risk is known", lambda: panel().reading.moved.get("values") and panel().reading.predicted.get("risk"))
    wait("nothing runs", quiet)
    pictures.take("numbers")
    parameters.keyFile, parameters.batchFolder = "", str(place / "studies")
    parameters.clinicalFile = str(place / "clinical.csv")
    tab = panel().cohort
    panel().show_tab(tab)
    wait("the table is shown", lambda: tab.ui.cohortTable.rowCount and not panel().reading.worker.busy)
    tab.ui.cohortTable.selectRow(0)
    for section in (tab.ui.batchSection, tab.ui.clinicalSection):
        section.collapsed = False
    pictures.take("cohort")


def survival(pictures: Pictures, place: Path) -> None:
    tab, parameters = panel().survival, panel().parameters
    parameters.survivalTable = str(place / "simulated_cohort.csv")
    parameters.survivalFolder = str(place / "survival")
    panel().show_tab(tab)
    tab.scene_changed()
    tab.ui.resultMethodSelector.setCurrentText("rlr")
    pump(0.5)
    tab.ui.plotButton.click()
    tab.ui.tableButton.click()
    pump(2.0)
    pictures.take("survival")


if __name__ == "__main__":
    driving.leave_with(main)

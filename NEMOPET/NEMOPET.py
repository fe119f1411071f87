"""The Slicer module: one patient from a study on disk to a row of the cohort table, in the background."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import qt
import slicer
from slicer.i18n import tr as _
from slicer.i18n import translate
from slicer.ScriptedLoadableModule import ScriptedLoadableModule, ScriptedLoadableModuleWidget

ROOT = Path(__file__).resolve().parents[1]


class NEMOPET(ScriptedLoadableModule):
    """Title, category, help and acknowledgement."""

    def __init__(self, parent) -> None:
        ScriptedLoadableModule.__init__(self, parent)
        parent.title = "NEMO-PET"
        parent.categories = [translate("qSlicerAbstractCoreModule", "Quantification")]
        parent.contributors = ["NEMO-PET contributors"]
        parent.helpText = _(
            "From a whole-body FDG PET/CT on disk to masks, numbers and a row of a cohort table. "
            "For research, not for clinical decisions."
        )
        parent.acknowledgementText = _(
            "Built on TotalSegmentator, SimpleITK, lifelines and scikit-survival (GPL-3.0-or-later)."
        )


class NEMOPETWidget(ScriptedLoadableModuleWidget):
    """Asks for a study and a cohort table, runs ``nemopet run`` beside Slicer and shows what it says."""

    def setup(self) -> None:
        """Load the panel and connect it."""
        ScriptedLoadableModuleWidget.setup(self)
        panel = slicer.util.loadUI(self.resourcePath("UI/NEMOPET.ui"))
        self.layout.addWidget(panel)
        self.ui = slicer.util.childWidgetVariables(panel)
        self.process = qt.QProcess()
        self.process.setProcessChannelMode(qt.QProcess.MergedChannels)
        self.process.connect("readyRead()", self.onOutput)
        self.process.connect("finished(int,QProcess::ExitStatus)", self.onFinished)
        for selector in (self.ui.studySelector, self.ui.cohortSelector):
            selector.connect("currentPathChanged(QString)", self.updateButtons)
        self.ui.runButton.connect("clicked()", self.onRun)
        self.ui.cancelButton.connect("clicked()", self.process.kill)
        self.updateButtons()

    def cleanup(self) -> None:
        """Leave no process behind when the module is closed or reloaded."""
        self.process.kill()
        self.process.waitForFinished(2000)

    def updateButtons(self, *_unused) -> None:
        """Enable what can be done; a disabled button says why."""
        running = self.process.state() != qt.QProcess.NotRunning
        reason = ""
        if not Path(self.ui.studySelector.currentPath or " ").is_dir():
            reason = _("Choose the folder of a PET/CT study")
        elif not self.ui.cohortSelector.currentPath:
            reason = _("Choose the cohort table")
        elif running:
            reason = _("A patient is being measured")
        self.ui.runButton.enabled = not reason
        self.ui.runButton.toolTip = reason or _("Measure the patient and write the row")
        self.ui.cancelButton.enabled = running
        self.ui.cancelButton.toolTip = _("Stop") if running else _("Nothing is running")

    def onRun(self) -> None:
        """Start the command line in Slicer's own Python, so that the window stays free."""
        python = shutil.which("PythonSlicer")
        if python is None:
            slicer.util.errorDisplay(_("PythonSlicer was not found beside Slicer"))
            return
        self.ui.outputText.clear()
        study, cohort = self.ui.studySelector.currentPath, self.ui.cohortSelector.currentPath
        script = str(ROOT / "NEMOPETLib" / "__main__.py")
        self.process.start(python, [script, "run", study, "--cohort", cohort])
        logging.info("NEMO-PET: a patient is being measured")
        self.updateButtons()

    def onOutput(self) -> None:
        """Show what the process has said."""
        self.ui.outputText.appendPlainText(self.process.readAll().data().decode("utf-8", errors="replace").rstrip())

    def onFinished(self, status, _exit) -> None:
        """Say how it ended."""
        self.ui.outputText.appendPlainText(_("Done") if status == 0 else _("Not done: see the line above"))
        self.updateButtons()

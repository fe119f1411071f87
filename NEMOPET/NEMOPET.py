"""NEMO-PET in Slicer: a radiologist takes one patient from DICOM to an approved row of the cohort table."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import slicer
from slicer.i18n import tr as _
from slicer.i18n import translate
from slicer.ScriptedLoadableModule import (
    ScriptedLoadableModule,
    ScriptedLoadableModuleLogic,
    ScriptedLoadableModuleTest,
    ScriptedLoadableModuleWidget,
)
from slicer.util import VTKObservationMixin

HERE = Path(__file__).resolve().parent
TOO_OLD = sys.version_info < (3, 11)  # Slicer before 5.10; this file alone must be readable by its Python 3.9

if find_spec("NEMOPETLib") is None:  # a source tree: the library lies beside the module's folder
    sys.path.append(str(HERE.parent))


class NEMOPET(ScriptedLoadableModule):
    """Title, category, help and acknowledgement."""

    def __init__(self, parent) -> None:
        ScriptedLoadableModule.__init__(self, parent)
        slicer.app.loadTranslations(self.resourcePath("Translations"))
        parent.title = "NEMO-PET"
        parent.categories = [translate("qSlicerAbstractCoreModule", "Quantification")]
        parent.dependencies = ["Segmentations", "SubjectHierarchy", "Terminologies", "VolumeRendering"]
        parent.contributors = ["NEMO-PET contributors"]
        parent.helpText = _(
            "<p>From a whole-body FDG PET/CT to an approved row of a cohort table: Patient, Segment, Correct and"
            " Numbers take one patient; Cohort holds the review queue and Survival analyses the table.</p>"
            "<p>Keys: Ctrl+Down and Ctrl+Up go from lesion to lesion, Ctrl+L makes one physiological or a lesion"
            " again, Ctrl+K adds one by a click, Ctrl+Space approves the chosen mask, Ctrl+Return approves and saves"
            " the patient, Ctrl+J opens the next patient to review, Alt+1 to Alt+6 choose the tab.</p>"
            "<p>For research, not for clinical decisions. Nothing is sent anywhere.</p>"
        )
        parent.acknowledgementText = _(
            "Built on TotalSegmentator, SimpleITK, lifelines and scikit-survival (GPL-3.0-or-later)."
        )
        slicer.app.connect("startupCompleted()", register_sample_data)


def register_sample_data() -> None:
    """Offer the phantom in the Sample Data module; it is made on this computer when it is asked for."""
    if TOO_OLD or not hasattr(slicer.modules, "sampledata"):
        return
    from NEMOPETPanel.sample_data import register

    register(str(HERE / "Resources" / "Icons" / "NEMOPETPhantom.png"))


class NEMOPETLogic(ScriptedLoadableModuleLogic):
    """The module's parameter node; what it does is in NEMOPETLib, which scripts use without a window."""

    def getParameterNode(self):
        """The parameters in the scene, made if there are none."""
        from NEMOPETPanel.parameter_node import NEMOPETParameterNode

        return NEMOPETParameterNode(super().getParameterNode())


class NEMOPETWidget(ScriptedLoadableModuleWidget, VTKObservationMixin):
    """Puts the panel into the module's area and tells it of scenes and of the module being entered and left."""

    def __init__(self, parent=None) -> None:
        ScriptedLoadableModuleWidget.__init__(self, parent)
        VTKObservationMixin.__init__(self)
        self.panel = None

    def setup(self) -> None:
        """Build the panel."""
        ScriptedLoadableModuleWidget.setup(self)
        if TOO_OLD:
            import qt

            found = ".".join(map(str, sys.version_info[:3]))
            needed = _("NEMO-PET needs Slicer 5.10 or newer: this one has Python {version}")
            label = qt.QLabel(needed.format(version=found))
            label.wordWrap = True
            self.layout.addWidget(label)
            return
        from NEMOPETPanel.panel import Panel

        self.logic = NEMOPETLogic()
        self.panel = Panel(self.resourcePath)
        self.layout.addWidget(self.panel.form)
        self.addObserver(slicer.mrmlScene, slicer.mrmlScene.StartCloseEvent, self.onSceneStartClose)
        self.addObserver(slicer.mrmlScene, slicer.mrmlScene.EndCloseEvent, self.onSceneEndClose)
        self.addObserver(slicer.mrmlScene, slicer.mrmlScene.EndImportEvent, self.onSceneEndClose)
        self.panel.set_parameters(self.logic.getParameterNode())

    def cleanup(self) -> None:
        """Leave no process, timer or observer behind when the module is closed or reloaded."""
        self.removeObservers()
        if self.panel is not None:
            self.panel.close()
            self.panel = None

    def enter(self) -> None:
        """The module is shown."""
        if self.panel is not None:
            self.panel.set_parameters(self.logic.getParameterNode())
            self.panel.enter()

    def exit(self) -> None:
        """Another module is shown."""
        if self.panel is not None:
            self.panel.exit()

    def onSceneStartClose(self, _caller, _event) -> None:
        """The open patient goes with the scene."""
        self.panel.set_parameters(None)

    def onSceneEndClose(self, _caller, _event) -> None:
        """Take up the parameters of the new scene."""
        self.panel.set_parameters(self.logic.getParameterNode())

    def onReload(self) -> None:
        """Read the panel's own files again too."""
        for name in [name for name in sys.modules if name.split(".")[0] in ("NEMOPETPanel", "NEMOPETLib")]:
            del sys.modules[name]
        ScriptedLoadableModuleWidget.onReload(self)


class NEMOPETTest(ScriptedLoadableModuleTest):
    """Drives the real widgets from the phantom's DICOM files to an approved row and a survival study."""

    def setUp(self) -> None:
        """Start from an empty scene."""
        slicer.mrmlScene.Clear()

    def runTest(self) -> None:
        """Run the one story."""
        self.setUp()
        self.test_from_dicom_to_an_approved_row()

    def test_from_dicom_to_an_approved_row(self) -> None:
        """A reader's work on one patient, and the survival tab."""
        from NEMOPETPanel.self_test import run

        run(self)

"""The panel: six tabs over one open patient, the view controls below them, and the keys."""

from __future__ import annotations

import re
from collections.abc import Callable

import qt
import slicer
import vtk
from slicer.i18n import tr as _
from slicer.util import VTKObservationMixin

from NEMOPETPanel.cohort_tab import CohortTab
from NEMOPETPanel.correct_tab import CorrectTab
from NEMOPETPanel.numbers_tab import NumbersTab
from NEMOPETPanel.path_fields import PathFields
from NEMOPETPanel.patient_tab import PatientTab
from NEMOPETPanel.reading import Reading
from NEMOPETPanel.reading_views import ReadingViews
from NEMOPETPanel.segment_tab import SegmentTab
from NEMOPETPanel.shortcuts import Shortcuts
from NEMOPETPanel.survival_tab import SurvivalTab
from NEMOPETPanel.turns import in_turns

_PLAIN = re.compile("<[^>]*>")  # Slicer puts hints into paragraphs


class Panel(VTKObservationMixin):
    """Everything that the module shows.

    Parameters
    ----------
    resource_path
        Gives the path of a file below the module's Resources.
    """

    def __init__(self, resource_path: Callable[[str], str]) -> None:
        VTKObservationMixin.__init__(self)
        self.resource_path = resource_path
        self.form = slicer.util.loadUI(resource_path("UI/NEMOPET.ui"))
        self.ui = slicer.util.childWidgetVariables(self.form)
        self.parameters = None
        self.views = ReadingViews()
        self.reading = Reading(self.refresh, self.log)
        self._gui_tag = None
        self._messages_of = None  # the patient whom the tabs' messages are of
        self._showing: list = []  # the steps that put the patient into the views
        self._refreshing = True  # until all tabs are there
        self._soon = qt.QTimer()  # several parameters that change at once are shown once
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.connect("timeout()", self.refresh)
        self.patient, self.segment, self.correct = PatientTab(self), SegmentTab(self), CorrectTab(self)
        self.numbers, self.cohort, self.survival = NumbersTab(self), CohortTab(self), SurvivalTab(self)
        self.tabs = (self.patient, self.segment, self.correct, self.numbers, self.cohort, self.survival)
        titles = (_("Patient"), _("Segment"), _("Correct"), _("Numbers"), _("Cohort"), _("Survival"))
        for tab, title in zip(self.tabs, titles, strict=True):
            self.ui.tabs.addTab(tab.widget, title)
        self.shown = self.tabs[0]
        self.ui.tabs.connect("currentChanged(int)", self._on_tab)
        self.ui.layoutButton.connect("clicked()", self.show_patient)
        self._paths = PathFields([tab.ui for tab in self.tabs])
        self.shortcuts = Shortcuts(self)
        self._fit_height()
        self._refreshing = False
        _load_terminology(resource_path("Terminologies/NEMO-PET.term.json"))

    def set_parameters(self, parameters) -> None:
        """Take up the parameters of a scene; None while it closes."""
        if self.parameters is not None:
            self.parameters.disconnectGui(self._gui_tag)
            self.removeObserver(self.parameters.parameterNode, vtk.vtkCommand.ModifiedEvent, self._on_parameters)
        self.parameters = parameters
        before = self.reading.nodes
        self.reading.set_parameters(parameters)
        self._paths.set_parameters(parameters)
        if parameters is not None:
            self._gui_tag = parameters.connectGui(self._bound_widgets())
            self.addObserver(parameters.parameterNode, vtk.vtkCommand.ModifiedEvent, self._on_parameters)
        for tab in self.tabs:
            tab.scene_changed()
        self.refresh()
        if self.reading.is_open and self.reading.nodes is not before and self.views.are_in_layout:
            self.show_patient()  # a scene keeps neither the colour copy of the PET nor what a view is adjusted to

    def enter(self) -> None:
        """The module is shown."""
        self.shortcuts.set_enabled(True)
        self._adjust_views()
        self.shown.entered()
        self.refresh()

    def exit(self) -> None:
        """Another module is shown."""
        self.shortcuts.set_enabled(False)
        self.shown.left()
        self.views.stop_turning()

    def close(self) -> None:
        """Leave no process, timer, shortcut or observer behind."""
        self.exit()
        self.set_parameters(None)
        self.removeObservers()
        for tab in self.tabs:
            tab.closed()
        self.reading.close()
        self.shortcuts.remove()
        self._soon.stop()

    def show_patient(self) -> None:
        """Put the open patient into the views."""
        if self.reading.is_open:
            nodes = self.reading.nodes
            self._showing = steps = self.views.steps(nodes, self.parameters)
            in_turns(
                steps,
                self._shown_in_views,
                self.log,
                wanted=lambda: self._showing is steps and self.reading.nodes is nodes,
            )

    @property
    def is_showing(self) -> bool:
        """Whether the patient is on his way into the views."""
        return bool(self._showing)

    def press(self, button) -> None:
        """Press a button by its key; where it is off, say why in the shown tab."""
        if button.enabled:
            button.click()
        else:
            self.shown.message.warning(_PLAIN.sub("", button.toolTip))

    def show_tab(self, tab) -> None:
        """Bring a tab to the front."""
        self.ui.tabs.setCurrentIndex(self.tabs.index(tab))

    def log(self, line: str) -> None:
        """A line of a process, for the reader who wants to know more."""
        self.segment.log(line)

    def refresh(self, *_unused) -> None:
        """Let every tab show what is."""
        if self._refreshing:
            return
        self._refreshing = True
        self._soon.stop()
        try:
            self._forget_messages()
            for tab in self.tabs:
                tab.refresh()
            reason = "" if self.reading.is_open else _("Open a patient first")
            self.patient.offer(self.ui.layoutButton, reason)
            if reason:
                self._showing = []
                self.views.resume()
        finally:
            self._refreshing = False

    def _forget_messages(self) -> None:
        """What was said of one patient is not left above another."""
        if self.reading.nodes is not self._messages_of:
            self._messages_of = self.reading.nodes
            for tab in self.tabs:
                tab.message.clear()

    def _bound_widgets(self):
        gui = type("Gui", (), {})()
        for ui in (self.ui, *(tab.ui for tab in self.tabs)):
            gui.__dict__.update(
                {name: widget for name, widget in ui.__dict__.items() if widget.property("SlicerParameterName")}
            )
        return gui

    def _shown_in_views(self) -> None:
        self._showing = []

    def _adjust_views(self) -> None:
        if self.reading.is_open:
            self.views.adjust(self.reading.nodes, self.parameters)

    def _on_parameters(self, *_unused) -> None:
        self._adjust_views()
        self._paths.show()
        self._soon.start()

    def _on_tab(self, index: int) -> None:
        self.shown.left()
        self.shown = self.tabs[index]
        self._fit_height()
        self.shown.entered()
        self.refresh()

    def _fit_height(self) -> None:
        """Only the shown page counts for the height of the tabs, which would be that of the longest page."""
        for tab in self.tabs:
            policy = qt.QSizePolicy.Preferred if tab is self.shown else qt.QSizePolicy.Ignored
            tab.widget.setSizePolicy(qt.QSizePolicy.Preferred, policy)
        self.ui.tabs.updateGeometry()


def _load_terminology(path: str) -> None:
    """Let the segments' codes be found by name in Slicer's terminology selector."""
    logic = slicer.modules.terminologies.logic()
    names = vtk.vtkStringArray()
    logic.GetLoadedTerminologyNames(names)
    if "NEMO-PET" not in [names.GetValue(n) for n in range(names.GetNumberOfValues())]:
        logic.LoadTerminologyFromFile(path)

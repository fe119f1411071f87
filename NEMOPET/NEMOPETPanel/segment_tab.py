"""The second tab: which engines find the masks, whether they are ready, and the run."""

from __future__ import annotations

import json
from pathlib import Path

from slicer.i18n import tr as _

from NEMOPETLib.errors import InputError
from NEMOPETPanel.choices import Choice
from NEMOPETPanel.message_line import show_html
from NEMOPETPanel.progress_row import ProgressRow
from NEMOPETPanel.python_packages import missing_packages
from NEMOPETPanel.readiness_text import missing_text, needs_html, readiness_row
from NEMOPETPanel.tab import Tab
from NEMOPETPanel.tables import arrange_columns, fill_table
from NEMOPETPanel.worker_process import Command

FILE, TOTALSEGMENTATOR = "file", "totalsegmentator"


class SegmentTab(Tab):
    """Runs the engines in the worker."""

    name = "segment"

    def __init__(self, panel) -> None:
        super().__init__(panel)
        ui = self.ui
        self.readiness: list = []
        self._checked = False
        self.row = ProgressRow(ui.segmentProgress, ui.segmentCancel, ui.segmentRunning, self._cancel)
        self._doctor = Command(panel.log, lambda _told: None, self._on_doctor)
        self.lesions = Choice(
            ui.lesionEngineSelector,
            (
                ("lion", _("LION (network)")),
                ("threshold", _("SUV threshold")),
                ("percent", _("41 % of each maximum")),
                (FILE, _("From a file")),
            ),
            lambda name: self._choose("lesionEngine", name),
        )
        self.tissues = Choice(
            ui.tissueEngineSelector,
            (("", _("None")), (TOTALSEGMENTATOR, _("TotalSegmentator")), (FILE, _("From a file"))),
            lambda name: self._choose("tissueEngine", name),
        )
        self.organs = Choice(
            ui.organEngineSelector,
            (("", _("None")), (TOTALSEGMENTATOR, _("TotalSegmentator"))),
            lambda name: self._choose("organEngine", name),
        )
        self.device = Choice(
            ui.deviceSelector,
            (("auto", _("What is best")), ("gpu", _("GPU")), ("mps", _("Apple GPU")), ("cpu", _("Processor"))),
            lambda name: self._choose("device", name),
        )
        arrange_columns(ui.readinessTable, 2)
        ui.segmentButton.connect("clicked()", self.segment)
        ui.readinessButton.connect("clicked()", self._check_again)

    def scene_changed(self) -> None:
        """Show what the scene's parameters choose."""
        if self.parameters is None:
            return
        self.lesions.show(self.parameters.lesionEngine)
        self.tissues.show(self.parameters.tissueEngine)
        self.organs.show(self.parameters.organEngine)
        self.device.show(self.parameters.device)

    def entered(self) -> None:
        """Look once what is ready."""
        if not self._checked:
            self.check_readiness()

    def closed(self) -> None:
        """Leave no process behind."""
        self._doctor.close()

    def refresh(self) -> None:
        """Fields of the chosen engines, what they said, and the buttons."""
        if self.parameters is None:
            return
        ui, lesions = self.ui, self.lesions.name
        for widget, wanted in (
            (ui.suvThresholdSpin, lesions in ("threshold", "percent")),
            (ui.suvThresholdSpinLabel, lesions in ("threshold", "percent")),
            (ui.lesionFileSelector, lesions == FILE),
            (ui.lesionFileSelectorLabel, lesions == FILE),
            (ui.tissueFileSelector, self.tissues.name == FILE),
            (ui.tissueFileSelectorLabel, self.tissues.name == FILE),
            (ui.organEngineSelector, lesions in ("threshold", "percent")),
            (ui.organEngineSelectorLabel, lesions in ("threshold", "percent")),
            (ui.deviceSelector, self._uses_network()),
            (ui.deviceSelectorLabel, self._uses_network()),
        ):
            widget.setVisible(wanted)
        needs = self._needs()
        self.offer(ui.segmentButton, self._reason() or missing_text(needs))
        show_html(ui.needsLabel, needs_html(needs))
        self.offer(ui.readinessButton, _("Being checked") if self._doctor.running else "")
        show_html(ui.segmentResult, _engines_text(self.reading.engines))

    def segment(self) -> None:
        """Run the engines."""
        self.message.clear()
        try:
            arguments = self._arguments()
        except InputError as error:
            self.failed(str(error))
            return
        self.row.start(_("Segmenting"))
        self.reading.segment(arguments, self._segmented, self.failed, self.row.told, self.row.finish)

    def log(self, line: str) -> None:
        """A line for the log."""
        self.ui.logText.appendPlainText(line)

    def _check_again(self) -> None:
        if self.has_packages():
            self.check_readiness()

    def check_readiness(self) -> None:
        """Ask the command line what is ready; the answer comes later. Not before its packages are there."""
        if not self._doctor.running and not missing_packages():
            self._checked = True
            self._doctor.start(["doctor", "--json"])
            self.refresh()

    def missing(self) -> str:
        """What the chosen engines cannot run without, and what mends it; empty as long as nothing is known."""
        return missing_text(self._needs())

    def cannot_batch(self) -> str:
        """Why the chosen engines cannot run for a batch, and what mends it; empty if they can, as far as is known."""
        if FILE in (self.lesions.name, self.tissues.name):
            return _("A batch cannot take masks from a file: choose an engine in Segment")
        return self.missing()

    def batch_options(self) -> list:
        """The chosen engines as options of the command line, where ``cannot_batch`` says nothing."""
        options = ["--lesions", self.lesions.name, "--suv-threshold", f"{self.parameters.suvThreshold:g}"]
        if self.tissues.name == TOTALSEGMENTATOR:
            options += ["--tissues", TOTALSEGMENTATOR]
        if self._organs():
            options += ["--organs", self._organs()]
        return [*options, "--device", self.device.name]

    def _arguments(self) -> dict:
        parameters, lesions = self.parameters, self.lesions.name
        arguments: dict = {"lesions": parameters.lesionFile if lesions == FILE else lesions}
        if lesions in ("threshold", "percent"):
            arguments["suv_threshold"] = parameters.suvThreshold
            if self.organs.name:
                arguments["organs"] = self.organs.name
        if self.tissues.name == FILE:
            from NEMOPETLib.session.tissue_file import tissues_in

            found = tissues_in(Path(parameters.tissueFile))
            arguments["tissues"] = {name: str(path) for name, path in found.items()}
        elif self.tissues.name:
            arguments["tissues"] = self.tissues.name
        if self._uses_network():
            arguments["device"] = self.device.name
        return arguments

    def _segmented(self) -> None:
        warnings = self.reading.engines.get("warnings", [])
        if warnings:
            self.message.warning(" · ".join(warnings))
        else:
            self.message.notice(_("The masks are made: look at them in Correct"))
        if not self.panel.views.are_in_layout:  # else the views stay where the reader has put them
            self.panel.show_patient()

    def _reason(self) -> str:
        """Why the engines cannot run now; empty if they can."""
        if not self.reading.is_open:
            return _("Open a patient first")
        if self.reading.worker.busy:
            return _("Wait: the worker is busy")
        if self.lesions.name == FILE and not self.ui.lesionFileSelector.currentPath:
            return _("Choose the file of the lesions")
        if self.tissues.name == FILE and not self.ui.tissueFileSelector.currentPath:
            return _("Choose the file of the tissues")
        return ""

    def _needs(self):
        """What the chosen engines lack; None as long as nothing is known."""
        if not self.readiness:
            return None
        from NEMOPETLib.engines.readiness import Check
        from NEMOPETLib.engines.run_needs import run_needs

        checks = [Check(**part) for part in self.readiness]
        return run_needs(checks, lesions=self.lesions.name, tissues=self.tissues.name, organs=self._organs())

    def _organs(self) -> str:
        """What finds the organs; nothing where they are not used."""
        return self.organs.name if self.lesions.name in ("threshold", "percent") else ""

    def _uses_network(self) -> bool:
        return self.lesions.name == "lion" or TOTALSEGMENTATOR in (self.tissues.name, self._organs())

    def _choose(self, parameter: str, name: str) -> None:
        setattr(self.parameters, parameter, name)
        self.refresh()

    def _cancel(self) -> None:
        self.reading.worker.cancel()

    def _on_doctor(self, _status: int, output: str, error: str) -> None:
        try:
            self.readiness = json.loads(output)["checks"]
        except ValueError:
            self.message.error(error or _("What is ready could not be found out: see the log"))
            self.readiness = []
        fill_table(self.ui.readinessTable, [readiness_row(part) for part in self.readiness])
        self.refresh()


def _engines_text(engines: dict) -> str:
    said = [engines.get("lesion_engine", ""), engines.get("tissue_engine", "")]
    return "\n".join(line for line in said if line)

"""The batch of the fifth tab: ``nemopet batch`` in its own process, with the engines and names of the other tabs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from slicer.i18n import tr as _

from NEMOPETPanel.message_line import show_html
from NEMOPETPanel.progress_row import ProgressRow
from NEMOPETPanel.worker_process import Command

if TYPE_CHECKING:
    from NEMOPETPanel.cohort_tab import CohortTab


class BatchRun:
    """Starts, continues and stops the batch of a tab."""

    def __init__(self, tab: CohortTab) -> None:
        self._tab, self._ui, ui = tab, tab.ui, tab.ui
        self._row = ProgressRow(ui.batchProgress, ui.batchCancel, ui.batchRunning, lambda: self._command.interrupt())
        self._command = Command(ui.batchLog.appendPlainText, self._row.told, self._on_ended)
        ui.batchButton.connect("clicked()", self.start)

    def refresh(self, table: str) -> None:
        """The button, and what a batch takes from the other tabs; ``table`` says why there is none to write to."""
        folder = Path(self._ui.batchFolderSelector.currentPath or " ")
        lacking = "" if folder.is_dir() else _("Choose the folder of the studies")
        running = _("The batch is running") if self._command.running else ""
        self._tab.offer(self._ui.batchButton, running or table or lacking or self._tab.panel.segment.cannot_batch())
        show_html(self._ui.batchHowLabel, self._how())

    def start(self) -> None:
        """Start or continue the batch in its own process."""
        tab, panel = self._tab, self._tab.panel
        tab.message.clear()
        if not tab.has_packages():
            return
        self._ui.batchLog.clear()
        self._ui.batchLog.setVisible(True)
        self._row.start(_("Measuring the patients"))
        options = [*panel.segment.batch_options(), *panel.numbers.batch_options()]
        arguments = [tab.parameters.batchFolder, "--cohort", tab.parameters.cohortFile, *options]
        self._command.start(["batch", *arguments, "--progress", "json"])
        tab.refresh()

    def close(self) -> None:
        """Leave no process behind."""
        self._command.close()

    def _how(self) -> str:
        parameters = self._tab.parameters
        parts = [_("Engines as in Segment, true names")]
        if parameters.keyFile:
            parts = [_("Engines as in Segment, pseudonyms as in Numbers")]
        if parameters.writeDicom:
            parts.append(_("with DICOM objects"))
        return ", ".join(parts)

    def _on_ended(self, status: int, _output: str, error: str) -> None:
        self._row.finish()
        message = self._tab.message
        if status == 0:
            message.notice(_("The batch is done"))
        elif status == 1:
            message.warning(_("The batch is done; some patients failed: they are in the table"))
        else:
            message.error(error or _("The batch was stopped; start it again to continue"))
        self._tab.read()

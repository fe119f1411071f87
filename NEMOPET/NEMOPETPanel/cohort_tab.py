"""The fifth tab: the table of all patients, the review queue, the batch and the clinical data."""

from __future__ import annotations

from pathlib import Path

from slicer.i18n import tr as _

from NEMOPETPanel.inks import AMBER, GREEN, RED
from NEMOPETPanel.message_line import show_html
from NEMOPETPanel.own_language import in_own_language
from NEMOPETPanel.progress_row import ProgressRow
from NEMOPETPanel.tab import Tab
from NEMOPETPanel.tables import Cell, arrange_columns, fill_table
from NEMOPETPanel.words import group_word, state_words
from NEMOPETPanel.worker_process import Command

_STATES = ("", "to review", "approved", "measured", "failed")
_INKS = {"to review": AMBER, "approved": GREEN, "measured": "", "failed": RED}
_MOST_ROWS = 500  # shown at once; a search finds the others


class CohortTab(Tab):
    """Goes through the patients that wait for a reader."""

    name = "cohort"

    def __init__(self, panel) -> None:
        super().__init__(panel)
        ui = self.ui
        self._rows: list = []
        self._shown: list = []
        self._read_of = None
        self._batch_done = ""
        self.row = ProgressRow(ui.batchProgress, ui.batchCancel, ui.batchRunning, self._cancel_batch)
        self._batch = Command(self._on_batch_log, self.row.told, self._on_batch_ended)
        arrange_columns(ui.cohortTable, 5)
        ui.cohortFileSelector.connect("currentPathChanged(QString)", self._on_file)
        ui.stateFilter.connect("currentIndexChanged(int)", self._show_rows)
        ui.cohortSearchEdit.connect("textChanged(QString)", self._show_rows)
        ui.cohortTable.connect("itemSelectionChanged()", self.refresh)
        ui.cohortTable.connect("itemActivated(QTableWidgetItem*)", lambda _item: self.open_chosen())
        ui.openRowButton.connect("clicked()", self.open_chosen)
        ui.openNextButton.connect("clicked()", self.open_next)
        ui.reloadCohortButton.connect("clicked()", lambda: self.read())
        ui.batchButton.connect("clicked()", self.start_batch)
        ui.mergeButton.connect("clicked()", self.merge)

    # Shown ---------------------------------------------------------------------------------------------------

    def entered(self) -> None:
        """Read the table when it is first looked at."""
        if self._file() and self._read_of != self._file():
            self.read()

    def refresh(self) -> None:
        """Buttons and counts."""
        if self.parameters is None:
            return
        ui = self.ui
        busy = _("Wait: the worker is busy") if self.reading.worker.busy else ""
        table = "" if self._file() else _("Choose the cohort table")
        row = self._chosen()
        waiting = [one for one in self._rows if one["state"] == "to review"]
        self.offer(ui.reloadCohortButton, table or busy)
        self.offer(ui.openRowButton, table or busy or ("" if row else _("Choose a patient in the table")))
        unread = self._read_of != self._file()
        nobody = "" if waiting or unread else _("Nobody waits for a review")
        self.offer(ui.openNextButton, table or busy or nobody)
        ui.queueLabel.setText(self._counts())
        folder = Path(ui.batchFolderSelector.currentPath or " ")
        batch = "" if folder.is_dir() else _("Choose the folder of the studies")
        running = _("The batch is running") if self._batch.running else ""
        self.offer(ui.batchButton, running or table or batch or self.panel.segment.missing())
        show_html(ui.batchHowLabel, self._how())
        clinical = "" if ui.clinicalFileSelector.currentPath else _("Choose the clinical file")
        self.offer(ui.mergeButton, table or busy or clinical)

    def closed(self) -> None:
        """Leave no process behind."""
        self._batch.close()

    # The table -----------------------------------------------------------------------------------------------

    def read(self, then=lambda: None) -> None:
        """Read the table from its file."""
        if not self._file() or not Path(self._file()).is_file():
            self._rows = []
            self._show_rows()
            return
        self._read_of = self._file()

        def rows(result: dict) -> None:
            self._on_rows(result)
            then()

        self.reading.ask("cohort", {"cohort": self._file()}, rows, self.failed)

    def open_chosen(self) -> None:
        """Open the chosen patient with its masks."""
        row = self._chosen()
        if row is not None:
            self._open(row)

    def open_next(self) -> None:
        """Open the next patient that waits for a reader, after the one that is open."""
        if self._read_of != self._file():
            self.read(self.open_next)
            return
        waiting = [one for one in self._rows if one["state"] == "to review"]
        now = self._open_key()
        keys = [_key(one) for one in self._rows]
        after = keys.index(now) if now in keys else -1
        later = [one for one in waiting if keys.index(_key(one)) > after]
        if waiting:
            self._open((later or waiting)[0])

    def merge(self) -> None:
        """Put the clinical columns into the table."""
        self.message.clear()
        key = self.panel.numbers.key_file()
        arguments = {"cohort": self._file(), "clinical": self.parameters.clinicalFile, **key}
        self.reading.ask("merge_clinical", arguments, self._on_merged, self.failed)

    def _open(self, row: dict) -> None:
        self.message.clear()
        self.panel.patient.row.start(_("Opening the patient"))
        self.reading.review(
            {"cohort": self._file(), "patient_id": row["patient_id"], "study_uid": row["study_uid"]},
            self._on_opened,
            self.failed,
            self.panel.patient.row.told,
            self.panel.patient.row.finish,
        )

    def _on_opened(self, _facts: dict) -> None:
        self.panel.show_patient()
        self.panel.show_tab(self.panel.correct)

    def _on_merged(self, result: dict) -> None:
        text = _("{count} rows have clinical data now").format(count=result["merged_rows"])
        odd = [" ".join(str(part) for part in one.values() if part) for one in result["mismatches"]]
        if odd:
            self.message.warning(" · ".join((text, *odd)))
        else:
            self.message.notice(text)
        self.read()

    def _on_file(self, _path: str) -> None:
        self._rows, self._read_of = [], None
        if self.panel.shown is self:
            self.read()

    def _on_rows(self, result: dict) -> None:
        self._rows = result["rows"]
        self._show_rows()

    def _show_rows(self, *_unused) -> None:
        state = _STATES[self.ui.stateFilter.currentIndex]
        search = self.ui.cohortSearchEdit.text.lower()
        words = state_words()
        self._shown = [
            one
            for one in self._rows
            if (not state or one["state"] == state)
            and (not search or search in " ".join(one["cells"].values()).lower())
        ][:_MOST_ROWS]
        rows = []
        for one in self._shown:
            cells = one["cells"]
            rows.append(
                [
                    Cell(one["patient_id"]),
                    Cell(one["study_date"]),
                    Cell(words.get(one["state"], one["state"]), colour=_INKS.get(one["state"], "")),
                    Cell(_one_decimal(cells.get("tmtv_ml", "")), number=True),
                    Cell(group_word(cells["risk_group"]) if cells.get("risk_group") else ""),
                    Cell(in_own_language(cells.get("warnings", ""))),
                ]
            )
        fill_table(self.ui.cohortTable, rows)
        self.refresh()

    def _counts(self) -> str:
        if not self._rows:
            return _("No patient is in the table yet.") if self._file() else ""
        words = state_words()
        counts = {state: sum(one["state"] == state for one in self._rows) for state in _STATES[1:]}
        text = ", ".join(f"{count} {words[state]}" for state, count in counts.items() if count)
        if len(self._shown) == _MOST_ROWS:
            text += _("; the first {count} are shown: search to see others").format(count=_MOST_ROWS)
        return text

    def _chosen(self):
        row = self.ui.cohortTable.currentRow()
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def _open_key(self) -> tuple:
        patient = self.reading.facts.get("patient", {})
        return (patient.get("patient_id"), patient.get("study_uid"))

    def _file(self) -> str:
        return self.ui.cohortFileSelector.currentPath

    # The batch -----------------------------------------------------------------------------------------------

    def start_batch(self) -> None:
        """Start or continue the batch in its own process."""
        self.message.clear()
        self.ui.batchLog.clear()
        self.ui.batchLog.setVisible(True)
        self.row.start(_("Measuring the patients"))
        options = [*self.panel.segment.batch_options(), *self.panel.numbers.batch_options()]
        arguments = [self.parameters.batchFolder, "--cohort", self._file(), *options]
        self._batch.start(["batch", *arguments, "--progress", "json"])
        self.refresh()

    def _how(self) -> str:
        """What a batch takes from the other tabs."""
        parts = [_("Engines as in Segment, true names")]
        if self.parameters.keyFile:
            parts = [_("Engines as in Segment, pseudonyms as in Numbers")]
        if self.parameters.writeDicom:
            parts.append(_("with DICOM objects"))
        return ", ".join(parts)

    def _cancel_batch(self) -> None:
        self._batch.interrupt()

    def _on_batch_log(self, line: str) -> None:
        self.ui.batchLog.appendPlainText(line)

    def _on_batch_ended(self, status: int, _output: str, error: str) -> None:
        self.row.finish()
        if status == 0:
            self.message.notice(_("The batch is done"))
        elif status == 1:
            self.message.warning(_("The batch is done; some patients failed: they are in the table"))
        else:
            self.message.error(error or _("The batch was stopped; start it again to continue"))
        self.read()


def _one_decimal(cell: str) -> str:
    try:
        return f"{float(cell.replace(',', '.')):.1f}"
    except ValueError:
        return cell


def _key(row: dict) -> tuple:
    return (row["patient_id"], row["study_uid"])

"""The fifth tab: the table of all patients, the review queue, the batch and the clinical data."""

from __future__ import annotations

from pathlib import Path

from slicer.i18n import tr as _

from NEMOPETPanel.batch_run import BatchRun
from NEMOPETPanel.cohort_text import STATES, cohort_cells, counts_text
from NEMOPETPanel.own_language import in_own_language
from NEMOPETPanel.tab import Tab
from NEMOPETPanel.tables import arrange_columns, fill_table

MOST_ROWS = 500
"""Shown at once; a search finds the others."""


class CohortTab(Tab):
    """Goes through the patients that wait for a reader."""

    name = "cohort"

    def __init__(self, panel) -> None:
        super().__init__(panel)
        ui = self.ui
        self._rows: list = []
        self._shown: list = []
        self._read_of = None  # the table that the rows are of
        self._being_read = False
        self._refused: set = set()  # whose row could not be opened since the table was chosen
        self._batch = BatchRun(self)
        arrange_columns(ui.cohortTable, 5)
        ui.cohortFileSelector.connect("currentPathChanged(QString)", self._on_file)
        ui.stateFilter.connect("currentIndexChanged(int)", self._show_rows)
        ui.cohortSearchEdit.connect("textChanged(QString)", self._show_rows)
        ui.cohortTable.connect("itemSelectionChanged()", self.refresh)
        ui.cohortTable.connect("itemActivated(QTableWidgetItem*)", lambda _item: self.panel.press(ui.openRowButton))
        ui.openRowButton.connect("clicked()", self.open_chosen)
        ui.openNextButton.connect("clicked()", self.open_next)
        ui.reloadCohortButton.connect("clicked()", self.reload)
        ui.mergeButton.connect("clicked()", self.merge)

    # Shown ---------------------------------------------------------------------------------------------------

    def entered(self) -> None:
        """Read the table when it is first looked at."""
        if self._file() and self._read_of != self._file() and not self._being_read:
            self.read()

    def refresh(self) -> None:
        """Buttons and counts."""
        if self.parameters is None:
            return
        ui = self.ui
        busy = _("Wait: the worker is busy") if self.reading.worker.busy else ""
        table = "" if self._file() else _("Choose the cohort table")
        self.offer(ui.reloadCohortButton, table or busy)
        self.offer(ui.openRowButton, table or busy or self._closed(self._chosen()))
        self.offer(ui.openNextButton, table or busy or self._nobody())
        ui.queueLabel.setText(self._counts())
        self._batch.refresh(table)
        clinical = "" if ui.clinicalFileSelector.currentPath else _("Choose the clinical file")
        self.offer(ui.mergeButton, table or busy or clinical)

    def closed(self) -> None:
        """Leave no process behind."""
        self._batch.close()

    # The table -----------------------------------------------------------------------------------------------

    def read(self, then=lambda: None) -> None:
        """Read the table from its file."""
        from NEMOPETLib.session.queue_turn import has_queue

        file = self._file()
        if not file or not has_queue(Path(file)):
            self._rows, self._read_of = [], None
            self._show_rows()
            return
        self._being_read = True

        def rows(result: dict) -> None:
            if file == self._file():
                self._rows, self._read_of = result["rows"], file
            self._show_rows()
            then()

        def failed(text: str) -> None:
            self._rows = []
            self._show_rows()
            self.failed(text)

        def ended() -> None:
            self._being_read = False

        self.reading.ask("cohort", {"cohort": file}, rows, failed, ended=ended)
        self.refresh()

    def reload(self) -> None:
        """Read the table again, and try again whoever could not be opened."""
        self.message.clear()
        self._refused.clear()
        self.read()

    def open_chosen(self) -> None:
        """Open the chosen patient with its masks."""
        row = self._chosen()
        if row is not None and not self._closed(row):
            self._open(row)

    def open_next(self) -> None:
        """Open the next patient that waits for a reader, after the one that is open."""
        from NEMOPETLib.session.queue_turn import next_to_review

        if self._read_of != self._file():
            self.read(self._open_next_read)
            return
        place = next_to_review(self._rows, self._open_key(), self._refused)
        if place is not None:
            self._open(self._rows[place])
        else:
            self.panel.shown.message.warning(self._nobody() or _("Nobody waits for a review"))

    def _open_next_read(self) -> None:
        if self._read_of == self._file():
            self.open_next()

    def merge(self) -> None:
        """Put the clinical columns into the table."""
        self.message.clear()
        key = self.panel.numbers.key_file()
        arguments = {"cohort": self._file(), "clinical": self.parameters.clinicalFile, **key}
        self.reading.ask("merge_clinical", arguments, self._on_merged, self.failed)

    def _open(self, row: dict) -> None:
        for tab in self.panel.tabs:
            tab.message.clear()
        self.panel.patient.row.start(_("Opening the patient"))
        sent: list = []  # empty while the reading may still refuse by itself, such as to lose corrections
        self.reading.review(
            {"cohort": self._file(), "patient_id": row["patient_id"], "study_uid": row["study_uid"]},
            self._on_opened,
            lambda text: self._not_opened(row, text) if sent else self._warn(text),
            self.panel.patient.row.told,
            self.panel.patient.row.finish,
        )
        sent.append(row)

    def _not_opened(self, row: dict, text: str) -> None:
        """Say who could not be opened and why; the queue passes over him."""
        from NEMOPETLib.session.queue_turn import key_of

        self._refused.add(key_of(row))
        said = _("{patient} could not be opened: {reason}. The next key press goes on to the next patient")
        self._warn(said.format(patient=row["patient_id"], reason=in_own_language(text)))

    def _warn(self, text: str) -> None:
        """Say it here and in the tab from which a key was pressed; not in the log, for it may name a patient."""
        for tab in {self, self.panel.shown}:
            tab.message.warning(text)
        self.panel.refresh()

    def _closed(self, row) -> str:
        """Why a row cannot be opened; empty if it can."""
        from NEMOPETLib.session.queue_turn import why_closed

        return in_own_language(why_closed(row)) if row else _("Choose a patient in the table")

    def _nobody(self) -> str:
        """Why no next patient can be opened; empty if one can, or as long as the table was not read."""
        from NEMOPETLib.session.queue_turn import has_queue, next_to_review

        if self._being_read:
            return _("Reading the table")
        if not has_queue(Path(self._file())):
            return _("There is no such table yet: a batch or the first saved row makes it")
        if self._read_of != self._file() or next_to_review(self._rows, None, self._refused) is not None:
            return ""
        closed = [self._closed(row) for row in self._rows if row["state"] == "to review"]
        if not closed:
            return _("Nobody waits for a review")
        return closed[0] if all(closed) else _("Whoever waits could not be opened: read the table again to try again")

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
        self._refused.clear()
        self._show_rows()
        if self.panel.shown is self:
            self.read()

    def _show_rows(self, *_unused) -> None:
        chosen = self._chosen()
        state = STATES[self.ui.stateFilter.currentIndex]
        search = self.ui.cohortSearchEdit.text.lower()
        self._shown = [
            one
            for one in self._rows
            if (not state or one["state"] == state)
            and (not search or search in " ".join(one["cells"].values()).lower())
        ][:MOST_ROWS]
        rows = [cohort_cells(one) for one in self._shown]
        fill_table(self.ui.cohortTable, rows, self._place_of(chosen))
        self.refresh()

    def _counts(self) -> str:
        if not self._file():
            return ""
        if self._being_read and not self._rows:
            return _("Reading the table")
        return counts_text(self._rows, most=MOST_ROWS if len(self._shown) == MOST_ROWS else None)

    def _chosen(self):
        row = self.ui.cohortTable.currentRow()
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def _place_of(self, row):
        """Where a patient stands among the shown rows; None if he does not."""
        keys = [_key(one) for one in self._shown]
        return keys.index(_key(row)) if row is not None and _key(row) in keys else None

    def _open_key(self) -> tuple:
        patient = self.reading.facts.get("patient", {})
        return (patient.get("patient_id"), patient.get("study_uid"))

    def _file(self) -> str:
        return self.ui.cohortFileSelector.currentPath


def _key(row: dict) -> tuple:
    return (row["patient_id"], row["study_uid"])

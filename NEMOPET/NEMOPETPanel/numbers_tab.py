"""The fourth tab: every number with unit, percentile and how firm it is; the risk; and the row."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

from slicer.i18n import tr as _

from NEMOPETPanel.documents import MOVED, PREDICTED
from NEMOPETPanel.freshness_text import freshness_html
from NEMOPETPanel.inks import AMBER, GREY, inked
from NEMOPETPanel.json_lines import Failure
from NEMOPETPanel.message_line import show_html
from NEMOPETPanel.number_rows import number_rows
from NEMOPETPanel.own_language import in_own_language, own_language
from NEMOPETPanel.progress_row import ProgressRow
from NEMOPETPanel.risk_text import risk_html
from NEMOPETPanel.tab import Tab
from NEMOPETPanel.tables import arrange_columns, fill_table


class NumbersTab(Tab):
    """Shows what was measured, and saves it."""

    name = "numbers"

    def __init__(self, panel) -> None:
        super().__init__(panel)
        ui = self.ui
        self._tried: dict = {}  # what was asked last, so that what failed or was stopped is not asked for ever
        self._refused = None  # the save that would replace another reader's row
        self.row = ProgressRow(ui.numbersProgress, ui.numbersCancel, ui.numbersRunning, self._cancel)
        arrange_columns(ui.numbersTable, 0)
        ui.saveButton.connect("clicked()", lambda: self.save(approved=False))
        ui.approveButton.connect("clicked()", lambda: self.save(approved=True))

    # Shown ---------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Numbers, warnings, risk and buttons."""
        if self.parameters is None:
            return
        ui = self.ui
        show_html(ui.numbersFreshness, freshness_html(self.reading))
        self._show_numbers()
        warnings = self.reading.measured.get("warnings", [])
        show_html(ui.warningsLabel, "<br>".join(inked(AMBER, escape(in_own_language(text))) for text in warnings))
        show_html(ui.riskLabel, self._risk_html())
        ui.keepDatesCheck.setVisible(bool(self.parameters.keyFile))
        reason = self._cannot_save()
        self.offer(ui.saveButton, reason)
        self.offer(ui.approveButton, reason)
        self._complete()

    def entered(self) -> None:
        """Ask for what is not known yet, also for what failed or was stopped before."""
        self._tried = {}
        self._complete()

    def failed(self, text: str) -> None:
        """Show an error, also in the tab from which a key was pressed."""
        for tab in {self, self.panel.shown}:
            tab.message.error(text)
        self.panel.refresh()

    def save(self, approved: bool) -> None:
        """Write the row; pressed again after another reader's row was in the way, in its place."""
        self.message.clear()
        parameters = self.parameters
        arguments = {
            "cohort": parameters.cohortFile,
            "reader": parameters.reader.strip(),
            "approved": approved,
            "language": own_language(),
            "dicom": parameters.writeDicom,
            "keep_dates": bool(parameters.keyFile) and parameters.keepDates,
            **self.key_file(),
            **self._model_use(),
        }
        asked = (arguments, self._basis())
        again = {"replace_reviewed": True} if asked == self._refused else {}
        self._refused = None
        self.reading.save(
            {**arguments, **again},
            lambda result: self._saved(asked, result),
            lambda text: self._not_saved(asked, text),
        )

    def choose_groups(self, method: str) -> None:
        """Form the risk groups of the chosen model by this method."""
        self.parameters.riskGroups = json.dumps({"model": self.parameters.modelFile, "method": method})

    def key_file(self) -> dict:
        """The key file of pseudonyms as an argument of the worker; empty without one."""
        return {"pseudonymise": self.parameters.keyFile} if self.parameters.keyFile else {}

    def batch_options(self) -> list:
        """How rows are written, as options of the command line."""
        parameters = self.parameters
        options = ["--dicom"] if parameters.writeDicom else []
        if parameters.keyFile:
            options += ["--pseudonymise", parameters.keyFile, *(["--keep-dates"] if parameters.keepDates else [])]
        return options

    def _saved(self, asked: tuple, result: dict) -> None:
        arguments, basis = asked
        self._still_know(basis)
        text = _("The row is saved and approved") if arguments["approved"] else _("The row is saved for review")
        lacks_dicom = arguments["dicom"] and not result["dicom"]
        if lacks_dicom:
            text = _("{saved}, without DICOM objects: these images were not read from DICOM").format(saved=text)
        for tab in {self, self.panel.shown}:
            (tab.message.warning if lacks_dicom else tab.message.notice)(text)
        self.panel.cohort.read()

    def _not_saved(self, asked: tuple, text: str) -> None:
        from NEMOPETLib.session.approved_by_another import APPROVED_BY_ANOTHER

        if not isinstance(text, Failure) or text.kind != APPROVED_BY_ANOTHER:
            self.failed(text)
            return
        self._refused = asked
        self.failed(_("Another reader has approved this row: press the same button again to replace it"))

    # Asked of the worker -------------------------------------------------------------------------------------

    def _complete(self) -> None:
        """While the tab is shown: percentiles, risk and how far all moves, as far as they are not known."""
        if not self._up_to_date():
            self._tried = {}
            return
        if self.panel.shown is not self or self.reading.worker.busy:
            return
        basis = self._basis()
        if basis == self._tried:
            return
        place, risk = basis["place"], basis["risk"]
        of = self.reading.predicted.get("of", {})
        use = self._model_use()
        if use and self._cohort():
            use |= {"cohort": self._cohort(), **self.key_file()}
        self._tried = basis
        if place["cohort"] and of.get("percentiles") != place:
            arguments = {"cohort": self._cohort(), **self.key_file()}
            self.reading.percentiles(arguments, lambda _result: self._know("percentiles", place), self.failed)
        if use and of.get("risk") != risk:
            self.reading.predict(use, lambda _result: self._know("risk", risk), self.failed)
        if self.reading.moved.get("of") != risk:
            self.row.start(_("How far the numbers move"))
            self.reading.sensitivity(
                use, lambda _result: self._know_moved(risk), self.failed, self.row.told, self.row.finish
            )

    def _basis(self) -> dict:
        """Of what the answers are to be: those of percentiles, and of the risk and all that moves."""
        from NEMOPETLib.session.asked_of import place_basis, risk_basis

        masks = self.reading.measured.get("masks", {})
        place = place_basis(self.reading.request, masks, self._cohort(), self.parameters.keyFile)
        return {"place": place, "risk": risk_basis(place, self._model(), self._method())}

    def _know(self, name: str, basis: dict) -> None:
        """Keep with an answer of what it is."""
        predicted = self.reading.predicted
        self.reading.keep(PREDICTED, {**predicted, "of": {**predicted.get("of", {}), name: basis}})

    def _know_moved(self, basis: dict) -> None:
        self.reading.keep(MOVED, {**self.reading.moved, "of": basis})

    def _still_know(self, before: dict) -> None:
        """The patient's own row is written: that changes no answer, though it changes the table."""
        now = self._basis()
        of = self.reading.predicted.get("of", {})
        for name, part in (("percentiles", "place"), ("risk", "risk")):
            if of.get(name) == before[part]:
                self._know(name, now[part])
        if self.reading.moved.get("of") == before["risk"]:
            self._know_moved(now["risk"])

    def _cancel(self) -> None:
        self.reading.worker.cancel()
        self.message.notice(_("Stopped: what is missing is asked for when the tab is shown again"))

    def _up_to_date(self) -> bool:
        return bool(self.reading.measured.get("values")) and not self.reading.stale

    def _model(self) -> str:
        path = self.parameters.modelFile
        return path if path and Path(path).is_file() else ""

    def _method(self) -> str:
        """The method of the risk groups, where one was chosen for this model."""
        chosen = json.loads(self.parameters.riskGroups or "{}")
        return chosen["method"] if chosen.get("model") == self.parameters.modelFile and self._model() else ""

    def _model_use(self) -> dict:
        """Model and method as arguments of the worker; empty without a model."""
        method = {"method": self._method()} if self._method() else {}
        return {"model": self._model(), **method} if self._model() else {}

    def _cohort(self) -> str:
        path = self.parameters.cohortFile
        return path if path and Path(path).is_file() else ""

    def _cannot_save(self) -> str:
        if not self.reading.is_open:
            return _("Open a patient first")
        if not self.reading.measured.get("values"):
            return _("There are no numbers yet: make the masks in Segment")
        if self.reading.stale:
            return _("Wait until the numbers are of these masks")
        if self.reading.worker.busy:
            return _("Wait: the worker is busy")
        if not self.parameters.cohortFile:
            return _("Choose the cohort table")
        return "" if self.parameters.reader.strip() else _("Give the reader's name")

    # Text ----------------------------------------------------------------------------------------------------

    def _show_numbers(self) -> None:
        from NEMOPETLib.session.asked_of import is_of_table

        predicted = self.reading.predicted
        placed = predicted.get("percentiles") if is_of_table(_of(predicted, "percentiles"), self._cohort()) else None
        rows = number_rows(
            self.reading.measured.get("values", {}),
            (placed or {}).get("percentiles", {}),
            self.reading.moved.get("values", {}),
            ink="" if self._up_to_date() else GREY,
        )
        fill_table(self.ui.numbersTable, rows)

    def _risk_html(self) -> str:
        if not self._model():
            return _("Choose a model to see risk group and predicted survival.")
        from NEMOPETLib.session.asked_of import is_of_model

        wanted = self._basis()["risk"]
        risk, moved = self.reading.predicted.get("risk", {}), self.reading.moved
        if not risk or not is_of_model(_of(self.reading.predicted, "risk"), wanted):
            return _("The risk follows when the numbers are of these masks.")
        scenarios = moved.get("risk") if is_of_model(moved.get("of", {}), wanted) else None
        return risk_html(risk, scenarios or {}, of_now=self._up_to_date())


def _of(predicted: dict, name: str) -> dict:
    """Of what an answer is."""
    return predicted.get("of", {}).get(name, {})

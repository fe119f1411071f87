"""The fourth tab: every number with unit, percentile and how firm it is; the risk; and the row."""

from __future__ import annotations

from html import escape
from pathlib import Path

from slicer.i18n import tr as _

from NEMOPETPanel.freshness_text import freshness_html
from NEMOPETPanel.inks import AMBER, GREY, inked
from NEMOPETPanel.message_line import show_html
from NEMOPETPanel.number_text import number_text
from NEMOPETPanel.own_language import in_own_language, own_language
from NEMOPETPanel.progress_row import ProgressRow
from NEMOPETPanel.risk_text import risk_html
from NEMOPETPanel.tab import Tab
from NEMOPETPanel.tables import Cell, arrange_columns, fill_table


class NumbersTab(Tab):
    """Shows what was measured, and saves it."""

    name = "numbers"

    def __init__(self, panel) -> None:
        super().__init__(panel)
        ui = self.ui
        self._asked = ""
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
        """Ask for what is not known yet."""
        self._complete()

    def failed(self, text: str) -> None:
        """Show an error, also in the tab from which a key was pressed."""
        for tab in {self, self.panel.shown}:
            tab.message.error(text)
        self.panel.refresh()

    def save(self, approved: bool) -> None:
        """Write the row."""
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
        }
        if self._model():
            arguments["model"] = self._model()
        self.reading.save(arguments, lambda result: self._saved(arguments, result), self.failed)

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

    def _saved(self, asked: dict, result: dict) -> None:
        text = _("The row is saved and approved") if asked["approved"] else _("The row is saved for review")
        lacks_dicom = asked["dicom"] and not result["dicom"]
        if lacks_dicom:
            text = _("{saved}, without DICOM objects: these images were not read from DICOM").format(saved=text)
        for tab in {self, self.panel.shown}:
            (tab.message.warning if lacks_dicom else tab.message.notice)(text)
        self.panel.cohort.read()

    # Asked of the worker -------------------------------------------------------------------------------------

    def _complete(self) -> None:
        """While the tab is shown: percentiles, risk and how far all moves, each once for the same masks."""
        if self.panel.shown is not self or not self._up_to_date() or self.reading.worker.busy:
            return
        wanted = f"{self.reading.measured['masks']}|{self._model()}|{self._cohort()}|{self.parameters.keyFile}"
        if wanted == self._asked:
            return
        self._asked = wanted
        if self._cohort():
            self.reading.percentiles({"cohort": self._cohort(), **self.key_file()}, lambda _result: None, self.failed)
        model = {"model": self._model()} if self._model() else {}
        if model and self._cohort():
            model |= {"cohort": self._cohort(), **self.key_file()}
        if model:
            self.reading.predict(model, lambda _result: None, self.failed)
        self.row.start(_("How far the numbers move"))
        self.reading.sensitivity(model, lambda _result: None, self.failed, self.row.told, self.row.finish)

    def _cancel(self) -> None:
        self.reading.worker.cancel()

    def _up_to_date(self) -> bool:
        return bool(self.reading.measured.get("values")) and not self.reading.stale

    def _model(self) -> str:
        path = self.parameters.modelFile
        return path if path and Path(path).is_file() else ""

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
        from NEMOPETLib.measurements.definitions import MEASUREMENTS

        values = self.reading.measured.get("values", {})
        percentiles = self.reading.predicted.get("percentiles", {}).get("percentiles", {})
        moved = self.reading.moved.get("values", {})
        ink = "" if self._up_to_date() else GREY
        rows = []
        for one in MEASUREMENTS:
            if one.column not in values:
                continue
            value = values[one.column]
            label = one.french if own_language() == "fr" else one.english
            place = percentiles.get(one.column) or {}
            move = moved.get(one.column, {})
            rows.append(
                [
                    Cell(label, hint=f"{one.formula}\n{one.source}", colour=ink),
                    Cell(f"{number_text(value)} {one.unit}".strip(), number=True, colour=ink),
                    Cell(_percentile(place), hint=_among(place), number=True, colour=ink),
                    Cell(_range(move.get("threshold")), number=True, colour=ink),
                    Cell(_range([move.get("shrunk"), move.get("grown")]), number=True, colour=ink),
                ]
            )
        fill_table(self.ui.numbersTable, rows)

    def _risk_html(self) -> str:
        if not self._model():
            return _("Choose a model to see risk group and predicted survival.")
        risk = self.reading.predicted.get("risk", {})
        if not risk:
            return _("The risk follows when the numbers are of these masks.")
        return risk_html(risk, self.reading.moved.get("risk") or {})


def _percentile(place: dict) -> str:
    return "" if place.get("percentile") is None else f"{place['percentile']:.0f}"


def _among(place: dict) -> str:
    return _("among {count} other patients").format(count=place["n"]) if place else ""


def _range(pair) -> str:
    known = [value for value in pair or () if value is not None]
    return f"{min(known):.3g}–{max(known):.3g}" if len(known) == 2 else ""

"""The sixth tab: the survival study of the cohort table, beside Slicer, and its results in Slicer's views."""

from __future__ import annotations

import json
import re
from pathlib import Path

import qt
from slicer.i18n import tr as _

from NEMOPETPanel.message_line import show_html
from NEMOPETPanel.own_language import own_language
from NEMOPETPanel.progress_row import ProgressRow
from NEMOPETPanel.survival_text import coefficient_table, stratum_text
from NEMOPETPanel.survival_views import SurvivalViews
from NEMOPETPanel.tab import Tab
from NEMOPETPanel.words import model_words
from NEMOPETPanel.worker_process import Command

MODELS = ("clinical", "radiomic", "clinical_radiomic", "bci", "bci_spleen", "clinical_radiomic_organomic")
METHODS = ("median", "quartiles", "rlr", "rlr_last", "rhier", "rmolr", "surv_cutpoint", "time_roc")


class SurvivalTab(Tab):
    """Runs ``nemopet survival`` and shows what it wrote."""

    name = "survival"

    def __init__(self, panel) -> None:
        super().__init__(panel)
        ui = self.ui
        self._results: dict = {}
        self._views = SurvivalViews()
        self.row = ProgressRow(ui.survivalProgress, ui.survivalCancel, ui.survivalRunning, self._cancel)
        self._command = Command(panel.log, self.row.told, self._on_ended)
        _fill_checkable(ui.modelsList, MODELS, model_words(), self.refresh)
        _fill_checkable(ui.methodsList, METHODS, {}, self.refresh)
        ui.survivalButton.connect("clicked()", self.start)
        for selector in (ui.survivalTableSelector, ui.configSelector):
            selector.connect("currentPathChanged(QString)", lambda _path: self.refresh())
        ui.survivalFolderSelector.connect("currentPathChanged(QString)", lambda _path: self._load())
        for selector in (ui.resultModelSelector, ui.resultMethodSelector, ui.resultSetSelector):
            selector.connect("currentIndexChanged(int)", self._show_result)
        ui.plotButton.connect("clicked()", self.show_plots)
        ui.tableButton.connect("clicked()", self.show_tables)
        ui.reportButton.connect("clicked()", self.open_report)
        ui.useModelButton.connect("clicked()", self.use_model)

    # Shown ---------------------------------------------------------------------------------------------------

    def scene_changed(self) -> None:
        """Results of the scene's folder."""
        self._views.stop()
        self._load()

    def entered(self) -> None:
        """The table of the Cohort tab, where none is chosen here."""
        if not self.parameters.survivalTable:
            self.parameters.survivalTable = self.parameters.cohortFile

    def refresh(self, *_unused) -> None:
        """Buttons, and the choices that a configuration makes."""
        ui = self.ui
        own = bool(ui.configSelector.currentPath)
        for chosen in (ui.modelsList, ui.methodsList):
            chosen.setEnabled(not own)
        self.offer(ui.survivalButton, self._reason(own))
        nothing = "" if self._results else _("There is no result yet: analyse first")
        for button in (ui.plotButton, ui.tableButton, ui.useModelButton):
            self.offer(button, nothing)
        there = bool(self.ui.survivalFolderSelector.currentPath) and self._report().is_file()
        report = "" if there else _("There is no report yet: analyse first")
        self.offer(ui.reportButton, report)

    def closed(self) -> None:
        """Leave no process behind."""
        self._views.stop()
        self._command.close()

    # Running -------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Analyse in a process of its own."""
        self.message.clear()
        if not self.has_packages():
            return
        parameters = self.parameters
        arguments = ["survival", parameters.survivalTable, "--out", parameters.survivalFolder]
        if self.ui.configSelector.currentPath:
            arguments += ["--config", parameters.survivalConfig]
        else:
            arguments += [
                "--models",
                *_checked(self.ui.modelsList),
                "--methods",
                *_checked(self.ui.methodsList),
                "--no-classifier",
            ]
        arguments += ["--bootstraps", str(parameters.bootstraps), "--permutations", str(parameters.permutations)]
        arguments += ["--language", own_language(), "--progress", "json"]
        self.row.start(_("Analysing"))
        self._command.start(arguments)
        self.refresh()

    def _reason(self, own: bool) -> str:
        ui = self.ui
        if self._command.running:
            return _("The analysis is running")
        if not Path(ui.survivalTableSelector.currentPath or " ").is_file():
            return _("Choose the cohort table")
        if not ui.survivalFolderSelector.currentPath:
            return _("Choose the folder to write to")
        if not own and not _checked(ui.modelsList):
            return _("Choose at least one model")
        if not own and not _checked(ui.methodsList):
            return _("Choose at least one way to form groups")
        return ""

    def _cancel(self) -> None:
        self._command.interrupt()

    def _on_ended(self, status: int, _output: str, error: str) -> None:
        self.row.finish()
        if status == 0:
            self.message.notice(_("The analysis is done"))
        elif status == 1:
            self.message.warning(_("The analysis is done, but a model could not be fitted: see the report"))
        else:
            self.message.error(error or _("The analysis was stopped"))
        if status in (0, 1):
            self._load()
        self.panel.refresh()

    # Results -------------------------------------------------------------------------------------------------

    def show_plots(self) -> None:
        """Kaplan–Meier curves and the cut profile in plot views."""
        curves = self._curves()
        if curves:
            self._views.show_curves(curves, self.ui.resultSetSelector.currentText, self._title())

    def show_tables(self) -> None:
        """Coefficients and hazard ratios of the model in a table view."""
        self._views.show_table(*coefficient_table(self._results["models"][self._model()]), self._model())

    def open_report(self) -> None:
        """Open the report in the browser."""
        if not qt.QDesktopServices.openUrl(qt.QUrl.fromLocalFile(str(self._report()))):
            self.failed(_("No browser could be started: open {path}").format(path=self._report()))

    def use_model(self) -> None:
        """Predict the open patient's risk with this model, in the groups that are shown."""
        path = self._folder() / "models" / f"{_file_name(self._model())}.json"
        if not path.is_file():
            self.failed(_("{path} is not there: analyse again").format(path=path))
            return
        self.parameters.modelFile = str(path)
        self.panel.numbers.choose_groups(self._method() if self._stratum().get("cutpoints") else "")
        self.panel.show_tab(self.panel.numbers)

    def _load(self) -> None:
        self._results = {}
        file = self._folder() / "results.json"
        if self.parameters is not None and self.ui.survivalFolderSelector.currentPath and file.is_file():
            try:
                self._results = json.loads(file.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                self.message.error(_("{path} cannot be read: analyse again").format(path=file))
        ui = self.ui
        for selector, names in (
            (ui.resultModelSelector, list(self._results.get("models", {}))),
            (ui.resultSetSelector, list(self._results.get("n", {}))),
        ):
            blocked = selector.blockSignals(True)
            selector.clear()
            selector.addItems(names)
            selector.blockSignals(blocked)
        self._list_methods()
        self._show_result()

    def _list_methods(self) -> None:
        selector = self.ui.resultMethodSelector
        names = list(self._results.get("strata", {}).get(self._model(), {}))
        if names != [selector.itemText(n) for n in range(selector.count)]:
            blocked = selector.blockSignals(True)
            selector.clear()
            selector.addItems(names)
            selector.blockSignals(blocked)

    def _show_result(self, *_unused) -> None:
        self._list_methods()
        stratum = self._stratum()
        of_set = self.ui.resultSetSelector.currentText
        unit = self._results.get("endpoint", {}).get("unit", "")
        show_html(self.ui.resultLabel, stratum_text(stratum, of_set, unit) if stratum else _("No result is loaded."))
        self.refresh()

    def _curves(self) -> dict:
        name = f"{_file_name(self._model())}_{self._method()}.json"
        file = self._folder() / "curves" / name
        try:
            return json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self.failed(_("{path} cannot be read: analyse again").format(path=file))
            return {}

    def _model(self) -> str:
        return self.ui.resultModelSelector.currentText

    def _method(self) -> str:
        return self.ui.resultMethodSelector.currentText

    def _stratum(self) -> dict:
        return self._results.get("strata", {}).get(self._model(), {}).get(self._method()) or {}

    def _title(self) -> str:
        return f"{self._model()}, {self._method()}"

    def _folder(self) -> Path:
        return Path(self.ui.survivalFolderSelector.currentPath)

    def _report(self) -> Path:
        return self._folder() / "report.html"


def _fill_checkable(widget, names, titles: dict, changed) -> None:
    for name in names:
        item = qt.QListWidgetItem(titles.get(name, name), widget)
        item.setData(qt.Qt.UserRole, name)
        item.setToolTip(name)
        item.setFlags(qt.Qt.ItemIsEnabled | qt.Qt.ItemIsUserCheckable)
        item.setCheckState(qt.Qt.Checked)
    widget.setMinimumHeight(widget.sizeHintForRow(0) * len(METHODS) + 8)
    widget.setMaximumHeight(widget.minimumHeight)
    widget.connect("itemChanged(QListWidgetItem*)", changed)


def _checked(widget) -> list:
    items = [widget.item(row) for row in range(widget.count)]
    return [item.data(qt.Qt.UserRole) for item in items if item.checkState() == qt.Qt.Checked]


def _file_name(name: str) -> str:
    """As the library writes a model's name."""
    return re.sub(r"[^\w+.-]", "_", name)

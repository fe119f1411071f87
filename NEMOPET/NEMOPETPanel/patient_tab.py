"""The first tab: which PET/CT, and who the patient is."""

from __future__ import annotations

from html import escape
from pathlib import Path

import slicer
from slicer.i18n import tr as _

from NEMOPETPanel.dicom_database import (
    common_folder,
    files_of_volume,
    is_in_database,
    latest_first,
    study_and_series,
    study_steps,
)
from NEMOPETPanel.message_line import show_html
from NEMOPETPanel.own_language import in_own_language
from NEMOPETPanel.patient_facts import derivation, facts_html, fixed_text, pair_reason, pair_title, reasons
from NEMOPETPanel.pet_unit import PetUnit
from NEMOPETPanel.progress_row import ProgressRow
from NEMOPETPanel.tab import Tab
from NEMOPETPanel.turns import in_turns
from NEMOPETPanel.volume_files import image_file_of, write_volume

FOLDER, DATABASE, VOLUMES = range(3)
_SEXES = ("", "F", "M", "O")


class PatientTab(Tab):
    """Finds the pair, opens it, and shows what the header says and lacks."""

    name = "patient"

    def __init__(self, panel) -> None:
        super().__init__(panel)
        ui = self.ui
        self._studies: list = []
        self._database: list = []
        self._listing = None  # the studies being listed
        self._root = ""
        self._proposed: dict = {}  # what the headers say of a pair that is not open
        self._request: dict = {}  # with what the patient was opened whose fields are shown
        self.row = ProgressRow(ui.patientProgress, ui.patientCancel, ui.patientRunning, self._cancel)
        ui.sourceSelector.connect("currentIndexChanged(int)", self._on_source)
        ui.studyFolderSelector.connect("currentPathChanged(QString)", self._forget_pairs)
        ui.databaseSelector.connect("currentIndexChanged(int)", self._forget_pairs)
        ui.importButton.connect("clicked()", lambda: slicer.util.selectModule("DICOM"))
        ui.petNodeSelector.connect("currentNodeChanged(vtkMRMLNode*)", self._on_pet_node)
        ui.ctNodeSelector.connect("currentNodeChanged(vtkMRMLNode*)", self._forget_pairs)
        for edit in (ui.patientIdEdit, ui.weightEdit, ui.doseEdit):
            edit.connect("textChanged(QString)", lambda _text: self.panel.refresh())
        self._unit = PetUnit(ui, self.panel.refresh)
        ui.pairSelector.connect("currentIndexChanged(int)", self._on_pair_chosen)
        ui.findButton.connect("clicked()", lambda: self.find(self._show_pairs))
        ui.openButton.connect("clicked()", self.open)
        ui.overrideButton.connect("clicked()", self.reopen)
        self._on_source(FOLDER)

    # Shown ---------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Facts of the open patient, and which button can be used."""
        busy = _("Wait: the worker is busy") if self.panel.reading.worker.busy else ""
        lacking, of_dicom = self._lacking(), self._is_of_dicom()
        pair = "" if of_dicom else _("These volumes are the pair: open them")
        self.offer(self.ui.findButton, busy or lacking or pair)
        self.offer(self.ui.openButton, busy or lacking)
        reason = "" if self.reading.is_open else _("Open a patient first")
        other = _("Open this pair first") if self._proposed else ""
        self.offer(self.ui.overrideButton, busy or reason or other)
        self.offer(self.ui.petUnitSelector, _("The volume's DICOM header says it") if of_dicom else "")
        self._show_facts()

    def entered(self) -> None:
        """Studies may have been imported meanwhile."""
        if self.ui.sourceSelector.currentIndex == DATABASE:
            self._list_database()

    def closed(self) -> None:
        """List no more studies."""
        self._listing = None

    def choose_folder(self, folder: str) -> None:
        """Take a folder as source."""
        self.ui.sourceSelector.setCurrentIndex(FOLDER)
        self.ui.studyFolderSelector.currentPath = folder

    # Finding -------------------------------------------------------------------------------------------------

    def find(self, done) -> None:
        """Look for the pairs of the chosen source, then call ``done``."""
        self.message.clear()
        root, wanted, series = self._root_and_study()
        self._proposed = {}
        if root is None:  # volumes that carry no DICOM: they are the pair themselves
            self._studies = []
            done()
            return
        self.row.start(_("Looking for PET and CT"))

        def found(result: dict) -> None:
            studies = [one for one in result["studies"] if wanted(one)]
            self._studies = sorted(studies, key=lambda one: bool(one["problem"]))
            self._root = str(root)
            self._list_pairs()
            done()

        self.reading.ask("studies", {"root": str(root), **series}, found, self.failed, self.row.told, self.row.finish)

    def open(self) -> None:
        """Open the chosen pair; look for it first where that was not done."""
        if self._studies or self._root_and_study()[0] is None:
            self._open_chosen()
        else:
            self.find(self._open_if_only_one)

    def reopen(self) -> None:
        """Open the same patient, with the masks as they are, with the values that the reader gives."""
        request = self.reading.request
        if request["do"] != "open":
            self.failed(_("A saved patient is reviewed with its own values: open the study to give others"))
            return
        before = request["arguments"].get("overrides", {})
        self.message.clear()
        self.row.start(_("Opening the patient"))
        self.reading.open_with(
            {**before, **self._overrides()},
            lambda facts: self._opened(facts, _("The masks are those of before")),
            self.failed,
            self.row.told,
            self.row.finish,
        )

    def _open_if_only_one(self) -> None:
        usable = [one for one in self._studies if not one["problem"]]
        if len(usable) == 1:
            self._open_chosen()
        else:
            self._show_pairs()

    def _open_chosen(self) -> None:
        if not self._studies:
            self._open_volumes()
            return
        chosen = self._studies[self.ui.pairSelector.currentIndex]
        if chosen["problem"]:
            self.failed(chosen["problem"])
            return
        self._open({**self._pair(chosen), "overrides": self._overrides()})

    def _pair(self, chosen: dict) -> dict:
        """A pair as an argument of the worker."""
        return {
            "study": self._root,
            "study_uid": chosen["study_uid"],
            "pet_series": chosen["pet"]["series_uid"],
            "ct_series": chosen["ct"]["series_uid"],
        }

    def _inspect(self) -> None:
        """Show what the headers of the chosen pair say and lack, before it is opened."""
        index = self.ui.pairSelector.currentIndex
        chosen = self._studies[index] if 0 <= index < len(self._studies) else None
        if chosen is None or chosen["problem"]:
            return

        def inspected(facts: dict) -> None:
            self._proposed = facts
            self.refresh()

        self.reading.ask("inspect", {**self._pair(chosen), "overrides": self._overrides()}, inspected, self.failed)

    def _open_volumes(self) -> None:
        nodes = {"pet": self.ui.petNodeSelector.currentNode(), "ct": self.ui.ctNodeSelector.currentNode()}
        files = {name: image_file_of(node) for name, node in nodes.items()}
        unsaved = [nodes[name].GetName() for name, path in files.items() if path is None]
        if unsaved:
            folder = self.reading.work_folder.fresh()
            files = {name: path or write_volume(nodes[name], folder / f"{name}.nrrd") for name, path in files.items()}
        text = _("{names}: no file of its own; save it first if the row is to be opened again later")
        self._open(
            {
                "pet": str(files["pet"]),
                "ct": str(files["ct"]),
                "patient_id": self.ui.patientIdEdit.text.strip(),
                **self._unit.arguments(),
                "overrides": self._overrides(),
            },
            text.format(names=", ".join(unsaved)) if unsaved else "",
        )

    def _open(self, arguments: dict, note: str = "") -> None:
        self.message.clear()
        self.row.start(_("Opening the patient"))
        self.reading.open(
            arguments, lambda facts: self._opened(facts, note), self._not_opened, self.row.told, self.row.finish
        )

    def _not_opened(self, text: str) -> None:
        self.failed(text)
        self._inspect()

    def _opened(self, facts: dict, note: str) -> None:
        self.panel.show_patient()
        warnings = [*([note] if note else []), *facts["warnings"]]
        if warnings:
            self.message.warning(" · ".join(warnings))
        self.panel.refresh()

    def _cancel(self) -> None:
        self.reading.worker.cancel()

    def _root_and_study(self) -> tuple:
        """The folder to look into, which of the pairs there are wanted, and the series where they are chosen.

        No folder for volumes without DICOM.
        """
        source = self.ui.sourceSelector.currentIndex
        if source == FOLDER:
            return Path(self.ui.studyFolderSelector.currentPath), lambda _pair: True, {}
        if source == DATABASE:
            chosen = self._database[self.ui.databaseSelector.currentIndex]
            return common_folder(chosen.files), lambda pair: pair["study_uid"] == chosen.study_uid, {}
        nodes = (self.ui.petNodeSelector.currentNode(), self.ui.ctNodeSelector.currentNode())
        files = [files_of_volume(node) for node in nodes]
        if not all(files):
            return None, lambda _pair: True, {}
        (study, pet), (_of_ct, ct) = (study_and_series(some[0]) for some in files)
        return (
            common_folder([path for some in files for path in some]),
            lambda pair: pair["study_uid"] == study,
            {"pet_series": pet, "ct_series": ct},
        )

    def _is_of_dicom(self) -> bool:
        """Whether the images are read from DICOM files, not from the voxels of volumes."""
        nodes = (self.ui.petNodeSelector.currentNode(), self.ui.ctNodeSelector.currentNode())
        return self.ui.sourceSelector.currentIndex != VOLUMES or all(is_in_database(node) for node in nodes)

    def _lacking(self) -> str:
        """What has to be given before PET and CT can be looked for; empty if nothing."""
        source = self.ui.sourceSelector.currentIndex
        if source == FOLDER:
            folder = self.ui.studyFolderSelector.currentPath
            return "" if folder and Path(folder).is_dir() else _("Choose the folder of a PET/CT study")
        if source == DATABASE:
            if self._listing is not None:
                return _("Slicer's DICOM database is being read")
            return "" if self._database else _("Slicer's DICOM database holds no PET: import one first")
        if self.ui.petNodeSelector.currentNode() is None or self.ui.ctNodeSelector.currentNode() is None:
            return _("Choose the PET and the CT volume")
        if self.ui.petNodeSelector.currentNode() is self.ui.ctNodeSelector.currentNode():
            return _("PET and CT are the same volume: choose two")
        if self._is_of_dicom():
            return ""
        if not self.ui.patientIdEdit.text.strip():
            return _("Give the patient's identifier: these volumes carry none")
        return self._unit.lacking(self._overrides())

    # Widgets -------------------------------------------------------------------------------------------------

    def _on_pet_node(self, *_unused) -> None:
        self.ui.patientIdEdit.clear()  # it was another volume's
        self._unit.take_from(self.ui.petNodeSelector.currentNode())
        self._forget_pairs()

    def _on_source(self, source: int) -> None:
        ui = self.ui
        for widget, of in (
            (ui.studyFolderSelector, FOLDER),
            (ui.studyFolderSelectorLabel, FOLDER),
            (ui.databaseSelector, DATABASE),
            (ui.databaseSelectorLabel, DATABASE),
            (ui.importButton, DATABASE),
            (ui.petNodeSelector, VOLUMES),
            (ui.petNodeSelectorLabel, VOLUMES),
            (ui.ctNodeSelector, VOLUMES),
            (ui.ctNodeSelectorLabel, VOLUMES),
            (ui.patientIdEdit, VOLUMES),
            (ui.patientIdEditLabel, VOLUMES),
        ):
            widget.setVisible(of == source)
        self._unit.show(source == VOLUMES)
        if source == DATABASE:
            self._list_database()
        self._forget_pairs()

    def _list_database(self) -> None:
        found: list = []
        self._listing = found

        def listed() -> None:
            self._listing = None
            studies, selector = latest_first(found), self.ui.databaseSelector
            if studies == self._database:
                self.panel.refresh()
                return
            before = self._database[selector.currentIndex] if self._database else None
            self._database = studies
            blocked = selector.blockSignals(True)
            selector.clear()
            selector.addItems([one.label for one in studies])
            if before in studies:
                selector.setCurrentIndex(studies.index(before))
            selector.blockSignals(blocked)
            if before not in studies:
                self._forget_pairs()
            self.panel.refresh()

        in_turns(study_steps(slicer.dicomDatabase, found), listed, self.failed, lambda: self._listing is found)

    def _forget_pairs(self, *_unused) -> None:
        self._studies, self._proposed = [], {}
        self._clear_overrides()
        for widget in (self.ui.pairSelector, self.ui.pairSelectorLabel, self.ui.pairReasonLabel):
            widget.setVisible(False)
        self.panel.refresh()

    def _list_pairs(self) -> None:
        selector = self.ui.pairSelector
        blocked = selector.blockSignals(True)
        selector.clear()
        selector.addItems([pair_title(one) for one in self._studies])
        selector.blockSignals(blocked)
        self._on_pair(selector.currentIndex)

    def _show_pairs(self) -> None:
        for widget in (self.ui.pairSelector, self.ui.pairSelectorLabel, self.ui.pairReasonLabel):
            widget.setVisible(bool(self._studies))
        self._inspect()
        usable = sum(not one["problem"] for one in self._studies)
        if not self._studies:
            self.message.warning(_("No PET/CT of this study was found where its files lie"))
        if usable > 1:
            self.message.notice(_("{count} PET/CT pairs were found: choose one").format(count=usable))

    def _on_pair_chosen(self, index: int) -> None:
        self._clear_overrides()
        self._proposed = {}
        self._on_pair(index)
        self._inspect()

    def _on_pair(self, index: int) -> None:
        if not 0 <= index < len(self._studies):
            return
        chosen = self._studies[index]
        self.ui.pairReasonLabel.setText(escape(in_own_language(chosen["problem"]) or pair_reason(chosen)))
        self.ui.reasonsText.setPlainText("\n".join(reasons(chosen)))

    def _clear_overrides(self) -> None:
        """What was typed was meant for another patient."""
        ui = self.ui
        for edit in (ui.weightEdit, ui.heightEdit, ui.doseEdit, ui.injectionTimeEdit):
            edit.clear()
        ui.sexSelector.setCurrentIndex(0)

    def _overrides(self) -> dict:
        ui = self.ui
        typed = {
            "weight_kg": ui.weightEdit.text,
            "height_m": ui.heightEdit.text,
            "dose_mbq": ui.doseEdit.text,
            "injection_time": ui.injectionTimeEdit.text,
        }
        given = {name: text.strip().replace(",", ".") for name, text in typed.items() if text.strip()}
        sex = _SEXES[ui.sexSelector.currentIndex]
        return {**given, **({"sex": sex} if sex else {})}

    def _show_facts(self) -> None:
        if self.reading.request != self._request:  # what was typed for it is in its facts now
            self._request, self._proposed = self.reading.request, {}
            self._clear_overrides()
        facts = self._proposed or self.reading.facts
        if not facts:
            show_html(self.ui.factsLabel, _("No patient is open."))
            return
        patient, injection = facts["patient"], facts["injection"]
        ui = self.ui
        for edit, value in (
            (ui.weightEdit, fixed_text(patient["weight_kg"], 1)),
            (ui.heightEdit, fixed_text(patient["height_m"], 2)),
            (ui.doseEdit, fixed_text(injection["dose_mbq"], 1)),
            (ui.injectionTimeEdit, (injection["injection_time"] or "")[11:19]),
        ):
            edit.setPlaceholderText(value or _("missing"))
        show_html(ui.factsLabel, facts_html(facts, is_open=facts is not self._proposed))
        ui.reasonsText.setPlainText("\n".join((*reasons(facts), *derivation(facts["suv"]))))

"""The third tab: lesions one by one, segments, and the Segment Editor."""

from __future__ import annotations

import slicer
from slicer.i18n import tr as _

from NEMOPETLib.errors import InputError
from NEMOPETPanel.click_in_slice import ClickInSlice
from NEMOPETPanel.freshness_text import freshness_html
from NEMOPETPanel.inks import AMBER, GREEN, GREY
from NEMOPETPanel.message_line import show_html
from NEMOPETPanel.tab import Tab
from NEMOPETPanel.tables import Cell, arrange_columns, fill_table
from NEMOPETPanel.words import mask_word

ON_PET = ("lesions", "physiological")


class CorrectTab(Tab):
    """Walks through the lesions and changes masks."""

    name = "correct"

    def __init__(self, panel) -> None:
        super().__init__(panel)
        ui = self.ui
        self._places: list = []
        self._shown_segment = ""
        self._editor_node = None
        self._click = ClickInSlice(self._on_click, lambda: ui.addLesionButton.setChecked(False))
        arrange_columns(ui.lesionTable, 4)
        arrange_columns(ui.segmentTable, 0, all_rows=True)
        ui.lesionTable.connect("itemSelectionChanged()", self._on_lesion)
        ui.physiologicalButton.connect("clicked()", self.toggle_lesion)
        ui.addLesionButton.connect("toggled(bool)", self._on_add)
        ui.segmentTable.connect("itemSelectionChanged()", self._on_segment)
        ui.approveSegmentButton.connect("clicked()", self.approve_segment)
        ui.restoreSegmentButton.connect("clicked()", self.restore_segment)
        ui.editorSection.connect("contentsCollapsed(bool)", self._on_editor_section)
        ui.segmentEditor.setMaximumNumberOfUndoStates(10)
        ui.segmentEditor.segmentationNodeSelectorVisible = False
        ui.segmentEditor.sourceVolumeNodeSelectorVisible = False
        ui.segmentEditor.switchToSegmentationsButtonVisible = False
        ui.segmentEditor.addRemoveSegmentButtonsVisible = False
        ui.segmentEditor.autoShowSourceVolumeNode = False

    # Shown ---------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Lesions, segments, and whether the numbers are of these masks."""
        ui = self.ui
        opened = "" if self.reading.is_open else _("Open a patient first")
        self._show_freshness()
        self._show_lesions()
        self._show_segments()
        place = self._place()
        self.offer(ui.physiologicalButton, opened or ("" if place else _("Choose a lesion in the table")))
        ui.physiologicalButton.setText(
            _("Make it a lesion") if place and place["physiological"] else _("Physiological")
        )
        self.offer(ui.addLesionButton, opened)
        name = self.segment_name()
        chosen = opened or ("" if name else _("Choose a segment in the table"))
        state = self._status(name) if name else ""
        self.offer(ui.approveSegmentButton, chosen or (_("It is approved already") if state == "approved" else ""))
        self.offer(ui.restoreSegmentButton, chosen or (_("It is as it was made") if state == "automatic" else ""))

    def scene_changed(self) -> None:
        """The editor's node went with the scene."""
        self._leave_editor()

    def left(self) -> None:
        """Take no more clicks or keys."""
        self.ui.addLesionButton.setChecked(False)
        self._leave_editor()

    def entered(self) -> None:
        """Take up the editor where its section is open."""
        self._on_editor_section(self.ui.editorSection.collapsed)

    def closed(self) -> None:
        """Let go of the views."""
        self._click.stop()
        self._leave_editor()

    # Lesions -------------------------------------------------------------------------------------------------

    def step(self, by: int) -> None:
        """Go to the next or previous lesion."""
        table = self.ui.lesionTable
        if table.rowCount:
            row = table.currentRow() + by if table.currentRow() >= 0 else 0
            table.selectRow(min(max(row, 0), table.rowCount - 1))

    def toggle_lesion(self) -> None:
        """Make the chosen lesion physiological, or a lesion again."""
        from NEMOPETLib.scene.lesion_edits import toggle_lesion

        place = self._place()
        self._change(lambda: toggle_lesion(self.reading.nodes, place["inside_lps_mm"]), ON_PET)

    def add_lesion(self, position_lps) -> None:
        """Grow a lesion from a place."""
        from NEMOPETLib.scene.lesion_edits import add_lesion, grow_lesion

        def add() -> None:
            region = grow_lesion(self.reading.nodes, position_lps, suv=self.parameters.growThreshold)
            add_lesion(self.reading.nodes, region)
            if not region.complete:
                self.message.warning(_("The region was cut off because it grew too large: is it the bladder?"))

        self._change(add, ON_PET)

    def _change(self, action, names=()) -> None:
        self.message.clear()
        try:
            action()
        except InputError as error:
            self.failed(str(error))
            return
        self.reading.touched(names)
        self.panel.refresh()

    def _place(self):
        row = self.ui.lesionTable.currentRow()
        return self._places[row] if 0 <= row < len(self._places) else None

    def _on_lesion(self) -> None:
        place = self._place()
        if place is not None:
            self.panel.views.jump(place["inside_lps_mm"])
        self.refresh()

    def _on_add(self, wanted: bool) -> None:
        if wanted:
            self._click.start()
            self.message.notice(_("Click on the lesion in a slice view; Escape ends"))
        else:
            self._click.stop()
            self.message.clear()

    def _on_click(self, position_lps) -> None:
        self.ui.addLesionButton.setChecked(False)
        self.add_lesion(position_lps)

    def _show_lesions(self) -> None:
        words = {
            "small": _("small"),
            "border": _("at the edge"),
            "physiological": _("beside physiological"),
            "added": _("added"),
            "changed": _("changed"),
        }
        stale = bool({"lesions", "physiological"} & set(self.reading.stale))
        ink = GREY if stale else ""
        rows, places = [], []
        for one in self.reading.measured.get("lesions", []):
            flags = ", ".join(words.get(flag, flag) for flag in one["flags"])
            rows.append(
                [
                    Cell(str(one["number"]), number=True, colour=ink),
                    Cell(f"{one['volume_ml']:.1f}", number=True, colour=ink),
                    Cell(f"{one['suv_max']:.1f}", number=True, colour=ink),
                    Cell(f"{one['tlg']:.0f}", number=True, colour=ink),
                    Cell(flags, colour=ink),
                ]
            )
            places.append({**one, "physiological": False})
        for place in self.reading.physiological:
            cells = ["–", f"{place['volume_ml']:.1f}", "", "", _("physiological")]
            rows.append([Cell(text, number=column < 4, colour=GREY) for column, text in enumerate(cells)])
            places.append({**place, "physiological": True})
        if places != self._places or self._stale_shown != stale:
            self._places, self._stale_shown = places, stale
            fill_table(self.ui.lesionTable, rows)

    _stale_shown = None

    def _show_freshness(self) -> None:
        show_html(self.ui.freshnessLabel, freshness_html(self.reading))

    # Segments ------------------------------------------------------------------------------------------------

    def segment_name(self) -> str:
        """The mask of the chosen row."""
        names, row = self._names(), self.ui.segmentTable.currentRow()
        return names[row] if 0 <= row < len(names) else ""

    def approve_segment(self) -> None:
        """The chosen mask is right."""
        from NEMOPETLib.scene.review import set_status

        name = self.segment_name()
        self._change(lambda: set_status(self.reading.nodes, name, "approved"))
        table = self.ui.segmentTable
        if table.currentRow() + 1 < table.rowCount:
            table.selectRow(table.currentRow() + 1)

    def restore_segment(self) -> None:
        """Undo every correction of the chosen mask."""
        from NEMOPETLib.scene.review import bring_back_automatic

        name = self.segment_name()
        self._change(lambda: bring_back_automatic(self.reading.nodes, name), (name,))

    def _names(self) -> tuple:
        return self.reading.nodes.names if self.reading.is_open else ()

    def _status(self, name: str) -> str:
        from NEMOPETLib.scene.review import status_of

        return status_of(self.reading.nodes, name)

    def _show_segments(self) -> None:
        words = {"automatic": _("automatic"), "corrected": _("corrected"), "approved": _("approved")}
        colours = {"automatic": "", "corrected": AMBER, "approved": GREEN}
        rows = []
        for name in self._names():
            status = self._status(name)
            rows.append([Cell(mask_word(name)), Cell(words[status], colour=colours[status])])
        fill_table(self.ui.segmentTable, rows)
        if rows and self.ui.segmentTable.currentRow() < 0:
            self.ui.segmentTable.selectRow(0)

    def _on_segment(self) -> None:
        if not self.ui.editorSection.collapsed:
            self._edit_chosen()
        self.refresh()

    # Editor --------------------------------------------------------------------------------------------------

    def _on_editor_section(self, collapsed: bool) -> None:
        if collapsed:
            self._leave_editor()
        elif self.reading.is_open:
            self._edit_chosen()

    def _edit_chosen(self) -> None:
        from NEMOPETLib.scene.editor import edit_mask

        name = self.segment_name()
        if not name or (name == self._shown_segment and self._editor_node is not None):
            return
        editor = self.ui.segmentEditor
        if self._editor_node is None:
            self._editor_node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentEditorNode")
            editor.setMRMLSegmentEditorNode(self._editor_node)
            editor.setMRMLScene(slicer.mrmlScene)
        try:
            edit_mask(self.reading.nodes, name, self._editor_node)
        except InputError as error:
            self.failed(str(error))
            return
        self._shown_segment = name
        editor.setupViewObservations()
        if not editor.activeEffect():
            editor.installKeyboardShortcuts()

    def _leave_editor(self) -> None:
        editor = self.ui.segmentEditor
        if self._editor_node is None:
            return
        editor.setActiveEffect(None)
        editor.removeViewObservations()
        editor.uninstallKeyboardShortcuts()
        editor.setMRMLSegmentEditorNode(None)
        slicer.mrmlScene.RemoveNode(self._editor_node)
        self._editor_node, self._shown_segment = None, ""

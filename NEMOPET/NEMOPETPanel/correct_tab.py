"""The third tab: lesions one by one, segments, and the Segment Editor."""

from __future__ import annotations

from slicer.i18n import tr as _

from NEMOPETLib.errors import InputError
from NEMOPETPanel.click_in_slice import ClickInSlice
from NEMOPETPanel.freshness_text import freshness_html
from NEMOPETPanel.inks import AMBER, GREEN, GREY
from NEMOPETPanel.lesion_rows import lesion_rows, physiological_rows
from NEMOPETPanel.mask_editor import MaskEditor
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
        self._walk = None  # through the lesions; made with the first patient
        self._walk_of = None  # whose lesions
        self._click_of = None  # on whom a click is waited for
        self._shown_rows = None  # of the lesion table
        self._is_shown = False
        self._click = ClickInSlice(self._on_click, lambda: ui.addLesionButton.setChecked(False))
        arrange_columns(ui.lesionTable, 4)
        arrange_columns(ui.segmentTable, 0, all_rows=True)
        ui.lesionTable.connect("itemSelectionChanged()", self._on_lesion)
        ui.physiologicalButton.connect("clicked()", self.toggle_lesion)
        ui.addLesionButton.connect("toggled(bool)", self._on_add)
        ui.segmentTable.connect("itemSelectionChanged()", self.refresh)
        ui.approveSegmentButton.connect("clicked()", self.approve_segment)
        ui.restoreSegmentButton.connect("clicked()", self.restore_segment)
        ui.editorSection.connect("contentsCollapsed(bool)", self._on_editor_section)
        self._editor = MaskEditor(ui.segmentEditor)

    # Shown ---------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Lesions, segments, and whether the numbers are of these masks."""
        ui = self.ui
        opened = "" if self.reading.is_open else _("Open a patient first")
        if self._click_of is not None and self._click_of is not self.reading.nodes:
            ui.addLesionButton.setChecked(False)
        self._show_freshness()
        self._show_lesions()
        self._show_segments()
        chosen_lesion = self._chosen()
        self.offer(ui.physiologicalButton, opened or ("" if chosen_lesion else _("Choose a lesion in the table")))
        ui.physiologicalButton.setText(
            _("Make it a lesion") if chosen_lesion and chosen_lesion.physiological else _("Physiological")
        )
        self.offer(ui.addLesionButton, opened)
        name = self.segment_name()
        chosen = opened or ("" if name else _("Choose a segment in the table"))
        state = self._status(name) if name else ""
        self.offer(ui.approveSegmentButton, chosen or self._cannot_approve(name, state))
        self.offer(ui.restoreSegmentButton, chosen or self._cannot_restore(name, state))
        self._edit_chosen()

    def scene_changed(self) -> None:
        """The editor's node went with the scene."""
        self._editor.leave()

    def left(self) -> None:
        """Take no more clicks or keys."""
        self._is_shown = False
        self.ui.addLesionButton.setChecked(False)
        self._editor.leave()

    def entered(self) -> None:
        """Take up the editor where its section is open."""
        self._is_shown = True
        self._edit_chosen()

    def closed(self) -> None:
        """Let go of the views."""
        self._click.stop()
        self._editor.leave()

    # Lesions -------------------------------------------------------------------------------------------------

    def step(self, by: int) -> None:
        """Go to the next or previous lesion."""
        row = self._walk.step(by) if self._walk is not None else None
        if row is not None:
            self.ui.lesionTable.selectRow(row)

    def toggle_lesion(self) -> None:
        """Make the chosen lesion physiological, or a lesion again."""
        from NEMOPETLib.scene.lesion_edits import toggle_lesion

        lesion = self._chosen()
        self._change(lambda: toggle_lesion(self.reading.nodes, lesion.inside_lps), ON_PET)

    def add_lesion(self, position_lps) -> None:
        """Grow a lesion from a place; one that grows without end is not added."""
        from NEMOPETLib.scene.lesion_edits import LIMIT_ML, add_lesion, grow_lesion

        def add() -> None:
            region = grow_lesion(self.reading.nodes, position_lps, suv=self.parameters.growThreshold)
            if not region.complete:
                text = _("Not added, for it grew beyond {limit} ml: is it the bladder? A higher SUV may part it")
                raise InputError(text.format(limit=f"{LIMIT_ML:.0f}"))
            add_lesion(self.reading.nodes, region)

        self._change(add, ON_PET)

    def _change(self, action, names=()) -> None:
        """Do something with masks; where it tells which have changed, these are measured again, else ``names``."""
        self.message.clear()
        try:
            changed = action()
        except InputError as error:
            self.failed(str(error))
            return
        self.reading.touched(changed if isinstance(changed, tuple) else names)
        self.panel.refresh()

    def _chosen(self):
        return self._walk.chosen if self._walk is not None else None

    def _on_lesion(self) -> None:
        if self._walk is not None:
            self._walk = self._walk.choose(self.ui.lesionTable.currentRow())
        if self._chosen() is not None:
            self.panel.views.jump(self._chosen().inside_lps)
        self.refresh()

    def _on_add(self, wanted: bool) -> None:
        self._click_of = self.reading.nodes if wanted else None
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
        lesions, parts = self.reading.measured.get("lesions", []), self.reading.physiological
        stale = bool({"lesions", "physiological"} & set(self.reading.stale))
        rows = [*lesion_rows(lesions, GREY if stale else ""), *physiological_rows(parts)]
        if rows != self._shown_rows or self.reading.nodes is not self._walk_of:
            self._shown_rows = rows
            self._relist([*((one, False) for one in lesions), *((one, True) for one in parts)])
            fill_table(self.ui.lesionTable, rows, self._walk.at if self._walk is not None else None)

    def _relist(self, places: list) -> None:
        """Keep to the lesion that the reader looks at, wherever it stands in the table now."""
        nodes = self.reading.nodes
        if nodes is None:
            self._walk = self._walk_of = None
            return
        from NEMOPETLib.scene.lesion_walk import LesionRow, LesionWalk, holder_at

        walk = self._walk if nodes is self._walk_of and self._walk is not None else LesionWalk()
        listed = [LesionRow(tuple(one["inside_lps_mm"]), physiological) for one, physiological in places]
        self._walk = walk.relisted(listed, lambda place, rows: holder_at(nodes, place, rows))
        self._walk_of = nodes
        if self._walk.lost:
            self.panel.views.jump(self._walk.chosen.inside_lps)

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
        from NEMOPETLib.scene.restoring import restore_automatic

        name = self.segment_name()
        self._change(lambda: restore_automatic(self.reading.nodes, name))

    def _names(self) -> tuple:
        return self.reading.nodes.names if self.reading.is_open else ()

    def _status(self, name: str) -> str:
        from NEMOPETLib.scene.review import status_of

        return status_of(self.reading.nodes, name)

    def _cannot_approve(self, name: str, state: str) -> str:
        if state == "approved":
            return _("It is approved already")
        if name in self.reading.stale:  # a further edit of what waits to be measured could not be told from this one
            return _("Its numbers are not of this mask yet")
        return ""

    def _cannot_restore(self, name: str, state: str) -> str:
        from NEMOPETLib.scene.review import has_automatic_mask

        if state == "automatic":
            return _("It is as it was made")
        if not has_automatic_mask(self.reading.nodes, name):
            return _("No engine made it: there is no automatic mask")
        return ""

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

    # Editor --------------------------------------------------------------------------------------------------

    def _on_editor_section(self, collapsed: bool) -> None:
        if collapsed:
            self._editor.leave()
        else:
            self._edit_chosen()

    def _edit_chosen(self) -> None:
        """While the editor can be seen it has the chosen mask, of whichever patient is open."""
        name = self.segment_name()
        if not name:
            self._editor.leave()
            return
        if self._is_shown and not self.ui.editorSection.collapsed:
            try:
                self._editor.edit(self.reading.nodes, name)
            except InputError as error:
                self.failed(str(error))

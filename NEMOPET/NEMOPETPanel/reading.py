"""The open patient: opened, segmented, measured, scored and saved by the worker, as the tabs ask. No widget."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import slicer
from slicer.i18n import tr as _

from NEMOPETPanel.documents import MOVED, OPENED, PREDICTED, SAVED, SEGMENTED
from NEMOPETPanel.in_step import InStep, ended_with
from NEMOPETPanel.patient_in_scene import mask_steps, volume_steps, written_mask_steps
from NEMOPETPanel.turns import in_turns
from NEMOPETPanel.words import mask_word


class Reading(InStep):
    """What a reader does with one patient after another. Parameters as ``InStep``."""

    def __init__(self, changed: Callable[[], None], log: Callable[[str], None]) -> None:
        super().__init__(changed, log)
        self._leaving = None  # the changes that the reader was warned of losing

    def open(self, arguments: dict, done, failed, told, ended) -> None:
        """Open a patient: ``arguments`` are those of the worker's ``open`` without the work folder."""

        def opened(facts: dict) -> None:
            self._show({"do": "open", "arguments": arguments}, facts, lambda: done(facts), failed)

        self._open_another("open", arguments, opened, failed, told, ended)

    def open_with(self, overrides: dict, done, failed, told, ended) -> None:
        """Open the open patient's images again with other values; the masks stay as they are."""
        engines, saved = self.engines, self.saved
        arguments = {**self.request["arguments"], "overrides": overrides}
        self._folder = self.work_folder.fresh()
        steps, masks = written_mask_steps(self.nodes, self._folder)

        def opened(facts: dict) -> None:
            def shown() -> None:
                self.keep(SEGMENTED, engines)
                self.keep(SAVED, saved)
                in_turns(mask_steps(self.nodes, masks), measure, failed, self._in_this_scene())

            def measure() -> None:
                self._resume(hand_over, failed)

            def hand_over(*_unused) -> None:
                self._hand_over(lambda: done(facts), failed, everything=True)

            self._show({"do": "open", "arguments": arguments}, facts, shown, failed)

        ask = partial(self._ask_to_open, "open", arguments, opened, failed, told=told, ended=ended)
        in_turns(steps, ask, ended_with(ended, failed), self._in_this_scene())

    def review(self, arguments: dict, done, failed, told, ended) -> None:
        """Open a patient of the cohort table with the masks that were saved."""

        def opened(answer: dict) -> None:
            def shown() -> None:
                row = answer["row"]
                self.keep(SEGMENTED, {name: row.get(name, "") for name in ("lesion_engine", "tissue_engine")})
                self._as_saved = True
                self._take_masks(answer, lambda: done(answer), failed)

            self._show({"do": "review", "arguments": arguments}, answer, shown, failed)

        self._open_another("review", arguments, opened, failed, told, ended)

    def segment(self, arguments: dict, done, failed, told, ended) -> None:
        """Let engines make the masks, and put them into the scene."""
        if self._would_be_lost(ended, failed):
            return

        def segmented(result: dict) -> None:
            self.keep(SEGMENTED, result)
            self._take_masks(result, done, failed)

        self._ask_of_patient("segment", arguments, segmented, failed, told, ended)

    def sensitivity(self, arguments: dict, done, failed, told, ended) -> None:
        """How far numbers and risk move with the masks."""

        def moved(result: dict) -> None:
            self.keep(MOVED, result)
            done(result)

        self._ask_of_patient("sensitivity", arguments, moved, failed, told, ended)

    def predict(self, arguments: dict, done, failed) -> None:
        """Risk by a model."""

        def predicted(result: dict) -> None:
            self.keep(PREDICTED, {**self.predicted, "risk": result})
            done(result)

        self._ask_of_patient("predict", arguments, predicted, failed)

    def percentiles(self, arguments: dict, done, failed) -> None:
        """Where the numbers lie in the cohort."""

        def placed(result: dict) -> None:
            self.keep(PREDICTED, {**self.predicted, "percentiles": result})
            done(result)

        self._ask_of_patient("percentiles", arguments, placed, failed)

    def save(self, arguments: dict, done, failed) -> None:
        """Write the row, unless a mask was touched since it was last looked at."""
        if self.is_open and self._look.watch.touched():
            self._look.look()
            failed(_("A mask has just changed: wait until the numbers are of these masks"))
            return
        masks = self.measured.get("masks", {})

        def saved(result: dict) -> None:
            self.keep(SAVED, masks)
            done(result)

        self._ask_of_patient("save", arguments, saved, failed)

    @property
    def unsaved(self) -> tuple:
        """Names of the masks that a reader corrected or approved and the cohort table does not have."""
        if not self.is_open or not self.nodes.are_there:
            return ()
        from NEMOPETLib.scene.review import status_of

        now, saved, stale = self.measured.get("masks", {}), self.saved, self.stale
        touched = [name for name in self.nodes.names if status_of(self.nodes, name) != "automatic" or name in saved]
        gone = [name for name in saved if name not in self.nodes.names]
        return tuple(gone + [name for name in touched if name in stale or now.get(name) != saved.get(name)])

    def _open_another(self, do: str, arguments: dict, opened, failed, told, ended) -> None:
        """Open a patient in place of the open one, whom the worker puts away even if this fails."""
        if self._would_be_lost(ended, failed):
            return
        self._folder = self.work_folder.fresh()
        self._ask_to_open(do, arguments, opened, failed, told=told, ended=ended)

    def _would_be_lost(self, ended, failed) -> bool:
        """Whether to warn of corrections that are not saved: once, for who asks again means it."""
        names = self.unsaved
        warned = (names, self.nodes and self.nodes.key, [self.measured.get("masks", {}).get(name) for name in names])
        if not names or warned == self._leaving:
            return False
        self._leaving = warned
        text = _("Changes are not saved ({masks}): save them in Numbers, or do this again to lose them")
        ended_with(ended, failed)(text.format(masks=", ".join(mask_word(name) for name in names)))
        return True

    def _show(self, request: dict, facts: dict, done, failed) -> None:
        """Make the images that the worker wrote the open patient."""
        from NEMOPETLib.scene.patient_nodes import remove_patient

        old = self.nodes
        if old is not None:
            self._attach(None)
            remove_patient(old)
        with slicer.util.NodeModify(self.parameters.parameterNode):  # the tabs are told once
            self.keep(OPENED, {})
            self.forget()

        def joined(nodes) -> None:
            self._known_to_worker = True
            parameters = self.parameters
            self.trouble, self._leaving, self._as_saved = "", None, False
            self.work_folder.keep([self._folder, *_paths_in(request["arguments"])])
            with slicer.util.NodeModify(parameters.parameterNode):
                parameters.pet, parameters.ct = nodes.pet, nodes.ct
                parameters.segmentation, parameters.tissues = nodes.segmentation, nodes.tissues
                self.keep(OPENED, {"request": request, "facts": facts})
                self._attach(nodes)

        in_turns(volume_steps(slicer.mrmlScene, facts, joined), done, failed, self._in_this_scene())

    def _take_masks(self, answer: dict, done, failed) -> None:
        """Put the worker's masks into the segments, and measure them."""

        def taken() -> None:
            self._look.look()
            self.measure()
            done()

        in_turns(mask_steps(self.nodes, answer), taken, failed, self._in_this_scene())


def _paths_in(arguments: dict) -> list:
    """Files that an opening reads: one that the panel wrote itself is needed to open the patient again."""
    return [Path(arguments[name]) for name in ("study", "pet", "ct") if name in arguments]

"""The open patient: its nodes in the scene, its worker, and numbers that follow the masks. No widget."""

from __future__ import annotations

from collections.abc import Callable

import slicer
from slicer.i18n import tr as _

from NEMOPETPanel.documents import MEASURED, MOVED, OPENED, PREDICTED, SEGMENTED, Documents
from NEMOPETPanel.mask_look import MaskLook
from NEMOPETPanel.patient_in_scene import mask_steps, volume_steps
from NEMOPETPanel.python_packages import ensure_packages
from NEMOPETPanel.turns import in_turns
from NEMOPETPanel.warm_up import import_in_turns
from NEMOPETPanel.work_folder import WorkFolder
from NEMOPETPanel.worker_process import Worker


class Reading(Documents):
    """What a reader works on, kept in the scene and in step with the worker.

    Parameters
    ----------
    changed
        Called after anything has changed that a tab shows.
    log
        Takes the worker's lines.
    """

    def __init__(self, changed: Callable[[], None], log: Callable[[str], None]) -> None:
        self._changed = changed
        self.worker = Worker(log, changed)
        self.work_folder = WorkFolder()
        self.parameters = None
        self.nodes = None
        self.trouble = ""
        self._folder = None
        self._known_to_worker = False
        self._waiting: list = []  # what waits for the worker to open the scene's patient again
        self._scenes = 0  # counts scenes: what was asked in one is not told to the next
        self._look = MaskLook(self, changed, self.measure, self._gone)

    # What is known -------------------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """Whether a patient is open."""
        return self.nodes is not None

    @property
    def physiological(self) -> list:
        """The connected parts of the physiological uptake: ``inside_lps_mm`` and ``volume_ml``."""
        return self._look.parts

    # Scene ---------------------------------------------------------------------------------------------------

    def set_parameters(self, parameters) -> None:
        """Take up what a scene holds; None while it closes."""
        self.parameters = parameters
        if parameters is None:
            self._scenes += 1
            self._waiting = []
            self.worker.cancel()
        found = None
        if parameters is not None and parameters.segmentation is not None:
            from NEMOPETLib.scene.patient_nodes import find_patients

            of_scene = {nodes.segmentation.GetID(): nodes for nodes in find_patients(slicer.mrmlScene)}
            found = of_scene.get(parameters.segmentation.GetID())
        same = self.nodes is not None and found is not None and found.segmentation is self.nodes.segmentation
        if not same:
            self._known_to_worker = False
            self._attach(found)

    def close(self) -> None:
        """Leave no process, timer or file behind."""
        self._look.stop()
        self.worker.close()
        self.work_folder.remove()
        self.nodes = self.parameters = None

    # Work ----------------------------------------------------------------------------------------------------

    def ask(
        self,
        do: str,
        arguments: dict,
        done,
        failed,
        told=lambda _progress: None,
        ended=lambda: None,
        cancelled=lambda: None,
    ) -> None:
        """A request to the worker; ``ended`` is called in any case before ``done`` or ``failed``."""
        reason = ensure_packages()
        if reason:
            ended()
            failed(reason)
            return

        scene = self._scenes

        def after(action):
            def run(*given) -> None:
                ended()
                if scene == self._scenes:
                    action(*given)
                self._changed()

            return run

        import_in_turns()  # while the worker works
        self.worker.request(do, arguments, after(done), after(failed), told, after(cancelled))

    def open(self, arguments: dict, done, failed, told, ended) -> None:
        """Open a patient: ``arguments`` are those of the worker's ``open`` without the work folder."""
        self._folder = self.work_folder.fresh()
        request = {**arguments, "work_folder": str(self._folder)}

        def opened(facts: dict) -> None:
            self._show({"do": "open", "arguments": arguments}, facts, lambda: done(facts), failed)

        self.ask("open", request, opened, failed, told, ended)

    def review(self, arguments: dict, done, failed, told, ended) -> None:
        """Open a patient of the cohort table with the masks that were saved."""
        self._folder = self.work_folder.fresh()
        request = {**arguments, "work_folder": str(self._folder)}

        def opened(answer: dict) -> None:
            def shown() -> None:
                row = answer["row"]
                self.keep(SEGMENTED, {name: row.get(name, "") for name in ("lesion_engine", "tissue_engine")})
                self._take_masks(answer, lambda: done(answer), failed)

            self._show({"do": "review", "arguments": arguments}, answer, shown, failed)

        self.ask("review", request, opened, failed, told, ended)

    def segment(self, arguments: dict, done, failed, told, ended) -> None:
        """Let engines make the masks, and put them into the scene."""

        def segmented(result: dict) -> None:
            self.keep(SEGMENTED, result)
            self._take_masks(result, done, failed)

        self._with_open_patient(lambda: self.ask("segment", arguments, segmented, failed, told, ended), failed)

    def touched(self, names) -> None:
        """Masks were changed by the panel itself: their numbers are out of date at once."""
        self._look.note([*self.stale, *names])
        self._look.look()

    def measure(self) -> None:
        """Measure the masks that have changed, one hand-over a turn; errors go to ``trouble``."""
        if not self.is_open:
            return
        if self.worker.busy:
            self._look.measure_later()
            return
        self._with_open_patient(lambda: self._hand_over(lambda: None, self._measuring_failed), self._measuring_failed)

    def sensitivity(self, arguments: dict, done, failed, told, ended) -> None:
        """How far numbers and risk move with the masks."""

        def moved(result: dict) -> None:
            self.keep(MOVED, result)
            done(result)

        self._with_open_patient(lambda: self.ask("sensitivity", arguments, moved, failed, told, ended), failed)

    def predict(self, arguments: dict, done, failed) -> None:
        """Risk by a model."""

        def predicted(result: dict) -> None:
            self.keep(PREDICTED, {**self.predicted, "risk": result})
            done(result)

        self._with_open_patient(lambda: self.ask("predict", arguments, predicted, failed), failed)

    def percentiles(self, arguments: dict, done, failed) -> None:
        """Where the numbers lie in the cohort."""

        def placed(result: dict) -> None:
            self.keep(PREDICTED, {**self.predicted, "percentiles": result})
            done(result)

        self._with_open_patient(lambda: self.ask("percentiles", arguments, placed, failed), failed)

    def save(self, arguments: dict, done, failed) -> None:
        """Write the row."""
        self._with_open_patient(lambda: self.ask("save", arguments, done, failed), failed)

    # Inside --------------------------------------------------------------------------------------------------

    def _in_this_scene(self) -> Callable[[], bool]:
        scene = self._scenes
        return lambda: scene == self._scenes

    def _attach(self, nodes) -> None:
        self.nodes = nodes
        self._look.stop()
        if nodes is not None:
            self._look.start(nodes)

    def _gone(self) -> None:
        self._attach(None)
        self._changed()

    def _show(self, request: dict, facts: dict, done, failed) -> None:
        """Make the images that the worker wrote the open patient."""
        from NEMOPETLib.scene.patient_nodes import remove_patient

        old = self.nodes
        if old is not None:
            self._attach(None)
            remove_patient(old)

        def joined(nodes) -> None:
            self._known_to_worker = True
            parameters = self.parameters
            with slicer.util.NodeModify(parameters.parameterNode):  # the tabs are told once
                parameters.pet, parameters.ct = nodes.pet, nodes.ct
                parameters.segmentation, parameters.tissues = nodes.segmentation, nodes.tissues
                self.forget()
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

    def _with_open_patient(self, action, failed) -> None:
        """Do something once the worker has the patient: after a restored scene it has to be opened again."""
        if self._known_to_worker and not self.worker.fresh and not self._waiting:
            action()
            return
        if not self.request:
            failed(_("Open a patient first"))
            return
        self._waiting.append((action, failed))
        if len(self._waiting) == 1:
            self._open_again()

    def _open_again(self) -> None:
        """Bring the worker to where the scene is, then do what waits for it."""
        request = self.request
        self._folder = self.work_folder.fresh()

        def known() -> None:
            self._known_to_worker = True
            waiting, self._waiting = self._waiting, []
            for action, _failed in waiting:
                action()

        def failed(text: str) -> None:
            waiting, self._waiting = self._waiting, []
            for _action, one_failed in waiting:
                one_failed(text)

        def hand_over(*_unused) -> None:
            self._hand_over(known, failed, everything=True)

        def opened(_facts: dict) -> None:
            if request["do"] == "open":
                self._resume(hand_over, failed)
            else:
                hand_over()

        arguments = {**request["arguments"], "work_folder": str(self._folder)}
        self.ask(request["do"], arguments, opened, failed, cancelled=lambda: failed(_("Stopped")))

    def _resume(self, done, failed) -> None:
        """Give a new worker the masks that engines once made."""
        from NEMOPETLib.scene.review import automatic_mask
        from NEMOPETLib.scene.segments import hand_over

        folder, files = self._folder / "automatic", {}
        folder.mkdir()

        def hand(name: str) -> None:
            mask = automatic_mask(self.nodes, name)
            if mask is not None:
                files[name] = str(hand_over(mask, folder))

        def resume() -> None:
            said = self.engines
            told = {name: said[name] for name in ("lesion_engine", "tissue_engine", "warnings") if said.get(name)}
            if files:
                self.ask("resume", {"automatic": files, **told}, done, failed, cancelled=lambda: failed(_("Stopped")))
            else:
                done()

        in_turns([lambda n=name: hand(n) for name in self.nodes.names], resume, failed, self._in_this_scene())

    def _hand_over(self, done, failed, *, everything: bool = False) -> None:
        """Give the worker the masks that have changed, or all of them, one a turn; it measures what is new to it."""
        from NEMOPETLib.scene.segments import hand_over

        watch = self._look.watch
        files: dict = dict.fromkeys(watch.removed())

        def hand(name: str) -> None:
            if name in self.nodes.names and (everything or watch.has_changed(name)):
                files[name] = str(hand_over(watch.take(name), self._folder))

        def measured(result: dict) -> None:
            self._measured(result)
            done()

        def measure() -> None:
            if files:
                self.ask("measure", {"masks": files}, measured, failed, cancelled=lambda: failed(_("Stopped")))
            else:
                done()

        in_turns(
            [lambda n=name: hand(n) for name in self.nodes.names], measure, failed, lambda: watch is self._look.watch
        )

    def _measured(self, result: dict) -> None:
        self.trouble = ""
        before, masks = self.measured, self._look.watch.known
        lesions = result["lesions"] if result["lesions"] is not None else before.get("lesions", [])
        values = {**before.get("values", {}), **result["values"]}
        document = {"values": values, "lesions": lesions, "warnings": result["warnings"], "masks": masks}
        if document != before:
            self.keep(MEASURED, document)
            self.keep(MOVED, {})
            self.keep(PREDICTED, {})
        self._look.note([])
        self._look.look()

    def _measuring_failed(self, text: str) -> None:
        self.trouble = text
        self._changed()

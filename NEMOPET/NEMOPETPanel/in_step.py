"""The scene's patient and the worker's, kept the same: masks are handed over, numbers come back. No widget."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import slicer
from slicer.i18n import tr as _

from NEMOPETPanel.documents import MEASURED, MOVED, PREDICTED, SAVED, Documents
from NEMOPETPanel.mask_look import MaskLook
from NEMOPETPanel.python_packages import ensure_packages
from NEMOPETPanel.turns import in_turns
from NEMOPETPanel.warm_up import import_in_turns
from NEMOPETPanel.work_folder import WorkFolder
from NEMOPETPanel.worker_process import Worker


class InStep(Documents):
    """The open patient in the scene, and the worker that has its images and masks too.

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
        self._as_saved = False  # whether the masks that are measured next are those of the table
        self._scenes = 0  # counts scenes: what was asked in one is not told to the next
        self._look = MaskLook(self, changed, self.measure, self._gone)

    @property
    def is_open(self) -> bool:
        """Whether a patient is open."""
        return self.nodes is not None

    @property
    def physiological(self) -> list:
        """The connected parts of the physiological uptake: ``inside_lps_mm`` and ``volume_ml``."""
        return self._look.parts

    def set_parameters(self, parameters) -> None:
        """Take up what a scene holds; None while it closes."""
        self.parameters = parameters
        if parameters is None:
            self._scenes += 1
            self._give_up_waiting(_("The scene was closed"))
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
            ended_with(ended, failed)(reason)
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

    def _in_this_scene(self) -> Callable[[], bool]:
        scene = self._scenes
        return lambda: scene == self._scenes

    def _with_this_patient(self) -> Callable[[], bool]:
        nodes = self.nodes
        return lambda: nodes is self.nodes

    def _ask_of_patient(
        self, do: str, arguments: dict, done, failed, told=lambda _progress: None, ended=lambda: None
    ) -> None:
        """A request about the open patient, whom the worker may have to open again before."""
        ask = partial(self.ask, do, arguments, done, failed, told, ended)
        self._with_open_patient(ask, ended_with(ended, failed))

    def _ask_to_open(self, do: str, arguments: dict, opened, failed, **heard) -> None:
        """Let the worker open a patient, with the work folder for its files; until then it knows none."""
        self._known_to_worker = False
        self.ask(do, {**arguments, "work_folder": str(self._folder)}, opened, failed, **heard)

    def _attach(self, nodes) -> None:
        if nodes is not self.nodes:
            self._give_up_waiting(_("Another patient was opened"))
        self.nodes = nodes
        self._look.stop()
        if nodes is not None:
            self._look.start(nodes)

    def _gone(self) -> None:
        self._attach(None)
        self._changed()

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

        failed = self._give_up_waiting

        def hand_over(*_unused) -> None:
            self._hand_over(known, failed, everything=True)

        is_same = self._with_this_patient()

        def opened(_facts: dict) -> None:
            if not is_same():
                return
            if request["do"] == "open":
                self._resume(hand_over, failed)
            else:
                hand_over()

        stopped = partial(failed, _("Stopped"))
        self._ask_to_open(request["do"], request["arguments"], opened, failed, cancelled=stopped)

    def _give_up_waiting(self, text: str) -> None:
        waiting, self._waiting = self._waiting, []
        for _action, failed in waiting:
            failed(text)

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

        in_turns([lambda n=name: hand(n) for name in self.nodes.names], resume, failed, self._with_this_patient())

    def _hand_over(self, done, failed, *, everything: bool = False) -> None:
        """Give the worker the masks that have changed, or all of them, one a turn; it measures what is new to it."""
        from NEMOPETLib.scene.segments import hand_over

        watch = self._look.watch
        files: dict = dict.fromkeys(watch.removed())
        taken: dict = dict.fromkeys(files)

        def hand(name: str) -> None:
            if name in self.nodes.names and (everything or watch.has_changed(name)):
                mask, taken[name] = watch.take(name)
                files[name] = str(hand_over(mask, self._folder))

        def measured(result: dict) -> None:
            if watch is self._look.watch:
                self._measured(result, taken)
                done()

        def measure() -> None:
            if files:
                self.ask("measure", {"masks": files}, measured, failed, cancelled=lambda: failed(_("Stopped")))
            else:
                self._measured({}, {})
                done()

        in_turns(
            [lambda n=name: hand(n) for name in self.nodes.names], measure, failed, lambda: watch is self._look.watch
        )

    def _measured(self, result: dict, taken: dict) -> None:
        """Keep the numbers of the masks that were taken; those of the others stand."""
        self.trouble = ""
        self._look.watch.confirm(taken)
        before = self.measured
        document = {
            "values": {**before.get("values", {}), **result.get("values", {})},
            "lesions": before.get("lesions", []) if result.get("lesions") is None else result["lesions"],
            "warnings": result.get("warnings", before.get("warnings", [])),
            "masks": self._look.watch.known,
        }
        if result and document != before:
            self.keep(MEASURED, document)
            self.keep(MOVED, {})
            self.keep(PREDICTED, {})
        if self._as_saved:
            self._as_saved = False
            self.keep(SAVED, document["masks"])
        self._look.note_again()

    def _measuring_failed(self, text: str) -> None:
        self.trouble = text
        self._changed()


def ended_with(ended: Callable[[], None], failed: Callable[[str], None]) -> Callable[[str], None]:
    """``failed`` for work that did not reach the worker, which would have called ``ended`` before."""

    def end(text: str) -> None:
        ended()
        failed(text)

    return end

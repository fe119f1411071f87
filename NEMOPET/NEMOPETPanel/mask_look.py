"""Sees which masks of the open patient were touched, and asks for their numbers after a pause."""

from __future__ import annotations

from collections.abc import Callable

import qt

from NEMOPETPanel.documents import STALE, Documents
from NEMOPETPanel.turns import in_turns

_LOOK_MS = 300  # how often it is asked whether a mask was touched
_PAUSE_MS = 1500  # without a further touch, before masks are measured again


class MaskLook:
    """Looks at the masks of one patient after another.

    Parameters
    ----------
    documents
        Where the names of the masks are kept whose numbers are out of date.
    changed
        Called when that, or the parts of the physiological uptake, has changed.
    measure
        Called after the pause.
    gone
        Called when the patient is no longer in the scene.
    """

    def __init__(
        self,
        documents: Documents,
        changed: Callable[[], None],
        measure: Callable[[], None],
        gone: Callable[[], None],
    ) -> None:
        self._documents = documents
        self._changed = changed
        self._gone = gone
        self._nodes = None
        self._looking = False
        self._look = _timer(_LOOK_MS, self.look, single=False)
        self._pause = _timer(_PAUSE_MS, measure, single=True)
        self.watch = None
        self.parts: list = []

    def start(self, nodes) -> None:
        """Look at the masks of this patient from now on."""
        from NEMOPETLib.scene.changes import ChangeWatch

        self._nodes = nodes
        self._looking = False
        self.watch = ChangeWatch(nodes, self._documents.measured.get("masks", {}))
        self._look.start()

    def stop(self) -> None:
        """Look at no mask."""
        self._look.stop()
        self._pause.stop()
        self._nodes = self.watch = None
        self.parts = []

    def measure_later(self) -> None:
        """Ask for the numbers after a pause, counted from now."""
        self._pause.start()

    def look(self) -> None:
        """See which masks were touched, one a turn, and whether the patient is still in the scene."""
        if self._nodes is not None and not self._nodes.are_there:
            self._gone()
            return
        if self.watch is None or self._looking or not self.watch.touched():
            return
        self._looking = True
        nodes, watch, changed = self._nodes, self.watch, []

        def look(name: str) -> None:
            if name in nodes.names and watch.has_changed(name):
                changed.append(name)

        def looked(*_unused) -> None:
            self._looking = False
            self.note([*changed, *watch.removed()])

        in_turns([lambda n=name: look(n) for name in nodes.names], looked, looked, lambda: watch is self.watch)

    def note_again(self) -> None:
        """Numbers came: those are out of date whose masks have changed meanwhile."""
        changed = [name for name in self._nodes.names if self.watch.may_have_changed(name)]
        self.note([*changed, *self.watch.removed()])
        self.look()

    def note(self, names) -> None:
        """Numbers of just these masks are out of date."""
        names, was = list(dict.fromkeys(names)), (self.parts, list(self._documents.stale))
        self.parts = _physiological_parts(self._nodes)
        if (self.parts, names) != was:
            self._documents.keep(STALE, names)
            self._mark_corrected(names)
            self._changed()
        if names:
            self.measure_later()

    def _mark_corrected(self, names) -> None:
        from NEMOPETLib.scene.review import set_status, status_of

        measured = self._documents.measured.get("masks", {})
        for name in names:
            if name in self._nodes.names and name in measured and status_of(self._nodes, name) == "approved":
                set_status(self._nodes, name, "corrected")


def _physiological_parts(nodes) -> list:
    """The parts of the physiological uptake, to be walked through like lesions."""
    from NEMOPETLib.scene.lesion_edits import lesion_places
    from NEMOPETLib.scene.patient_nodes import PHYSIOLOGICAL
    from NEMOPETLib.scene.segments import get_mask

    places = lesion_places(get_mask(nodes, PHYSIOLOGICAL)) if PHYSIOLOGICAL in nodes.names else ()
    return [{"inside_lps_mm": list(one.inside_lps), "volume_ml": one.volume_ml} for one in places]


def _timer(milliseconds: int, action: Callable[[], None], *, single: bool):
    timer = qt.QTimer()
    timer.setInterval(milliseconds)
    timer.setSingleShot(single)
    timer.connect("timeout()", action)
    return timer

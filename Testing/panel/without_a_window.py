"""What the panel's state needs of Qt and Slicer beside real MRML: a clock that tests turn, and a worker inside."""

from __future__ import annotations

import contextlib
import heapq
import itertools
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from NEMOPETLib.errors import InputError
from NEMOPETLib.progress import no_progress
from NEMOPETLib.session.verbs import Desk, perform

PANEL = Path(__file__).resolve().parents[2] / "NEMOPET"


class Clock:
    """An event loop whose time passes only when it is run."""

    def __init__(self) -> None:
        self.now = 0
        self._calls: list[tuple[int, int, Callable[[], object]]] = []
        self._number = itertools.count()

    def call_in(self, milliseconds: int, action: Callable[[], object]) -> None:
        heapq.heappush(self._calls, (self.now + milliseconds, next(self._number), action))

    def run(self, milliseconds: int) -> None:
        """Let time pass."""
        end = self.now + milliseconds
        while self._calls and self._calls[0][0] <= end:
            self.now, _, action = heapq.heappop(self._calls)
            action()
        self.now = end


class Timer:
    """What the panel uses of QTimer."""

    clock: Clock

    def __init__(self) -> None:
        self._interval, self._single, self._turn = 0, False, 0
        self._actions: list[Callable[[], object]] = []

    @classmethod
    def singleShot(cls, milliseconds: int, action: Callable[[], object]) -> None:  # noqa: N802
        cls.clock.call_in(milliseconds, action)

    def setInterval(self, milliseconds: int) -> None:  # noqa: N802
        self._interval = milliseconds

    def setSingleShot(self, single: bool) -> None:  # noqa: N802
        self._single = single

    def connect(self, _signal: str, action: Callable[[], object]) -> None:
        self._actions.append(action)

    def start(self) -> None:
        self._turn += 1
        self._call_after(self._turn)

    def stop(self) -> None:
        self._turn += 1

    def _call_after(self, turn: int) -> None:
        def call() -> None:
            if turn != self._turn:
                return
            for action in self._actions:
                action()
            if not self._single and turn == self._turn:
                self._call_after(turn)

        self.clock.call_in(self._interval, call)


@dataclass
class Asked:
    """A request that the worker has not answered."""

    do: str
    arguments: dict[str, Any]
    done: Callable[[dict[str, Any]], None]
    failed: Callable[[str], None]
    cancelled: Callable[[], None]


@dataclass
class WorkerInside:
    """The worker's verbs, done one by one as the clock turns; it can be lost, and made to fail."""

    clock: Clock
    changed: Callable[[], None]
    asked: list[Asked] = field(default_factory=list)
    did: list[str] = field(default_factory=list)
    refusing: str = ""  # the verb that fails next
    fresh: bool = True

    def __post_init__(self) -> None:
        self.desk = Desk(lambda: None)

    @property
    def busy(self) -> str:
        return self.asked[0].do if self.asked else ""

    def request(self, do, arguments, done, failed, _told=None, cancelled=lambda: None) -> None:
        self.fresh = False
        self.asked.append(Asked(do, dict(arguments), done, failed, cancelled))
        self.clock.call_in(50, self._answer)
        self.changed()

    def cancel(self) -> None:
        asked, self.asked = self.asked, []
        for one in asked:
            one.cancelled()

    def lose(self) -> None:
        """As if the process had died."""
        asked, self.asked = self.asked, []
        self.desk, self.fresh = Desk(lambda: None), True
        for one in asked:
            one.failed("The worker process ended")

    def close(self) -> None:
        self.asked.clear()

    def _answer(self) -> None:
        if not self.asked:
            return
        one = self.asked.pop(0)
        self.did.append(one.do)
        if self.refusing == one.do:
            self.refusing = ""
            one.failed(f"{one.do} was made to fail")
            return
        try:
            answer = perform(self.desk, one.do, one.arguments, no_progress)
        except InputError as error:
            one.failed(str(error))
            return
        one.done(answer)


class Parameters:
    """The parameter node: fields, and an event that nobody hears."""

    parameterNode = None  # noqa: N815

    def __init__(self) -> None:
        for name in ("opened", "segmented", "measured", "moved", "predicted", "staleMasks", "saved"):
            setattr(self, name, "")
        self.pet = self.ct = self.segmentation = self.tissues = None


@contextlib.contextmanager
def panel_modules(scene: Any, clock: Clock) -> Iterator[None]:
    """Let the panel's modules be imported with real MRML, this clock, and no window."""
    import slicer

    qt, i18n = ModuleType("qt"), ModuleType("slicer.i18n")
    qt.QTimer = Timer  # type: ignore[attr-defined]
    Timer.clock = clock
    i18n.tr = lambda text: text  # type: ignore[attr-defined]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "qt", qt)
        patch.setitem(sys.modules, "slicer.i18n", i18n)
        patch.setattr(slicer, "mrmlScene", scene, raising=False)
        patch.setattr(slicer, "app", SimpleNamespace(applicationLocaleName="en"), raising=False)
        patch.setattr(slicer.util, "NodeModify", lambda _node: contextlib.nullcontext())
        patch.syspath_prepend(str(PANEL))
        for name in [name for name in sys.modules if name.startswith("NEMOPETPanel")]:
            patch.delitem(sys.modules, name)
        try:
            yield
        finally:
            for name in [name for name in sys.modules if name.startswith("NEMOPETPanel")]:
                del sys.modules[name]

"""Work of the window's own thread in small pieces, so that the window answers between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import qt
from slicer.i18n import tr as _

from NEMOPETLib.errors import InputError

_NEXT_MS = 1  # at 0 Qt 6 does all turns before it looks at the mouse, the keys and other timers


def _nothing(*_unused) -> None:
    pass


def in_turns(
    steps: Sequence[Callable[[], object]],
    done: Callable[[], None] = _nothing,
    failed: Callable[[str], None] = _nothing,
    wanted: Callable[[], bool] = lambda: True,
) -> None:
    """Do each step in a turn of the event loop of its own, then call ``done``.

    Parameters
    ----------
    failed
        Called at the first error instead of ``done``; one that is no InputError is raised too.
    wanted
        Asked before each turn: False ends the work without a word, such as when the scene is closed.
    """
    rest = list(steps)

    def next_turn() -> None:
        if not wanted():
            return
        if not rest:
            done()
            return
        try:
            rest.pop(0)()
        except InputError as error:
            failed(str(error))
            return
        except BaseException:
            failed(_("An error of the program: Slicer's log tells more"))
            raise
        qt.QTimer.singleShot(_NEXT_MS, next_turn)

    qt.QTimer.singleShot(_NEXT_MS, next_turn)

"""A wish to stop that Python drops is told again.

A signal handler may run in the midst of a weak reference's callback or a finaliser, from where no exception gets out:
Python prints it and goes on, as if nobody had asked to stop.
"""

from __future__ import annotations

import _thread
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_PAUSE_S = 0.01  # until the callback is over


@contextmanager
def told_again(signal_number: int) -> Iterator[None]:
    """A stretch in which a dropped ``KeyboardInterrupt`` makes a signal's handler run once more, a moment later."""
    before = sys.unraisablehook

    def hook(dropped: UnraisableHookArgs) -> None:
        if dropped.exc_type is KeyboardInterrupt:
            threading.Timer(_PAUSE_S, _thread.interrupt_main, (signal_number,)).start()
        else:
            before(dropped)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = before

"""Cancelling: a wish that arrives in another thread becomes a KeyboardInterrupt in the request that it is meant for."""

from __future__ import annotations

import _thread
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any


@dataclass(eq=False)
class Request:
    """One line of the panel.

    Attributes
    ----------
    unwanted
        Whether it was cancelled, before or while it runs.
    """

    identifier: Any
    verb: str
    arguments: dict[str, Any] = field(default_factory=dict)
    unwanted: bool = False


class Cancellation:
    """Interrupts the main thread while a request runs that is no longer wanted, and never at another time.

    Python runs signal handlers in the main thread between two of its steps, so what the handler sees of the
    running request is what the main thread has set: an interrupt that comes too late finds another request,
    or none, and does nothing.
    """

    def __init__(self) -> None:
        self._running: Request | None = None
        self._shielded = False

    def install(self) -> None:
        """Take over the interrupt signal of this process; only from the main thread."""
        signal.signal(signal.SIGINT, self._handle)

    def wake(self) -> None:
        """Look at the running request now; from any thread."""
        _thread.interrupt_main()

    @contextmanager
    def running(self, request: Request) -> Iterator[None]:
        """The time during which a request may be interrupted; raises KeyboardInterrupt if it is unwanted already."""
        try:
            self._running = request
            if request.unwanted:
                raise KeyboardInterrupt
            yield
        finally:
            self._running = None

    def over(self) -> None:
        """From here on nothing is interrupted: no request runs any more, or it must not be torn."""
        self._running = None

    @contextmanager
    def shielded(self) -> Iterator[None]:
        """A stretch that must not be torn, such as a line being written; an interrupt comes after it."""
        self._shielded = True
        try:
            yield
        finally:
            self._shielded = False
        if self._running is not None and self._running.unwanted:
            raise KeyboardInterrupt

    def _handle(self, _signal: int, _frame: FrameType | None) -> None:
        if self._running is not None and self._running.unwanted and not self._shielded:
            raise KeyboardInterrupt

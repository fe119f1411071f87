"""A request to stop that arrives in a callback from which nothing can be raised."""

from __future__ import annotations

import signal
import sys
import time
import weakref
from collections.abc import Iterator

import pytest

from NEMOPETLib.interrupts import told_again


class Watched:
    pass


def wait_in_short_steps() -> None:
    for _ in range(100):  # as every wait of ours does
        time.sleep(0.05)


@pytest.fixture
def stops_by_signal() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.usefixtures("stops_by_signal")
def test_a_stop_in_a_weak_references_callback_is_not_lost() -> None:
    watched = [Watched()]
    reference = weakref.ref(watched[0], lambda _: signal.raise_signal(signal.SIGTERM))
    with told_again(signal.SIGTERM):
        watched.clear()
        with pytest.raises(KeyboardInterrupt):
            wait_in_short_steps()
    assert reference() is None


def test_other_exceptions_go_where_they_went(monkeypatch: pytest.MonkeyPatch) -> None:
    dropped: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda one: dropped.append(one.exc_type))
    watched = Watched()
    reference = weakref.ref(watched, lambda _: 1 / 0)
    with told_again(signal.SIGTERM):
        del watched
    assert reference() is None
    assert dropped == [ZeroDivisionError]

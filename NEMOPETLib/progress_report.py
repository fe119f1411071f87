"""Progress as plain numbers for another process: a title, how many of how many, and the time left."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

_LEAST_INTERVAL_S = 0.1


@dataclass(frozen=True)
class ProgressStep:
    """How far one loop has come.

    Parameters
    ----------
    title
        What is being done.
    done, total
        How many of how many items.
    seconds_left
        From the mean time of the items done; None before the first.
    """

    title: str
    done: int
    total: int
    seconds_left: float | None


class ReportedProgress:
    """A ``Progress`` that tells each step to a function: first and last always, others ten times a second at most.

    Parameters
    ----------
    report
        Called with each step.
    """

    def __init__(self, report: Callable[[ProgressStep], None]) -> None:
        self._report = report

    def __call__(self, items: Sequence[T], title: str) -> Iterable[T]:
        """Yield each item in turn, and report how many are done."""
        total, start = len(items), time.monotonic()
        if total:
            self._report(ProgressStep(title, 0, total, None))
        last = start
        for done, item in enumerate(items, start=1):
            yield item
            now = time.monotonic()
            if done == total or now - last >= _LEAST_INTERVAL_S:
                self._report(ProgressStep(title, done, total, round((now - start) / done * (total - done), 1)))
                last = now

"""Telling a person how far long work has come, without knowing who listens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    """Wraps the items of a long loop: a bar in the terminal, a signal in the panel, or nothing."""

    def __call__(self, items: Sequence[T], title: str) -> Iterable[T]:
        """Yield each item in turn and show, under the title, how many are done."""


def no_progress(items: Sequence[T], title: str) -> Iterable[T]:  # noqa: ARG001 - the interface
    """Show nothing."""
    return items

"""What a panel can ask for: each verb is the function ``execute`` of the module VERB_verb beside this one.

Such a function takes the desk (what the panel works on), progress, and its arguments by keyword; their types
are what the request's arguments are checked against. It is imported when it is first asked for, so that the
worker answers at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from NEMOPETLib.errors import InputError
from NEMOPETLib.progress import Progress

if TYPE_CHECKING:
    from NEMOPETLib.session.reading import ReadingSession

PROTOCOL = 1
VERBS = (
    "hello",
    "doctor",
    "studies",
    "inspect",
    "open",
    "review",
    "resume",
    "close",
    "segment",
    "measure",
    "sensitivity",
    "predict",
    "percentiles",
    "save",
    "cohort",
    "merge_clinical",
)


@dataclass
class Desk:
    """What one panel works on.

    Attributes
    ----------
    reading
        The open patient, if any.
    committing
        To be called where a request must not be interrupted any more.
    """

    committing: Callable[[], None]
    reading: ReadingSession | None = None

    def opened(self) -> ReadingSession:
        """The open patient. Raises InputError if there is none."""
        if self.reading is None:
            raise InputError("no patient is open: open one first")
        return self.reading


def perform(desk: Desk, verb: str, arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Do what is asked.

    Raises
    ------
    InputError
        If there is no such verb, its arguments do not fit, or it cannot be done.
    """
    if verb not in VERBS:
        raise InputError(f"unknown verb {verb}: the known ones are {', '.join(VERBS)}")
    from NEMOPETLib.session.arguments import bind

    execute = import_module(f"NEMOPETLib.session.{verb}_verb").execute
    return execute(desk, progress, **bind(verb, execute, arguments))

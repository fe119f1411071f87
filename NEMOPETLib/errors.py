"""The one error that a user is meant to read."""

from __future__ import annotations

import errno
import traceback

NOT_ENOUGH_MEMORY = "not enough memory: close other programs or use a smaller image"


class InputError(ValueError):
    """Input or arguments that cannot be used: says what is wrong, where, and what to do, in one line.

    The command line prints it after ``nemopet: error:`` and exits with 2; the panel shows it in a
    message box. It never holds a patient's name, birth date or identifier: files and series are named
    by path and by series number; what else a user wrote stands in double quotes (``wording.quoted``).

    Parameters
    ----------
    line
        The line.
    kind
        A word for programs that do something about just this error; empty for all others.
    """

    def __init__(self, line: str, *, kind: str = "") -> None:
        super().__init__(line)
        self.kind = kind


DISK_FULL = (errno.ENOSPC, errno.EDQUOT)


def refused(error: OSError) -> str:
    """The line of what the operating system refused: which file, and why."""
    where = f"{error.filename}: " if error.filename else ""
    return where + why_refused(error)


def why_refused(error: OSError) -> str:
    """Why the operating system refused; of a full disk also what to do."""
    why = error.strerror or "cannot be read or written"
    return f"{why}: make room there" if error.errno in DISK_FULL else why


def where_raised(error: BaseException) -> str:
    """How a defect of this program came about, for a log: without its words, which may quote a patient's header."""
    return "".join([*traceback.format_tb(error.__traceback__), f"{type(error).__name__}\n"])

"""The one error that a user is meant to read."""

from __future__ import annotations


class InputError(ValueError):
    """Input or arguments that cannot be used: says what is wrong, where, and what to do, in one line.

    The command line prints it after ``nemopet: error:`` and exits with 2; the panel shows it in a
    message box. It never holds a patient's name, birth date or identifier: files and series are named
    by path and by series number.
    """

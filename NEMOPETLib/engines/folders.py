"""Where this program keeps what it needs beside its own code and the user's data."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from NEMOPETLib.errors import DISK_FULL, InputError


def data_folder() -> Path:
    """The user's folder for installed environments and weights: ``NEMOPET_HOME``, else the platform's place.

    It need not exist.
    """
    return _folder(
        "NEMOPET_HOME", "NEMO-PET", "Application Support/NEMO-PET", ("XDG_DATA_HOME", ".local/share", "NEMO-PET")
    )


def cache_folder() -> Path:
    """What may be deleted at any time: ``NEMOPET_CACHE``, else the platform's place. It need not exist."""
    return _folder("NEMOPET_CACHE", "nemopet/Cache", "Caches/nemopet", ("XDG_CACHE_HOME", ".cache", "nemopet"))


@contextmanager
def writing_into(folder: Path, variable: str) -> Iterator[None]:
    """Turn what the system refuses inside into one line that says what to do.

    Parameters
    ----------
    folder
        Where something is written.
    variable
        The environment variable by which the user can have it elsewhere.

    Raises
    ------
    InputError
        For an OSError, which stays its cause.
    """
    try:
        yield
    except OSError as error:
        way_out = f"make room there, or set {variable}" if error.errno in DISK_FULL else f"set {variable}"
        raise InputError(f"{folder} cannot be written ({error.strerror}): {way_out} to a folder elsewhere") from error


def _folder(variable: str, windows: str, mac: str, unix: tuple[str, str, str]) -> Path:
    if given := os.environ.get(variable):
        return Path(given)
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / windows
    if sys.platform == "darwin":
        return home / "Library" / mac
    given_by_system, default, name = unix
    return Path(os.environ.get(given_by_system) or home / default) / name

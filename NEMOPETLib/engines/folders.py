"""Where this program keeps what it needs beside its own code."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def data_folder() -> Path:
    """The user's folder for installed environments and weights: ``NEMOPET_HOME``, else the platform's place.

    It need not exist.
    """
    given = os.environ.get("NEMOPET_HOME")
    if given:
        return Path(given)
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local")) / "NEMO-PET"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "NEMO-PET"
    return Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "NEMO-PET"

"""``python -m NEMOPETLib.session``, or this file run by PythonSlicer: the worker that a panel starts."""

from __future__ import annotations

import os
import sys
from pathlib import Path

if not __package__:  # run as a file
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

_NICENESS = 10  # the window goes before its worker, and the worker's engines

if __name__ == "__main__":
    if hasattr(os, "nice"):  # not on Windows
        os.nice(_NICENESS)
    from NEMOPETLib.session.worker import serve

    sys.exit(serve())

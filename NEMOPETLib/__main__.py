"""``python -m NEMOPETLib VERB …``, and the script for ``Slicer --python-script``."""

from __future__ import annotations

import sys
from pathlib import Path

if not __package__:  # run as a file, as Slicer does
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def run() -> int:
    """The command line's exit status; 2 with one line where a package it needs is not installed."""
    try:
        from NEMOPETLib.command_line import main

        return main(sys.argv[1:])
    except ModuleNotFoundError as error:
        sys.stderr.write(
            f"nemopet: error: the package {error.name} is not installed: start it with python3 Testing/run.py nemopet,"
            " or install the packages of requirements.lock\n"
        )
        return 2


def leave(status: int) -> None:
    """End the process; Slicer ends only by its own exit, and would go on for ever after an exception."""
    slicer_util = sys.modules.get("slicer.util")
    if slicer_util is not None and hasattr(slicer_util, "exit"):
        slicer_util.exit(status)
    else:
        sys.exit(status)


if __name__ == "__main__":
    try:
        status = run()
    except BaseException as error:  # a defect of ours
        from NEMOPETLib.errors import where_raised

        sys.stderr.write(where_raised(error))
        leave(1)
        raise
    leave(status)

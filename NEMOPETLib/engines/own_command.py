"""How a user calls this program, for messages that name a command."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def in_slicer() -> bool:
    """Whether this runs inside 3D Slicer, or in its Python: its launcher says where it lies."""
    return "SLICER_HOME" in os.environ


def own_command(arguments: str) -> str:
    """``nemopet ARGUMENTS``; with Slicer's Python in Slicer, where nothing is on the path."""
    if not in_slicer():
        return f"nemopet {arguments}"
    return f'"{sys.executable}" "{Path(__file__).parents[1] / "__main__.py"}" {arguments}'

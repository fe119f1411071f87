"""Inside Slicer: the module's self test."""

from __future__ import annotations

import sys
from pathlib import Path

import slicer

sys.path.insert(0, str(Path(__file__).resolve().parent))
import driving


def main() -> None:
    driving.panel()
    slicer.selfTests["NEMOPET"](msec=10)


if __name__ == "__main__":
    driving.leave_with(main)

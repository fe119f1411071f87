"""Inside Slicer: how long the module takes to be shown, and what is imported for it."""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path

import slicer

sys.path.insert(0, str(Path(__file__).resolve().parent))
import driving


def main() -> None:
    imported = sorted(name for name in ("pandas", "torch", "lifelines") if name in sys.modules)
    module = sys.modules.pop("NEMOPET", None)
    start = time.process_time()
    importlib.import_module("NEMOPET")
    read = time.process_time() - start
    if module is not None:
        sys.modules["NEMOPET"] = module
    start = time.process_time()
    slicer.util.selectModule("NEMOPET")
    shown = time.process_time() - start
    slicer.app.processEvents()
    told = {"heavy": imported, "read_s": read, "shown_s": shown}
    sys.stdout.write(json.dumps(told) + "\n")
    assert slicer.modules.nemopet.title == "NEMO-PET"


if __name__ == "__main__":
    driving.leave_with(main)

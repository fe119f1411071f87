"""A stand-in for TotalSegmentator in a process of its own: the same label map for every study, after a while."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from pathlib import Path


def option(name: str) -> str:
    """The value of an option."""
    return sys.argv[sys.argv.index(name) + 1]


def main() -> None:
    """Answer for the versions, or segment."""
    if "-c" in sys.argv:
        sys.stdout.write(json.dumps({"TotalSegmentator": "2.18.0", "nnunetv2": "2.8.1", "torch": "2.13.0"}))
        return
    for part in range(10):
        sys.stdout.write(f"part {part}\n")
        sys.stdout.flush()
        time.sleep(float(os.environ["FAKE_SECONDS"]) / 10)
    shutil.copy(os.environ["FAKE_LABELS"], option("-o"))
    Path(option("--report")).write_text(json.dumps({"device": "cpu", "runtime_seconds": 1.5}))


main()

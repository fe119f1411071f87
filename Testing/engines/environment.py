"""Make the environment of the tests with the real TotalSegmentator: ``.venv-totalsegmentator`` of this checkout.

    python3 Testing/engines/environment.py [--torch-index URL]

It holds what ``totalsegmentator.lock`` lists, which is no more than TotalSegmentator and nnU-Net import on the way
that the tests take, and torch with its torchvision. An environment that is whole is left alone. ``python-for-tests``
in it is what the tests run: its Python, with the patches beside this file.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import stat
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LOCK = HERE / "totalsegmentator.lock"
ENVIRONMENT = ROOT / ".venv-totalsegmentator"
PYTHON = ENVIRONMENT / "bin" / "python"
PYTHON_FOR_TESTS = ENVIRONMENT / "python-for-tests"
# A build for the processor alone has another content than PyPI's of the same version: so they have no hash.
TORCH = ("torch==2.13.0", "torchvision==0.28.0")
FOR_THE_PROCESSOR = "https://download.pytorch.org/whl/cpu"


def main() -> int:
    """Make the environment unless it is there already."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--torch-index", metavar="URL", help="where torch comes from; default: as pip is set up")
    index = parser.parse_args().torch_index
    fingerprint = hashlib.sha256(LOCK.read_bytes() + Path(__file__).read_bytes()).hexdigest()
    whole = ENVIRONMENT / "fingerprint"
    if whole.is_file() and whole.read_text() == fingerprint:
        return 0
    sys.stderr.write(f"Making {ENVIRONMENT} (once, some minutes)\n")
    venv.create(ENVIRONMENT, with_pip=True, clear=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, "--require-hashes", "--requirement", str(LOCK)], check=True)
    subprocess.run([*pip, *(["--index-url", index] if index else []), *TORCH], check=True)
    if not imports("torch"):  # a build for CUDA, whose libraries are not installed
        sys.stderr.write(f"environment.py: error: torch cannot be imported: give --torch-index {FOR_THE_PROCESSOR}\n")
        return 1
    declare = "" if imports("torchvision") else "NEMOPET_TEST_DECLARE_OPERATORS=1 "
    PYTHON_FOR_TESTS.write_text(f'#!/bin/sh\nPYTHONPATH="{HERE / "patches"}" {declare}exec "{PYTHON}" "$@"\n')
    PYTHON_FOR_TESTS.chmod(PYTHON_FOR_TESTS.stat().st_mode | stat.S_IXUSR)
    whole.write_text(fingerprint)
    return 0


def imports(module: str) -> bool:
    """Whether the environment's Python can import a module."""
    return subprocess.run([str(PYTHON), "-c", f"import {module}"], capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    if os.name == "nt":
        raise SystemExit("environment.py: error: the tests with the real TotalSegmentator need a POSIX system")
    raise SystemExit(main())

"""Run a command in the project's own environment, which is made first where it is missing.

    python3 Testing/run.py nemopet demo
    python3 Testing/run.py pytest

The environment is the folder ``.venv`` of this checkout, with exactly the versions of ``requirements.lock``; for
any command but ``nemopet`` those of ``requirements-test.lock`` are added. A changed lock file is installed anew.
Needs nothing but a Python of 3.11 or newer with venv and pip.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST_PYTHON = (3, 11)


def main(command: list[str]) -> int:
    """Make the environment if need be, run the command in it and return its exit status."""
    if sys.version_info < OLDEST_PYTHON:
        return _refuse(f"Python {sys.version.split()[0]} is too old: run this with Python 3.11 or newer")
    if not command:
        return _refuse("name a command: python3 Testing/run.py nemopet demo")
    program, arguments = command[0], command[1:]
    own = program == "nemopet"
    try:
        _install("requirements.lock")
        if not own:
            _install("requirements-test.lock")
    except subprocess.CalledProcessError:
        return _refuse("the environment could not be made: see the lines above (Debian: apt install python3-venv)")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    where = None if own else ROOT
    started = [] if program == "python" else ["-m", "NEMOPETLib" if own else program]
    return subprocess.run([PYTHON, *started, *arguments], env=environment, cwd=where, check=False).returncode


def _install(lock_name: str) -> None:
    """Install a lock file's packages unless the environment already has just these."""
    lock = ROOT / lock_name
    fingerprint = hashlib.sha256(lock.read_bytes()).hexdigest()
    installed = ENVIRONMENT / f"{lock_name}.sha256"
    if installed.is_file() and installed.read_text() == fingerprint:
        return
    sys.stderr.write(f"Installing {lock_name} into {ENVIRONMENT} (once, some minutes)\n")
    if not PYTHON.is_file():
        venv.create(ENVIRONMENT, with_pip=True, clear=True)
    pip = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--require-hashes",
    ]
    subprocess.run([*pip, "--requirement", str(lock)], check=True)
    installed.write_text(fingerprint)


def _refuse(message: str) -> int:
    sys.stderr.write(f"run.py: error: {message}\n")
    return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

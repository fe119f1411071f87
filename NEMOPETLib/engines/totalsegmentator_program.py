"""The TotalSegmentator that is installed: which Python has it, and which versions."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from NEMOPETLib.engines.installed import Installed, NoPythonError, ask
from NEMOPETLib.errors import InputError

PYTHON_VARIABLE = "NEMOPET_TOTALSEGMENTATOR_PYTHON"
OLDEST = (2, 18)
_HOW = (
    "inside Slicer install the extensions TotalSegmentator and PyTorch; else: pip install 'nemopet[segmentation]', or"
    f" name the Python that has it with --totalsegmentator-python or {PYTHON_VARIABLE}"
)
_PACKAGES = ("TotalSegmentator", "nnunetv2", "torch")  # those that make the result


@dataclass(frozen=True)
class Program:
    """An installed TotalSegmentator: its Python, and the versions that its results depend on, by package."""

    python: Path
    versions: dict[str, str]

    def command(self, arguments: Sequence[str]) -> list[str]:
        """What runs it with some arguments."""
        return [str(self.python), "-m", "totalsegmentator.bin.TotalSegmentator", *arguments]

    def __str__(self) -> str:
        """As written in the row: ``TotalSegmentator 2.18.0 (nnunetv2 2.8.1, torch 2.13.0)``."""
        name, *others = (f"{name} {version}" for name, version in self.versions.items())
        return f"{name} ({', '.join(others)})"


def find_program(python: Path | None = None) -> Program:
    """The TotalSegmentator of a given Python, of the one that ``NEMOPET_TOTALSEGMENTATOR_PYTHON`` names, or of ours.

    Raises
    ------
    InputError
        If there is none or it is too old; says how to install it.
    """
    chosen = python or (Path(named) if (named := os.environ.get(PYTHON_VARIABLE)) else None)
    if chosen is None:
        if importlib.util.find_spec("totalsegmentator") is None:
            raise InputError(f"TotalSegmentator is not installed: {_HOW}")
        chosen = Path(sys.executable)
    installed = _asked(chosen)
    missing = [name for name in _PACKAGES if name not in installed.versions]
    if missing:
        raise InputError(f"{chosen} lacks {', '.join(missing)}: {_HOW}")
    versions = {name: installed.versions[name] for name in _PACKAGES}
    if installed.numbers("TotalSegmentator") < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise InputError(
            f"TotalSegmentator {versions['TotalSegmentator']} is too old: {chosen} needs {oldest} or newer"
            f" ({chosen} -m pip install 'TotalSegmentator=={oldest}.*')"
        )
    return Program(chosen, versions)


def _asked(python: Path) -> Installed:
    try:
        return ask(python)
    except OSError as error:
        raise InputError(f"{python} cannot be started ({error.strerror}): {_HOW}") from error
    except NoPythonError as error:
        raise InputError(f"{python} is no Python that can be asked for TotalSegmentator: {_HOW}") from error

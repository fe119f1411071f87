"""Which packages a Python has, and for which devices its torch is built, without importing them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from NEMOPETLib.engines.process import engine_environment

_PACKAGES = ("TotalSegmentator", "nnunetv2", "torch", "torchvision")
_QUESTION = """
import importlib.metadata, importlib.util, json, pathlib, re, sys
found = {}
for name in sys.argv[1:]:
    try:
        found[name] = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        pass
torch = importlib.util.find_spec("torch")
text = pathlib.Path(torch.origin).with_name("version.py").read_text() if torch and torch.origin else ""
cuda = re.search(r"^cuda\\b.*= '([^']+)'", text, re.MULTILINE)
print(json.dumps({"versions": found, "cuda": cuda[1] if cuda else ""}))
"""
_ANSWER_LIMIT_S = 60.0


@dataclass(frozen=True)
class Installed:
    """Versions by package, and the CUDA that torch is built for (empty: none)."""

    versions: Mapping[str, str]
    cuda: str = ""

    def numbers(self, package: str) -> tuple[int, ...]:
        """A version as numbers to compare: (2, 18, 0); empty if the package is missing."""
        release = self.versions.get(package, "").partition("+")[0]
        return tuple(int(part) for part in release.split(".") if part.isdigit())

    @property
    def torch_pair_fits(self) -> bool:
        """Whether torchvision was built for this torch: 0.(n + 15) goes with 2.n (PyTorch's release table)."""
        torch, vision = self.numbers("torch"), self.numbers("torchvision")
        builds = {self.versions.get(name, "").partition("+")[2] for name in ("torch", "torchvision")}
        return len(torch) > 1 and vision[:2] == (torch[0] - 2, torch[1] + 15) and len(builds) == 1


def installed_in(python: Path) -> Installed:
    """What a Python has; nothing if it cannot be asked."""
    try:
        return ask(python)
    except (OSError, NoPythonError):
        return Installed({})


class NoPythonError(Exception):
    """The program that was asked is no Python that answers."""


def ask(python: Path) -> Installed:
    """What a Python has.

    Raises
    ------
    OSError
        If it cannot be started.
    NoPythonError
        If it does not answer.
    """
    try:
        answer = subprocess.run(
            [str(python), "-c", _QUESTION, *_PACKAGES],
            env=engine_environment(python),
            capture_output=True,
            check=True,
            timeout=_ANSWER_LIMIT_S,
        ).stdout
        told = json.loads(answer.splitlines()[-1])
    except (subprocess.SubprocessError, ValueError, IndexError) as error:
        raise NoPythonError from error
    return Installed(told["versions"], told["cuda"])

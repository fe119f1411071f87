"""LION's own Python environment: where it is, whether it is whole, how it is made.

lionz pins torch 2.6, which TotalSegmentator's current torch excludes, so that both cannot live in one environment.
It is made only on request, from ``lion.lock`` beside this file: each version with its hash, without lionz' own
requirements (it runs on the torch given here). torch differs by platform and is installed from the index that has
the build for it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from NEMOPETLib.engines.folders import data_folder
from NEMOPETLib.engines.nvidia import nvidia_gpus
from NEMOPETLib.engines.own_command import own_command
from NEMOPETLib.engines.process import Ending, EngineRun, OnLine, engine_environment, engine_run
from NEMOPETLib.errors import InputError

LIONZ_VERSION = "1.0.7"
TORCH = ("torch==2.13.0", "torchvision==0.28.0")
INSTALL = "doctor --install lion"

_LOCK = Path(__file__).with_name("lion.lock")
_PYTHONS = ((3, 11), (3, 13))
_CUDA_13_DRIVER = 580  # the first driver that runs CUDA 13 (NVIDIA CUDA Toolkit release notes, table 2)
_PYTORCH = "https://download.pytorch.org/whl"
_SILENCE_LIMIT_S = 1800.0  # the download of torch, which pip shows no line of, on a slow connection


@dataclass(frozen=True)
class LionEnvironment:
    """The environment as it was found.

    Parameters
    ----------
    folder
        Where it is, or would be.
    problem
        Why it cannot be used, in one line; empty if it can.
    """

    folder: Path
    problem: str = ""

    @property
    def python(self) -> Path:
        """Its Python."""
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def require(self) -> Path:
        """Its Python; raises InputError with the command that makes the environment if it cannot be used."""
        if self.problem:
            raise InputError(f"LION cannot run: {self.problem}: run {own_command(INSTALL)}")
        return self.python


def find_environment() -> LionEnvironment:
    """Look for the environment (``NEMOPET_LION``, else the data folder) without starting anything."""
    given = os.environ.get("NEMOPET_LION")
    folder = Path(given) if given else data_folder() / "lion" / "environment"
    found = LionEnvironment(folder)
    if not folder.is_dir():
        return LionEnvironment(folder, "its environment is not installed")
    if not found.python.is_file():
        return LionEnvironment(folder, f"its environment is damaged ({folder})")
    try:
        made = json.loads(_stamp(folder).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return LionEnvironment(folder, f"its environment was not finished ({folder})")
    if made != _wanted():
        return LionEnvironment(folder, "its environment is of another version of this program")
    return found


def create_environment(on_line: OnLine, *, python: Path | None = None, torch_index: str | None = None) -> Path:
    """Make the environment anew; downloads about 3 GB with torch for NVIDIA, 1 GB without.

    Parameters
    ----------
    on_line
        Called with each line that pip prints.
    python
        The Python (3.11 to 3.13) to make it from; the running one if None.
    torch_index
        The package index of torch: ``pypi`` for pip's own, None for the one that has the build for this computer.

    Returns
    -------
    Path
        Its Python.

    Raises
    ------
    InputError
        If the Python does not suit, or something cannot be installed. What was begun is removed then.
    """
    environment = LionEnvironment(find_environment().folder)
    base = python or Path(sys.executable)
    _check_python(base)
    index = default_torch_index() if torch_index is None else torch_index
    shutil.rmtree(environment.folder, ignore_errors=True)
    try:
        with engine_run() as run:
            _fill(run, base, environment, index, on_line)
        _stamp(environment.folder).write_text(json.dumps(_wanted()), encoding="utf-8")
    finally:
        if not _stamp(environment.folder).is_file():
            shutil.rmtree(environment.folder, ignore_errors=True)
    return environment.python


def default_torch_index() -> str:
    """The package index that has torch's build for this computer: ``pypi`` or a URL of PyTorch's.

    PyPI's build is for CUDA 13 on Linux, for the processor alone on Windows, and for the GPU of Apple Silicon.
    """
    if sys.platform == "darwin":
        return "pypi"
    gpus = nvidia_gpus()
    if not gpus:
        return "pypi" if sys.platform == "win32" else f"{_PYTORCH}/cpu"
    if gpus[0].driver_major < _CUDA_13_DRIVER:
        return f"{_PYTORCH}/cu126"
    return f"{_PYTORCH}/cu130" if sys.platform == "win32" else "pypi"


def _fill(run: EngineRun, base: Path, environment: LionEnvironment, torch_index: str, on_line: OnLine) -> None:
    def execute(python: Path, *arguments: str) -> None:
        variables = engine_environment(python, PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1")
        _check(run.execute([str(python), *arguments], variables, on_line, _SILENCE_LIMIT_S))

    install = ("-m", "pip", "install")
    index = () if torch_index == "pypi" else ("--index-url", torch_index)
    execute(base, "-m", "venv", str(environment.folder))
    execute(environment.python, *install, "--no-deps", "--require-hashes", "--requirement", str(_LOCK))
    execute(environment.python, *install, *index, *TORCH)


def _check(ending: Ending) -> None:
    if ending.status == 0:
        return
    errors = [line for line in ending.tail if "ERROR" in line or "Error" in line]
    said = (errors or list(ending.tail) or ["no message"])[0].strip()
    raise InputError(f"LION's environment could not be made: {said}")


def _check_python(python: Path) -> None:
    """Refuse a Python that lionz or its packages do not run on."""
    command = [str(python), "-c", "import sys, venv, ensurepip; print(*sys.version_info[:2])"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=False, env=engine_environment(python))
    except OSError as error:
        raise InputError(f"{python} cannot be started ({error.strerror})") from error
    low, high = (".".join(map(str, version)) for version in _PYTHONS)
    version = tuple(int(part) for part in re.findall(r"\d+", answer.stdout))
    if answer.returncode != 0 or not _PYTHONS[0] <= version <= _PYTHONS[1]:
        raise InputError(
            f"{python} cannot make LION's environment: give a Python from {low} to {high} with venv and pip by --python"
        )


def _wanted() -> dict[str, object]:
    """What a finished environment of this version says of itself."""
    return {"lock": hashlib.sha256(_LOCK.read_bytes()).hexdigest(), "torch": list(TORCH)}


def _stamp(folder: Path) -> Path:
    return folder / "nemopet.json"

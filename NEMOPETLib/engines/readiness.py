"""What of the engines is ready on this computer, and the one command that mends what is not.

Nothing is downloaded, sent or imported that is slow: versions are read from what is installed, weights by looking at
their files. That everything is ready says that a run can begin, not that it will fit into memory.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from NEMOPETLib.engines import lion_environment, lion_weights
from NEMOPETLib.engines.folders import cache_folder
from NEMOPETLib.engines.installed import Installed, installed_in
from NEMOPETLib.engines.machine import GIB, free_disk_bytes, memory_bytes
from NEMOPETLib.engines.nvidia import Gpu, nvidia_gpus
from NEMOPETLib.engines.own_command import in_slicer, own_command
from NEMOPETLib.engines.totalsegmentator_faults import SET_LICENCE
from NEMOPETLib.engines.totalsegmentator_program import PYTHON_VARIABLE
from NEMOPETLib.engines.totalsegmentator_tasks import ORGANS, SPLEEN, TISSUES, Task
from NEMOPETLib.engines.weights import home_folder, licence, missing_weights, weights_folder

LEAST_MEMORY_GIB = 15.5
"""``total`` at 1.5 mm took 12 GB on a CT of 824 slices (TotalSegmentator's README) and 16 GB at most in our own
measurements; a computer sold with 16 GB tells a little less."""
LEAST_GPU_MEMORY_GIB = 11.4
"""``total`` at 1.5 mm on a CT of 824 slices (TotalSegmentator's README); with less the image goes in three parts."""
LEAST_DISK_GIB = 5.0
"""A CT of 700 slices as NIfTI (0.4 GB), its probabilities on the way back (float16, 117 classes, at 3 mm) and masks."""

_PINS = {"TotalSegmentator": ((2, 18), (2, 19)), "nnunetv2": ((2, 6, 4), (2, 9)), "torch": ((2, 6), (3,))}
_UNUSABLE_TORCH = (2, 9)  # nnU-Net's README warns of its three-dimensional convolutions
_DOWNLOADS = {SPLEEN.title: "total", ORGANS.title: "total_fast", TISSUES.title: "tissue_types"}


@dataclass(frozen=True)
class Check:
    """One thing that a run needs or profits from.

    Parameters
    ----------
    name
        What it is.
    ready
        Whether it is there and usable.
    found
        What is there, or what is wrong with it.
    mend
        The one command (or step) that mends it; empty if there is nothing to mend or no command does.
    needed
        Whether a run without options of its own fails without it; the rest is done with less.
    """

    name: str
    ready: bool
    found: str
    mend: str = ""
    needed: bool = False


def check_readiness() -> tuple[Check, ...]:
    """All checks, in the order in which they are mended best."""
    python = _engine_python()
    installed, gpus = installed_in(python), nvidia_gpus()
    return (
        _program(),
        _python(),
        _gpu(gpus, installed, python),
        *map(_gpu_memory, gpus[:1]),
        _memory(),
        _disk(),
        *_totalsegmentator(installed, python),
        *_weights(python),
        _licence(python),
        *_lion(),
        _learners(),
        _statistics(),
    )


def is_ready(checks: tuple[Check, ...]) -> bool:
    """Whether all that is needed is ready."""
    return all(check.ready for check in checks if check.needed)


def _engine_python() -> Path:
    """The Python that TotalSegmentator would run in."""
    return Path(os.environ.get(PYTHON_VARIABLE) or sys.executable)


def _program() -> Check:
    return Check("Slicer", True, "inside Slicer" if in_slicer() else "outside Slicer, which is not needed here")


def _python() -> Check:
    new = sys.version_info >= (3, 11)
    return Check("Python", new, platform.python_version(), "" if new else "install Python 3.11 or newer", needed=True)


def _gpu(gpus: tuple[Gpu, ...], installed: Installed, python: Path) -> Check:
    """Whether torch can use a GPU; without, everything runs on the processor and takes its time."""
    if sys.platform == "darwin":
        silicon = platform.machine() == "arm64"
        return Check("GPU", silicon, "Apple GPU (mps)" if silicon else "none that torch can use")
    if not gpus:
        return Check("GPU", False, "none: segmentation runs on the processor, which takes minutes longer")
    names = ", ".join(f"{gpu.name} (gpu:{gpu.number}, driver {gpu.driver})" for gpu in gpus)
    if "torch" in installed.versions and not installed.cuda and "+cpu" in installed.versions["torch"]:
        index = lion_environment.default_torch_index()
        source = "" if index == "pypi" else f" --index-url {index}"
        return Check(
            "GPU",
            False,
            f"{names}; torch {installed.versions['torch']} is built for the processor alone",
            f'"{python}" -m pip install --force-reinstall torch torchvision{source}',
        )
    return Check("GPU", True, names)


def _gpu_memory(gpu: Gpu) -> Check:
    enough = gpu.memory_mib / 1024 >= LEAST_GPU_MEMORY_GIB
    less = "" if enough else ": large images go in parts or with the 3 mm network, which the row says"
    return Check("GPU memory", enough, f"{gpu.memory_mib / 1024:.1f} GiB, {gpu.free_mib / 1024:.1f} GiB free{less}")


def _memory() -> Check:
    size = memory_bytes() / GIB
    enough = size >= LEAST_MEMORY_GIB
    less = "" if enough else ": large images go in parts or with the 3 mm network, which the row says"
    return Check("Memory", enough, f"{size:.1f} GiB{less}")


def _disk() -> Check:
    folders = (Path(tempfile.gettempdir()), cache_folder())
    free = {folder: free_disk_bytes(folder) / GIB for folder in folders}
    found = ", ".join(f"{size:.1f} GiB free in {folder}" for folder, size in free.items())
    mend = f"free {LEAST_DISK_GIB:g} GiB, or set TMPDIR and NEMOPET_CACHE to folders on another disk"
    enough = min(free.values()) >= LEAST_DISK_GIB
    return Check("Disk", enough, found, "" if enough else mend, needed=True)


def _totalsegmentator(installed: Installed, python: Path) -> Iterator[Check]:
    install = (
        "install the extensions PyTorch and TotalSegmentator in Slicer's Extensions Manager"
        if in_slicer()
        else f"\"{python}\" -m pip install 'TotalSegmentator==2.18.*' 'nnunetv2>=2.6.4,<2.9'"
    )
    wrong = [
        f"{name} is missing" if name not in installed.versions else f"{name} {installed.versions[name]} does not suit"
        for name, (low, high) in _PINS.items()
        if not low <= installed.numbers(name) < high
        or (name == "torch" and installed.numbers(name)[:2] == _UNUSABLE_TORCH)
    ]
    have = ", ".join(f"{name} {version}" for name, version in installed.versions.items())
    yield Check("TotalSegmentator", not wrong, "; ".join(wrong) or have, install if wrong else "", needed=True)
    if "torch" not in installed.versions:
        return
    fits = installed.torch_pair_fits
    pair = f"torch {installed.versions['torch']}, torchvision {installed.versions.get('torchvision', 'missing')}"
    minor = installed.numbers("torch")[1] + 15
    build = installed.versions["torch"].partition("+")[2]
    index = f" --index-url https://download.pytorch.org/whl/{build}" if build else ""
    mend = f'"{python}" -m pip install "torchvision==0.{minor}.*"{index}'
    yield Check("torchvision", fits, pair if fits else f"{pair}: not of one build", "" if fits else mend, needed=True)


def _weights(python: Path) -> Iterator[Check]:
    for task, needed in ((SPLEEN, True), (ORGANS, True), (TISSUES, False)):
        wrong = _wrong_weights(task)
        mend = f'"{python}" -m totalsegmentator.bin.totalseg_download_weights -t {_DOWNLOADS[task.title]}'
        found = f"{len(task.weights)} networks in {weights_folder()}"
        if wrong:
            found = f"{len(wrong)} of {found} are not usable: {wrong[0]}{' …' if len(wrong) > 1 else ''}"
        yield Check(f"Weights: {task.title}", not wrong, found, mend if wrong else "", needed)


def _wrong_weights(task: Task) -> list[str]:
    results = weights_folder()
    missing = missing_weights(task.weights, results)
    # A checkpoint is a ZIP file, whose end says that nothing is cut off.
    damaged = [
        one.folder
        for one in task.weights
        if one.folder not in missing and not zipfile.is_zipfile(one.files(results)[-1])
    ]
    return [*(f"{folder} is missing" for folder in missing), *(f"{folder} is damaged" for folder in damaged)]


def _licence(python: Path) -> Check:
    there = licence(home_folder()) is not None
    program, _, options = SET_LICENCE.partition(" ")
    found = (
        "entered"
        if there
        else "none: muscle and fat stay empty (free for non-commercial use: see docs/segmentation.md)"
    )
    mend = "" if there else f'"{python}" -m totalsegmentator.bin.{program} {options}'
    return Check("Licence: tissue_types", there, found, mend)


def _lion() -> Iterator[Check]:
    environment, weights = lion_environment.find_environment(), lion_weights.find_weights()
    versions = f"lionz {lion_environment.LIONZ_VERSION}, {', '.join(lion_environment.TORCH)}"
    yield Check(
        "LION",
        not environment.problem,
        environment.problem or f"{versions} in {environment.folder}",
        own_command(lion_environment.INSTALL) if environment.problem else "",
    )
    yield Check(
        "Weights: LION",
        not weights.problem,
        weights.problem or f"{weights.release()} in {weights.folder}",
        own_command(lion_weights.INSTALL) if weights.problem else "",
    )


def _learners() -> Check:
    there = importlib.util.find_spec("sksurv") is not None
    mend = "" if there else f"\"{sys.executable}\" -m pip install 'scikit-survival>=0.27'"
    return Check("scikit-survival", there, "installed" if there else "missing: learners are not compared", mend)


def _statistics() -> Check:
    return Check("Usage statistics", True, "off in every run: TotalSegmentator's and LION's are told not to send any")

"""What may happen to a batch: each scenario in any size; the tests run small ones, ``full.py`` the real ones."""

from __future__ import annotations

import contextlib
import json
import math
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from NEMOPETLib.engines.totalsegmentator_tasks import SPLEEN, TISSUES
from NEMOPETLib.phantom.volumes import mask_volume
from NEMOPETLib.studies.volume import Volume
from Testing.batch.phantom_archive import MASK_OPTIONS, tiny_phantom
from Testing.engines.fakes import PHANTOM_CLASSES, put_weights
from Testing.engines.label_file import write_labels

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class BatchCall:
    """``nemopet batch`` in a process of its own."""

    root: Path
    cohort: Path
    options: Sequence[str] = ()
    masks: Sequence[str] = tuple(MASK_OPTIONS)
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def command(self) -> list[str]:
        """The command line."""
        head = [sys.executable, "-m", "NEMOPETLib", "batch", str(self.root), "--cohort", str(self.cohort)]
        return [*head, *self.masks, *self.options]

    @property
    def environment(self) -> dict[str, str]:
        """That of the process."""
        return {**environment(), **self.more}

    def start(self, errors: Path) -> subprocess.Popen[bytes]:
        """Begin; what it says goes to a file."""
        with errors.open("ab") as stream:
            return subprocess.Popen(
                self.command, stdout=subprocess.DEVNULL, stderr=stream, env=self.environment, start_new_session=True
            )

    def run(self, timeout: float = 3600) -> tuple[int, Any, str]:
        """Exit status, the JSON result (None if there is none) and what was said."""
        done = subprocess.run(
            [*self.command, "--json"], capture_output=True, env=self.environment, timeout=timeout, check=False
        )
        result = json.loads(done.stdout) if done.stdout else None
        return done.returncode, result, done.stderr.decode(errors="replace")


def until_row(call: BatchCall, process: subprocess.Popen[bytes], longest_s: float = math.inf) -> None:
    """Wait for the first row; not for that of a batch that has ended."""
    until = time.monotonic() + longest_s
    while not call.cohort.exists() and process.poll() is None and time.monotonic() < until:
        time.sleep(0.05)


def environment() -> dict[str, str]:
    """Where the library is found, and one thread each."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}


def below(parent: int) -> list[tuple[int, str]]:
    """Every living process that a process has started, directly or not, and its command line (Linux)."""
    children: dict[int, list[int]] = {}
    names: dict[int, str] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if fields[0] == "Z":
                    continue
                children.setdefault(int(fields[1]), []).append(int(entry.name))
                names[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    found, todo = [], [parent]
    while todo:
        for child in children.get(todo.pop(), []):
            found.append((child, names[child]))
            todo.append(child)
    return found


NETWORK_OPTIONS = ["--lesions", "{study}/masks/lesions.nii.gz", "--tissues", "totalsegmentator", "--device", "cpu"]


def fake_network(folder: Path, seconds: float) -> dict[str, str]:
    """Make a TotalSegmentator that is quick; gives the environment in which it is the one that is installed."""
    folder.mkdir(parents=True)
    python, labels = folder / "python", folder / "labels.nii.gz"
    program = ROOT / "Testing" / "engines" / "fake_totalsegmentator.py"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{program}" "$@"\n')
    python.chmod(0o755)
    phantom = tiny_phantom()
    voxels = np.zeros(phantom.ct.grid.shape, np.uint8)
    for number, (name, _) in PHANTOM_CLASSES.items():
        voxels[mask_volume(phantom, name).voxels] = number
    names = {number: name for number, (_, name) in PHANTOM_CLASSES.items()}
    write_labels(labels, Volume(voxels, phantom.ct.grid), names)
    for network in (*SPLEEN.weights, *TISSUES.weights):
        put_weights(folder / "home", network)
    temporary = tempfile.mkdtemp(prefix="nemopet-")  # short: the paths of its sockets must be
    return {
        "NEMOPET_TOTALSEGMENTATOR_PYTHON": str(python),
        "NEMOPET_CACHE": str(folder / "cache"),
        "TOTALSEG_HOME_DIR": str(folder / "home"),
        "TMPDIR": temporary,
        "FAKE_LABELS": str(labels),
        "FAKE_CALLS": str(folder / "calls"),
        "FAKE_STEP_S": str(seconds / 10),
    }


@dataclass
class Kills:
    """How many of what were killed."""

    batch: int = 0
    worker: int = 0
    engine: int = 0

    @property
    def total(self) -> int:
        """All together."""
        return self.batch + self.worker + self.engine


def under_fire(call: BatchCall, log: Path, kills: int, seed: int, longest_s: float) -> Kills:
    """Run a batch to its end, restarting it; kill itself, a worker or an engine at up to so many random moments."""
    chance = random.Random(seed)
    done = Kills()
    process = call.start(log)
    while done.total < kills:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0.2, longest_s))
        if process.poll() is not None:
            break  # it came to its end
        if _kill_one(process, chance, done):
            process = call.start(log)
    process.wait()
    return done


def _kill_one(process: subprocess.Popen[bytes], chance: random.Random, done: Kills) -> bool:
    """Kill one of its processes or itself; whether it was itself."""
    what = chance.choice(["batch", "worker", "engine"])
    victims = [process.pid]
    if what != "batch":
        until = time.monotonic() + 10
        while not (victims := _of_kind(process.pid, what)) and time.monotonic() < until and process.poll() is None:
            time.sleep(0.05)
    if not victims:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(chance.choice(victims), signal.SIGKILL)
        setattr(done, what, getattr(done, what) + 1)
    if what == "batch":
        process.wait()
    return what == "batch"


def _of_kind(batch: int, what: str) -> list[int]:
    """The worker processes, or what they have started."""
    started = [(pid, name) for pid, name in below(batch) if "resource_tracker" not in name]
    return [pid for pid, name in started if ("spawn_main" in name) == (what == "worker")]


@contextlib.contextmanager
def dask_cluster(workers: int) -> Iterator[tuple[str, subprocess.Popen[bytes], list[subprocess.Popen[bytes]]]]:
    """A scheduler and workers as a user starts them: its address, its process and theirs."""
    folder = Path(os.environ.get("TMPDIR", "/tmp"))
    where = folder / f"scheduler-{os.getpid()}-{time.monotonic_ns()}.json"
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment()}
    python = [sys.executable, "-m"]
    scheduler = subprocess.Popen(
        [*python, "distributed.cli.dask_scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(where)],
        **quiet,
    )
    crew: list[subprocess.Popen[bytes]] = []
    try:
        until = time.monotonic() + 60
        while not where.exists() and time.monotonic() < until:
            time.sleep(0.2)
        address = json.loads(where.read_text())["address"]
        crew += [dask_worker(address) for _ in range(workers)]
        yield address, scheduler, crew
    finally:
        for process in [*crew, scheduler]:
            process.kill()
            process.wait()
        where.unlink(missing_ok=True)


def dask_worker(address: str) -> subprocess.Popen[bytes]:
    """One worker with one thread."""
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "distributed.cli.dask_worker", address),
            *("--nthreads", "1", "--no-nanny", "--no-dashboard", "--resources", "GPU=1"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(),
    )

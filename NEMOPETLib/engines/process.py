"""Running an engine as a process that leaves nothing behind, whatever happens to it or to us.

The files of a run lie in a private folder. A small supervisor (``supervisor.py``) runs the engine there in a process
group of its own; it kills the group and removes the folder as soon as the run is over, also when this process was
killed. What even the supervisor could not remove, because the machine went down, the next run removes.

Interrupting (``KeyboardInterrupt``: Ctrl-C in a terminal, ``_thread.interrupt_main`` in a worker) is possible at any
time: every wait here is short.
"""

from __future__ import annotations

import json
import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from filelock import FileLock, Timeout

from NEMOPETLib.engines import supervisor
from NEMOPETLib.engines.folders import writing_into
from NEMOPETLib.engines.machine import free_disk_bytes
from NEMOPETLib.errors import InputError
from NEMOPETLib.progress import Progress

_PREFIX = "r-"
_TAIL_LINES = 60
_TICK_S = 0.2
_LEAST_ROOM_BYTES = 1 << 20
_NO_ROOM = re.compile(r"No space left on device|disk quota exceeded|not enough space", re.IGNORECASE)
_LINE_END = re.compile(rb"[\r\n]+")
_OF_ANOTHER_PYTHON = ("PYTHONHOME", "PYTHONPATH", "PYTHONNOUSERSITE", "PYTHONEXECUTABLE", "__PYVENV_LAUNCHER__")

# The path of a socket has at most 107 bytes, 103 on macOS (unix(7), sys/un.h), of which Python's multiprocessing
# takes 32 in the folder for temporary files: /pymp-12345678/listener-12345678.
_LONGEST_FOLDER = (103 if sys.platform == "darwin" else 107) - 32

OnLine = Callable[[str], None]


@dataclass(frozen=True)
class Ending:
    """How a command ended.

    Parameters
    ----------
    status
        Its exit status; negative: the number of the signal that killed it.
    tail
        The last lines that it printed.
    memory_was_full
        Whether the system killed a process for lack of memory meanwhile; None where it does not tell (only Linux
        does).
    disk_was_full
        Whether the disk of the run's folder had no room left at the end.
    """

    status: int
    tail: tuple[str, ...]
    memory_was_full: bool | None = None
    disk_was_full: bool = False

    @property
    def text(self) -> str:
        """The last lines together."""
        return "\n".join(self.tail)

    def __str__(self) -> str:
        """As said in an error: ``ended with status 1``."""
        return f"was killed by signal {-self.status}" if self.status < 0 else f"ended with status {self.status}"

    @property
    def is_for_lack_of_disk(self) -> bool:
        """Whether a command that failed found no room on a disk: it says so, or there is none."""
        return self.disk_was_full or _NO_ROOM.search(self.text) is not None


class EngineRun:
    """A private folder, and commands run in it one after the other; made by ``engine_run``.

    Attributes
    ----------
    folder
        Where the engine's input and output lie; only the user can look into it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._engine: int | None = None
        self._supervisor = subprocess.Popen(
            [sys.executable, supervisor.__file__, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=folder,
            **supervisor.own_group(),  # type: ignore[call-overload]
        )
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        threading.Thread(target=_split, args=(self._supervisor.stdout, self._lines), daemon=True).start()

    def execute(
        self, arguments: Sequence[str], environment: Mapping[str, str], on_line: OnLine, silence_limit_s: float
    ) -> Ending:
        """Run a command to its end.

        Parameters
        ----------
        arguments
            The program and its arguments.
        environment
            All of its environment (see ``engine_environment``); the places for temporary files are set here.
        on_line
            Called with each line that it prints; a progress bar's carriage return ends a line too.
        silence_limit_s
            A command that prints nothing for so long is taken to hang.

        Raises
        ------
        InputError
            If it cannot be started, prints nothing for too long, or its supervisor was killed.
        """
        temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(self.folder))
        request = {"arguments": list(arguments), "environment": {**environment, **temporary}}
        try:
            assert self._supervisor.stdin is not None
            self._supervisor.stdin.write(json.dumps(request).encode() + b"\n")
            self._supervisor.stdin.flush()
        except OSError as error:
            raise InputError("the engine was stopped from outside: its supervisor is gone; run it again") from error
        return self._follow(Path(arguments[0]), on_line, silence_limit_s)

    def _follow(self, program: Path, on_line: OnLine, silence_limit_s: float) -> Ending:
        tail: deque[str] = deque(maxlen=_TAIL_LINES)
        kills = _memory_kills()
        heard = time.monotonic()
        while True:
            # A dead supervisor's engine may live on and hold the pipe open: its end alone would not show.
            if self._supervisor.poll() is not None:
                raise InputError("the engine was stopped from outside: its supervisor was killed; run it again")
            try:
                line = self._lines.get(timeout=_TICK_S)
            except queue.Empty:
                if time.monotonic() - heard > silence_limit_s:
                    raise InputError(
                        f"the engine gave no sign of life for {silence_limit_s / 60:.3g} min and was stopped: "
                        "run it again; if it hangs again, on another device"
                    ) from None
                continue
            if line is None:
                continue
            heard = time.monotonic()
            if not line.startswith(supervisor.SIGN):
                tail.append(line)
                on_line(line)
                continue
            told = json.loads(line[len(supervisor.SIGN) :])
            if "reason" in told:
                raise InputError(f"{program} cannot be started: {told['reason']}")
            self._engine = told.get("started")
            if "status" in told:
                return Ending(
                    told["status"],
                    tuple(tail),
                    memory_was_full=None if kills is None else _memory_kills() != kills,
                    disk_was_full=free_disk_bytes(self.folder) < _LEAST_ROOM_BYTES,
                )

    def close(self) -> None:
        """Kill what still runs and remove the folder."""
        assert self._supervisor.stdin is not None
        with suppress(OSError):
            self._supervisor.stdin.close()
        try:
            self._supervisor.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self._supervisor.kill()
            self._supervisor.wait()
        if self._engine is not None:  # the supervisor was killed before it could
            supervisor.kill_group(self._engine)
        supervisor.remove_folder(self.folder)


@contextmanager
def engine_run() -> Iterator[EngineRun]:
    """A private folder and a supervisor for one engine run; nothing of either stays.

    Raises
    ------
    InputError
        If the folder for temporary files cannot be used.
    """
    root = _root()
    excess = len(os.fsencode(root / f"{_PREFIX}12345678")) - _LONGEST_FOLDER
    if excess > 0 and os.name != "nt":
        raise InputError(f"{root}: {excess} characters too long a path for an engine's sockets: set TMPDIR to /tmp")
    with writing_into(root, "TMPDIR"), FileLock(root / "folders.lock"):
        _sweep(root)
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=root))
        lock = FileLock(_lock_of(folder))
        try:
            lock.acquire()
        except OSError:
            folder.rmdir()
            raise
    try:
        run = EngineRun(folder)
        try:
            yield run
        finally:
            run.close()
    finally:
        lock.release()
        _lock_of(folder).unlink(missing_ok=True)
        supervisor.remove_folder(folder)


@contextmanager
def one_at_a_time(device: str, progress: Progress, title: str) -> Iterator[None]:
    """Hold a device: two engine runs of one user never share its memory.

    Parameters
    ----------
    device
        ``gpu:0``, ``cpu`` …; ``gpu`` and ``auto`` are the first GPU.
    progress, title
        If another run has the device, its end is waited for, and this says so as long as it lasts.
    """
    name = "gpu:0" if device in ("auto", "gpu") else device
    if name.startswith("gpu"):
        name += f" {os.environ.get('CUDA_VISIBLE_DEVICES', '')}"  # which GPU its number means here
    root = _root()
    lock = FileLock(root / f"device-{re.sub(r'[^a-z0-9]+', '-', name.lower().strip())}.lock")
    try:
        with writing_into(root, "TMPDIR"):
            is_free = _take(lock)
        if not is_free:
            for _ in progress(range(1), f"{title}, waiting for another run"):
                while not _take(lock):
                    time.sleep(_TICK_S)
        yield
    finally:
        lock.release()


def engine_environment(python: Path, **more: str) -> dict[str, str]:
    """The environment for a command of a Python: ours, without what another Python must not inherit."""
    environment = dict(os.environ)
    if python != Path(sys.executable):
        for name in _OF_ANOTHER_PYTHON:
            environment.pop(name, None)
        if "SLICER_HOME" in environment:  # Slicer's own libraries would be loaded into the other Python
            environment.pop("LD_LIBRARY_PATH", None)
    return {**environment, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8", **more}


def _memory_kills() -> int | None:
    """How many processes the system has killed for lack of memory since it started; None where it does not tell."""
    try:
        lines = Path("/proc/vmstat").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), None)


def _root() -> Path:
    """The folder of all runs of this user."""
    user = str(os.getuid()) if hasattr(os, "getuid") else "user"
    root = Path(tempfile.gettempdir()) / f"nemopet-{user}"
    with writing_into(root, "TMPDIR"):
        root.mkdir(mode=0o700, exist_ok=True)
    if hasattr(os, "getuid") and root.lstat().st_uid != os.getuid():
        raise InputError(f"{root} belongs to another user: set TMPDIR to a folder of your own")
    return root


def run_folders() -> list[Path]:
    """The private folders of all runs of this user that are there."""
    return [path for path in _root().glob(f"{_PREFIX}*") if path.is_dir()]


def _take(lock: FileLock) -> bool:
    """Acquire a lock unless somebody else has it."""
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    return True


def _lock_of(folder: Path) -> Path:
    return folder.with_suffix(".lock")


def _sweep(root: Path) -> None:
    """Remove the folders of runs whose process is gone: their lock is free."""
    for folder in run_folders():
        lock = FileLock(_lock_of(folder))
        if not _take(lock):
            continue
        supervisor.remove_folder(folder)
        lock.release()
    for left in root.glob(f"{_PREFIX}*.lock"):
        if not left.with_suffix("").exists():
            left.unlink(missing_ok=True)


def _split(output: IO[bytes], lines: queue.SimpleQueue[str | None]) -> None:
    """Put each line of a stream into a queue, and None at its end."""
    rest = b""
    with output:
        while chunk := os.read(output.fileno(), 1 << 16):
            *whole, rest = _LINE_END.split(rest + chunk)
            for line in whole:
                if line.strip():
                    lines.put(line.decode("utf-8", "replace").rstrip())
    if rest.strip():
        lines.put(rest.decode("utf-8", "replace").rstrip())
    lines.put(None)

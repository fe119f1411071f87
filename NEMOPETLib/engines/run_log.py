"""What an engine printed and the machine it ran on, kept so that it can be sent with a report of a fault.

An engine is given a copy of the image in its private folder and nothing else of the patient; the folder's and the
user's own paths are shortened here, so a log says nothing of either.
"""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from NEMOPETLib.engines.engine_progress import is_bar
from NEMOPETLib.engines.folders import cache_folder, writing_into
from NEMOPETLib.engines.machine import GIB, free_disk_bytes, memory_bytes
from NEMOPETLib.engines.nvidia import nvidia_gpus
from NEMOPETLib.errors import InputError

_KEPT = 50


def log_folder() -> Path:
    """Where the logs lie."""
    return cache_folder() / "logs"


class RunLog:
    """A log file of one engine run; the newest fifty are kept.

    Parameters
    ----------
    name
        Part of the file's name: the engine and its task.
    run_folder
        The run's private folder.
    secret
        What must not stand in it, such as a licence number; nothing if empty.

    Raises
    ------
    InputError
        If the folder of logs cannot be written.
    """

    def __init__(self, name: str, run_folder: Path, secret: str = "") -> None:
        shortened = {str(run_folder): "RUN", str(Path.home()): "~", secret: "(hidden)"}
        self._shortened = {long: short for long, short in shortened.items() if len(long) > 1}  # home may be /
        moment = dt.datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
        self.path = log_folder() / f"{moment}-{name}-{run_folder.name}.log"
        with writing_into(self.path.parent, "NEMOPET_CACHE"):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            for old in sorted(self.path.parent.glob("*.log"))[: -_KEPT + 1]:
                old.unlink(missing_ok=True)
            # Unbuffered: what a full disk has refused once is not to be written again as the file is closed.
            self._file = self.path.open("wb", buffering=0)
        try:
            for line in _machine(run_folder):
                self.write(line)
        except InputError:
            self._file.close()
            self.path.unlink()
            raise

    def write(self, line: str) -> None:
        """Keep a line, unless it is one of the many states of a progress bar.

        Raises
        ------
        InputError
            If the disk is full.
        """
        if is_bar(line):
            return
        for long, short in self._shortened.items():
            line = line.replace(long, short)
        with writing_into(self.path.parent, "NEMOPET_CACHE"):
            self._file.write(f"{line}\n".encode())

    def __enter__(self) -> RunLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def _machine(run_folder: Path) -> Iterator[str]:
    yield f"{platform.platform()}, Python {platform.python_version()}"
    yield f"{memory_bytes() / GIB:.1f} GiB memory, {free_disk_bytes(run_folder) / GIB:.1f} GiB free disk"
    for gpu in nvidia_gpus():
        yield f"{gpu.name}: {gpu.free_mib} of {gpu.memory_mib} MiB free, driver {gpu.driver}"

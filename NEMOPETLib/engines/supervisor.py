"""Keeps the processes and the folder of an engine run from outliving the program that started it.

Run as a script: ``python supervisor.py FOLDER``. Standard input is the line of life: while the program that started
it lives, each line is a request ``{"arguments": […], "environment": {…}}`` to run one command; when the input ends,
because the program is done, was interrupted or was killed, every process of the run is killed and the folder
removed. What the commands print goes through to standard output, and between it stand the supervisor's own lines,
which begin with ``SIGN``: ``{"started": process id}`` and ``{"status": exit status, negative for a signal}``.

It uses the standard library alone, so that it starts at once and with any Python.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

SIGN = "\x1e"
_NOT_STARTED = 127


class Supervisor:
    """Runs commands in process groups of their own, until the input ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._ended = False
        self._engine: subprocess.Popen[bytes] | None = None

    def serve(self) -> None:
        """Run what is asked for; return when nobody can ask any more."""
        for line in sys.stdin.buffer:
            threading.Thread(target=self._run, args=(json.loads(line),), daemon=True).start()
        with self._lock:
            self._ended = True
            if self._engine is not None:
                kill_group(self._engine.pid)
        remove_folder(self._folder)

    def _run(self, request: dict[str, object]) -> None:
        with self._lock:
            if self._ended:
                return
            try:
                self._engine = subprocess.Popen(
                    request["arguments"],  # type: ignore[call-overload]
                    env=request["environment"],
                    cwd=self._folder,
                    stdin=subprocess.DEVNULL,
                    **own_group(),
                )
            except OSError as error:
                _tell({"status": _NOT_STARTED, "reason": error.strerror or "it cannot be started"})
                return
        _tell({"started": self._engine.pid})
        status = self._engine.wait()
        kill_group(self._engine.pid)  # what it left behind
        with self._lock:
            self._engine = None
        _tell({"status": status})


def own_group() -> dict[str, object]:
    """What ``subprocess.Popen`` needs so that a process and its children can be killed together."""
    if os.name == "nt":
        return {"creationflags": 0x00000200 | 0x08000000}  # CREATE_NEW_PROCESS_GROUP | CREATE_NO_WINDOW
    return {"start_new_session": True}


def kill_group(pid: int) -> None:
    """Kill a process that was started with ``own_group``, and all that it started."""
    if os.name == "nt":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(pid)], capture_output=True, check=False)
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS: of a group of zombies
        os.killpg(pid, signal.SIGKILL)


def remove_folder(folder: Path) -> None:
    """Remove a folder whose files may still be held for a moment by processes that are just being killed."""
    for _ in range(50):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)


def _tell(message: dict[str, object]) -> None:
    with contextlib.suppress(OSError):  # nobody listens any more: the input ends as well
        os.write(1, f"\n{SIGN}{json.dumps(message)}\n".encode())


if __name__ == "__main__":
    Supervisor(Path(sys.argv[1])).serve()
    os._exit(0)

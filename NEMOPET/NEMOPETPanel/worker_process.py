"""Everything that takes long runs in another process: the panel's worker, or a verb of the command line."""

from __future__ import annotations

import shutil
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import qt
from slicer.i18n import tr as _

from NEMOPETPanel.json_lines import Failure, Lines, parsed, request_line

_GRACE_MS = 5000  # for a process that was asked to stop, before it is killed

Done = Callable[[dict], None]
Failed = Callable[[str], None]
Told = Callable[[dict], None]


def slicer_python() -> str:
    """The Python of this Slicer, with its packages."""
    return shutil.which("PythonSlicer") or shutil.which("python3") or sys.executable


def library_root() -> Path:
    """The folder that holds NEMOPETLib."""
    import NEMOPETLib

    return Path(NEMOPETLib.__file__).resolve().parents[1]


class PythonProcess:
    """A Python process beside Slicer whose output arrives line by line in the event loop."""

    def __init__(self, said: Callable[[str], None], logged: Callable[[str], None], ended: Callable[[int], None]):
        self._said, self._logged, self._ended = said, logged, ended
        self._output, self._errors = Lines(), Lines()
        self._process = qt.QProcess()
        self._process.connect("readyReadStandardOutput()", self._on_output)
        self._process.connect("readyReadStandardError()", self._on_errors)
        self._process.connect("finished(int,QProcess::ExitStatus)", self._on_finished)
        self._grace = qt.QTimer()
        self._grace.setSingleShot(True)
        self._grace.setInterval(_GRACE_MS)
        self._grace.connect("timeout()", self._process.kill)

    @property
    def running(self) -> bool:
        """Whether the process has started and not ended."""
        return self._process.state() != qt.QProcess.NotRunning

    def start(self, arguments: Sequence[str]) -> bool:
        """Start Slicer's Python with these arguments; False where it cannot be started."""
        environment = qt.QProcessEnvironment.systemEnvironment()
        inherited = environment.value("PYTHONPATH")
        separator = ";" if sys.platform == "win32" else ":"
        environment.insert("PYTHONPATH", separator.join(part for part in (str(library_root()), inherited) if part))
        environment.insert("PYTHONUNBUFFERED", "1")
        environment.insert("PYTHONUTF8", "1")
        self._process.setProcessEnvironment(environment)
        command = ["-P", *arguments]  # nothing is imported from the folder that Slicer was started in
        self._process.start(slicer_python(), [str(argument) for argument in command])
        return self._process.waitForStarted(5000)

    def write(self, data: bytes) -> None:
        """Send bytes to its standard input."""
        self._process.write(data)

    def interrupt(self) -> None:
        """Ask it to stop what it does and to clean up; kill it where it does not listen."""
        if self.running:
            self._process.terminate()
            self._grace.start()

    def close(self) -> None:
        """End it now: its input is closed, which ends the worker and what it started."""
        if self.running:
            self._process.blockSignals(True)
            self._process.closeWriteChannel()
            if not self._process.waitForFinished(500):
                self._process.terminate()
                if not self._process.waitForFinished(1500):
                    self._process.kill()
                    self._process.waitForFinished(1000)
            self._process.blockSignals(False)
        self._grace.stop()

    def _on_output(self) -> None:
        for line in self._output.added(self._process.readAllStandardOutput().data()):
            self._said(line)

    def _on_errors(self) -> None:
        for line in self._errors.added(self._process.readAllStandardError().data()):
            self._logged(line)

    def _on_finished(self, status: int, exit_status: int) -> None:
        self._grace.stop()
        self._on_output()
        self._on_errors()
        for line in self._output.rest():
            self._said(line)
        for line in self._errors.rest():
            self._logged(line)
        self._ended(status if int(exit_status) == 0 else -1)


@dataclass
class _Request:
    """One request of the worker and who waits for its answer."""

    number: int
    do: str
    done: Done
    failed: Failed
    told: Told
    cancelled: Callable[[], None]


class Worker:
    """The process that reads, segments and measures one patient: JSON lines in both directions.

    Requests are answered in their order. The process starts with the first request and again after it was lost.
    """

    def __init__(self, logged: Callable[[str], None], changed: Callable[[], None]) -> None:
        self._logged, self._changed = logged, changed
        self._waiting: deque = deque()
        self._number = 0
        self._last_words = ""
        self._process = None

    @property
    def busy(self) -> str:
        """The verb that runs now, empty if none does."""
        return self._waiting[0].do if self._waiting else ""

    @property
    def fresh(self) -> bool:
        """Whether no process runs, so that the next one knows no patient."""
        return self._process is None or not self._process.running

    def request(
        self,
        do: str,
        arguments: Mapping[str, Any],
        done: Done,
        failed: Failed,
        told: Told = lambda _progress: None,
        cancelled: Callable[[], None] = lambda: None,
    ) -> None:
        """Ask for something; exactly one of ``done``, ``failed`` and ``cancelled`` is called later."""
        if self.fresh and not self._start():
            failed(_("Slicer's Python could not be started"))
            return
        self._number += 1
        self._waiting.append(_Request(self._number, do, done, failed, told, cancelled))
        self._process.write(request_line(self._number, do, arguments))
        self._changed()

    def cancel(self) -> None:
        """Interrupt what runs; requests behind it are answered too."""
        if self._waiting:
            self._process.write(request_line(None, "cancel", {}))

    def close(self) -> None:
        """End the process and forget what was asked."""
        self._waiting.clear()
        if self._process is not None:
            self._process.close()
            self._process = None

    def _start(self) -> bool:
        self._last_words = ""
        self._process = PythonProcess(self._on_line, self._on_log, self._on_ended)
        return self._process.start(["-m", "NEMOPETLib.session"])

    def _on_line(self, line: str) -> None:
        answer = parsed(line)
        if answer is None or not self._waiting or answer.get("id") != self._waiting[0].number:
            self._on_log(line)
            return
        if "progress" in answer:
            self._waiting[0].told(answer["progress"])
            return
        request = self._waiting.popleft()
        self._changed()
        if "result" in answer:
            request.done(answer["result"])
        elif answer.get("cancelled"):
            request.cancelled()
        else:
            request.failed(Failure(answer.get("error", _("The worker gave no answer")), answer.get("kind", "")))

    def _on_log(self, line: str) -> None:
        self._last_words = line
        self._logged(line)

    def _on_ended(self, _status: int) -> None:
        lost, self._waiting = list(self._waiting), deque()
        self._process = None
        self._changed()
        reason = _("The worker process ended: {reason}").format(reason=self._last_words or _("see the log"))
        for request in lost:
            request.failed(reason)


class Command:
    """One verb of the command line in its own process, with ``--json`` and ``--progress json``."""

    def __init__(self, logged: Callable[[str], None], told: Told, ended: Callable[[int, str, str], None]) -> None:
        self._logged, self._told, self._ended = logged, told, ended
        self._said: list = []
        self._error = ""
        self._process = PythonProcess(self._said.append, self._on_log, self._on_ended)

    @property
    def running(self) -> bool:
        """Whether the verb runs."""
        return self._process.running

    def start(self, arguments: Sequence[str]) -> None:
        """Run ``nemopet`` with these arguments.

        ``ended`` is called with the exit status, what was written on stdout and the line of the error, if any.
        """
        self._said.clear()
        self._error = ""
        if not self._process.start(["-m", "NEMOPETLib", *arguments]):
            self._ended(-1, "", _("Slicer's Python could not be started"))

    def interrupt(self) -> None:
        """Ask the verb to stop, as Ctrl-C does in a terminal."""
        self._process.interrupt()

    def close(self) -> None:
        """End it now, without a call of ``ended``."""
        self._process.close()

    def _on_log(self, line: str) -> None:
        document = parsed(line)
        if document is not None:
            self._told(document.get("progress", document))
            return
        mark = "nemopet: error: "
        if line.startswith(mark):
            self._error = line[len(mark) :]
        self._logged(line)

    def _on_ended(self, status: int) -> None:
        self._ended(status, "\n".join(self._said), self._error)

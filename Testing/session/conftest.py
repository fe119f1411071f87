"""A panel's end of the worker, and a phantom study for it to read."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from NEMOPETLib.phantom.masks import MEASURED, write_masks
from NEMOPETLib.phantom.study import PhantomStudy, write_phantom_study

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Panel:
    """Sends requests to a worker process and reads its answers."""

    process: subprocess.Popen[bytes]
    progress: list[dict[str, Any]] = field(default_factory=list)
    _last: int = 0

    def send(self, verb: str, arguments: Mapping[str, Any] | None = None) -> int:
        """Ask, without waiting; the request's id."""
        self._last += 1
        self.send_line(json.dumps({"id": self._last, "do": verb, "arguments": arguments or {}}, default=str))
        return self._last

    def send_line(self, line: str) -> None:
        """Send whatever line."""
        assert self.process.stdin is not None
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def receive(self) -> dict[str, Any]:
        """The next message of any kind; fails if the worker has ended."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.endswith(b"\n"), "the worker has ended"
        return json.loads(line)

    def answer(self) -> dict[str, Any]:
        """The next message that is no progress, which is kept."""
        while "progress" in (message := self.receive()):
            self.progress.append(message["progress"])
        return message

    def ask(self, verb: str, **arguments: Any) -> Any:
        """Ask, and wait for the result."""
        number = self.send(verb, arguments)
        message = self.answer()
        assert message["id"] == number
        assert "result" in message, message
        return message["result"]

    def refused(self, verb: str, **arguments: Any) -> str:
        """Ask what cannot be done, and wait for the error."""
        self.send(verb, arguments)
        message = self.answer()
        assert "error" in message, message
        assert "\n" not in message["error"]
        assert "Traceback" not in message["error"]
        return message["error"]

    def leave(self) -> int:
        """Close the worker's input, and wait until it has ended; its exit status."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(timeout=30)


@pytest.fixture
def start_panel() -> Iterator[Callable[..., Panel]]:
    """Starts a worker each time that it is called."""
    panels: list[Panel] = []

    def start(*program: str) -> Panel:
        process = subprocess.Popen(
            [sys.executable, *(program or ("-m", "NEMOPETLib.session"))],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        panels.append(Panel(process))
        return panels[-1]

    yield start
    for panel in panels:
        panel.process.kill()
        panel.process.wait()
        for stream in (panel.process.stdin, panel.process.stdout):
            assert stream is not None
            with contextlib.suppress(BrokenPipeError):
                stream.close()


@pytest.fixture
def panel(start_panel: Callable[..., Panel]) -> Panel:
    """A worker of its own for one test."""
    return start_panel()


@pytest.fixture(scope="package")
def phantom_study(tmp_path_factory: pytest.TempPathFactory) -> PhantomStudy:
    return write_phantom_study(tmp_path_factory.mktemp("study"), extras=["nac", "localizer"])


@pytest.fixture(scope="package")
def phantom_masks(tmp_path_factory: pytest.TempPathFactory, phantom_study: PhantomStudy) -> dict[str, Path]:
    names = [*MEASURED, "kidney", "urinary_bladder"]
    return write_masks(phantom_study.phantom, tmp_path_factory.mktemp("masks"), names)

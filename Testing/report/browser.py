"""Chromium over its debugging pipe: opens one page and answers what it is asked, with the standard library alone."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FOUND = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)


# The browser reads descriptor 3 and writes 4.
_START = "import os, sys; [os.dup2(int(sys.argv[n - 2]), n) for n in (3, 4)]; os.execv(sys.argv[3], sys.argv[3:])"


class Page:
    """A page in the browser; ``requests`` and ``errors`` collect what it asks for and complains of."""

    def __init__(self, to_browser: int, from_browser: int) -> None:
        self._out, self._in = to_browser, from_browser
        self._number = 0
        self._waiting = b""
        self._session: str | None = None
        self.requests: list[str] = []
        self.errors: list[str] = []
        self._events: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the DevTools protocol and wait for its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self._note(answer)

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._waiting:
            chunk = os.read(self._in, 1 << 20)
            if not chunk:
                raise RuntimeError("the browser has gone")
            self._waiting += chunk
        message, _, self._waiting = self._waiting.partition(b"\0")
        return json.loads(message)

    def _note(self, event: dict[str, Any]) -> None:
        method, told = event["method"], event.get("params", {})
        self._events.append(method)
        if method == "Network.requestWillBeSent":
            self.requests.append(told["request"]["url"])
        elif method == "Log.entryAdded" and told["entry"]["level"] in ("error", "warning"):
            self.errors.append(told["entry"]["text"])
        elif method == "Runtime.exceptionThrown" or (method == "Runtime.consoleAPICalled" and told["type"] == "error"):
            self.errors.append(json.dumps(told))

    def open(self, path: Path, width: int, height: int = 800) -> None:
        """Show a file at a width in CSS pixels."""
        mobile = width < 600
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)
        self.requests.clear()
        self._events.clear()
        self.call("Page.navigate", url=path.as_uri())
        while "Page.loadEventFired" not in self._events:
            self._note(self._read())

    def evaluate(self, expression: str) -> Any:
        """Value of a JavaScript expression."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def screenshot(self, y: float, width: int, height: float) -> bytes:
        """PNG of a part of the page from y down."""
        clip = {"x": 0, "y": y, "width": width, "height": height, "scale": 1}
        answer = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        return base64.b64decode(answer["data"])

    def pdf(self) -> bytes:
        """The page printed."""
        answer = self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
        return base64.b64decode(answer["data"])


@contextmanager
def chromium() -> Iterator[Page]:
    """A page in a browser of its own."""
    assert FOUND is not None
    # two pipes, numbered high so that neither end is in the way of 3 and 4
    reads, writes = zip(*(map(_high, os.pipe()) for _ in range(2)), strict=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        start = [sys.executable, "-S", "-c", _START, str(reads[0]), str(writes[1])]
        process = subprocess.Popen(
            [*start, FOUND, *_FLAGS, f"--user-data-dir={folder}", "about:blank"],
            pass_fds=(reads[0], writes[1]),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(reads[0])
        os.close(writes[1])
        try:
            yield Page(writes[0], reads[1])
        finally:
            process.terminate()
            process.wait(timeout=30)
            os.close(writes[0])
            os.close(reads[1])


def _high(descriptor: int) -> int:
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return moved

"""The process that serves one panel: requests in, progress and answers out, one JSON object a line.

A request is ``{"id": 7, "do": "measure", "arguments": {…}}``. It is answered by any number of
``{"id": 7, "progress": {"title": "Measuring", "done": 2, "total": 5, "seconds_left": 1.5}}`` and then by one of
``{"id": 7, "result": {…}}``, ``{"id": 7, "error": "one line"}`` and ``{"id": 7, "cancelled": true}``; an error that a
panel can do something about has a ``"kind"`` too. Requests are done one after the other. ``{"do": "cancel"}`` cancels
all that was asked before it and is not answered yet. The end of the requests ends the process and all that it started.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
import time
from dataclasses import asdict
from importlib import import_module
from types import FrameType
from typing import Any

from NEMOPETLib.errors import NOT_ENOUGH_MEMORY, InputError, refused, where_raised
from NEMOPETLib.interrupts import told_again
from NEMOPETLib.progress_report import ProgressStep, ReportedProgress
from NEMOPETLib.session.cancellation import Cancellation, Request
from NEMOPETLib.session.channel import Channel, PanelGoneError, take_standard_streams
from NEMOPETLib.session.verbs import VERBS, Desk, perform

_LIBRARIES = (
    *("numpy", "SimpleITK", "pydicom", "scipy.ndimage", "NEMOPETLib.studies.study", "pandas", "matplotlib.figure"),
    *(f"NEMOPETLib.session.{verb}_verb" for verb in VERBS),
)
_PATIENCE_S = 20.0  # with a request that does not end although nobody waits for it any more


def serve() -> int:
    """Serve the panel at the other end of stdin and stdout until it leaves; the exit status."""
    worker = Worker(take_standard_streams())
    return worker.run()


class Worker:
    """Reads requests in one thread and does them in the main thread.

    Parameters
    ----------
    channel
        The pipes to the panel.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._cancellation = Cancellation()
        self._waiting: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._unanswered: list[Request] = []
        self._desk = Desk(self._cancellation.over)
        self._is_awake, self._to_read = False, list(_LIBRARIES)

    def run(self) -> int:
        """Do what is asked until the panel closes its end; 0, or 1 if it no longer reads."""
        self._cancellation.install()
        signal.signal(signal.SIGTERM, self._terminate)
        threading.Thread(target=self._read, daemon=True).start()
        try:
            with told_again(signal.SIGINT):
                while (request := self._next()) is not None:
                    answer = self._answer(request)
                    self._unanswered.remove(request)
                    self._channel.send({"id": request.identifier, **answer})
        except PanelGoneError:
            return 1
        return 0

    def _next(self) -> Request | None:
        """The next request; after the first one, while none has come, libraries that the others will need are read."""
        while self._is_awake and self._to_read and self._waiting.empty():
            try:
                import_module(self._to_read.pop(0))
            except ImportError:  # told when it is needed
                self._to_read.clear()
        self._is_awake = True
        return self._waiting.get()

    def _answer(self, request: Request) -> dict[str, Any]:
        """Do a request, and say how it ended."""
        try:
            with self._cancellation.running(request):
                return {"result": perform(self._desk, request.verb, request.arguments, self._progress(request))}
        except KeyboardInterrupt:
            return {"cancelled": True}
        except InputError as error:
            kind = {"kind": error.kind} if error.kind else {}
            return {"error": " ".join(str(error).split()), **kind}
        except OSError as error:
            return {"error": refused(error)}
        except MemoryError:
            return {"error": NOT_ENOUGH_MEMORY}
        except ModuleNotFoundError as error:
            return {"error": f"the package {error.name} is not installed: install the packages that this module needs"}
        except PanelGoneError:
            raise
        except Exception as error:  # noqa: BLE001 - a defect of ours must not cost the reader the open patient
            sys.stderr.write(where_raised(error))
            return {"error": f"{request.verb} failed by a defect of this program ({type(error).__name__}): see the log"}
        finally:
            self._cancellation.over()

    def _progress(self, request: Request) -> ReportedProgress:
        def report(step: ProgressStep) -> None:
            with self._cancellation.shielded():
                self._channel.send({"id": request.identifier, "progress": asdict(step)})

        return ReportedProgress(report)

    def _read(self) -> None:
        """Take requests until the panel closes its end, in a thread of its own."""
        for line in self._channel.lines():
            try:
                self._take(line)
            except InputError as error:
                self._channel.send({"id": None, "error": str(error)})
        self._leave()

    def _take(self, line: bytes) -> None:
        request = read_request(line)
        if request is None:
            return
        if request.verb != "cancel":
            self._unanswered.append(request)
            self._waiting.put(request)
            return
        self._cancel_all()
        if request.identifier is not None:
            self._channel.send({"id": request.identifier, "result": {}})

    def _cancel_all(self) -> None:
        for request in list(self._unanswered):
            request.unwanted = True
        self._cancellation.wake()

    def _leave(self) -> None:
        """End after the request that runs, which is interrupted; by force if it does not end."""
        self._waiting.put(None)
        self._cancel_all()
        time.sleep(_PATIENCE_S)
        sys.stderr.write("nemopet: the session did not end by itself and was ended\n")
        os._exit(1)

    def _terminate(self, _signal: int, _frame: FrameType | None) -> None:
        threading.Thread(target=self._leave, daemon=True).start()


def read_request(line: bytes) -> Request | None:
    """A request as the panel writes it; None for an empty line.

    Raises
    ------
    InputError
        If the line is no such object.
    """
    if not line.strip():
        return None
    try:
        message = json.loads(line)
    except ValueError as error:
        raise InputError("a request is one JSON object a line; this line is none") from error
    if not isinstance(message, dict) or not isinstance(message.get("do"), str):
        raise InputError('a request says what to do: {"id": 1, "do": "hello", "arguments": {}}')
    arguments = message.get("arguments", {})
    if not isinstance(arguments, dict):
        raise InputError(f"the arguments of {message['do']} are no JSON object")
    return Request(message.get("id"), message["do"], arguments)

"""The worker's two pipes to its panel: JSON, one object a line, and nothing else on them."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from NEMOPETLib.json_values import without_nan


class PanelGoneError(Exception):
    """Nobody reads the worker's answers any more."""


class Channel:
    """Sends lines from any thread; each is written whole."""

    def __init__(self, requests: BinaryIO, answers: int) -> None:
        self._requests, self._answers = requests, answers
        self._lock = threading.Lock()

    def lines(self) -> Iterator[bytes]:
        """What the panel sends, until it closes its end."""
        return iter(self._requests.readline, b"")

    def send(self, message: Mapping[str, Any]) -> None:
        """Write one line.

        Raises
        ------
        PanelGoneError
            If the panel has closed its end.
        """
        line = json.dumps(without_nan(message), ensure_ascii=False, allow_nan=False) + "\n"
        data = line.encode("utf-8", "backslashreplace")  # half a surrogate pair, which a file's name may hold
        with self._lock:
            try:
                while data:
                    data = data[os.write(self._answers, data) :]
            except OSError as error:
                raise PanelGoneError from error


def take_standard_streams() -> Channel:
    """Keep stdin and stdout for the panel alone: what any library prints goes to stderr, and children read nothing."""
    requests, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    sys.stdout.flush()
    os.dup2(2, 1)
    return Channel(os.fdopen(requests, "rb"), answers)

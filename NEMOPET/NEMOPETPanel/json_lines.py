"""Bytes that arrive in pieces, as whole lines and as the worker's answers. No Qt."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_END_OF_LINE = re.compile(rb"[\r\n]+")


class Failure(str):
    """The line of an error, as the worker says it; ``kind`` is that of one which the panel can do something about."""

    __slots__ = ("kind",)

    def __new__(cls, line: str, kind: str = "") -> Failure:
        """The failure of this line."""
        failure = super().__new__(cls, line)
        failure.kind = kind
        return failure


class Lines:
    """Whole lines of a stream of which the end of the last one may still be under way."""

    def __init__(self) -> None:
        self._rest = b""

    def added(self, data: bytes) -> Iterator[str]:
        """The lines that these bytes complete; a carriage return ends a line too."""
        *whole, self._rest = _END_OF_LINE.split(self._rest + data)
        yield from (line.decode("utf-8", errors="replace") for line in whole if line)

    def rest(self) -> Iterator[str]:
        """What came after the last end of line, at the end of the stream."""
        last, self._rest = self._rest, b""
        if last:
            yield last.decode("utf-8", errors="replace")


def request_line(number: int | None, do: str, arguments: Mapping[str, Any]) -> bytes:
    """One request to the worker; without a number it gets no answer."""
    document = {"id": number, "do": do, "arguments": dict(arguments)}
    return (json.dumps(document, ensure_ascii=False) + "\n").encode()


def parsed(line: str) -> dict[str, Any] | None:
    """The object that a line holds; None for a line that is no JSON object, such as a package's own message."""
    try:
        document = json.loads(line)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None

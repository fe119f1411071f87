"""A file that nobody finds half written."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def replacing(
    path: Path, *, opener: Callable[[str, int], int] | None = None, durable: bool = True
) -> Iterator[IO[bytes]]:
    """A new file that takes the place of ``path`` when all of it is on disk; nothing of it stays otherwise.

    Parameters
    ----------
    opener
        Of the new file, as that of ``open``: for permissions of its own.
    durable
        Whether the file outlasts a loss of power; without, it is written faster.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")  # as remove_unfinished knows it
    try:
        with open(unfinished, "wb", opener=opener) as file:
            yield file
            if durable:
                file.flush()
                os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def remove_unfinished(folder: Path) -> None:
    """Remove what a process that was killed left of files below a folder in which nothing is written now."""
    for path in list(folder.rglob(".*")):
        if path.suffix[1:].isdecimal() and path.is_file():
            path.unlink()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is seen whole or not at all."""
    with replacing(path) as file:
        file.write(content)

"""How a file is recognised again without reading it, and by its content where that is in doubt."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

_BLOCK = 1 << 20


class FileStamp(NamedTuple):
    """Size in bytes and time of the last change in ns: equal stamps, the same content.

    Only whether they are equal counts, never which is later, so that a clock which jumps does no harm.
    """

    size: int
    changed_ns: int


def stamp_of(path: Path) -> FileStamp:
    """The stamp of a file; raises OSError where there is none."""
    status = path.stat()
    return FileStamp(status.st_size, status.st_mtime_ns)


def content_digest(paths: Sequence[Path]) -> str:
    """SHA-256 over the contents of files in any order, whatever they are called; raises OSError."""
    digests = sorted(_digest(path) for path in paths)
    return hashlib.sha256(b"".join(digests)).hexdigest()


def stamps_digest(paths: Sequence[Path], stamps: Sequence[FileStamp]) -> str:
    """SHA-256 over names and stamps in any order."""
    lines = sorted(f"{path.name}\0{stamp.size}\0{stamp.changed_ns}" for path, stamp in zip(paths, stamps, strict=True))
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def _digest(path: Path) -> bytes:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.digest()

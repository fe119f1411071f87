"""Files that hold a secret: readable by their owner only, or they are refused."""

from __future__ import annotations

import os
from pathlib import Path

from NEMOPETLib.errors import InputError

_OTHERS = 0o077


def refuse_if_others_read(path: Path) -> None:
    """Raise ``InputError`` if anybody but the owner may read or write a file; Windows has other means."""
    if os.name == "posix" and path.stat().st_mode & _OTHERS:
        raise InputError(f"{path} can be read by others: make it yours alone (chmod 600)")


def write_secret(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)

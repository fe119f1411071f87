"""Files that hold a secret: readable by their owner only, or they are refused."""

from __future__ import annotations

import os
from pathlib import Path

from NEMOPETLib.errors import InputError
from NEMOPETLib.whole_file import replacing

_OTHERS = 0o077


def refuse_if_others_read(path: Path) -> None:
    """Raise ``InputError`` if anybody but the owner may read or write a file; Windows has other means."""
    if os.name == "posix" and path.stat().st_mode & _OTHERS:
        raise InputError(f"{path} can be read by others: make it yours alone (chmod 600)")


def write_secret(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    with replacing(path, opener=_open_for_owner) as file:
        file.write(content)


def _open_for_owner(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_EXCL, 0o600)  # a file that another left there has another's permissions

"""The key file: a secret that pseudonyms are made with, and whose they are. Nothing else leads back to a patient.

JSON: ``secret`` (hexadecimal), ``patients`` (pseudonym to ``patient_id`` and ``shift_days``) and ``studies``
(pseudonymous to true Study Instance UID). Several processes may add to one file.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from NEMOPETLib.errors import InputError, why_refused
from NEMOPETLib.privacy.secret_file import refuse_if_others_read, write_secret

_SECRET_BYTES = 32
_LOCK_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class KeyFile:
    """A key file on disk; ``open_key_file`` makes or reads it."""

    path: Path
    secret: bytes = field(repr=False)

    def record(self, kind: str, pseudonym: str, original: object) -> None:
        """Note whose a pseudonym is, under ``patients`` or ``studies``.

        Raises
        ------
        InputError
            If the file cannot be written.
        """
        content = _read(self.path)
        if content[kind].get(pseudonym) == original:
            return

        def add() -> None:
            changed = _read(self.path)
            changed[kind][pseudonym] = original
            _write(self.path, changed)

        _locked(self.path, add)


def open_key_file(path: Path) -> KeyFile:
    """Read a key file, or make one with a new secret.

    Raises
    ------
    InputError
        If it can be read by others, is no key file, or cannot be made.
    """

    def make() -> None:
        if not path.exists():
            _write(path, {"schema": 1, "secret": secrets.token_hex(_SECRET_BYTES), "patients": {}, "studies": {}})

    if not path.parent.is_dir():
        raise InputError(f"{path} cannot be made: its folder is not there")
    if not path.exists():
        _locked(path, make)
    return KeyFile(path, bytes.fromhex(_read(path)["secret"]))


def _locked(path: Path, change: Callable[[], None]) -> None:
    try:
        with FileLock(path.with_name(f".{path.name}.lock"), timeout=_LOCK_TIMEOUT_S, mode=0o600):
            change()
    except Timeout as error:
        raise InputError(f"{path} is being changed by another program for a minute: try again later") from error
    except OSError as error:
        raise InputError(f"{path} cannot be written ({why_refused(error)})") from error


def _read(path: Path) -> dict[str, Any]:
    try:
        refuse_if_others_read(path)
        text = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror})") from error
    try:
        content = json.loads(text)
        bytes.fromhex(content["secret"])
        if all(isinstance(content[kind], dict) for kind in ("patients", "studies")):
            return dict(content)
    except (ValueError, KeyError, TypeError):
        pass  # told with the files that are another JSON
    raise InputError(f"{path} is no key file of pseudonyms: give another name, and a new one is made")


def _write(path: Path, content: dict[str, Any]) -> None:
    write_secret(path, (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode())

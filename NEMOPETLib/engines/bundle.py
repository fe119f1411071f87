"""What a report of a fault needs, in one ZIP file: what ``doctor`` says, versions, and the engines' last logs.

Nothing in it is of a patient: no image, no table, no name of a file of the user. The user's own folders and name are
replaced.
"""

from __future__ import annotations

import json
import os
import platform
import re
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from importlib.metadata import distributions
from pathlib import Path

from NEMOPETLib import __version__
from NEMOPETLib.engines.folders import cache_folder, data_folder
from NEMOPETLib.engines.readiness import Check, is_ready
from NEMOPETLib.engines.run_log import log_folder
from NEMOPETLib.errors import InputError, why_refused
from NEMOPETLib.whole_file import replacing

_LOGS = 10  # the newest


def write_bundle(path: Path, checks: Sequence[Check]) -> None:
    """Write ``doctor.json``, ``versions.json`` and ``logs/`` into a ZIP file, whole or not at all.

    Parameters
    ----------
    path
        The file.
    checks
        What ``check_readiness`` found.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    shown = _without_user()
    said = [
        {name: shown(value) if isinstance(value, str) else value for name, value in asdict(one).items()}
        for one in checks
    ]
    try:
        with replacing(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
            bundle.writestr("doctor.json", _document({"ready": is_ready(tuple(checks)), "checks": said}))
            bundle.writestr("versions.json", _document(_versions()))
            for log in sorted(log_folder().glob("*.log"))[-_LOGS:]:
                bundle.writestr(f"logs/{log.name}", shown(log.read_text("utf-8", errors="replace")))
    except OSError as error:
        raise InputError(f"{path} cannot be written ({why_refused(error)})") from error


def _versions() -> dict[str, object]:
    packages = {one.name: one.version for one in distributions()}
    return {
        "nemopet": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": dict(sorted(packages.items(), key=lambda one: one[0].lower())),
    }


def _document(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1)


def _without_user() -> Callable[[str], str]:
    """What replaces the user's folders, the deepest first, and the user's name where it stands by itself."""
    home = Path.home()
    folders = {cache_folder(): "CACHE", data_folder(): "DATA", Path(tempfile.gettempdir()): "TMP", home: "~"}
    paths = {re.escape(str(folder)): short for folder, short in folders.items() if folder != Path(folder.anchor)}
    names = {home.name, *(os.environ.get(variable, "") for variable in ("USER", "LOGNAME", "USERNAME"))} - {""}
    users = {rf"(?<![^\W_]){re.escape(name)}(?![^\W_])": "USER" for name in names}
    patterns = [(re.compile(long, re.IGNORECASE), short) for long, short in (paths | users).items()]

    def shown(text: str) -> str:
        for pattern, short in patterns:
            text = pattern.sub(short, text)
        return text

    return shown

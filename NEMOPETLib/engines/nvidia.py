"""NVIDIA's GPUs as its driver tells them, without torch."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass

_ANSWER_LIMIT_S = 20.0


@dataclass(frozen=True)
class Gpu:
    """One GPU: its number, name, whole and free memory in MiB, and the driver's version."""

    number: int
    name: str
    memory_mib: int
    free_mib: int
    driver: str

    @property
    def driver_major(self) -> int:
        """The first number of the driver's version, 0 if it is not told."""
        found = re.match(r"\d+", self.driver)
        return int(found[0]) if found else 0


def nvidia_gpus() -> tuple[Gpu, ...]:
    """The GPUs of this computer; none if it has none, or no driver that answers."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return ()
    query = [program, "--query-gpu=index,name,memory.total,memory.free,driver_version", "--format=csv,noheader,nounits"]
    try:
        answer = subprocess.run(query, capture_output=True, text=True, check=False, timeout=_ANSWER_LIMIT_S)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return tuple(map(_gpu, answer.stdout.splitlines())) if answer.returncode == 0 else ()


def _gpu(line: str) -> Gpu:
    number, name, total, free, driver = (cell.strip() for cell in line.split(","))
    return Gpu(_whole(number), name, _whole(total), _whole(free), driver)


def _whole(text: str) -> int:
    """A number, 0 where the driver says ``[N/A]``."""
    return int(text) if text.isdigit() else 0

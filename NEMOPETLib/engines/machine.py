"""What the computer has: memory and free disk."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from pathlib import Path

from NEMOPETLib.errors import InputError

GIB = 1 << 30


class _MemoryStatus(ctypes.Structure):
    """MEMORYSTATUSEX of the Windows API."""

    _fields_ = (
        ("length", ctypes.c_ulong),
        ("load", ctypes.c_ulong),
        *(
            (name, ctypes.c_ulonglong)
            for name in ("total", "free", "page", "free_page", "virtual", "free_virtual", "_")
        ),
    )


def memory_bytes() -> int:
    """Size of the memory that programs of this computer share; 0 if the system does not tell."""
    if sys.platform == "win32":
        status = _MemoryStatus(length=ctypes.sizeof(_MemoryStatus))
        told = ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
        return int(status.total) if told else 0
    try:
        whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return 0
    return min(whole, _container_limit() or whole)


def free_disk_bytes(folder: Path) -> int:
    """Free space where a folder lies, or will lie when it is made."""
    there = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
    return shutil.disk_usage(there).free


def require_disk(folder: Path, needed_bytes: int) -> None:
    """Raises InputError if a folder's disk has not so much free."""
    free = free_disk_bytes(folder)
    if free < needed_bytes:
        raise InputError(
            f"{folder}: the disk has {free / GIB:.2g} GiB free and a run needs {needed_bytes / GIB:.2g}: free some, or"
            " set TMPDIR to a folder on another disk"
        )


def _container_limit() -> int:
    """The limit of a Linux container; 0 without one."""
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
    except OSError:
        return 0
    return int(limit) if limit.isdigit() else 0

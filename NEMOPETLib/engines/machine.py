"""What the computer has: memory and free disk."""

from __future__ import annotations

import ctypes
import math
import os
import shutil
import sys
import tempfile
from pathlib import Path

from NEMOPETLib.errors import InputError

GIB = 1 << 30
_MAKE_ROOM = "make room there, or set TMPDIR to a folder elsewhere"


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
        return int(_windows_memory().total)
    try:
        whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return 0
    return min(whole, _container_bytes("memory.max") or whole)


def free_memory_bytes() -> float:
    """Memory that programs can still get, in this container if there is one."""
    limit = _container_bytes("memory.max")
    in_container = limit - _container_bytes("memory.current") if limit else math.inf
    return min(_free_of_machine(), in_container)


def _free_of_machine() -> float:
    if sys.platform == "win32":
        return float(_windows_memory().free)
    meminfo = Path("/proc/meminfo")
    if meminfo.exists():
        lines = dict(line.split(":", 1) for line in meminfo.read_text().splitlines())
        return 1024.0 * int(lines["MemAvailable"].split()[0])
    return 0.6 * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")  # macOS does not tell it so


def _windows_memory() -> _MemoryStatus:
    """All fields 0 if the system does not tell."""
    status = _MemoryStatus(length=ctypes.sizeof(_MemoryStatus))
    ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))  # type: ignore[attr-defined,unused-ignore]
    return status


def free_disk_bytes(folder: Path) -> int:
    """Free space where a folder lies, or will lie when it is made."""
    there = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
    return shutil.disk_usage(there).free


def require_disk(folder: Path, needed_bytes: int) -> None:
    """Raises InputError if a folder's disk has not so much free."""
    free = free_disk_bytes(folder)
    if free < needed_bytes:
        raise InputError(
            f"{folder}: the disk has {free / GIB:.2g} GiB free and a run needs {needed_bytes / GIB:.2g}: {_MAKE_ROOM}"
        )


def full_disk() -> str:
    """What is said when an engine has filled the disk that it works on."""
    return f"the disk of {tempfile.gettempdir()} is full: {_MAKE_ROOM}"


def _container_bytes(name: str) -> int:
    """What a Linux container says of its memory; 0 without one, or without a limit."""
    try:
        told = Path("/sys/fs/cgroup", name).read_text(encoding="ascii").strip()
    except OSError:
        return 0
    return int(told) if told.isdigit() else 0

"""A file that a kill, a power cut, a full disk or a reader in the midst never finds half written.

Replacing writes a temporary file beside it, flushes it to the disk and renames it over the old one, of
which a copy stays as ``NAME.bak``. Appending must not cost more in a long file, so it changes the file in
place, after a journal (``NAME.journal``) has told what is about to be appended and where: a reader who
finds an unfinished append leaves it out, the next writer finishes it. Writers hold the lock of the file;
readers need none.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import time
import zlib
from collections.abc import Callable, Iterator
from io import FileIO
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from NEMOPETLib.errors import InputError

_ADVICE = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), ": make room; it is as it was"),
    **dict.fromkeys(
        (errno.EACCES, errno.EPERM, errno.EROFS),
        ": allow it for the file and its folder, or close it in other programs",
    ),
}
_ATTEMPTS = 40
_WAIT_S = 0.05


class _Append(NamedTuple):
    """What a journal tells: the size of the file before, and the bytes to come after."""

    size: int
    data: bytes

    def torn(self, tail: bytes) -> bool:
        """Whether the bytes after ``size`` are the beginning of the append and not all of it.

        Zeros may stand for what a power cut kept from reaching the disk.
        """
        begun = 0 < len(tail) <= len(self.data) and tail != self.data
        return begun and self.data.startswith(tail.rstrip(b"\0"))


@contextlib.contextmanager
def named(path: Path) -> Iterator[None]:
    """Turn each error inside, of the operating system or of the input, into one line that names the file.

    Raises
    ------
    InputError
        For an OSError, which stays its cause; for an InputError, with the file in front.
    """
    try:
        yield
    except InputError as error:
        raise InputError(f"{path}: {error}") from error.__cause__
    except FileNotFoundError as error:
        missing = "file not found" if path.parent.is_dir() else "its folder does not exist or is out of reach"
        raise InputError(f"{path}: {missing}") from error
    except OSError as error:
        advice = _ADVICE.get(error.errno or 0, "")
        raise InputError(f"{path}: cannot be read or written: {error.strerror or error}{advice}") from error


@contextlib.contextmanager
def locked(path: Path, timeout_s: float) -> Iterator[None]:
    """Be the only writer of a file, among all processes and machines that lock it this way.

    The lock is the operating system's, on ``NAME.lock`` (``flock``; ``LockFile`` on Windows): it ends with
    the process that holds it, however that ends, so none is left behind to block the next; NFS and SMB pass
    it on to the server. A lock by mere existence would outlive a process killed on another machine. The
    file stays, empty: removing it would let two writers lock two files of the same name.

    Raises
    ------
    InputError
        After ``timeout_s`` seconds of waiting.
    OSError
        Where the lock file cannot be made: no such folder, a read-only one.
    """
    if not path.parent.is_dir():  # filelock would make it, also where a network share is only away
        raise FileNotFoundError
    lock = FileLock(f"{path}.lock", timeout=timeout_s, mode=0o666, poll_interval=0.01)
    try:
        lock.acquire()
    except Timeout as error:
        raise InputError(f"is in use by another program ({timeout_s:g} s waited): let it end, or end it") from error
    try:
        yield
    finally:
        lock.release()


def read(path: Path) -> bytes:
    """The whole file without an append that is going on or was cut off; takes no lock, writes nothing."""
    with path.open("rb") as file:
        data = b""
        while True:
            data += file.read()
            append = _journal(path)
            if append and append.torn(data[append.size :]):
                return data[: append.size]
            size = os.fstat(file.fileno()).st_size
            if size == len(data):
                return data
            if size < len(data):  # an append was taken back, or an editor saves in place: begin again
                file.seek(0)
                data = b""


def append(path: Path, data: bytes) -> bool:
    """Append so that all of ``data`` or none of it is ever seen; the caller holds the lock.

    Returns
    -------
    bool
        False where a program that does not lock the file changed it meanwhile: then nothing was appended, or to
        a file that has been replaced.
    """
    with path.open("r+b", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        try:
            _write(_journal_path(path), b"%d %d\n" % (size, zlib.crc32(data)) + data)
            _sync_folder(path.parent)
            if os.fstat(file.fileno()).st_size != size:
                _patiently(_journal_path(path).unlink)
                return False
            _write_all(file, data)
        except OSError:
            file.truncate(size)
            _journal_path(path).unlink(missing_ok=True)
            raise
        is_same = os.path.samestat(os.fstat(file.fileno()), path.stat())
    _patiently(_journal_path(path).unlink)
    return is_same


def recover(path: Path) -> None:
    """Finish an append that was cut off; the caller holds the lock."""
    append = _journal(path)
    if append and path.exists():
        with path.open("r+b", buffering=0) as file:
            file.seek(append.size)
            if append.torn(file.read(len(append.data) + 1)):
                file.seek(append.size)
                _write_all(file, append.data)
    _journal_path(path).unlink(missing_ok=True)


def replace(path: Path, data: bytes, old: bytes | None) -> bool:
    """Replace the file in one step and keep the old one as ``NAME.bak``; the caller holds the lock.

    Parameters
    ----------
    path, data
        The file and what it is to hold.
    old
        What it holds now; None where there is no file yet.

    Returns
    -------
    bool
        False, and nothing done, where it holds something else, saved by a program that does not lock it.
    """
    temporary = _temporary_path(path)
    try:
        if old is not None:
            with path.open("r+b") as file:  # what may not be written is not to be replaced either
                if file.read() != old:
                    return False
            _write(temporary, old, like=path)
            _patiently(lambda: temporary.replace(f"{path}.bak"))
        _write(temporary, data, like=path)
        _patiently(lambda: temporary.replace(path))
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(path.parent)
    return True


def check_writable(path: Path) -> None:
    """Raise the OSError that appending or replacing would, where the file or its folder may not be written."""
    if os.path.lexists(path):
        path.open("r+b").close()
    _temporary_path(path).open("wb").close()
    _temporary_path(path).unlink()


def _temporary_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.tmp")


def _journal_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.journal")


def _journal(path: Path) -> _Append | None:
    """The append that a journal tells of; None where there is no journal or it was itself cut off."""
    try:
        head, _, data = _journal_path(path).read_bytes().partition(b"\n")
    except FileNotFoundError:
        return None
    size, _, checksum = head.partition(b" ")
    return _Append(int(size), data) if checksum == b"%d" % zlib.crc32(data) else None


def _write(path: Path, data: bytes, like: Path | None = None) -> None:
    """Write a file and bring it to the disk, with the permissions of another one where that exists."""
    with path.open("wb", buffering=0) as file:
        if like and like.exists():
            shutil.copymode(like, path)
        _write_all(file, data)


def _write_all(file: FileIO, data: bytes) -> None:
    """Write at the present position and bring it to the disk."""
    left = memoryview(data)
    while left:
        left = left[file.write(left) :]
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Bring a new or renamed file's name to the disk, where system and file system can."""
    if hasattr(os, "O_DIRECTORY"):
        with contextlib.suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _patiently(act: Callable[[], object]) -> None:
    """Try again for a moment: Windows refuses to rename or remove a file while somebody reads it."""
    for _ in range(_ATTEMPTS):
        with contextlib.suppress(PermissionError):
            act()
            return
        time.sleep(_WAIT_S)
    act()

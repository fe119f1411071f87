"""A disk that is really full: a file system in memory that only the test's own processes see, no root needed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

_MOUNT = 'mount -t tmpfs -o "$1" tmpfs "$2" && echo mounted && exec cat'


class SmallDisk:
    """A tmpfs on a folder, in a name space of its own (Linux), until it is closed.

    Parameters
    ----------
    folder
        Where it is mounted; empty for everybody else.
    options
        Of the mount: ``size=8m``, or ``nr_inodes=5`` for so many files.
    """

    def __init__(self, folder: Path, options: str) -> None:
        self.folder = folder
        if shutil.which("unshare") is None or shutil.which("nsenter") is None:
            pytest.skip("no name spaces here: unshare and nsenter of Linux are missing")
        unshare = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", _MOUNT, "sh", options, str(folder)]
        self._holder = subprocess.Popen(
            unshare,
            env={"PATH": os.environ["PATH"]},  # nothing by which an engine's processes are known
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._holder.stdout is not None
        if self._holder.stdout.readline() != "mounted\n":
            _, said = self._holder.communicate()
            pytest.skip(f"no file system can be mounted here: {said.strip()}")

    @property
    def seen(self) -> Path:
        """The disk as it is seen from outside."""
        return Path(f"/proc/{self._holder.pid}/root{self.folder}")

    def run(self, command: Sequence[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run a command that sees the disk."""
        enter = ["nsenter", f"--target={self._holder.pid}", "--user", "--mount", "--preserve-credentials"]
        return subprocess.run(
            [*enter, *command], env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    def grow(self, options: str = "size=200m,nr_inodes=1000") -> None:
        """Make room, by default for everything."""
        done = self.run(["mount", "-o", f"remount,{options}", str(self.folder)], os.environ)
        assert done.returncode == 0, done.stderr

    def fill(self, left_bytes: int = 0) -> None:
        """Leave only so much free."""
        filler = self.seen / "filler"
        filler.unlink(missing_ok=True)
        space = os.statvfs(self.seen)
        filler.write_bytes(bytes(max(0, space.f_bavail * space.f_bsize - left_bytes)))

    def used_bytes(self) -> int:
        """What lies on it."""
        space = os.statvfs(self.seen)
        return (space.f_blocks - space.f_bfree) * space.f_bsize

    def files(self) -> set[str]:
        """The names of all files and folders on it, but for what fills it and the locks that stay."""
        paths = (path.relative_to(self.seen) for path in self.seen.rglob("*"))
        return {path.as_posix() for path in paths if path.suffix != ".lock" and path.name != "filler"}

    def close(self) -> None:
        """Unmount it."""
        self._holder.communicate()

"""Whether the archive and the place of the results can be reached; a wait, with a limit, while they cannot."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from NEMOPETLib.errors import InputError

LEAST_FREE_BYTES = 200e6  # masks and page of a patient or two
_WITNESSES = 5
_TICK_S = 0.5
_POLL_S = 5.0


@dataclass
class Places:
    """The archive and the folder of the table.

    Parameters
    ----------
    root, cohort
        Where they are.
    limit_s
        How long they may be out of reach, each time.
    """

    root: Path
    cohort: Path
    limit_s: float
    _seen: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        # An unmounted share leaves an empty folder: some of what lies there tells.
        self._seen = tuple(sorted(one.name for one in self.root.iterdir())[:_WITNESSES])

    def trouble(self) -> str:
        """What keeps the work from going on now; empty if nothing does."""
        try:
            if not self.root.is_dir() or (self._seen and not any((self.root / name).exists() for name in self._seen)):
                return f"{self.root} is out of reach"
            folder = self.cohort.parent
            if not folder.is_dir():
                return f"{folder} is out of reach"
            if shutil.disk_usage(folder).free < LEAST_FREE_BYTES:
                return f"the disk of {folder} is full"
            probe = folder / f".{self.cohort.name}.{os.getpid()}"
            probe.write_bytes(b"x")
            probe.unlink()
        except OSError as error:
            return f"{error.filename or self.cohort}: {error.strerror}"
        return ""

    def wait(self, say: Callable[[str], None]) -> Iterator[None]:
        """Give control back twice a second until all is well again.

        Raises
        ------
        InputError
            After ``limit_s`` seconds.
        """
        trouble = self.trouble()
        if not trouble:
            return
        say(f"{trouble}: waiting for up to {self.limit_s / 60:.3g} min")
        start = time.monotonic()
        while trouble:
            until = time.monotonic() + min(_POLL_S, self.limit_s)
            while time.monotonic() < until:
                yield None
                time.sleep(_TICK_S)
            trouble = self.trouble()
            if trouble and time.monotonic() - start > self.limit_s:
                raise InputError(f"{trouble}, also after {self.limit_s / 60:.3g} min: mend that, then run this again")
        say("all is in reach again, going on")

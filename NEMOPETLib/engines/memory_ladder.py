"""What to try next when an engine runs out of memory: in parts, with a coarser network, on the processor."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from dataclasses import dataclass

from NEMOPETLib.engines.process import Ending

AUTO, CPU = "auto", "cpu"
_OUT_OF_MEMORY = re.compile(
    r"out of memory|OutOfMemoryError|\bMemoryError\b|can't allocate memory|Cannot allocate memory|Unable to allocate"
    r"|not enough memory|bad_alloc|ALLOC_FAILED|background workers (died|are no longer alive)",
    re.IGNORECASE,
)
_KILLED = (-int(getattr(signal, "SIGKILL", 9)), 137)  # Linux kills what takes too much; 137: said by a shell


@dataclass(frozen=True)
class Mode:
    """How an engine is run: ``device`` as gpu, gpu:N, mps or cpu; the image in three parts; the 3 mm network."""

    device: str
    split: bool = False
    fast: bool = False

    def __str__(self) -> str:
        """As written in the row: ``gpu, in three parts``."""
        return ", ".join([self.device, *["in three parts"] * self.split, *["3 mm network"] * self.fast])


def ladder(device: str, *, can_split: bool, can_be_fast: bool) -> Iterator[Mode]:
    """The modes in the order in which they are tried; the last ones on the processor."""
    for one in dict.fromkeys((device, CPU)):
        yield Mode(one)
        if can_split:
            yield Mode(one, split=True)
        if can_be_fast:
            yield Mode(one, fast=True)


def is_out_of_memory(ending: Ending) -> bool:
    """Whether a command that failed did so for lack of memory, of the GPU or of the machine.

    One that was killed may also have been so by somebody, which changes nothing in how it is to be run again.
    """
    if ending.is_for_lack_of_disk:  # a worker that dies of it looks like one that was killed for memory
        return False
    killed = ending.status in _KILLED and ending.memory_was_full is not False
    return killed or _OUT_OF_MEMORY.search(ending.text) is not None

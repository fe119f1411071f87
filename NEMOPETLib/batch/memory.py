"""How much memory a batch may take, and how many patients at once that allows: found out before it starts."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from NEMOPETLib.batch.job import Job
from NEMOPETLib.engines.machine import free_memory_bytes
from NEMOPETLib.studies.archive import ArchivedStudy

# Measured (docs/benchmarks.md): imports of a worker; peak above them, as a ratio to the images.
WORKER_BYTES = 350e6
PEAK_RATIO = 1.6
_SHARE = 0.8  # of the memory that is free now


def images_bytes(study: ArchivedStudy) -> float:
    """CT (int16) with one label map (uint8), and PET (float32), of the largest series."""
    return 3.0 * study.voxels.get("CT", 0) + 4.0 * study.voxels.get("PT", 0)


def need_bytes(study: ArchivedStudy) -> float:
    """Peak memory of the process that works on a study."""
    return WORKER_BYTES + PEAK_RATIO * images_bytes(study)


@dataclass(frozen=True)
class MemoryPlan:
    """What a batch may take.

    Parameters
    ----------
    workers
        Patients at once.
    limit_bytes
        For all of them together.
    largest_bytes
        What the largest study needs.
    fewer_than
        How many at once were asked for, if memory allows fewer; else 0.
    """

    workers: int
    limit_bytes: float
    largest_bytes: float
    fewer_than: int = 0

    @property
    def threads(self) -> int:
        """For each worker."""
        return max(1, (os.cpu_count() or 1) // self.workers)

    def has_room(self, busy: Sequence[Job], job: Job) -> bool:
        """Whether a job fits beside those that run; alone it always does."""
        return not busy or sum(need_bytes(one.study) for one in (*busy, job)) <= self.limit_bytes

    def described(self) -> str:
        """One line to say before the start."""
        fewer = f" instead of {self.fewer_than}, for lack of memory" if self.fewer_than else ""
        tight = "" if self.largest_bytes <= self.limit_bytes else "; the largest study alone may be too large"
        return (
            f"{self.workers} at once{fewer}; memory: up to {self.largest_bytes / 1e9:.1f} GB a patient, "
            f"{min(self.limit_bytes, self.workers * self.largest_bytes) / 1e9:.1f} GB in all, of "
            f"{self.limit_bytes / 1e9:.1f} GB that may be used{tight}"
        )


def plan_memory(
    studies: Sequence[ArchivedStudy], wanted: int, engine_bytes: float = 0.0, free: float | None = None
) -> MemoryPlan:
    """How many patients at once: as many as wanted, or as there is memory for the smaller ones of them.

    Parameters
    ----------
    studies
        All that are to be worked on.
    wanted
        Workers asked for.
    engine_bytes
        Kept free for the engine.
    free
        Free memory in bytes; asked of the system unless given.
    """
    limit = max(0.0, _SHARE * (free_memory_bytes() if free is None else free) - engine_bytes)
    needs = sorted(map(need_bytes, studies)) or [WORKER_BYTES]
    asked = min(wanted, len(needs))
    fitting = sum(sum(needs[:count]) <= limit for count in range(1, asked + 1))
    workers = max(1, fitting)
    return MemoryPlan(workers, limit, needs[-1], asked if workers < asked else 0)

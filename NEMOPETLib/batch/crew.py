"""Whoever does the jobs of a batch: processes of this machine, or a cluster."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from NEMOPETLib.batch.job import Job, Outcome, Step


@dataclass(frozen=True)
class Begun:
    """A job has come to a step."""

    job: Job
    step: Step


@dataclass(frozen=True)
class Ended:
    """A job is over."""

    job: Job
    outcome: Outcome


@dataclass(frozen=True)
class Lost:
    """The process that worked on a job is gone: killed, or out of memory."""

    job: Job
    reason: str


Event = Begun | Ended | Lost


class Crew(Protocol):
    """Does jobs and tells what happens."""

    def events(self, waiting: deque[Job]) -> Iterator[Event | None]:
        """Do all jobs, in this order as far as there is room; None now and then while nothing happens.

        Each job is taken from ``waiting`` and gives ``Ended`` or ``Lost`` once; more may be added meanwhile. Leaving
        the loop stops all work.

        Raises
        ------
        InputError
            If nobody is there any more to do the work.
        """

    def close(self) -> None:
        """Let everybody go."""

"""The jobs of a batch on a Dask cluster: the same work wherever its workers are, GPUs as a resource.

A worker with a GPU is started with ``--resources GPU=1``; one segmentation runs there at a time. Every worker must
see the archive, the table and the engines' cache under the same paths.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from NEMOPETLib.batch.crew import Ended, Event, Lost
from NEMOPETLib.batch.job import Job, Outcome, Step, segment_only, work_on
from NEMOPETLib.errors import InputError

if TYPE_CHECKING:
    from distributed import Client, Future

GPU = "GPU"
_CONNECT_S = 30.0
_TICK_S = 0.2
_AHEAD = 2  # jobs for each worker that the scheduler has at once


class ClusterCrew:
    """Works through the scheduler at an address.

    Parameters
    ----------
    address
        Such as ``tcp://host:8786``.

    Raises
    ------
    InputError
        If dask is not installed, or no scheduler answers.
    """

    def __init__(self, address: str, *, uses_gpu: bool = False) -> None:
        try:
            from distributed import Client
        except ModuleNotFoundError as error:
            raise InputError("--scheduler needs the package distributed: pip install nemopet[cluster]") from error
        # Its tracebacks of a lost connection are no line for a user: what they mean is told by Lost and InputError.
        for name in ("distributed", "distributed.client"):  # the client's logger has a level of its own
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._address = address
        try:
            self._client: Client = Client(address, timeout=_CONNECT_S, set_as_default=False)
        except (OSError, ValueError) as error:
            raise InputError(f"--scheduler {address}: no scheduler answers: is it running?") from error
        self._uses_gpu = uses_gpu

    def close(self) -> None:
        """Leave the scheduler."""
        self._client.close(timeout=2)

    def described(self) -> str:
        """One line to say before the start."""
        workers = self._workers()
        gpus = sum(bool(one.get("resources", {}).get(GPU)) for one in workers.values())
        return f"{len(workers)} workers at {self._address}, {gpus} with a GPU"

    def events(self, waiting: deque[Job]) -> Iterator[Event | None]:
        """As ``Crew.events``; steps within a job are not told."""
        running: dict[Future, Job] = {}
        try:
            while waiting or running:
                room = _AHEAD * max(1, len(self._workers()))
                while waiting and len(running) < room:
                    job = waiting.popleft()
                    running[self._submitted(job)] = job
                for future in [one for one in running if one.done()]:
                    yield self._ended(future, running.pop(future))
                yield None
                time.sleep(_TICK_S)
        finally:
            for future in running:
                future.cancel()

    def _submitted(self, job: Job) -> Future:
        """Segment first where a GPU is, so that measuring does not keep it waiting."""
        before: Future | None = None
        if self._uses_gpu and any(one.get("resources", {}).get(GPU) for one in self._workers().values()):
            before = self._client.submit(_segment, job, resources={GPU: 1}, pure=False)
        return self._client.submit(_work, job, before, pure=False)

    def _ended(self, future: Future, job: Job) -> Event:
        if future.status == "finished":
            return Ended(job, future.result(timeout=_CONNECT_S))
        if self._client.status != "running":
            raise InputError(self._gone())
        return Lost(job, "its worker was killed or lost, or had not enough memory")

    def _workers(self) -> dict[str, Any]:
        """The workers that the scheduler has; InputError if it is gone."""
        if self._client.status != "running":
            raise InputError(self._gone())
        try:
            return dict(self._client.scheduler_info(n_workers=-1)["workers"])
        except OSError as error:
            raise InputError(self._gone()) from error

    def _gone(self) -> str:
        return (
            f"--scheduler {self._address}: the scheduler is gone; what is done is kept: start one, then run the same"
            " command again"
        )


def _work(job: Job, _: None) -> Outcome:
    return work_on(job, _tell_nobody)


def _segment(job: Job) -> None:
    segment_only(job, _tell_nobody)


def _tell_nobody(_: Step) -> None:
    """Nobody listens."""

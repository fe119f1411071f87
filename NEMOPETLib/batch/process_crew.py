"""The jobs of a batch in processes of this machine, each started anew: one that is killed takes nobody along."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from typing import Any

from NEMOPETLib.batch.crew import Begun, Ended, Event, Lost
from NEMOPETLib.batch.job import Job, Step, work_on
from NEMOPETLib.batch.memory import MemoryPlan
from NEMOPETLib.errors import InputError

_TICK_S = 0.5
_MOST_JOBS = 64  # of one process, then a fresh one: what libraries leak does not add up
_MOST_STILLBORN = 5


class ProcessCrew:
    """Works on several patients at once.

    Parameters
    ----------
    plan
        How many at once at most, and how much memory they may need together.
    gpus
        Where there are several, each worker is given one of them.
    """

    def __init__(self, plan: MemoryPlan, gpus: int = 0) -> None:
        self._plan = plan
        self._gpus = gpus
        self._context = multiprocessing.get_context("spawn")
        self._workers: list[_Worker] = []

    def events(self, waiting: deque[Job]) -> Iterator[Event | None]:
        """As ``Crew.events``."""
        stillborn = 0
        try:
            while waiting or any(worker.job for worker in self._workers):
                self._hand_out(waiting)
                for worker, message in self._heard():
                    if message is None:
                        lost = self._bury(worker)
                        stillborn = 0 if worker.has_spoken else stillborn + 1
                        if stillborn >= _MOST_STILLBORN:
                            raise InputError("worker processes end as soon as they are started: is there memory left?")
                        if lost is not None:
                            yield lost
                    else:
                        yield worker.understood(message)
                yield None
        finally:
            self.close()

    def close(self) -> None:
        """Stop all workers and what they have started."""
        for worker in self._workers:
            worker.stop()
        self._workers.clear()

    def _hand_out(self, waiting: deque[Job]) -> None:
        """Give the next jobs to idle workers, as long as there is memory for them."""
        for worker in [one for one in self._workers if one.job is None and one.jobs_done >= _MOST_JOBS]:
            worker.stop()
            self._workers.remove(worker)
        while waiting:
            busy = [worker.job for worker in self._workers if worker.job is not None]
            if len(busy) >= self._plan.workers or not self._plan.has_room(busy, waiting[0]):
                return
            idle = next((worker for worker in self._workers if worker.job is None), None)
            if idle is None:
                idle = _Worker(self._context, self._plan.threads, self._device())
                self._workers.append(idle)
            if not idle.give(waiting[0]):
                return  # it has died: that is heard next
            waiting.popleft()

    def _device(self) -> str:
        """For one more worker: the GPU that the fewest have; empty where the engine's own choice is good."""
        if self._gpus < 2:
            return ""
        taken = [worker.device for worker in self._workers]
        return min((f"gpu:{number}" for number in range(self._gpus)), key=taken.count)

    def _heard(self) -> Iterator[tuple[_Worker, Any]]:
        """What workers say; None from one that is dead."""
        by_end: dict[Any, _Worker] = {worker.connection: worker for worker in self._workers}
        for end in wait(list(by_end), timeout=_TICK_S):
            worker = by_end[end]
            try:
                yield worker, worker.connection.recv()
            except (EOFError, OSError):
                yield worker, None

    def _bury(self, worker: _Worker) -> Lost | None:
        self._workers.remove(worker)
        job, status = worker.job, worker.stop()
        return None if job is None else Lost(job, _cause(status))


class _Worker:
    """One process, and the job that it has."""

    def __init__(self, context: multiprocessing.context.SpawnContext, threads: int, device: str) -> None:
        self.device = device
        self.connection, far_end = context.Pipe()
        self.job: Job | None = None
        self.jobs_done = 0
        self.has_spoken = False
        with _environment({name: str(threads) for name in _THREAD_LIMITS}):
            self._process = context.Process(target=_serve, args=(far_end,), daemon=True)
            self._process.start()
        far_end.close()

    def give(self, job: Job) -> bool:
        """Hand a job over; False if nobody is there to take it."""
        here = replace(job, recipe=job.recipe.on_device(self.device)) if self.device else job
        try:
            self.connection.send(here)
        except OSError:
            return False
        self.job = job
        return True

    def understood(self, message: Any) -> Event:
        assert self.job is not None
        self.has_spoken = True
        if isinstance(message, str):
            return Begun(self.job, message)  # type: ignore[arg-type]
        ended = Ended(self.job, message)
        self.job = None
        self.jobs_done += 1
        return ended

    def stop(self) -> int | None:
        """End it and everything that it has started; gives its exit status."""
        self.connection.close()  # it watches this end
        self._process.join(timeout=5)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        return self._process.exitcode


_THREAD_LIMITS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS",
)


@contextlib.contextmanager
def _environment(more: Mapping[str, str]) -> Iterator[None]:
    """More in the environment while a process is started, which inherits it."""
    before = {name: os.environ.get(name) for name in more}
    os.environ.update(more)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _serve(connection: Connection) -> None:
    """The worker: jobs one after the other until the other end is closed, or its process gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the batch's own process decides
    incoming: deque[Job] = deque()
    arrived = threading.Semaphore(0)

    def receive() -> None:
        while True:
            try:
                incoming.append(connection.recv())
            except (EOFError, OSError):
                os._exit(1)  # also in the midst of a job: what is half done is not believed
            arrived.release()

    threading.Thread(target=receive, daemon=True).start()

    def tell(what: object) -> None:
        try:
            connection.send(what)
        except OSError:
            os._exit(1)

    def at(step: Step) -> None:
        tell(step)

    while True:
        arrived.acquire()
        tell(work_on(incoming.popleft(), at))


def _cause(status: int | None) -> str:
    if status is not None and status < 0:
        name = signal.Signals(-status).name
        memory = ": perhaps the memory was full, then give fewer --workers" if name == "SIGKILL" else ""
        return f"its worker process was killed ({name}){memory}"
    return f"its worker process ended ({status})"

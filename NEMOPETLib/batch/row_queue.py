"""Rows go into the table in the order of the studies, whichever is ready first: the same table each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from NEMOPETLib.batch.job import Job
from NEMOPETLib.batch.journal import Journal
from NEMOPETLib.cohort.keys import Key
from NEMOPETLib.cohort.table import CohortTable
from NEMOPETLib.patient import is_a_readers


class RowQueue:
    """Holds rows back until all before them are in the table, or will never be.

    Parameters
    ----------
    jobs
        All whose row is expected, in order.
    before
        By the name of a job: the row before which its own goes, since an earlier run could not give it in its turn.
    cohort, journal
        Where rows go, and where it is noted that they are there.
    replace_reviewed
        Whether a reader's row may be replaced.
    """

    def __init__(
        self,
        jobs: list[Job],
        cohort: CohortTable,
        journal: Journal,
        *,
        replace_reviewed: bool,
        before: Mapping[str, Key] | None = None,
    ) -> None:
        self._expected = jobs
        self._next = 0
        self._ready: dict[str, dict[str, Any] | None] = {}
        self._cohort, self._journal, self._before = cohort, journal, before or {}
        self._may_replace: Callable[..., bool] = lambda old: replace_reviewed or not is_a_readers(old)

    def ready(self, job: Job, row: dict[str, Any] | None) -> None:
        """The row of a job, or None if it gives none."""
        self._ready[job.key] = row

    @property
    def is_flushed(self) -> bool:
        """Whether no row can be written now."""
        return self._next >= len(self._expected) or self._expected[self._next].key not in self._ready

    def flush(self) -> Iterator[tuple[Job, dict[str, Any], bool]]:
        """Write what can be written; gives each job, its row, and False where a reader's row was left alone.

        Raises
        ------
        InputError
            If the table cannot be written; then it goes on from there at the next call.
        """
        while not self.is_flushed:
            job = self._expected[self._next]
            row = self._ready[job.key]
            if row is None:
                self._next += 1
                continue
            is_written = self._cohort.upsert(row, self._may_replace, self._before.get(job.key))
            self._note(job)
            self._next += 1
            yield job, row, is_written

    def _note(self, job: Job) -> None:
        with self._journal.only_worker(job.key) as is_free:
            entry = self._journal.entry(job.key)
            if is_free and entry is not None and entry.state == "measured":
                self._journal.write(job.key, entry.as_done())

"""Every patient below a folder, whatever happens: found, worked on by a crew, written in order, and summed up."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from NEMOPETLib.batch.crew import Begun, Crew, Ended, Event, Lost
from NEMOPETLib.batch.job import Job, Outcome, Recipe, Step, known_as, may_pass, stamped_inputs
from NEMOPETLib.batch.journal import Entry, Journal, journal_of
from NEMOPETLib.batch.places import Places
from NEMOPETLib.batch.row_queue import RowQueue
from NEMOPETLib.batch.summary import BatchSummary, PatientStanding
from NEMOPETLib.batch.verdict import Verdict, verdict
from NEMOPETLib.cohort.keys import Key
from NEMOPETLib.cohort.table import CohortTable
from NEMOPETLib.errors import InputError
from NEMOPETLib.patient import folder_name
from NEMOPETLib.privacy.word_filter import REMOVED
from NEMOPETLib.progress import Progress, no_progress
from NEMOPETLib.studies.archive import Archive, ArchivedStudy, scan_archive
from NEMOPETLib.wording.quoted import without_quoted

ATTEMPTS = 4  # of a patient whose worker or engine was killed, or whose files were out of reach
_SUMMARY_EVERY_S = 30.0
_POLL_S = 1.0


@dataclass(frozen=True)
class BatchOptions:
    """What a batch is to do.

    Parameters
    ----------
    root, cohort
        The archive's folder, and the table.
    recipe
        What is done with every patient.
    redo_changed
        Whether what was made of other input, options, engines or software is done anew.
    wait_limit_s
        How long a share may be away or a disk full.
    """

    root: Path
    cohort: Path
    recipe: Recipe
    redo_changed: bool = False
    wait_limit_s: float = 1800.0


class Watcher(Protocol):
    """Whoever watches a batch."""

    def say(self, line: str) -> None:
        """A line for a person."""

    def planned(self, todo: int) -> None:
        """So many patients are to be worked on."""

    def step(self, job: Job, step: Step) -> None:
        """A patient has come to a step."""

    def ended(self, job: Job, standing: PatientStanding) -> None:
        """A patient is done or has failed."""

    def tick(self) -> None:
        """Some time has passed."""

    def summary(self, summary: BatchSummary) -> None:
        """How things stand, now and then and at the end."""


MakeCrew = Callable[[list[ArchivedStudy], Callable[[str], None]], Crew]
"""Makes the crew for some studies, and says what of it."""


def run_batch(
    options: BatchOptions, make_crew: MakeCrew, watcher: Watcher, progress: Progress = no_progress
) -> BatchSummary:
    """Do all that is to be done; a run that is stopped at any moment is gone on with by the next.

    Raises
    ------
    InputError
        If the archive or the table cannot be used, or are out of reach for longer than the limit, or the crew is gone.
    """
    cohort, journal = CohortTable(options.cohort), journal_of(options.cohort)
    cohort.check()
    journal.make()
    archive = _scan(options, journal, progress)
    batch = _Batch(options, cohort, journal, archive, watcher)
    try:
        batch.judge()
        batch.work(make_crew)
    finally:
        watcher.summary(batch.summary())
    return batch.summary()


def _scan(options: BatchOptions, journal: Journal, progress: Progress) -> Archive:
    own = [journal.folder, options.cohort.parent / f"{options.cohort.stem}_patients"]
    archive = scan_archive(options.root, journal.known_files(), own, progress)
    if options.recipe.options.pseudonyms is None:  # their paths and headers name the patients
        journal.keep_files(archive.known)
    return archive


class _Batch:
    """One run: who stands where, and what is still to be done."""

    def __init__(
        self, options: BatchOptions, cohort: CohortTable, journal: Journal, archive: Archive, watcher: Watcher
    ) -> None:
        self._options, self._cohort, self._journal, self._watcher = options, cohort, journal, watcher
        self._places = Places(options.root, options.cohort, options.wait_limit_s)
        wanted, left_out = _sorted_out(archive.studies, options.root)
        self._jobs = [
            Job(number, folder_name(*known_as(study, options.recipe.options)), study, options.cohort, options.recipe)
            for number, study in enumerate(wanted)
        ]
        self._elsewhere: list[Job] = []
        self._waiting: deque[Job] = deque()
        self._attempts: Counter[str] = Counter()
        self._standings = {job.key: self._standing(job, "waiting") for job in self._jobs}
        self._others = [
            *(
                PatientStanding(
                    self._where(study.folder), "left_out", *known_as(study, options.recipe.options), reason=reason
                )
                for study, reason in left_out
            ),
            *(
                PatientStanding(self._where(e.path), "failed", step="find", reason=self._told(e.reason))
                for e in archive.empty
            ),
        ]
        self._rows: RowQueue | None = None
        self._summed_up = time.monotonic()

    def judge(self) -> None:
        """Find out what is to be done."""
        table = self._cohort.rows()
        redo = self._options.redo_changed
        ready: list[tuple[Job, Mapping[str, Any]]] = []
        expected, begun = [], set()
        for job in self._jobs:
            row = table.get(_row_key(job))
            entry = self._journal.entry(job.key)
            found = verdict(job, row, entry, redo_changed=redo)
            if found.kind in ("todo", "measured"):
                expected.append(job)
                begun |= {job.key} if entry is not None else set()
            if found.kind == "todo":
                self._waiting.append(job)
            elif found.kind == "measured":
                assert entry is not None
                ready.append((job, entry.row))
            else:
                self._keep(job, found, row or {})
        self._rows = RowQueue(
            expected,
            self._cohort,
            self._journal,
            replace_reviewed=self._options.recipe.options.replace_reviewed,
            before=_followers(self._jobs, begun, table.keys()),
        )
        for job, measured in ready:
            self._rows.ready(job, dict(measured))

    def work(self, make_crew: MakeCrew) -> None:
        """Do it."""
        self._watcher.planned(len(self._waiting))
        self._write_rows()
        if not self._waiting:
            return
        crew = make_crew([job.study for job in self._waiting], self._watcher.say)
        try:
            while self._waiting:
                for event in crew.events(self._waiting):
                    self._heard(event)
                self._wait_for_others()
        finally:
            crew.close()

    def summary(self) -> BatchSummary:
        """How things stand."""
        return BatchSummary([*self._standings.values(), *self._others])

    def _heard(self, event: Event | None) -> None:
        match event:
            case None:
                self._watcher.tick()
                if time.monotonic() - self._summed_up > _SUMMARY_EVERY_S:
                    self._summed_up = time.monotonic()
                    self._watcher.summary(self.summary())
            case Begun(job, step):
                self._watcher.step(job, step)
            case Lost(job, reason):
                self._failed(job, Outcome("failed", "work", reason, may_pass=True))
            case Ended(job, outcome) if outcome.ending == "measured":
                self._ready(job, outcome.row)
            case Ended(job, outcome) if outcome.ending == "elsewhere":
                self._elsewhere.append(job)
            case Ended(job, outcome):
                self._failed(job, outcome)

    def _failed(self, job: Job, outcome: Outcome) -> None:
        """Try again what may pass, name what does not."""
        if self._places.trouble():
            self._wait_for_places()
            self._waiting.appendleft(job)
            return
        self._attempts[job.key] += 1
        if outcome.may_pass and self._attempts[job.key] < ATTEMPTS:
            self._watcher.say(f"{self._where(job.study.folder)}: {outcome.reason}: tried again")
            self._waiting.appendleft(job)
            return
        self._note_failure(job, outcome)
        self._stands(job, self._standing(job, "failed", step=outcome.step, reason=outcome.reason))
        self._ready(job, None)

    def _note_failure(self, job: Job, outcome: Outcome) -> None:
        try:
            with self._journal.only_worker(job.key) as is_free:
                if is_free:
                    before = self._journal.entry(job.key) or Entry("begun", stamped_inputs(job.study, job.recipe))
                    failed = replace(before, state="failed", step=outcome.step, reason=outcome.reason)
                    self._journal.write(job.key, failed)
        except OSError as error:
            self._watcher.say(f"the journal cannot be written ({error.strerror})")

    def _ready(self, job: Job, row: dict[str, Any] | None) -> None:
        assert self._rows is not None
        self._rows.ready(job, row)
        self._write_rows()

    def _write_rows(self) -> None:
        """Put rows into the table; waits while it is out of reach."""
        assert self._rows is not None
        attempts = 0
        while not self._rows.is_flushed:
            try:
                for job, row, is_written in self._rows.flush():
                    standing = self._standing(job, "done" if is_written else "readers", row=row, is_new=is_written)
                    self._stands(job, standing)
            except (InputError, OSError) as error:
                attempts += 1
                if not self._places.trouble() and not (may_pass(error) and attempts < ATTEMPTS):
                    raise
                self._wait_for_places()
                time.sleep(_POLL_S)

    def _wait_for_places(self) -> None:
        for _ in self._places.wait(self._watcher.say):
            self._watcher.tick()

    def _wait_for_others(self) -> None:
        """Wait for what other batches work on; what they leave undone is done here."""
        if self._elsewhere:
            self._watcher.say(f"waiting for another batch, which works on {len(self._elsewhere)} of these patients")
        since = time.monotonic()
        while self._elsewhere:
            for job in [one for one in self._elsewhere if not self._journal.is_worked_on(one.key)]:
                self._elsewhere.remove(job)
                self._take_over(job)
                since = time.monotonic()
            if time.monotonic() - since > self._options.wait_limit_s:
                for job in self._elsewhere:
                    self._failed(job, Outcome("failed", "find", "another batch has been working on it for too long"))
                self._elsewhere.clear()
            time.sleep(_POLL_S if self._elsewhere else 0)
            self._watcher.tick()

    def _take_over(self, job: Job) -> None:
        """A patient that another batch has worked on: how did it end?"""
        row = self._cohort.row(*job.known_as)
        entry = self._journal.entry(job.key)
        found = verdict(job, row, entry, redo_changed=self._options.redo_changed)
        if entry is not None and entry.state == "failed":
            self._failed(job, Outcome("failed", entry.step, entry.reason))
        elif found.kind == "todo":
            self._waiting.append(job)
        elif found.kind == "measured" and entry is not None:
            self._ready(job, dict(entry.row))
        else:
            self._keep(job, found, row or {})
            self._ready(job, None)

    def _keep(self, job: Job, found: Verdict, row: Mapping[str, object]) -> None:
        reason = f"changed since it was written: {', '.join(found.changes)}" if found.changes else ""
        assert found.kind not in ("todo", "measured")
        standing = self._standing(job, found.kind, row=row, reason=reason)
        self._standings[job.key] = replace(standing, folder=job.folder)

    def _stands(self, job: Job, standing: PatientStanding) -> None:
        self._standings[job.key] = standing
        self._watcher.ended(job, standing)

    def _standing(self, job: Job, standing: Any, **more: Any) -> PatientStanding:
        folder = job.folder if more.get("row") else None
        return PatientStanding(self._where(job.study.folder), standing, *job.known_as, folder=folder, **more)

    def _where(self, folder: Path) -> str:
        """A folder as it is named to a person; where patients are hidden by a pseudonym, since it may name one."""
        if (hidden := self._options.recipe.options.pseudonyms) is not None:
            return hidden.name_of(str(folder))
        try:
            return folder.relative_to(self._options.root).as_posix()
        except ValueError:
            return str(folder)

    def _told(self, reason: str) -> str:
        """Why nothing could be read; where patients are hidden without the names of files."""
        hidden = self._options.recipe.options.pseudonyms is not None
        return without_quoted(reason, REMOVED) if hidden else reason


def _row_key(job: Job) -> Key:
    patient_id, study_uid = job.known_as
    return patient_id.strip(), study_uid.strip()


def _followers(jobs: list[Job], late: set[str], table: Collection[Key]) -> dict[str, Key]:
    """For each job that is late, the next one's row that is in the table already."""
    followers: dict[str, Key] = {}
    follower: Key | None = None
    for job in reversed(jobs):
        if follower is not None and job.key in late:
            followers[job.key] = follower
        if _row_key(job) in table:
            follower = _row_key(job)
    return followers


def _sorted_out(
    studies: tuple[ArchivedStudy, ...], root: Path
) -> tuple[list[ArchivedStudy], list[tuple[ArchivedStudy, str]]]:
    """What should be a PET/CT, and what is something else, with the reason."""
    with_pet = [study for study in studies if "PT" in study.voxels]
    patients = {study.patient_id for study in with_pet}
    folders = {study.folder.parent for study in with_pet} - {root}
    wanted, left_out = [], []
    for study in studies:
        is_alone = study.patient_id not in patients and study.folder.parent not in folders
        # A CT whose PET is missing is named; one beside a PET that lacks its CT is not named twice.
        if "PT" in study.voxels or ("CT" in study.voxels and is_alone):
            wanted.append(study)
        else:
            left_out.append((study, f"no PET, only {', '.join(sorted(filter(None, study.voxels))) or 'other objects'}"))
    return wanted, left_out

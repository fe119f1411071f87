"""What is seen of a batch: stages with rate and time left by a person at the terminal, JSON by a program."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable

from tqdm import tqdm

from NEMOPETLib.batch.job import Job, Step
from NEMOPETLib.batch.summary import BatchSummary, PatientStanding
from NEMOPETLib.command_line.output import say
from NEMOPETLib.progress_report import ProgressStep

# A patient has been read when segmenting begins, and so on.
_STAGES: dict[str, Step] = {"read": "segment", "segmented": "measure", "measured": "write"}
_FINISHED = "finished"
_LINE_EVERY_S = 60.0


class BatchView:
    """Bars in a terminal; else a line a minute.

    Parameters
    ----------
    show
        Called with how things stand, now and then and at the end.
    report
        Told how many patients are finished, instead of bars and lines.
    """

    def __init__(
        self, show: Callable[[BatchSummary], None], report: Callable[[ProgressStep], None] | None = None
    ) -> None:
        self._show, self._report = show, report
        self._bars: dict[str, tqdm] = {}
        self._total = 0
        self._counts: Counter[str] = Counter()
        self._past: dict[str, set[str]] = {stage: set() for stage in _STAGES}
        self._begun = self._said = time.monotonic()

    def close(self) -> None:
        """Take the bars away."""
        for bar in reversed(self._bars.values()):
            bar.close()

    def say(self, line: str) -> None:
        """A line above the bars."""
        if self._bars and sys.stderr.isatty():
            tqdm.write(f"nemopet: {line}", file=sys.stderr)
        else:
            say(line)

    def planned(self, todo: int) -> None:
        """Start the bars."""
        self._total = todo
        self._begun = self._said = time.monotonic()
        self._tell()
        if todo and sys.stderr.isatty() and self._report is None:
            for position, stage in enumerate([*_STAGES, _FINISHED]):
                self._bars[stage] = tqdm(
                    total=todo, desc=f"{stage:>9}", unit="patient", position=position, file=sys.stderr, leave=False
                )

    def step(self, job: Job, step: Step) -> None:
        """Move the bars of the stages that a patient has passed; once, however often it is tried."""
        for stage, next_step in _STAGES.items():
            if step == next_step:
                self._pass(job, stage)

    def ended(self, job: Job, standing: PatientStanding) -> None:
        """Move the last bar, and name a failure."""
        self._counts[standing.standing] += 1
        for stage in _STAGES:
            self._pass(job, stage)
        if _FINISHED in self._bars:
            self._bars[_FINISHED].update()
        self._tell()
        if standing.standing == "failed":
            self.say(f"failed: {standing.where} ({standing.step}): {standing.reason}")

    def tick(self) -> None:
        """Keep the clock going."""
        if self._bars:
            for bar in self._bars.values():
                bar.refresh()
        elif self._report is None and time.monotonic() - self._said > _LINE_EVERY_S:
            self._said = time.monotonic()
            self.say(self._line())

    def summary(self, summary: BatchSummary) -> None:
        """Show how things stand."""
        self._show(summary)

    def _pass(self, job: Job, stage: str) -> None:
        if job.key not in self._past[stage]:
            self._past[stage].add(job.key)
            if stage in self._bars:
                self._bars[stage].update()

    def _tell(self) -> None:
        if self._report is not None and self._total:
            left = self._seconds_left()
            self._report(ProgressStep("Patients", self._counts.total(), self._total, left and round(left, 1)))

    def _seconds_left(self) -> float | None:
        done = self._counts.total()
        elapsed = time.monotonic() - self._begun
        return elapsed / done * (self._total - done) if done else None

    def _line(self) -> str:
        done, left = self._counts.total(), self._seconds_left()
        stages = ", ".join(f"{len(keys)} {stage}" for stage, keys in self._past.items())
        line = f"{done} of {self._total} finished, {self._counts['failed']} failed ({stages})"
        if left is None:
            return line
        return f"{line}; {60 * done / (time.monotonic() - self._begun):.3g} a minute, {_duration(left)} left"


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"

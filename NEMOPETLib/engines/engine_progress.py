"""How far an engine has come, read from what nnU-Net and TotalSegmentator print."""

from __future__ import annotations

import re
from collections.abc import Iterator

from NEMOPETLib.progress import Progress

_BAR = re.compile(r"\|\s*(\d+)/(\d+)\s*\[")  # tqdm: 45%|████▌     | 9/20 [00:05<00:06, 1.6it/s]
_PART = re.compile(r"Predicting part (\d+) of (\d+)")
_REGION = re.compile(r"Generating rough segmentation for cropping")
_FINDING, _NOTHING = ", finding the region", (0, 0)
_PREDICTING = re.compile(r"Predicting\.\.\.")


def is_bar(line: str) -> bool:
    """Whether a line is one state of a progress bar."""
    return _BAR.search(line) is not None


class EngineProgress:
    """Turns an engine's lines into progress: a bar for each pass of a network over the image.

    Parameters
    ----------
    progress
        Who listens.
    title
        What is being done, such as ``TotalSegmentator: spleen``.
    """

    def __init__(self, progress: Progress, title: str) -> None:
        self._progress, self._title, self._step = progress, title, ""
        self._bar: Iterator[int] = iter(())
        self._shown = _NOTHING  # done, of how many

    def line(self, line: str) -> None:
        """Take in a line."""
        bar = _BAR.search(line)
        if bar is not None:  # what is printed next may stand in the same line
            self._show(int(bar[1]), int(bar[2]))
        if part := _PART.search(line):
            self._begin(f", part {part[1]} of {part[2]}")
        elif _REGION.search(line):
            self._begin(_FINDING)
        elif _PREDICTING.search(line) and (self._step != _FINDING or self._shown != _NOTHING):
            self._begin("")

    def close(self) -> None:
        """End the bar that is shown."""
        for _ in self._bar:
            pass
        self._bar, self._shown = iter(()), _NOTHING

    def _begin(self, step: str) -> None:
        self.close()
        self._step = step

    def _show(self, done: int, total: int) -> None:
        before, of = self._shown
        if of != total or done < before:
            self.close()
            self._bar = iter(self._progress(range(total), self._title + self._step))
            next(self._bar, None)
            before = 0
        for _ in range(before, done):
            next(self._bar, None)
        self._shown = done, total

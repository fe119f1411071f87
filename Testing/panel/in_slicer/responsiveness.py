"""Inside Slicer: how long the event loop was ever blocked while a patient is opened, segmented, corrected and analysed.

Blocked is the processor time of the window's thread between two ticks of a timer: on a machine that others use
too, the clock on the wall, which is told as well, measures them.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import qt
import slicer

sys.path.insert(0, str(Path(__file__).resolve().parent))
import driving
from driving import open_study, panel, pump, quiet, segment, shown, wait


class Heartbeat:
    """A timer that notes the longest time between two of its ticks, by step."""

    def __init__(self) -> None:
        self.step, self.worst, self.clock = "start", {}, {}
        self._last = time.thread_time()
        self._last_clock = time.perf_counter()
        self._timer = qt.QTimer()
        self._timer.setInterval(10)
        self._timer.connect("timeout()", self._tick)
        self._timer.start()

    def __call__(self, step: str) -> None:
        pump(0.1)
        self.step = step

    def _tick(self) -> None:
        now, clock = time.thread_time(), time.perf_counter()
        self.worst[self.step] = max(self.worst.get(self.step, 0.0), round(now - self._last, 3))
        self.clock[self.step] = max(self.clock.get(self.step, 0.0), round(clock - self._last_clock, 3))
        self._last, self._last_clock = now, clock


def main(study: str, survival_table: str = "", survival_folder: str = "") -> None:
    panel()
    pump(1.0)
    beat = Heartbeat()
    beat("open")
    open_study(Path(study))
    shown()
    pump(1.0)
    beat("segment")
    segment()
    shown()
    beat("correct")
    tab = panel().correct
    panel().show_tab(tab)
    tab.ui.lesionTable.selectRow(0)
    beat("physiological")
    tab.ui.physiologicalButton.click()
    wait("it is measured", quiet)
    beat("numbers")
    panel().show_tab(panel().numbers)
    wait("it is known how far the numbers move", lambda: panel().reading.moved.get("values") and quiet())
    if survival_table:
        beat("survival")
        parameters = panel().parameters
        parameters.survivalTable, parameters.survivalFolder = survival_table, survival_folder
        parameters.bootstraps = parameters.permutations = 0
        panel().show_tab(panel().survival)
        wait("it can be analysed", lambda: panel().survival.ui.survivalButton.enabled)
        panel().survival.ui.survivalButton.click()
        wait("it is analysed", lambda: panel().survival.ui.plotButton.enabled, 600)
        panel().survival.ui.plotButton.click()
        panel().survival.ui.tableButton.click()
        pump(2.0)
    beat("close")
    slicer.mrmlScene.Clear()
    pump(0.3)
    sys.stdout.write(json.dumps({"blocked_s": beat.worst, "clock_s": beat.clock}) + "\n")


if __name__ == "__main__":
    driving.leave_with(main)

"""Runs inside Slicer: what the scripts beside it share."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import slicer


def pump(seconds: float) -> None:
    """Let the event loop run."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        slicer.app.processEvents()
        time.sleep(0.01)


def wait(what: str, condition: Callable[[], Any], seconds: float = 240.0) -> None:
    """Let the event loop run until something holds."""
    end = time.monotonic() + seconds
    while not condition():
        pump(0.02)
        said = [tab.message.text for tab in panel().tabs if tab.message.text]
        assert time.monotonic() < end, f"{what}: not within {seconds:g} s; messages: {said}"


def panel() -> Any:
    """The panel, shown."""
    if slicer.util.selectedModule() != "NEMOPET":
        slicer.util.selectModule("NEMOPET")
        slicer.app.processEvents()
    return slicer.modules.NEMOPETWidget.panel


def quiet() -> bool:
    """Whether the numbers are of the masks and nothing runs."""
    reading = panel().reading
    return bool(reading.measured.get("values")) and not reading.stale and not reading.worker.busy


def open_study(folder: Path) -> None:
    """Open a study by the widgets."""
    tab = panel().patient
    panel().show_tab(tab)
    tab.choose_folder(str(folder))
    wait("the study can be opened", lambda: tab.ui.openButton.enabled)
    tab.ui.openButton.click()
    wait("the patient is open", lambda: panel().reading.is_open and not panel().reading.worker.busy)


def segment() -> None:
    """Find lesions by threshold."""
    tab = panel().segment
    panel().show_tab(tab)
    wait("it can be segmented", lambda: tab.ui.segmentButton.enabled)
    tab.ui.segmentButton.click()
    wait("there are numbers", quiet)


def shown() -> None:
    """Wait until the patient is in the views."""
    wait("the patient is in the views", lambda: panel().views.are_in_layout and not panel().is_showing)


def leave_with(main: Callable[..., None]) -> None:
    """Run a script with its arguments and end Slicer: 0, or 1 after an exception."""
    status = 1
    try:
        main(*sys.argv[1:])
        status = 0
    finally:
        slicer.util.exit(status)

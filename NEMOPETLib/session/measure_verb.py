"""``measure``: masks as the reader left them, and the numbers that changed with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from NEMOPETLib.measurements.patient_measurements import LESIONS
from NEMOPETLib.progress import Progress
from NEMOPETLib.session.lesion_list import lesion_list
from NEMOPETLib.session.verbs import Desk


def execute(desk: Desk, progress: Progress, *, masks: dict[str, Path | None] | None = None) -> dict[str, Any]:
    """Take the masks that are given, and measure what was not measured since it changed.

    ``values`` has the columns of the masks that changed, ``changed`` their names; ``lesions`` is the list of all
    lesions, or null if they did not change. What a request did not tell, since it failed or was cancelled after it took
    a mask, the next one tells.
    """
    reading = desk.opened()
    reading.change(masks or {}, progress)
    reading.measure(progress)
    names = tuple(reading.untold)
    numbers = reading.measurements()
    lesions = None
    if LESIONS in names:
        lesions = lesion_list(numbers.lesions, reading.study.pet, reading.current, reading.automatic)
    answer = {
        "changed": list(names),
        "values": reading.values_of(names),
        "lesions": lesions,
        "corrected": {name: found.described() for name, found in reading.corrections().items()},
        "warnings": list(reading.warnings()),
    }
    reading.untold.clear()
    return answer

"""The demo's patient: the phantom comes out as its formulas say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from NEMOPETLib.demo import demo_patient
from NEMOPETLib.progress import no_progress


def test_the_phantom_patient_is_measured_as_it_is(tmp_path: Path) -> None:
    left: dict[str, int] = {}

    def writing(title: str) -> Callable[[int, int], None]:
        return lambda done, total: left.update({title: total - done})

    patient = demo_patient(tmp_path, writing=writing, progress=no_progress)
    assert left == {"Writing the phantom": 0, "Writing its masks": 0}, "every step was told to its end"
    assert len(patient.comparisons) == 20
    for one in patient.comparisons:
        assert one.measured == pytest.approx(one.truth, rel=0.01), one.column
    assert patient.result.page.html.is_file()
    assert patient.cohort.is_file()

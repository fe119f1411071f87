"""The demo's patient: the phantom comes out as its formulas say."""

from __future__ import annotations

from pathlib import Path

import pytest

from NEMOPETLib.demo import demo_patient
from NEMOPETLib.progress import no_progress


@pytest.mark.parametrize("variant", ["sharp", "noisy"])
def test_the_phantom_patient_is_measured_as_it_is(tmp_path: Path, variant: str) -> None:
    steps: dict[str, int] = {}

    def writing(title: str) -> object:
        return lambda done, total: steps.update({title: total - done})

    patient = demo_patient(tmp_path, variant=variant, writing=writing, progress=no_progress)  # type: ignore[arg-type]
    assert set(steps.values()) == {0}, "every step was told to its end"
    assert len(patient.comparisons) == 20
    # Blur moves lesions' volumes and peaks; means over large tissues stay.
    large = {"muscle_hu_mean", "fat_sc_hu_mean", "fat_v_hu_mean", "muscle_volume_ml", "fat_sc_volume_ml"}
    for one in patient.comparisons:
        if variant == "sharp" or one.column in large:
            assert one.measured == pytest.approx(one.truth, rel=0.01 if variant == "sharp" else 0.05), one.column
    assert patient.result.page.html.is_file()
    assert patient.cohort.is_file()

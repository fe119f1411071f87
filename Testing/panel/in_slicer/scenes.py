"""Inside Slicer: scenes saved and restored in every step, loaded and closed many times; the module reloaded."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import slicer

sys.path.insert(0, str(Path(__file__).resolve().parent))
import driving
from driving import open_study, panel, pump, quiet, segment, wait


def main(study: str, folder: str, cycles: str = "30", reloads: str = "10") -> None:
    place = Path(folder)
    restored_in_every_step(Path(study), place)
    memory = [load_and_close(Path(study)) for _ in range(int(cycles))]
    for _ in range(int(reloads)):
        slicer.modules.NEMOPETWidget.onReload()
        pump(0.5)
    open_study(Path(study))
    assert panel().reading.is_open
    settled = memory[len(memory) // 3]
    sys.stdout.write(json.dumps({"memory_mib": memory, "growth": memory[-1] / settled - 1}) + "\n")


def restored_in_every_step(study: Path, place: Path) -> None:
    open_study(study)
    restored(place / "opened.mrb")
    assert panel().reading.facts["patient"]["patient_id"]
    segment()
    lesions = panel().reading.measured["lesions"]
    restored(place / "segmented.mrb")
    assert panel().reading.measured["lesions"] == lesions
    pump(2.0)
    assert quiet(), "restoring alone makes numbers out of date"
    tab = panel().correct
    panel().show_tab(tab)
    tab.ui.lesionTable.selectRow(0)
    tab.ui.physiologicalButton.click()
    wait("one lesion less", lambda: quiet() and len(panel().reading.measured["lesions"]) == len(lesions) - 1)
    restored(place / "corrected.mrb")
    assert len(panel().reading.measured["lesions"]) == len(lesions) - 1
    parameters = panel().parameters
    parameters.cohortFile, parameters.reader = str(place / "cohort.csv"), "Reader"
    numbers = panel().numbers
    panel().show_tab(numbers)
    wait("it is known how far the numbers move", lambda: panel().reading.moved.get("values") and quiet())
    restored(place / "numbers.mrb")
    assert panel().reading.moved["values"]
    wait("the row can be saved", lambda: numbers.ui.saveButton.enabled)
    numbers.ui.saveButton.click()
    wait("the row is written", (place / "cohort.csv").is_file)
    text = (place / "cohort.csv").read_text(encoding="utf-8")
    assert "threshold: SUVbw" in text, "the engine of a restored scene is known"
    assert "lesions +0 -" in text, "what was corrected in a restored scene is known"
    restored(place / "saved.mrb")


def restored(path: Path) -> None:
    """Save the scene, close it, and load it again."""
    assert slicer.util.saveScene(str(path))
    slicer.mrmlScene.Clear()
    pump(0.2)
    assert not panel().reading.is_open
    assert not panel().reading.facts
    slicer.util.loadScene(str(path))
    pump(0.5)
    assert panel().reading.is_open, path.name


def load_and_close(study: Path) -> float:
    """One cycle; the memory of this process afterwards, in MiB."""
    open_study(study)
    slicer.mrmlScene.Clear()
    pump(0.2)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    driving.leave_with(main)

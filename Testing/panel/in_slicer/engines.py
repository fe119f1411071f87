"""Inside Slicer: TotalSegmentator and LION from the tab Segment, by stand-ins that are real processes.

What is missing is said, progress is shown, Cancel leaves nothing, and the masks arrive.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

import slicer

sys.path.insert(0, str(Path(__file__).resolve().parent))
import driving
from driving import open_study, panel, pump, quiet, wait

STEP_S = "0.3"


def main(study: str, variables: str) -> None:
    from NEMOPETPanel.worker_process import slicer_python

    settings = json.loads(Path(variables).read_text(encoding="utf-8"))
    short = tempfile.mkdtemp(prefix="t-")
    os.environ.update(settings)
    os.environ.update(FAKE_PYTHON=slicer_python(), FAKE_STEP_S=STEP_S, FAKE_FAULTS="ok ok ok licence", TMPDIR=short)
    try:
        what_is_missing(Path(settings["NEMOPET_LION"]))
        open_study(Path(study))
        cancelled(Path(short))
        segmented(Path(settings["TOTALSEG_HOME_DIR"]))
        by_lion()
        sys.stdout.write(json.dumps({"engines": panel().reading.engines}) + "\n")
    finally:
        panel().reading.close()
        assert not runs(Path(short))


def what_is_missing(lion: Path) -> None:
    """A program that is missing forbids the run with the reason; a licence is only named."""
    tab = panel().segment
    panel().show_tab(tab)
    wait("it is known what is ready", lambda: tab.readiness and not tab._doctor.running)
    choose("lion", "", "")
    assert not tab.missing(), tab.missing()
    (lion / "nemopet.json").rename(lion / "away.json")
    check_again()
    assert tab.missing().startswith("LION is not ready")
    assert "doctor --install lion" in tab.ui.needsLabel.text
    (lion / "away.json").rename(lion / "nemopet.json")
    check_again()
    assert not tab.ui.needsLabel.text
    choose("threshold", "totalsegmentator", "totalsegmentator")
    assert not tab.missing(), tab.missing()
    assert "Licence" in tab.ui.needsLabel.text
    assert tab.ui.needsLabel.visible


def cancelled(short: Path) -> None:
    """Progress appears, Cancel ends it, and nothing is left."""
    tab = panel().segment
    seen = start_and_watch(lambda bar, text: bar.value > 0 and "TotalSegmentator" in text)
    assert seen
    assert runs(short), "the engine runs in a folder of its own"
    tab.ui.segmentCancel.click()
    wait("it has ended", lambda: not panel().reading.worker.busy, 30)
    wait("its folder is gone", lambda: not runs(short), 30)
    assert not panel().reading.nodes.names
    assert not panel().reading.engines
    assert not tab.ui.segmentProgress.visible
    assert tab.ui.segmentButton.enabled


def segmented(home: Path) -> None:
    """Organs, spleen and, once there is a licence, muscle and fat."""
    tab = panel().segment
    start_and_watch(lambda bar, _text: bar.value > 0)
    wait("there are numbers", quiet)
    assert set(panel().reading.nodes.names) >= {"lesions", "spleen"}
    assert "muscle" not in panel().reading.nodes.names
    assert "needs a licence" in tab.message.text
    (home / "config.json").write_text(json.dumps({"license_number": "aca_FAKE"}))
    check_again()
    assert "Licence" not in tab.ui.needsLabel.text
    tab.ui.segmentButton.click()
    wait("muscle is measured", lambda: quiet() and panel().reading.measured["values"].get("muscle_volume_ml", 0) > 0)


def by_lion() -> None:
    choose("lion", "", "")
    start_and_watch(lambda bar, text: bar.value > 0 and "LION" in text)
    wait("LION has found lesions", lambda: quiet() and panel().reading.engines["lesion_engine"].startswith("LION"))
    assert panel().reading.measured["lesions"]


def choose(lesions: str, tissues: str, organs: str) -> None:
    tab, parameters = panel().segment, panel().parameters
    parameters.lesionEngine, parameters.tissueEngine, parameters.organEngine = lesions, tissues, organs
    tab.scene_changed()
    tab.refresh()


def check_again() -> None:
    tab = panel().segment
    tab.ui.readinessButton.click()
    wait("it is checked", lambda: not tab._doctor.running)
    pump(0.1)


def start_and_watch(seen) -> bool:
    """Press Segment, and wait until the row of progress shows what is expected."""
    tab = panel().segment
    panel().show_tab(tab)
    wait("it can be segmented", lambda: tab.ui.segmentButton.enabled)
    tab.ui.segmentButton.click()
    wait("progress is shown", lambda: seen(tab.ui.segmentProgress, tab.ui.segmentRunning.text), 60)
    slicer.app.processEvents()
    return tab.ui.segmentProgress.visible and tab.ui.segmentCancel.visible


def runs(short: Path) -> list:
    return [path for path in short.glob("nemopet-*/r-*") if path.is_dir()]


if __name__ == "__main__":
    driving.leave_with(main)

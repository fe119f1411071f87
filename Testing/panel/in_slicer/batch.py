"""Inside Slicer: a batch that was stopped is continued from the tab Cohort; the clinical file is merged."""

from __future__ import annotations

import csv
import json
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import driving
from driving import panel, pump, quiet, wait


def main(studies: str, folder: str) -> None:
    place = Path(folder)
    cohort = place / "out" / "cohort.csv"
    cohort.parent.mkdir()
    tab = panel().cohort
    panel().show_tab(tab)
    parameters = panel().parameters
    parameters.cohortFile, parameters.writeDicom = str(cohort), True
    begin_with_one(Path(studies), place)
    measured = (place / "out" / "cohort.csv").read_text(encoding="utf-8-sig")
    assert len(rows_of(cohort)) == 1
    run_batch(studies)
    assert len(rows_of(cohort)) == 3
    first, *_ = rows_of(cohort)
    assert first["measured_at"] in measured, "what was measured is left as it is"
    assert len(list(cohort.parent.rglob("dicom/*.dcm"))) >= 6
    assert tab.ui.cohortTable.rowCount == 3
    assert "3 " in tab.ui.queueLabel.text
    merged(place)
    reviewed_next(first)
    sys.stdout.write(json.dumps({"rows": len(rows_of(cohort))}) + "\n")


def begin_with_one(studies: Path, place: Path) -> None:
    """A batch of an archive that holds one patient yet; then it grows."""
    away = place / "away"
    away.mkdir()
    for one in ("2", "3"):
        shutil.move(studies / one, away / one)
    run_batch(str(studies))
    for one in ("2", "3"):
        shutil.move(away / one, studies / one)


def run_batch(studies: str) -> None:
    tab = panel().cohort
    panel().parameters.batchFolder = studies
    tab.ui.batchSection.collapsed = False
    wait("the batch can start", lambda: tab.ui.batchButton.enabled)
    assert "with DICOM objects" in tab.ui.batchHowLabel.text
    tab.ui.batchButton.click()
    assert tab.ui.batchProgress.visible
    assert not tab.ui.batchButton.enabled
    assert "running" in tab.ui.batchButton.toolTip
    wait("the batch is done", lambda: "done" in tab.message.text, 500)
    wait("the table is read", lambda: not panel().reading.worker.busy)
    pump(0.2)
    assert not tab.ui.batchProgress.visible


def merged(place: Path) -> None:
    """Clinical columns of two patients; who does not match is told."""
    clinical = place / "clinical.csv"
    clinical.write_text("patient_id,hr,her2\nBATCH-1,1,0\nBATCH-2,0,1\nSTRANGER,0,0\n", encoding="utf-8")
    tab = panel().cohort
    panel().parameters.clinicalFile = str(clinical)
    tab.ui.clinicalSection.collapsed = False
    wait("it can be merged", lambda: tab.ui.mergeButton.enabled)
    tab.ui.mergeButton.click()
    wait("it is merged", lambda: "2 rows have clinical data now" in tab.message.text)
    assert "not in the cohort" in tab.message.text
    wait("the table is read again", lambda: not panel().reading.worker.busy)
    cells = {row["patient_id"]: (row["hr"], row["her2"]) for row in rows_of(Path(panel().parameters.cohortFile))}
    assert cells == {"BATCH-1": ("1", "0"), "BATCH-2": ("0", "1"), "BATCH-3": ("", "")}


def reviewed_next(first: dict) -> None:
    tab = panel().cohort
    wait("the next can be opened", lambda: tab.ui.openNextButton.enabled)
    tab.ui.openNextButton.click()
    wait("it is open with its masks", lambda: panel().reading.is_open and quiet())
    assert panel().reading.facts["patient"]["patient_id"] == first["patient_id"]
    assert abs(panel().reading.measured["values"]["tmtv_ml"] - float(first["tmtv_ml"])) < 1e-6


def rows_of(cohort: Path) -> list:
    with cohort.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    driving.leave_with(main)

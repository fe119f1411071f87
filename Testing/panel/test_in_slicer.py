"""The panel in a real Slicer, which the environment variable SLICER names.

The window needs a display (a virtual one will do). ``NEMOPET_PANEL_CYCLES`` sets how often a scene is loaded and
closed (30 before a release). A Slicer before 5.12 reads DICOM SEG and SR by the extension QuantitativeReporting: where
that is not installed, ``SLICER_QUANTITATIVE_REPORTING`` may name the folders of its modules and of dcmqi's programs.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from NEMOPETLib.dicom_out.row_items import NUMBERS
from NEMOPETLib.masks.segment_terms import SEGMENT_TERMS
from NEMOPETLib.measurements.definitions import LESION_MEASUREMENTS
from NEMOPETLib.measurements.patient_measurements import LESION_COLUMNS, TISSUE_COLUMNS, TISSUES
from NEMOPETLib.phantom.masks import MEASURED
from NEMOPETLib.phantom.phantom import small_phantom
from Testing.dicom_out.conftest import Exported, export_phantom
from Testing.panel import fake_engines

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = Path(__file__).resolve().parent / "in_slicer"
NOTHING_OF_OURS = ("NEMOPET", "nemopet", "NEMO-PET")

pytestmark = pytest.mark.skipif(
    not os.environ.get("SLICER"), reason="no Slicer is named by the environment variable SLICER"
)


def slicer(*arguments: str | Path, window: bool = True, seconds: float = 1800) -> subprocess.CompletedProcess[str]:
    """Run Slicer with the module from this source tree."""
    start = [os.environ["SLICER"], "--no-splash", *([] if window else ["--no-main-window"])]
    modules = [ROOT / "NEMOPET", *filter(None, os.environ.get("SLICER_QUANTITATIVE_REPORTING", "").split(os.pathsep))]
    command = [*start, "--additional-module-paths", *modules, *arguments]
    return subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, timeout=seconds, check=False, errors="replace"
    )


def told_by(script: str, *arguments: str | Path) -> dict[str, Any]:
    """Run one of the scripts inside Slicer; what it says at its end."""
    done = slicer("--python-script", SCRIPTS / script, "--", *arguments)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    documents = [line for line in done.stdout.splitlines() if line.startswith("{")]
    return json.loads(documents[-1]) if documents else {}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from NEMOPETLib.phantom.study import write_phantom_study

    return write_phantom_study(tmp_path_factory.mktemp("phantom") / "study").folder


def test_the_module_loads_without_a_word_of_ours() -> None:
    done = slicer("--python-script", SCRIPTS / "module_loads.py")
    assert done.returncode == 0, done.stderr[-4000:]
    told = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("{")))
    assert told["heavy"] == []
    assert told["read_s"] < 0.5
    lines = [line for line in (done.stdout + done.stderr).splitlines() if "Switch to module" not in line]
    assert [line for line in lines if any(name in line for name in NOTHING_OF_OURS) and line[:1] != "{"] == []


def test_the_self_test_passes() -> None:
    told_by("self_test.py")


def test_scenes_are_restored_and_leave_nothing_behind(study: Path, tmp_path: Path) -> None:
    cycles = os.environ.get("NEMOPET_PANEL_CYCLES", "5")
    told = told_by("scenes.py", study, tmp_path, cycles, "10" if int(cycles) >= 30 else "2")
    assert told["growth"] < 0.10


def test_the_window_answers(tmp_path: Path) -> None:
    """Reading a volume may take a second. Closing is not asked for: Slicer itself closes a scene in one piece."""
    from NEMOPETLib.phantom.phantom import full_phantom
    from NEMOPETLib.phantom.study import write_phantom_study
    from NEMOPETLib.survival.simulator import simulate_cohort

    study = write_phantom_study(tmp_path / "study", full_phantom()).folder
    table = tmp_path / "cohort.csv"
    simulate_cohort().to_csv(table, index=False)
    blocked = told_by("responsiveness.py", study, table, tmp_path / "survival")["blocked_s"]
    del blocked["close"]
    assert blocked.pop("open") < 1.0
    assert max(blocked.values()) < 0.25, blocked


def test_volumes_of_the_scene_are_opened_and_lesions_added_by_the_mouse(study: Path, tmp_path: Path) -> None:
    told = told_by("volumes_and_clicks.py", study, tmp_path)
    pet, ct, _unit = told["row"]["study_path"].split(" | ")
    files = (pet, ct.removeprefix("ct="))
    assert [(tmp_path / file).is_file() for file in files] == [True, True], "the row names files that stay"


def test_engines_run_with_progress_and_are_cancelled(study: Path, tmp_path: Path) -> None:
    variables = tmp_path / "variables.json"
    variables.write_text(json.dumps(fake_engines.install(tmp_path / "fakes", small_phantom())), encoding="utf-8")
    told = told_by("engines.py", study, variables)
    assert "tissue_types on cpu" in told["engines"]["tissue_engine"]


def test_a_batch_is_continued_and_clinical_data_merged(tmp_path: Path) -> None:
    from NEMOPETLib.phantom.examination import Examination
    from NEMOPETLib.phantom.study import write_phantom_study

    for number in (1, 2, 3):
        examination = Examination(patient_id=f"BATCH-{number}")
        write_phantom_study(tmp_path / "studies" / str(number), examination=examination)
    told = told_by("batch.py", tmp_path / "studies", tmp_path)
    assert told["rows"] == 3


@pytest.fixture(scope="module")
def read_by_slicer(tmp_path_factory: pytest.TempPathFactory) -> tuple[Exported, dict[str, Any]]:
    """A patient's DICOM objects, and what Slicer reads in them."""
    root = tmp_path_factory.mktemp("exported")
    exported = export_phantom(root)
    masks = root / "masks.json"
    paths = {SEGMENT_TERMS[name].name: str(exported.masks[name].path) for name in MEASURED}
    masks.write_text(json.dumps(paths), encoding="utf-8")
    told = told_by("dicom_reader.py", exported.written.folder, exported.folder, masks, root / "database")
    if "missing" in told:
        pytest.skip(f"this Slicer reads no SEG and SR, for want of {', '.join(told['missing'])}")
    return exported, told


def test_slicer_reads_each_voxel_of_our_segmentations(read_by_slicer: tuple[Exported, dict[str, Any]]) -> None:
    _exported, told = read_by_slicer
    assert told["other_voxels"] == {SEGMENT_TERMS[name].name: 0 for name in MEASURED}


def test_slicer_shows_the_numbers_of_our_report(read_by_slicer: tuple[Exported, dict[str, Any]]) -> None:
    """In the order of the report: the table's headings are the first group's, whatever the others measure."""
    exported, told = read_by_slicer
    row = exported.result.row
    expected = {"all lesions": [row[column] for column in LESION_COLUMNS]}
    for lesion in exported.result.measured.lesions:
        expected[f"lesion {lesion.label}"] = [getattr(lesion, one.column) for one in LESION_MEASUREMENTS]
    for tissue in TISSUES:
        expected[tissue] = [row[f"{tissue}_{column}"] for column in TISSUE_COLUMNS]
    expected["patient"] = [row[column] for column in NUMBERS if row.get(column) is not None]
    shown = {name: [float(text) for text in texts] for name, *texts in told["table"]}
    assert shown == {name: pytest.approx(values, rel=1e-12) for name, values in expected.items()}


VERBS: dict[str, Sequence[str]] = {
    "studies": ("studies", "{study}"),
    "studies of nothing": ("studies", "{nothing}"),
    "suv": ("suv", "{study}/PET"),
    "suv of a CT": ("suv", "{study}/CT"),
    "measure": ("measure", "--pet", "{study}/PET", "--ct", "{study}/CT", "--mask", "lesions={masks}"),
    "measure of no mask": ("measure", "--pet", "{study}/PET", "--mask", "lesions={nothing}/none.nrrd"),
    "run": ("run", "{study}", "--cohort", "{out}/cohort.csv"),
    "run of nothing": ("run", "{nothing}", "--cohort", "{out}/cohort.csv"),
    "batch of nothing": ("batch", "{nothing}", "--cohort", "{out}/cohort.csv"),
    "clinical of nothing": ("clinical", "{nothing}/a.csv", "{nothing}/b.csv"),
    "survival of nothing": ("survival", "{nothing}/cohort.csv", "--out", "{out}/survival"),
    "score of nothing": ("score", "{nothing}/model.json", "{nothing}/cohort.csv"),
    "no such verb": ("measrue",),
    "no verb": (),
}
APART = ("measured_at", "page", "index", "seconds", "cohort", "masks_path")


def is_same(one: Any, other: Any) -> bool:
    """Whether two results are equal but for the last digits, which another numpy may round otherwise."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(is_same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9)
    return bool(one == other)


@pytest.fixture(scope="module")
def masks(study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("masks")
    command = [sys.executable, "-m", "NEMOPETLib", "run", str(study), "--cohort", str(folder / "cohort.csv")]
    subprocess.run(command, check=True, cwd=ROOT, capture_output=True)
    return next(folder.rglob("lesions.seg.nrrd"))


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_does_in_slicer_what_it_does_outside(name: str, study: Path, masks: Path, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    results = []
    for where in ("outside", "slicer"):
        out = tmp_path / where
        out.mkdir()
        fields = {"study": study, "nothing": nothing, "masks": masks, "out": out}
        verb = [part.format(**fields) for part in VERBS[name]]
        verb += ["--json", str(out / "told.json")] if verb and verb[0] != "measrue" else []
        if where == "outside":
            done = subprocess.run(
                [sys.executable, "-m", "NEMOPETLib", *verb], cwd=ROOT, capture_output=True, text=True, check=False
            )
        else:
            done = slicer(
                "--python-script", ROOT / "NEMOPETLib" / "__main__.py", "--", *verb, window=False, seconds=300
            )
        errors = [
            line.replace(str(out), "OUT") for line in done.stderr.splitlines() if line.startswith("nemopet: error")
        ]
        told = json.loads((out / "told.json").read_text()) if (out / "told.json").is_file() else {}
        results.append((done.returncode, errors, {key: told[key] for key in told if key not in APART}))
    (status, errors, told), (other_status, other_errors, other_told) = results
    assert (status, errors) == (other_status, other_errors)
    assert is_same(told, other_told), (told, other_told)

"""Whatever goes wrong with TotalSegmentator: no row, one clear line, nothing left behind, and the next run succeeds."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from NEMOPETLib.batch.networks import require_networks
from NEMOPETLib.cohort.table import CohortTable
from NEMOPETLib.command_line import main
from NEMOPETLib.engines import process
from NEMOPETLib.engines.engine_choice import EngineChoice
from NEMOPETLib.engines.lion import LionLesions
from NEMOPETLib.engines.process import run_folders
from NEMOPETLib.engines.totalsegmentator import (
    TotalSegmentatorOptions,
    TotalSegmentatorOrgans,
    TotalSegmentatorTissues,
)
from NEMOPETLib.engines.totalsegmentator_program import PYTHON_VARIABLE, find_program
from NEMOPETLib.engines.weights import TISSUE_TYPES, TOTAL, TOTAL_3_MM
from NEMOPETLib.errors import InputError
from NEMOPETLib.phantom.materials import LIVER
from NEMOPETLib.phantom.study import PhantomStudy
from NEMOPETLib.phantom.truth import truth_of
from NEMOPETLib.studies.study import Study
from Testing.engines.fakes import Fake, put_weights

ROOT = Path(__file__).parents[2]
CPU = TotalSegmentatorOptions(device="cpu")
ALL = {"spleen", "fat_sc", "fat_v", "muscle"}


def run_arguments(study: PhantomStudy, cohort: Path, *more: str) -> list[str]:
    return [
        "run",
        str(study.folder),
        "--cohort",
        str(cohort),
        "--tissues",
        "totalsegmentator",
        "--device",
        "cpu",
        *more,
    ]


def nothing_left(fake: Fake) -> bool:
    """Neither a private folder nor, where /proc tells (Linux), a process of the engine."""
    mark = f"FAKE_CALLS={fake.folder}".encode()
    own = str(os.getpid())
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            if entry.parent.name != own and mark in entry.read_bytes():
                return False
        except OSError:
            continue
    return not run_folders()


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)


def test_from_dicom_to_row(
    fake: Fake, phantom_study: PhantomStudy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cohort = tmp_path / "cohort.csv"
    assert main([*run_arguments(phantom_study, cohort, "--organs", "totalsegmentator"), "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    truth = truth_of(phantom_study.phantom.anatomy, phantom_study.examination).columns
    for name in ALL:
        assert row[f"{name}_volume_ml"] == pytest.approx(truth[f"{name}_volume_ml"], rel=0.1)
        assert row[f"{name}_hu_mean"] == pytest.approx(truth[f"{name}_hu_mean"], abs=0.5)
    assert row["tissue_engine"] == (
        "TotalSegmentator 2.18.0 (nnunetv2 2.8.1, torch 2.13.0): total -rs spleen on cpu; tissue_types on cpu"
    )
    assert "total -f -sl on cpu" in row["lesion_engine"]
    assert row["lesion_count"] == truth["lesion_count"]


def test_percist_by_the_liver_of_the_network(
    fake: Fake, phantom_study: PhantomStudy, study: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The phantom's liver is uniform but for a metastasis: the threshold is 1.5 x its SUV, and MAD adds nothing."""
    arguments = ["run", str(phantom_study.folder), "--cohort", str(tmp_path / "cohort.csv"), "--device", "cpu"]
    percist = ["--lesions", "percist", "--organs", "totalsegmentator"]
    assert main([*arguments, *percist, "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    fixed = ["--suv-threshold", str(1.5 * LIVER.suv), "--organs", "totalsegmentator"]
    assert main([*arguments, *fixed, "--json"]) == 0
    expected = json.loads(capsys.readouterr().out)
    for name in ("tmtv_ml", "lesion_count", "tlg"):
        assert row[name] == pytest.approx(expected[name], rel=1e-6)
    assert row["lesion_engine"].startswith("percist: >= 1.5 x median + 2 x 1.4826 x MAD of the liver, 26-connected,")


def test_what_it_is_asked_and_told(fake: Fake, study: Study, home: Path) -> None:
    home.joinpath("config.json").write_text(json.dumps({"license_number": "aca_0123", "send_usage_stats": True}))
    before = home.joinpath("config.json").read_bytes()
    TotalSegmentatorTissues(CPU).segment(study)
    spleen, tissues = fake.calls
    flags = "-d cpu -ml -ns 1 -nr 1 --report"
    assert f"-ta total -rs spleen {flags}" in " ".join(spleen["arguments"])
    assert f"-ta tissue_types {flags}" in " ".join(tissues["arguments"])
    assert spleen["config"]["send_usage_stats"] is False
    assert spleen["config"]["license_number"] == "aca_0123"
    assert home.joinpath("config.json").read_bytes() == before


def test_progress_says_part_and_step(fake: Fake, study: Study) -> None:
    shown: list[tuple[str, int]] = []

    def progress(items, title):
        for done, item in enumerate(items):
            shown.append((title, done))
            yield item

    TotalSegmentatorOrgans(CPU).segment(study, progress)
    parts = [f"TotalSegmentator: organs, part {part} of 2" for part in (1, 2)]
    assert shown == [(title, done) for title in parts for done in range(4)]


def test_the_same_is_never_segmented_twice(fake: Fake, study: Study, home: Path) -> None:
    first = TotalSegmentatorTissues(CPU).segment(study)
    second = TotalSegmentatorTissues(CPU).segment(study)
    assert len(fake.calls) == 2
    assert second.description == first.description
    for name in ALL:
        assert np.array_equal(first.masks[name]().voxels, second.masks[name]().voxels)
    # As long as the old ones, so that only their content tells them apart.
    put_weights(home, TISSUE_TYPES, "WEIGHTS")
    TotalSegmentatorTissues(CPU).segment(study)
    assert ["tissue_types" in call["arguments"] for call in fake.calls] == [False, True, True]
    fake.monkeypatch.setenv("FAKE_VERSIONS", '{"nnunetv2": "2.8.2"}')
    TotalSegmentatorTissues(CPU).segment(study)
    assert len(fake.calls) == 5


def test_half_written_cache_is_no_cache(fake: Fake, study: Study, cache: Path) -> None:
    TotalSegmentatorOrgans(CPU).segment(study)
    (labels,) = cache.glob("segmentations/*.nii.gz")
    labels.write_bytes(labels.read_bytes()[:1000])
    masks = TotalSegmentatorOrgans(CPU).segment(study).masks
    assert len(fake.calls) == 2
    assert masks["liver"]().voxels.any()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("exit-1", "ended with status 1: ValueError: something in it went wrong"),
        ("silent-1", "ended with status 1: it printed nothing"),
        ("no-output", "ended without labels.nii.gz"),
        ("no-report", "ended without report.json"),
        ("disk", " is full: make room there, or set TMPDIR to a folder elsewhere"),
        ("offline", "there is no network"),
        ("torchvision", "torchvision does not belong to the installed torch"),
        ("import", "its installation is not complete"),
    ],
)
def test_fault(fake: Fake, study: Study, temporary: Path, fault: str, said: str) -> None:
    fake.will(fault)
    with pytest.raises(InputError, match=re.escape(said)) as caught:
        TotalSegmentatorOrgans(CPU).segment(study)
    wait_until(lambda: nothing_left(fake))
    log = Path(re.search(r"\(log: (.*)\)", str(caught.value))[1])
    assert "total -f -sl on cpu: -i RUN/ct.nii" in log.read_text()
    assert TotalSegmentatorOrgans(CPU).segment(study).masks["liver"]().voxels.any()


def test_fault_writes_no_row(
    fake: Fake, phantom_study: PhantomStudy, tmp_path: Path, temporary: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cohort = tmp_path / "cohort.csv"
    fake.will("exit-1")
    assert main(run_arguments(phantom_study, cohort)) == 2
    error = capsys.readouterr().err
    assert re.fullmatch(r"nemopet: error: TotalSegmentator \(total -rs spleen\) ended with status 1: .*\n", error)
    assert not cohort.exists()
    wait_until(lambda: nothing_left(fake))
    assert main(run_arguments(phantom_study, cohort)) == 0
    assert len(CohortTable(cohort).read()) == 1


def test_log_says_nothing_of_the_patient(
    fake: Fake, phantom_study: PhantomStudy, study: Study, cache: Path, temporary: Path
) -> None:
    TotalSegmentatorOrgans(CPU).segment(study)
    (log,) = cache.glob("logs/*.log")
    content = log.read_text()
    assert "Predicting part 2 of 2" in content
    assert "4/4" not in content
    for private in (str(phantom_study.folder), str(temporary), study.patient.patient_id, study.patient.study_uid):
        assert private not in content


def test_hangs(fake: Fake, study: Study, temporary: Path) -> None:
    fake.will("hang")
    with pytest.raises(InputError, match="no sign of life"):
        TotalSegmentatorOrgans(TotalSegmentatorOptions(device="cpu", silence_limit_s=1.0)).segment(study)
    wait_until(lambda: nothing_left(fake))
    assert TotalSegmentatorOrgans(CPU).segment(study).masks


@pytest.mark.parametrize("verb", ["run", "batch"])
def test_how_long_it_may_be_silent_is_said_on_the_command_line(
    verb: str, fake: Fake, phantom_study: PhantomStudy, tmp_path: Path, temporary: Path
) -> None:
    cohort = tmp_path / "cohort.csv"
    arguments = [verb, *run_arguments(phantom_study, cohort, "--engine-silence-min", "0.02")[1:]]
    in_batch = ["--workers", "1", "--wait-min", "0"] if verb == "batch" else []
    fake.will(*["hang"] * 4)
    status, told = ended(*arguments, *in_batch)
    assert status in (1, 2)
    assert "the engine gave no sign of life for 0.02 min and was stopped" in told
    assert not cohort.exists()
    wait_until(lambda: nothing_left(fake))
    fake.will()
    assert ended(*arguments, *in_batch)[0] == 0
    assert len(CohortTable(cohort).read()) == 1


def test_silence_is_no_matter_of_the_result() -> None:
    """Nothing is done anew in a batch that another limit is given for."""
    assert repr(EngineChoice(silence_limit_s=5.0)) == repr(EngineChoice())


def test_silence_of_lion() -> None:
    assert EngineChoice("lion", silence_limit_s=5.0).lesion_engine() == LionLesions(silence_limit_s=5.0)
    assert EngineChoice("lion").lesion_engine() == LionLesions()


@pytest.mark.parametrize(
    ("device", "faults", "modes", "said"),
    [
        ("gpu", "gpu-memory gpu", ["gpu", "gpu -fs"], "tissue_types on gpu, in three parts"),
        ("gpu", "gpu-memory gpu-memory ok", ["gpu", "gpu -fs", "cpu"], "tissue_types on cpu"),
        ("gpu:1", "gpu-memory gpu", ["gpu:1", "gpu:1 -fs"], "tissue_types on gpu:1, in three parts"),
        ("cpu", "worker ok", ["cpu", "cpu -fs"], "tissue_types on cpu, in three parts"),
        ("auto", "no-gpu-memory ok", ["gpu", "cpu -fs"], "tissue_types on cpu, in three parts"),
    ],
)
def test_memory_ladder(fake: Fake, study: Study, device: str, faults: str, modes: list[str], said: str) -> None:
    fake.will("gpu", *faults.split())
    found = TotalSegmentatorTissues(TotalSegmentatorOptions(device=device)).segment(study)
    assert [mode_of(call["arguments"]) for call in fake.calls[1:]] == modes
    assert found.description.endswith(said)


def mode_of(arguments: list[str]) -> str:
    return arguments[arguments.index("-d") + 1] + "".join(f" {flag}" for flag in ("-fs", "-f") if flag in arguments)


@pytest.mark.parametrize("kills", [[5, 6], [None, None]])
def test_killed_by_the_system_for_memory(fake: Fake, study: Study, kills: list[int | None]) -> None:
    """Linux counts whom it kills so; where nothing tells, it is taken for that."""
    told = iter([*kills, *kills])
    fake.monkeypatch.setattr(process, "_memory_kills", lambda: next(told))
    fake.will("killed")
    found = TotalSegmentatorOrgans(CPU).segment(study)
    assert found.description.endswith("total -f -sl on cpu, in three parts")


def test_killed_by_somebody(fake: Fake, study: Study, temporary: Path) -> None:
    fake.monkeypatch.setattr(process, "_memory_kills", lambda: 5)
    fake.will("killed")
    with pytest.raises(InputError, match="was killed by signal 9"):
        TotalSegmentatorOrgans(CPU).segment(study)
    wait_until(lambda: nothing_left(fake))


def test_memory_ladder_takes_the_coarser_network_and_says_so(fake: Fake, study: Study) -> None:
    fake.will("gpu-memory", "gpu", "gpu")
    found = TotalSegmentatorTissues(TotalSegmentatorOptions(device="gpu")).segment(study)
    assert [mode_of(call["arguments"]) for call in fake.calls] == ["gpu", "gpu -f", "gpu"]
    assert "total -rs spleen -f on gpu, 3 mm network" in found.description
    assert found.warnings == ("memory was short: total -rs spleen -f with the 3 mm network, whose volumes differ",)
    # With more memory the next run gets the finer one.
    fake.will("gpu")
    assert "spleen on gpu;" in TotalSegmentatorTissues(TotalSegmentatorOptions(device="gpu")).segment(study).description


def test_no_memory_at_all(fake: Fake, study: Study, temporary: Path) -> None:
    fake.will(*["gpu-memory"] * 6)
    with pytest.raises(InputError, match="not enough memory, tried: gpu; gpu, in three parts; cpu; cpu, in three"):
        TotalSegmentatorOrgans(TotalSegmentatorOptions(device="gpu")).segment(study)
    wait_until(lambda: nothing_left(fake))


def test_a_gpu_that_was_asked_for_and_not_there_is_said(fake: Fake, study: Study) -> None:
    found = TotalSegmentatorOrgans(TotalSegmentatorOptions(device="gpu")).segment(study)
    assert found.warnings == ("TotalSegmentator found no GPU and ran on the processor (total -f -sl)",)
    assert not TotalSegmentatorOrgans(TotalSegmentatorOptions()).segment(study).description.endswith("gpu")


def test_without_licence_everything_else_runs(
    fake: Fake, phantom_study: PhantomStudy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.will("ok", "licence")
    assert main([*run_arguments(phantom_study, tmp_path / "cohort.csv"), "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert row["spleen_volume_ml"] > 0
    assert row["tmtv_ml"] > 0
    assert row["muscle_volume_ml"] is None
    assert "fat_sc, fat_v, muscle are missing: TotalSegmentator's task tissue_types needs a licence" in row["warnings"]
    assert row["tissue_engine"].endswith("total -rs spleen on cpu")


def test_licence_number_is_told_nobody(fake: Fake, study: Study, home: Path, cache: Path) -> None:
    home.joinpath("config.json").write_text(json.dumps({"license_number": "aca_0123"}))
    fake.will("ok", "bad-licence")
    found = TotalSegmentatorTissues(CPU).segment(study)
    assert "needs a licence" in found.warnings[0]
    told = found.warnings[0] + found.description + "".join(log.read_text() for log in cache.glob("logs/*.log"))
    assert "Invalid license number ((hidden))" in told
    assert "aca_0123" not in told


def test_without_tissue_weights_everything_else_runs(fake: Fake, study: Study, home: Path) -> None:
    shutil.rmtree(home / "nnunet" / "results" / TISSUE_TYPES.folder)
    found = TotalSegmentatorTissues(CPU).segment(study)
    assert set(found.masks) == {"spleen"}
    assert re.search(r"muscle are missing: .*weights for tissue_types are missing \(Dataset481", found.warnings[0])
    assert len(fake.calls) == 1


@pytest.mark.parametrize("damage", ["gone", "empty"])
def test_nothing_is_downloaded(fake: Fake, study: Study, home: Path, damage: str) -> None:
    for one in (TOTAL[3], TOTAL_3_MM):
        checkpoint = one.files(home / "nnunet" / "results")[2]
        checkpoint.unlink() if damage == "gone" else checkpoint.write_bytes(b"")
    with pytest.raises(InputError, match=r"weights for total -rs spleen are missing \(Dataset294[^)]*\): nemopet doc"):
        TotalSegmentatorTissues(CPU).segment(study)
    with pytest.raises(InputError, match=r"weights for total -f -sl are missing \(Dataset297"):
        TotalSegmentatorOrgans(CPU).segment(study)
    assert not fake.calls


def test_not_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fake: Fake) -> None:
    fake.monkeypatch.setenv("FAKE_VERSIONS", '{"TotalSegmentator": "2.9.0"}')
    with pytest.raises(InputError, match=r"2\.9\.0 is too old"):
        find_program()
    with pytest.raises(InputError, match="lacks TotalSegmentator, nnunetv2, torch: inside Slicer"):
        find_program(Path(sys.executable))
    with pytest.raises(InputError, match="cannot be started"):
        find_program(tmp_path / "no-python")
    with pytest.raises(InputError, match="is no Python"):
        find_program(Path("/bin/false"))
    monkeypatch.delenv("NEMOPET_TOTALSEGMENTATOR_PYTHON")
    with pytest.raises(InputError, match="TotalSegmentator is not installed: inside Slicer"):
        find_program()


def test_a_batch_asks_the_python_that_was_named(fake: Fake) -> None:
    fake.monkeypatch.delenv(PYTHON_VARIABLE)
    require_networks(EngineChoice(tissues="totalsegmentator", totalsegmentator_python=fake.python))
    with pytest.raises(InputError, match="no-python cannot be started"):
        require_networks(EngineChoice(organs="totalsegmentator", totalsegmentator_python=fake.folder / "no-python"))


def test_disk_full_on_our_side(fake: Fake, study: Study, cache: Path, temporary: Path) -> None:
    """A cache folder that cannot be written stands for a full disk: both are the same kind of error."""
    cache.mkdir()
    (cache / "segmentations").write_text("a file where the folder should be")
    with pytest.raises(InputError, match=r"segmentations cannot be written .*: set NEMOPET_CACHE to"):
        TotalSegmentatorOrgans(CPU).segment(study)
    wait_until(lambda: nothing_left(fake))
    (cache / "segmentations").unlink()
    assert TotalSegmentatorOrgans(CPU).segment(study).masks


def started(study: PhantomStudy, cohort: Path) -> subprocess.Popen[str]:
    """``nemopet run`` as a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "NEMOPETLib", *run_arguments(study, cohort)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(*arguments: str) -> tuple[int, str]:
    """Exit status of ``nemopet`` as a process of its own, and all that it said."""
    command = [sys.executable, "-m", "NEMOPETLib", *arguments]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_two_runs_at_once_take_turns(fake: Fake, phantom_study: PhantomStudy, tmp_path: Path) -> None:
    fake.will(step_s="0.1")
    runs = [started(phantom_study, tmp_path / f"{number}.csv") for number in range(2)]
    for one in runs:
        _, error = one.communicate(timeout=120)
        assert one.returncode == 0, error
    # The second found the first one's results in the cache: nothing ran twice.
    assert len(fake.calls) == 2


@pytest.mark.parametrize(("how", "times"), [(signal.SIGKILL, 6), (signal.SIGTERM, 3), (signal.SIGINT, 3)])
def test_stopped_at_random_moments(
    fake: Fake, phantom_study: PhantomStudy, tmp_path: Path, temporary: Path, how: signal.Signals, times: int
) -> None:
    """From the first moment of the engine's on, in the writing of the image, the run and the reading back."""
    cohort = tmp_path / "cohort.csv"
    moments = random.Random(int(how))
    for _ in range(times):
        fake.will(step_s="0.05")
        shutil.rmtree(tmp_path / "cache", ignore_errors=True)
        run = started(phantom_study, cohort)
        wait_until(lambda run=run: run_folders() or run.poll() is not None, 60)
        time.sleep(moments.uniform(0, 1.5))
        run.send_signal(how)
        _, error = run.communicate(timeout=60)
        if how != signal.SIGKILL:
            assert run.returncode in (0, 130), error
            assert "Traceback" not in error
        wait_until(lambda: nothing_left(fake))
        if cohort.exists():  # it was done before
            cohort.unlink()
    assert main(run_arguments(phantom_study, cohort)) == 0
    assert len(CohortTable(cohort).read()) == 1

"""LION itself, the real lionz with a network of our own: what it keeps, what it leaves behind, how it fails."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from NEMOPETLib.command_line import main
from NEMOPETLib.engines import lion_program
from NEMOPETLib.engines.lion import LionLesions
from NEMOPETLib.engines.lion_environment import LionEnvironment, find_environment
from NEMOPETLib.engines.lion_run import LionRunner
from NEMOPETLib.engines.lion_weights import RELEASE, URL, find_weights
from NEMOPETLib.engines.process import run_folders
from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.lesion_rules import FixedThreshold
from NEMOPETLib.phantom.study import PhantomStudy
from NEMOPETLib.progress import no_progress
from NEMOPETLib.studies.study import Study
from NEMOPETLib.studies.volume import Grid, Volume

OWN = Path(__file__).parents[2] / ".venv-lion"
SPHERES = (((12, 10, 10), 5.0), ((30, 26, 30), 8.0), ((40, 10, 28), 3.2))
_HANDED_OVER = Path("models/Dataset789_Tumors/model_version.json")  # in a run's folder
OTHER_RELEASE = RELEASE.replace("5209", "4242")
TRAINER = "nnUNetTrainerDA5"  # of a subfolder of nnU-Net's, which finds it only by importing all before it

pytestmark = pytest.mark.usefixtures("alone")


@pytest.fixture(scope="module")
def environment() -> Iterator[LionEnvironment]:
    with pytest.MonkeyPatch.context() as patch:
        if "NEMOPET_LION" not in os.environ:
            patch.setenv("NEMOPET_LION", str(OWN))
        found = find_environment()
        if found.problem:
            pytest.skip(f"LION: {found.problem}: make it by Testing/run.py python Testing/engines/lion_environment.py")
        yield found


@pytest.fixture(scope="module")
def models(environment: LionEnvironment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network in LION's format, as its weights are found on a user's disk: noted for another release."""
    folder = tmp_path_factory.mktemp("lion") / "models"
    program = Path(__file__).with_name("tiny_lion.py")
    subprocess.run([environment.python, program, folder, TRAINER], check=True)
    note = {"url": URL.replace("5209", "4242")}
    (folder / "Dataset789_Tumors" / "model_version.json").write_text(json.dumps(note))
    return folder


@pytest.fixture
def installed(models: Path, tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LIONZ_MODELS_DIRECTORY", str(models))
    monkeypatch.setenv("NEMOPET_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NEMOPET_TEST_DECLARE_OPERATORS", "1")  # heard where lion_environment.py saw that it must
    for proxy in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(proxy, "http://127.0.0.1:9")  # whoever wants the network fails
    return models


def study_of(voxels: np.ndarray, affine: np.ndarray) -> Study:
    return cast("Study", SimpleNamespace(pet=Volume(voxels, Grid(voxels.shape, affine)), frame_of_reference=""))


def spheres() -> np.ndarray:
    places = np.indices((48, 36, 40))
    voxels = np.full(places.shape[1:], 0.5, np.float32)
    for centre, suv in SPHERES:
        voxels[((places - np.array(centre)[:, None, None, None]) ** 2).sum(axis=0) <= 16] = suv
    return voxels


@pytest.mark.parametrize(("order", "device"), [("as DICOM", "cpu"), ("turned", "gpu:0")])
def test_spheres_of_suv_5_and_8_are_kept_and_3_2_is_removed(
    installed: Path, tmp_path: Path, environment: LionEnvironment, order: str, device: str
) -> None:
    """However the PET is stored, GPU or none; the second time nothing runs; the weights stay as they were."""
    voxels, affine = spheres(), np.diag([4.0, 4.0, 4.0, 1.0])
    affine[:3, 3] = -80, -70, -900
    if order == "turned":
        voxels = np.ascontiguousarray(voxels[::-1].transpose(1, 0, 2))
        affine = affine[:, [0, 2, 1, 3]] @ np.diag([1.0, -1.0, 1.0, 1.0])
    seen: list[str] = []

    def progress(items: Sequence[int], title: str) -> Iterator[int]:
        seen.append(title)
        yield from items

    study = study_of(voxels, affine)
    weights = _content(installed)
    found = LionLesions(device=device).segment(study, progress)
    np.testing.assert_array_equal(found.labels.voxels > 0, voxels >= 4)
    assert found.labels.voxels.max() == 2
    there = device == "cpu" or _has_gpu(environment.python)
    used = device.replace("gpu", "cuda") if there else "cpu"
    assert found.description.startswith(f"LION: {OTHER_RELEASE} (lionz 1.0.7, torch 2.13.0) on {used}, SUVbw >= 4")
    assert any(RELEASE in warning for warning in found.warnings), "weights of another release are said"
    assert there != ("LION could not use the GPU and ran on the processor" in found.warnings)
    assert "LION: lesions" in seen
    assert not run_folders()
    # lionz itself would have removed weights of another release, and downloaded.
    assert _content(installed) == weights
    shutil.rmtree(tmp_path / "cache" / "logs")
    all_three = LionLesions(FixedThreshold(3.0), device=device).segment(study)
    assert all_three.labels.voxels.max() == 3, "the threshold is applied to what the cache holds"
    assert not (tmp_path / "cache" / "logs").exists(), "the same PET is not segmented twice"


def _content(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _has_gpu(python: Path) -> bool:
    code = "import torch, sys; sys.exit(torch.cuda.is_available())"
    return subprocess.run([python, "-c", code], check=False).returncode != 0


def test_an_interrupt_leaves_no_process_and_no_file(
    installed: Path, tmp_path: Path, environment: LionEnvironment
) -> None:
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from test_lion import LionLesions, study_of, spheres, np\n"
        "LionLesions(device='cpu').segment(study_of(spheres(), np.eye(4) * 4))\n"
    )
    root = Path(__file__).parents[2]
    running = subprocess.Popen(
        [sys.executable, "-c", script, str(Path(__file__).parent)],
        env={**os.environ, "PYTHONPATH": str(root)},
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while not (begun := [run for run in run_folders() if (run / _HANDED_OVER).exists()]):
        assert running.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    assert running.wait(timeout=30) != 0
    assert not run_folders()
    assert not (tmp_path / "cache" / "segmentations").exists()
    assert not _processes_naming(begun[0])


def _processes_naming(folder: Path) -> list[str]:
    if not Path("/proc/self/cmdline").exists():
        return []
    commands = (path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists())
    return [command.decode() for command in commands if str(folder).encode() in command]


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("import sys; sys.exit('ValueError: a reason')", "ended with status 1: ValueError: a reason"),
        ("import os; os.kill(os.getpid(), 15)", "killed by signal 15"),
        ("print('device: cpu')", "ended without a mask"),
        ("print('device: cpu'); raise MemoryError", "not enough memory, tried: cpu:"),
        ("import time; time.sleep(60)", "no sign of life"),
        ("import sys; open(sys.argv[2], 'w').write('no image')", "mask cannot be read"),
        ("print('x'); raise OSError(28, 'No space left on device')", " is full: make room there, or set TMPDIR"),
    ],
)
@pytest.mark.usefixtures("temporary")
def test_faults_say_why_and_leave_nothing(
    program: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Programs in the place of lionz that end in all the ways that it can."""
    if os.name == "nt" and "signal" in message:
        pytest.skip("Windows has no signals")
    monkeypatch.setenv("NEMOPET_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "program.py"
    path.write_text(program)
    monkeypatch.setattr(lion_program, "__file__", str(path))
    weights = replace(find_weights(), folder=tmp_path / "none")
    runner = LionRunner(Path(sys.executable), weights, "cpu", silence_limit_s=2.0)
    pet = study_of(spheres(), np.eye(4) * 4).pet
    with pytest.raises(InputError, match=message):
        runner.segment(pet, no_progress)
    assert not run_folders()
    assert not (tmp_path / "cache" / "segmentations").exists()
    assert threading.active_count() < 10


def test_nothing_starts_without_environment_or_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEMOPET_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("NEMOPET_LION", raising=False)
    monkeypatch.delenv("LIONZ_MODELS_DIRECTORY", raising=False)
    with pytest.raises(InputError, match=r"run nemopet doctor --install lion$"):
        LionLesions().segment(study_of(spheres(), np.eye(4)))
    assert not (tmp_path / "home").exists()


def test_lion_from_the_command_line_says_what_to_install(
    phantom_study: PhantomStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NEMOPET_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("NEMOPET_LION", raising=False)
    table = tmp_path / "cohort.csv"
    run = ["run", str(phantom_study.folder), "--cohort", str(table), "--lesions", "lion"]
    for more, said in (([], "run nemopet doctor --install lion"), (["--organs", "totalsegmentator"], "--organs")):
        assert main([*run, *more]) == 2
        assert said in capsys.readouterr().err
    assert not table.exists()

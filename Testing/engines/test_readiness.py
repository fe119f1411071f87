"""What ``doctor`` says of computers that have this and lack that; and that it only looks."""

from __future__ import annotations

import json
import os
import shlex
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from NEMOPETLib.command_line import main
from NEMOPETLib.engines import readiness
from NEMOPETLib.engines.installed import Installed, installed_in
from NEMOPETLib.engines.lion_environment import LionEnvironment, default_torch_index
from NEMOPETLib.engines.machine import GIB, free_disk_bytes, memory_bytes
from NEMOPETLib.engines.nvidia import Gpu, nvidia_gpus
from NEMOPETLib.engines.readiness import Check, check_readiness, is_ready
from NEMOPETLib.engines.weights import TISSUE_TYPES, TOTAL, TOTAL_3_MM, TOTAL_6_MM

WHOLE = {"TotalSegmentator": "2.18.0", "nnunetv2": "2.8.1", "torch": "2.13.0", "torchvision": "0.28.0"}


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer of its own: no weights, no GPU, no network."""
    monkeypatch.setenv("TOTALSEG_HOME_DIR", str(tmp_path / "totalsegmentator"))
    monkeypatch.setenv("NEMOPET_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NEMOPET_CACHE", str(tmp_path / "cache"))
    for name in ("TOTALSEG_WEIGHTS_PATH", "NEMOPET_LION", "LIONZ_MODELS_DIRECTORY", "NEMOPET_TOTALSEGMENTATOR_PYTHON"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(readiness, "nvidia_gpus", lambda: ())

    def no_network(*_: object) -> None:
        pytest.fail("doctor went to the network")

    monkeypatch.setattr(socket.socket, "connect", no_network)


@pytest.fixture
def has(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Say which packages the engine's Python has, and the CUDA of its torch."""

    def say(cuda: str = "", **changed: str | None) -> None:
        versions = {name: version for name, version in {**WHOLE, **changed}.items() if version is not None}
        monkeypatch.setattr(readiness, "installed_in", lambda _: Installed(versions, cuda))

    return say


@pytest.fixture
def weights(tmp_path: Path) -> Callable[..., None]:
    """Put networks on the disk; a checkpoint is a ZIP file."""

    def put(*sets: object) -> None:
        for one in sets:
            for path in one.files(tmp_path / "totalsegmentator" / "nnunet" / "results"):  # type: ignore[attr-defined]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(b"PK\5\6" + bytes(18))

    return put


def found() -> dict[str, Check]:
    return {check.name: check for check in check_readiness()}


def test_a_bare_computer(tmp_path: Path) -> None:
    checks = found()
    assert not is_ready(tuple(checks.values()))
    needed = ("TotalSegmentator", "Weights: spleen", "Weights: organs")
    optional = ("GPU", "Weights: tissues", "Licence: tissue_types", "LION", "Weights: LION")
    assert all(not checks[name].ready for name in (*needed, *optional))
    assert [checks[name].needed for name in (*needed, *optional)] == [True] * 3 + [False] * 5
    assert all(checks[name].mend for name in (*needed, *optional[1:]))
    assert list(tmp_path.iterdir()) == [], "doctor only looks"


def test_all_that_is_needed(has: Callable[..., None], weights: Callable[..., None]) -> None:
    has()
    weights(*TOTAL, TOTAL_6_MM, TOTAL_3_MM)
    checks = check_readiness()
    assert is_ready(checks), [check for check in checks if check.needed and not check.ready]
    assert not found()["Weights: tissues"].ready
    weights(TISSUE_TYPES)
    assert found()["Weights: tissues"].ready


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"TotalSegmentator": None}, "TotalSegmentator is missing"),
        ({"TotalSegmentator": "2.13.0"}, "TotalSegmentator 2.13.0 does not suit"),
        ({"TotalSegmentator": "3.0.0"}, "TotalSegmentator 3.0.0 does not suit"),
        ({"nnunetv2": "2.5.2"}, "nnunetv2 2.5.2 does not suit"),
        ({"torch": "2.9.1", "torchvision": "0.24.1"}, "torch 2.9.1 does not suit"),
    ],
)
def test_versions_outside_the_pins(has: Callable[..., None], changed: dict[str, str | None], said: str) -> None:
    has(**changed)
    check = found()["TotalSegmentator"]
    assert not check.ready
    assert said in check.found
    assert "TotalSegmentator==2.18.*" in check.mend


@pytest.mark.parametrize(
    ("torch", "torchvision", "fits"),
    [
        ("2.13.0", "0.28.0", True),
        ("2.13.0+cu126", "0.28.0+cu126", True),
        ("2.13.0+cpu", "0.28.0", False),
        ("2.13.0", "0.27.0", False),
        ("2.13.0", None, False),
    ],
)
def test_torch_and_torchvision_of_one_build(
    has: Callable[..., None], torch: str, torchvision: str | None, fits: bool
) -> None:
    has(torch=torch, torchvision=torchvision)
    check = found()["torchvision"]
    assert check.ready is fits
    assert fits or "torchvision==0.28.*" in check.mend
    assert "/whl/cpu" in check.mend or torch != "2.13.0+cpu"


def test_weights_that_are_cut_off(tmp_path: Path, weights: Callable[..., None]) -> None:
    weights(TOTAL_3_MM)
    assert found()["Weights: organs"].ready
    TOTAL_3_MM.files(tmp_path / "totalsegmentator" / "nnunet" / "results")[-1].write_bytes(b"PK half a file")
    check = found()["Weights: organs"]
    assert "is damaged" in check.found
    assert check.mend.endswith("totalseg_download_weights -t total_fast")


def test_a_licence_that_was_entered(tmp_path: Path) -> None:
    config = tmp_path / "totalsegmentator" / "config.json"
    config.parent.mkdir()
    config.write_text(json.dumps({"license_number": "aca_SECRET"}))
    check = found()["Licence: tissue_types"]
    assert check.ready
    assert "SECRET" not in str(check)


H100 = Gpu(0, "NVIDIA H100", 81559, 80000, "580.65.06")


@pytest.mark.parametrize(
    ("gpu", "torch", "ready", "enough"),
    [
        (H100, "2.13.0", True, True),
        (H100, "2.13.0+cpu", False, True),
        (Gpu(0, "Quadro", 8192, 8000, "550.1"), "2.13.0", True, False),
    ],
)
def test_gpus(
    has: Callable[..., None], monkeypatch: pytest.MonkeyPatch, gpu: Gpu, torch: str, ready: bool, enough: bool
) -> None:
    has(torch=torch)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(readiness, "nvidia_gpus", lambda: (gpu,))
    checks = found()
    assert (checks["GPU"].ready, checks["GPU memory"].ready) == (ready, enough)
    assert gpu.name in checks["GPU"].found
    assert ready or "pip install" in checks["GPU"].mend


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
def test_what_nvidia_s_program_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "nvidia-smi"
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    cases = {
        "echo '0, NVIDIA H100 80GB HBM3, 81559, 81000, 580.65.06'; echo '1, Quadro, [N/A], [N/A], 550'": 2,
        "echo 'NVIDIA-SMI has failed'; exit 9": 0,
    }
    for script, count in cases.items():
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        gpus = nvidia_gpus()
        assert len(gpus) == count
    program.write_text(f"#!/bin/sh\n{next(iter(cases))}\n")
    first, second = nvidia_gpus()
    assert (first.memory_mib, first.driver_major, second.memory_mib) == (81559, 580, 0)


@pytest.mark.parametrize(
    ("platform", "driver", "index"),
    [
        ("linux", "580.1", "pypi"),
        ("linux", "550.90", "cu126"),
        ("linux", None, "cpu"),
        ("win32", "581.0", "cu130"),
        ("win32", None, "pypi"),
        ("darwin", None, "pypi"),
    ],
)
def test_which_torch_a_computer_gets(
    monkeypatch: pytest.MonkeyPatch, platform: str, driver: str | None, index: str
) -> None:
    from NEMOPETLib.engines import lion_environment

    gpus = (Gpu(0, "GPU", 24000, 24000, driver),) if driver else ()
    monkeypatch.setattr(lion_environment, "nvidia_gpus", lambda: gpus)
    monkeypatch.setattr(lion_environment.sys, "platform", platform)
    assert default_torch_index().rpartition("/")[2] == index


def test_this_computer() -> None:
    assert memory_bytes() > GIB
    assert free_disk_bytes(Path("not", "there", "yet")) == pytest.approx(free_disk_bytes(Path()), rel=0.05)
    mine = installed_in(Path(sys.executable))
    assert mine.numbers("torch") == () or mine.numbers("torch") > (1,)
    assert installed_in(Path("no", "such", "python")) == Installed({})


def test_doctor_in_words_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 1
    words = capsys.readouterr().out
    assert "MISSING  TotalSegmentator" in words
    assert "mend it: nemopet doctor --install lion\n" in words
    assert main(["doctor", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["ready"] is False
    assert {"name", "ready", "found", "mend", "needed"} == set(told["checks"][0])
    assert "torch" not in sys.modules


def test_in_slicer_the_commands_are_those_of_its_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLICER_HOME", "/opt/Slicer")
    checks = found()
    assert checks["Slicer"].found == "inside Slicer"
    assert "Extensions Manager" in checks["TotalSegmentator"].mend
    python, program, *arguments = shlex.split(checks["LION"].mend)
    assert (python, arguments) == (sys.executable, ["doctor", "--install", "lion"])
    told = subprocess.run([python, program, "--version"], capture_output=True, text=True, check=True).stdout
    assert told.startswith("nemopet ")


def test_nothing_that_is_ready_names_a_command(has: Callable[..., None]) -> None:
    has()
    assert [check for check in check_readiness() if check.ready and check.mend] == []


def test_what_cannot_be_installed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for options, said in (
        (["--from", "a.zip"], "--from is for --install lion-weights"),
        (["--install", "lion", "--python", str(tmp_path / "python")], "cannot be started"),
        (["--install", "lion", "--python", "/bin/false"], "3.11 to 3.13"),
        (["--install", "lion-weights", "--from", str(tmp_path / "a.zip")], "does not exist"),
    ):
        assert main(["doctor", *options]) == 2
        assert said in capsys.readouterr().err
    assert not (tmp_path / "home" / "lion" / "environment").exists()


def test_an_environment_of_another_version_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from NEMOPETLib.engines.lion_environment import find_environment

    monkeypatch.setenv("NEMOPET_LION", str(tmp_path / "lion"))
    python = LionEnvironment(tmp_path / "lion").python
    python.parent.mkdir(parents=True)
    assert "damaged" in find_environment().problem
    python.touch()
    assert "not finished" in find_environment().problem
    (tmp_path / "lion" / "nemopet.json").write_text("{}")
    assert "another version" in find_environment().problem

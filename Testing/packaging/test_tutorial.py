"""The tutorial's commands do what it says, typed as they stand, one after the other, in one folder."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from NEMOPETLib.demo import demo_patient
from NEMOPETLib.progress import no_progress
from NEMOPETLib.survival.simulator import simulate_cohort

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("tutorial.md", "fr/tutoriel.md")
INSTALLING = ("git clone", "cd SlicerNEMOPET", "python3 -m venv", ". nemopet-environment", "pip wheel", "pip install")
# What the tutorial leaves to its defaults takes minutes; the same command with less to compute.
SMALLER = "--models clinical_radiomic --methods median --bootstraps 0 --permutations 0 --no-classifier --workers 1"
LEAVES = {
    "tutorial.md": ("demo/first.csv", "demo/first_patients", "survival/report.html", "scored.csv"),
    "fr/tutoriel.md": ("demo/premiere.csv", "demo/premiere_patients", "survie/report.html", "scores.csv"),
}


def commands(page: str) -> list[str]:
    """Lines of the page's blocks, continued ones joined."""
    blocks = re.findall(r"^```\n(.*?)^```$", (ROOT / "docs" / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return "".join(blocks).replace("\\\n", "").splitlines()


def nemopet(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    program, *arguments = shlex.split(command)
    assert program == "nemopet", command
    return subprocess.run(
        [sys.executable, "-m", "NEMOPETLib", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the demo was run, its survival study left out."""
    folder = tmp_path_factory.mktemp("tutorial")
    demo_patient(folder / "demo", writing=lambda _title: lambda _done, _total: None, progress=no_progress)
    simulate_cohort().to_csv(folder / "demo" / "simulated_cohort.csv", index=False)
    return folder


@pytest.mark.parametrize("page", PAGES)
def test_the_tutorial_s_commands_work_as_they_stand(page: str, folder: Path) -> None:
    installing = [command for command in commands(page) if command.startswith(INSTALLING)]
    assert [command.startswith(start) for command, start in zip(installing, INSTALLING, strict=True)] == [True] * 6
    run = []
    for command in commands(page)[len(installing) :]:
        verb = command.split()[1]
        if verb == "demo" or re.search(r" [A-ZÉ]{2,}( |$)", command):  # run by the fixture; for files of one's own
            done = nemopet(f"{command} --help", folder)
        else:
            done = nemopet(f"{command} {SMALLER}" if verb == "survival" else command, folder)
            run.append(verb)
        assert done.returncode == 0, f"{command}\n{done.stderr}"
    assert run == ["studies", "suv", "run", "survival", "score"]
    assert [name for name in LEAVES[page] if not (folder / name).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_option_of_the_tutorial_is_one(page: str, folder: Path) -> None:
    text = (ROOT / "docs" / page).read_text("utf-8")
    verbs = {command.split()[1] for command in commands(page) if command.startswith("nemopet")}
    verbs |= set(re.findall(r"`nemopet ([a-z]+)", text))
    known = "".join(nemopet(f"nemopet {verb} --help", folder).stdout for verb in verbs)
    named = set(re.findall(r"(?<![\w-])--[a-z-]+", text)) - {"--no-deps", "--wheel-dir"}
    assert {option for option in named if not re.search(rf"{option}\b(?!-)", known)} == set()


def test_both_tutorials_name_the_same_files_and_options() -> None:
    def told(page: str) -> list[list[str]]:
        lines = [command.replace(" --language fr", "") for command in commands(page)]
        return [re.findall(r"--[a-z-]+|demo/masks/\S+", line) for line in lines]

    assert told(PAGES[0]) == told(PAGES[1])

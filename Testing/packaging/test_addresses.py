"""The repository has one address, and what is named at it is in the repository."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

import NEMOPETLib

ROOT = Path(__file__).resolve().parents[2]
CMAKE = (ROOT / "CMakeLists.txt").read_text()
CITATION = (ROOT / "CITATION.cff").read_text()
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")
OLDER = dict(line.split(" ", 1) for line in (ROOT / "NEMOPET.s4ext").read_text().splitlines() if line[:1] != "#")
ENTRY = json.loads((ROOT / "NEMOPET.json").read_text())
ADDRESS = ENTRY["scm_url"]
RAW = ADDRESS.replace("https://github.com/", "https://raw.githubusercontent.com/") + "/" + ENTRY["scm_revision"] + "/"
OURS = re.compile(r"https://(?:raw\.githubusercontent|github)\.com/NEMO-PET/\w+")


def in_cmake(name: str) -> str:
    """As the Extensions Index's check_description_files.py reads it."""
    (value,) = re.findall(rf'set\s*\({name}\s*"([^"]+)"[ ]*\)', CMAKE)
    return value


def in_citation(key: str) -> str:
    (value,) = re.findall(rf'^{key}: "?([^"\n]*)"?$', CITATION, re.MULTILINE)
    return value


def test_all_places_name_one_address() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = [in_cmake("EXTENSION_HOMEPAGE"), OLDER["scmurl"], OLDER["homepage"], project["urls"]["Repository"]]
    assert {*named, in_citation("repository-code")} == {ADDRESS}


def test_no_other_file_names_another() -> None:
    listed = subprocess.run(["git", "grep", "-lI", "NEMO-PET/"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    for name in set(listed.stdout.split()) - {"Testing/packaging/test_addresses.py"}:
        for address in OURS.findall((ROOT / name).read_text("utf-8")):
            assert ADDRESS.endswith(address.split(".com")[1]), name


def test_the_index_takes_the_repository_s_name() -> None:
    assert ADDRESS.startswith("https://")
    assert ADDRESS.rsplit("/", 1)[1].startswith("Slicer")
    assert not in_cmake("EXTENSION_CATEGORY").startswith("Slicer")
    assert re.findall(r"project\s*\(\s*([^\s\)]+)", CMAKE) == ["NEMOPET"]
    assert (ROOT / "LICENSE").is_file()


def test_icon_and_screenshots_are_in_the_repository() -> None:
    icon, shots = in_cmake("EXTENSION_ICONURL"), in_cmake("EXTENSION_SCREENSHOTURLS")
    assert (OLDER["iconurl"], OLDER["screenshoturls"]) == (icon, shots)
    for url in (icon, *shots.split()):
        assert url.startswith(RAW)
        assert (ROOT / url.removeprefix(RAW)).read_bytes().startswith(b"\x89PNG")


def test_the_release_has_one_date() -> None:
    assert re.findall(rf"^## \[{NEMOPETLib.__version__}\] - (\S+)$", CHANGELOG, re.MULTILINE) == [
        in_citation("date-released")
    ]

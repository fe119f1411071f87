"""What is told of the program in several places is the same in all, and the package holds all that it needs."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

import NEMOPETLib
from NEMOPETLib.command_line.main import _VERBS

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\]\(([^)#\s]+)\)")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def cmake(name: str) -> str:
    (value,) = re.findall(rf'set\({name} "([^"]*)"\)', (ROOT / "CMakeLists.txt").read_text())
    return value


def test_the_index_entry_says_what_cmake_says():
    entry = json.loads((ROOT / "NEMOPET.json").read_text())
    assert set(entry) == {
        *("$schema", "build_dependencies", "build_subdirectory", "category", "dicom_support_rule", "scm_revision"),
        *("scm_url", "tier"),
    }
    assert entry["build_dependencies"] == cmake("EXTENSION_DEPENDS").split()
    assert entry["category"] == cmake("EXTENSION_CATEGORY")
    older = dict(line.split(" ", 1) for line in (ROOT / "NEMOPET.s4ext").read_text().splitlines() if line[:1] != "#")
    assert older["depends"].split() == entry["build_dependencies"]
    assert older["description"] == cmake("EXTENSION_DESCRIPTION")


def test_the_citation_is_of_this_version():
    assert f"\nversion: {NEMOPETLib.__version__}\n" in (ROOT / "CITATION.cff").read_text()


def test_the_wheel_holds_every_file_that_is_no_module():
    listed = subprocess.run(["git", "ls-files", "NEMOPETLib"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    setup = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    patterns = [f"NEMOPETLib/{pattern}" for pattern in setup["package-data"]["NEMOPETLib"]]
    others = [name for name in listed.stdout.split() if not name.endswith((".py", "CMakeLists.txt"))]
    assert [name for name in others if not any(fnmatch(name, pattern) for pattern in patterns)] == []


def test_every_folder_of_modules_is_a_package():
    folders = {path.parent for path in (ROOT / "NEMOPETLib").rglob("*.py")}
    assert [folder.name for folder in folders if not (folder / "__init__.py").is_file()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    targets = [target for target in LINK.findall(page.read_text("utf-8")) if "://" not in target]
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_pages_name_verbs_that_there_are(page):
    named = set(re.findall(r"^nemopet ([a-z]+)", page.read_text("utf-8"), re.MULTILINE))
    assert named - set(_VERBS) == set()


def test_the_tutorials_show_the_same_commands():
    def verbs(page: str) -> list[str]:
        return re.findall(r"^nemopet ([a-z]+)", (ROOT / "docs" / page).read_text("utf-8"), re.MULTILINE)

    assert verbs("tutorial.md") == verbs("fr/tutoriel.md")


@pytest.mark.parametrize("page", ["README.md", "docs/tutorial.md", "docs/dicom.md"])
def test_pages_say_what_it_is_for(page):
    assert "or research, not for clinical decisions" in (ROOT / page).read_text("utf-8")

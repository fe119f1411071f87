"""What forbids a run with some engines, and what it goes without."""

from __future__ import annotations

from pathlib import Path

import pytest

from NEMOPETLib.engines.readiness import Check, check_readiness
from NEMOPETLib.engines.run_needs import RunNeeds, run_needs

TOTALSEGMENTATOR = "totalsegmentator"
CHECKS = (
    "Slicer", "Python", "GPU", "GPU memory", "Memory", "Disk", "TotalSegmentator", "torchvision", "Weights: spleen",
    "Weights: organs", "Weights: tissues", "Licence: tissue_types", "LION", "Weights: LION", "scikit-survival",
    "Usage statistics",
)  # fmt: skip


def lacking(*names: str) -> tuple[Check, ...]:
    return tuple(Check(name, name not in names, "", "mend it" if name in names else "") for name in CHECKS)


def names_of(needs: RunNeeds) -> tuple[list[str], list[str]]:
    return [one.name for one in needs.missing], [one.name for one in needs.without]


def test_all_names_are_those_of_the_checks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a bare computer every engine lacks something: a check that had another name would be overlooked."""
    for name in ("TOTALSEG_HOME_DIR", "NEMOPET_HOME", "NEMOPET_LION", "LIONZ_MODELS_DIRECTORY"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.delenv("TOTALSEG_WEIGHTS_PATH", raising=False)
    monkeypatch.setenv("NEMOPET_TOTALSEGMENTATOR_PYTHON", str(tmp_path / "python"))
    checks = check_readiness()
    missing, without = names_of(run_needs(checks, lesions="lion", tissues=TOTALSEGMENTATOR))
    assert missing == ["TotalSegmentator", "Weights: spleen", "LION", "Weights: LION"]
    assert [name for name in without if name != "Disk"] == ["Weights: tissues", "Licence: tissue_types"]
    assert names_of(run_needs(checks, organs=TOTALSEGMENTATOR))[0] == ["TotalSegmentator", "Weights: organs"]


@pytest.mark.parametrize("engines", [{}, {"lesions": "threshold"}, {"lesions": "percent", "tissues": "file"}])
def test_thresholds_and_files_need_nothing(engines: dict[str, str]) -> None:
    assert run_needs(lacking(*CHECKS), **engines) == RunNeeds()


@pytest.mark.parametrize(
    ("engines", "needed"),
    [
        ({"lesions": "lion"}, ["LION", "Weights: LION"]),
        ({"tissues": TOTALSEGMENTATOR}, ["TotalSegmentator", "torchvision", "Weights: spleen"]),
        ({"organs": TOTALSEGMENTATOR}, ["TotalSegmentator", "torchvision", "Weights: organs"]),
        ({"lesions": "lion", "organs": TOTALSEGMENTATOR}, ["LION", "Weights: LION"]),
    ],
)
def test_an_engine_needs_its_program_and_its_weights(engines: dict[str, str], needed: list[str]) -> None:
    assert names_of(run_needs(lacking(*CHECKS), **engines))[0] == needed
    for name in CHECKS:
        assert names_of(run_needs(lacking(name), **engines))[0] == [name] * (name in needed)


def test_without_licence_or_tissue_weights_the_rest_still_runs() -> None:
    for name in ("Licence: tissue_types", "Weights: tissues", "Disk"):
        assert names_of(run_needs(lacking(name), lesions="threshold", tissues=TOTALSEGMENTATOR)) == ([], [name])
        assert run_needs(lacking(name), lesions="threshold") == RunNeeds()


def test_where_nothing_is_known_nothing_is_forbidden() -> None:
    assert run_needs((), lesions="lion", tissues=TOTALSEGMENTATOR, organs=TOTALSEGMENTATOR) == RunNeeds()

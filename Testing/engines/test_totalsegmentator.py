"""The real TotalSegmentator, run as the product runs it, with networks of our own on the phantom.

Its own reading, cropping, resampling, tiling, post-processing and writing take part; only the weights are ours.
"""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest

from NEMOPETLib.command_line import main
from NEMOPETLib.engines.process import run_folders
from NEMOPETLib.engines.totalsegmentator import TotalSegmentatorOptions, TotalSegmentatorOrgans, TotalSegmentatorTissues
from NEMOPETLib.engines.totalsegmentator_program import PYTHON_VARIABLE, find_program
from NEMOPETLib.masks.engine import TissueMasks
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.masks.onto_grid import onto_grid
from NEMOPETLib.phantom.phantom import Phantom
from NEMOPETLib.phantom.study import PhantomStudy
from NEMOPETLib.phantom.truth import truth_of
from NEMOPETLib.phantom.volumes import mask_volume
from NEMOPETLib.studies.study import Study
from Testing.engines.environment import PYTHON_FOR_TESTS

HERE = Path(__file__).parent
OPTIONS = TotalSegmentatorOptions(device="cpu")
TISSUES = ("muscle", "fat_sc", "fat_v", "spleen")
DICE = 0.85

pytestmark = pytest.mark.usefixtures("alone")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory):
    """The real TotalSegmentator, networks of our own, and a cache that lasts for this file."""
    if not PYTHON_FOR_TESTS.is_file():
        pytest.skip(f"{PYTHON_FOR_TESTS} is missing: run python3 Testing/engines/environment.py")
    weights, cache = tmp_path_factory.mktemp("weights"), tmp_path_factory.mktemp("cache")
    subprocess.run([PYTHON_FOR_TESTS, HERE / "tiny_totalsegmentator.py", weights], check=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(PYTHON_VARIABLE, str(PYTHON_FOR_TESTS))
        patch.setenv("TOTALSEG_WEIGHTS_PATH", str(weights))
        patch.setenv("TOTALSEG_HOME_DIR", str(weights / "no-home"))
        patch.setenv("NEMOPET_CACHE", str(cache))
        yield cache


@pytest.fixture(scope="module")
def tissues(installed: Path, study: Study) -> TissueMasks:
    return TotalSegmentatorTissues(OPTIONS).segment(study)


def dice(mask: Mask, truth: np.ndarray) -> float:
    both = np.count_nonzero(mask.voxels & truth)
    return 2 * both / (np.count_nonzero(mask.voxels) + np.count_nonzero(truth))


@pytest.mark.parametrize("name", TISSUES)
def test_tissues(tissues: TissueMasks, phantom: Phantom, name: str) -> None:
    assert dice(tissues.masks[name](), mask_volume(phantom, name).voxels) >= DICE


def test_tissues_say_what_made_them(tissues: TissueMasks) -> None:
    assert tissues.description.startswith("TotalSegmentator 2.18.0 (nnunetv2 2.8.1, torch 2.13.0")
    assert tissues.description.endswith("total -rs spleen on cpu; tissue_types on cpu")
    assert tissues.warnings == ()


def test_organs(installed: Path, study: Study, phantom: Phantom) -> None:
    """``total`` fast, kept on its own 3 mm: looked up from the PET."""
    found = TotalSegmentatorOrgans(OPTIONS).segment(study)
    assert "total -f -sl on cpu" in found.description
    for name, drawn in (("liver", "liver"), ("kidneys", "kidney"), ("urinary_bladder", "urinary_bladder")):
        truth = Mask(drawn, mask_volume(phantom, drawn).voxels, phantom.ct.grid)
        assert dice(found.masks[name](), onto_grid(truth, study.pet.grid).voxels) >= DICE
    assert not found.masks["brain"]().voxels.any()


@pytest.mark.usefixtures("tissues")
def test_from_dicom_to_row(
    installed: Path, phantom_study: PhantomStudy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By ``nemopet run``; the tissues come from the cache, which knows the CT again."""
    arguments = ("--tissues", "totalsegmentator", "--organs", "totalsegmentator", "--device", "cpu", "--json")
    runs = len(list(installed.glob("logs/*.log")))
    assert main(["run", str(phantom_study.folder), "--cohort", str(tmp_path / "cohort.csv"), *arguments]) == 0
    assert len(list(installed.glob("logs/*.log"))) <= runs + 1  # the organs, if their test did not run before
    row = json.loads(capsys.readouterr().out)
    truth = truth_of(phantom_study.phantom.anatomy, phantom_study.examination).columns
    for name in TISSUES:
        assert row[f"{name}_volume_ml"] == pytest.approx(truth[f"{name}_volume_ml"], rel=0.10)
        for what in ("sul_mean", "hu_mean"):
            assert row[f"{name}_{what}"] == pytest.approx(truth[f"{name}_{what}"], rel=0.05)
    assert row["tmtv_ml"] == pytest.approx(truth["tmtv_ml"], rel=0.10)


def test_without_licence(installed: Path, study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own refusal, which comes before it looks at any weights."""
    bare = tmp_path / "python"
    bare.write_text(PYTHON_FOR_TESTS.read_text().replace(str(HERE / "patches"), str(HERE / "no-patches")))
    bare.chmod(0o755)
    monkeypatch.setenv(PYTHON_VARIABLE, str(bare))
    monkeypatch.setenv("NEMOPET_CACHE", str(tmp_path / "cache"))
    program = find_program()
    command = program.command(["-i", "x.nii", "-o", "y.nii", "-ta", "tissue_types"])
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "license" in ended.stdout.lower() + ended.stderr.lower()


@pytest.mark.usefixtures("installed", "cache", "temporary")
def test_interrupted(study: Study) -> None:
    """As soon as the network has begun: with its workers running."""

    def interrupt(items, title):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        TotalSegmentatorOrgans(OPTIONS).segment(study, interrupt)
    assert not run_folders()
    end = time.monotonic() + 60
    while living():
        assert time.monotonic() < end
        time.sleep(0.1)


def living() -> list[str]:
    """Processes of this environment's Python (Linux)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes()
        except OSError:
            continue
        if str(PYTHON_FOR_TESTS.parent).encode() in words:
            found.append(words.decode())
    return found

"""TotalSegmentator and LION as an installation in one folder that is quick: for the panel in a real Slicer."""

from __future__ import annotations

import hashlib
import json
import stat
from pathlib import Path

import numpy as np

from NEMOPETLib.engines import lion_environment
from NEMOPETLib.engines.lion_environment import TORCH
from NEMOPETLib.engines.lion_weights import DATASET
from NEMOPETLib.engines.weights import TISSUE_TYPES, TOTAL, TOTAL_3_MM, TOTAL_6_MM
from NEMOPETLib.phantom.phantom import Phantom
from NEMOPETLib.phantom.volumes import mask_volume
from NEMOPETLib.studies.volume import Volume
from Testing.engines.fakes import PHANTOM_CLASSES, put_weights
from Testing.engines.label_file import write_labels

ENGINES = Path(__file__).resolve().parents[1] / "engines"
EMPTY_ZIP = "PK\5\6" + "\0" * 18  # a checkpoint is a ZIP file


def install(folder: Path, phantom: Phantom) -> dict[str, str]:
    """Put both there; the environment variables that lead to them. ``FAKE_PYTHON`` is to name a Python."""
    folder.mkdir(exist_ok=True)
    voxels = np.zeros(phantom.ct.grid.shape, dtype=np.uint8)
    for number, (name, _) in PHANTOM_CLASSES.items():
        voxels[mask_volume(phantom, name).voxels] = number
    names = {number: name for number, (_, name) in PHANTOM_CLASSES.items()}
    write_labels(folder / "labels.nii.gz", Volume(voxels, phantom.ct.grid), names)
    for weights in (*TOTAL, TOTAL_3_MM, TOTAL_6_MM, TISSUE_TYPES):
        put_weights(folder / "home", weights, EMPTY_ZIP)
    return {
        "NEMOPET_TOTALSEGMENTATOR_PYTHON": str(program(folder / "python", "fake_totalsegmentator.py")),
        "TOTALSEG_HOME_DIR": str(folder / "home"),
        "FAKE_LABELS": str(folder / "labels.nii.gz"),
        "FAKE_CALLS": str(folder / "calls"),
        "NEMOPET_CACHE": str(folder / "cache"),
        **lion(folder / "lion"),
    }


def lion(folder: Path) -> dict[str, str]:
    """LION's environment and weights, whole to the eye."""
    environment, models = folder / "environment", folder / "models"
    program(environment / "bin" / "python", "fake_lion.py")
    lock = Path(lion_environment.__file__).with_name("lion.lock")
    made = {"lock": hashlib.sha256(lock.read_bytes()).hexdigest(), "torch": list(TORCH)}
    (environment / "nemopet.json").write_text(json.dumps(made))
    model = models / DATASET / "trainer__plans__3d_fullres"
    (model / "fold_all").mkdir(parents=True)
    for name in ("plans.json", "dataset.json"):
        (model / name).write_text("{}")
    (model / "fold_all" / "checkpoint_final.pth").write_text(EMPTY_ZIP)
    return {"NEMOPET_LION": str(environment), "LIONZ_MODELS_DIRECTORY": str(models)}


def program(path: Path, fake: str) -> Path:
    """A program that runs one of the stand-ins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\nexec "$FAKE_PYTHON" "{ENGINES / fake}" "$@"\n')
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path

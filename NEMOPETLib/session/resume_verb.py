"""``resume``: the automatic masks of a scene that was saved, put back into the hands of the open patient."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from NEMOPETLib.masks.engine import LesionFile, MaskFile
from NEMOPETLib.masks.mask import PackedMask
from NEMOPETLib.measurements.patient_measurements import LESIONS
from NEMOPETLib.patient import PHYSIOLOGICAL
from NEMOPETLib.progress import Progress
from NEMOPETLib.session.mask_set import MaskSet
from NEMOPETLib.session.verbs import Desk


def execute(
    desk: Desk,
    progress: Progress,
    *,
    automatic: dict[str, Path],
    lesion_engine: str = "",
    tissue_engine: str = "",
    warnings: list[str] | None = None,
) -> dict[str, Any]:
    """Begin anew with masks as engines once made them; ``measure`` then takes those that the reader changed.

    ``lesion_engine``, ``tissue_engine`` and ``warnings`` are what ``segment`` answered.
    """
    reading = desk.opened()
    study = reading.study
    found = MaskSet(tissue_engine=tissue_engine, warnings=tuple(warnings or ()))
    for name, path in progress(list(automatic.items()), "Reading masks"):
        if name == LESIONS:
            found.lesions = replace(LesionFile(MaskFile(path)).segment(study), description=lesion_engine)
            continue
        grid = study.pet.grid if name == PHYSIOLOGICAL else study.ct.grid
        mask = PackedMask(MaskFile(path).read(name, grid, study.frame_of_reference))
        if name == PHYSIOLOGICAL:
            found.physiological = mask
        else:
            found.tissues[name] = mask
    reading.take(found, list(automatic))
    return {}

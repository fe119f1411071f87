"""``save``: the open patient's masks, page and row."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from NEMOPETLib.cohort.table import CohortTable
from NEMOPETLib.progress import Progress
from NEMOPETLib.session.saving import Saving, save
from NEMOPETLib.session.scoring import ModelUse
from NEMOPETLib.session.verbs import Desk
from NEMOPETLib.survival.model_file import read_model


def execute(
    desk: Desk,
    progress: Progress,
    *,
    cohort: Path,
    reader: str,
    approved: bool,
    model: Path | None = None,
    method: str | None = None,
    clinical: dict[str, Any] | None = None,
    force: bool = False,
    language: Literal["en", "fr"] = "en",
    replace_reviewed: bool = False,
    dicom: bool = False,
) -> dict[str, Any]:
    """Save; from the first file written on it is not cancelled."""
    use = None if model is None else ModelUse(read_model(model), method, clinical, cohort, force)
    saving = Saving(reader, approved, language, use, replace_reviewed, dicom)
    result = save(desk.opened(), CohortTable(cohort), saving, progress, desk.committing)
    return {"row": result.row, "page": str(result.page.html)}

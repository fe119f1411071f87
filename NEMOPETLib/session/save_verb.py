"""``save``: the open patient's masks, page and row."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from NEMOPETLib.cohort.table import CohortTable
from NEMOPETLib.errors import InputError
from NEMOPETLib.patient import DICOM_FOLDER
from NEMOPETLib.privacy.pseudonyms import Pseudonyms
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
    pseudonymise: Path | None = None,
    keep_dates: bool = False,
) -> dict[str, Any]:
    """Save; from the first file written on it is not cancelled.

    A study of image files gets no DICOM objects, which are to refer to DICOM images: ``dicom`` is empty then.
    """
    reading = desk.opened()
    if keep_dates and pseudonymise is None:
        raise InputError("save: keep_dates is of use with pseudonymise only")
    pseudonyms = None if pseudonymise is None else Pseudonyms.open(pseudonymise, keep_dates)
    use = None if model is None else ModelUse(read_model(model), method, clinical, cohort, force, pseudonyms)
    dicom = dicom and reading.study.selection is not None
    saving = Saving(reader, approved, language, use, replace_reviewed, dicom, pseudonyms)
    result = save(reading, CohortTable(cohort), saving, progress, desk.committing)
    objects = sorted((result.folder / DICOM_FOLDER).glob("*.dcm"))
    return {"row": result.row, "page": str(result.page.html), "dicom": [str(path) for path in objects]}

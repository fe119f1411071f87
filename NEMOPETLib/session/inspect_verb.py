"""``inspect``: what the headers of a DICOM study say, read in a moment, before any image is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from NEMOPETLib.progress import Progress
from NEMOPETLib.session.facts import facts_of_selection
from NEMOPETLib.session.verbs import Desk
from NEMOPETLib.studies.open_study import find_selection
from NEMOPETLib.studies.overrides import Overrides
from NEMOPETLib.studies.study_source import StudySource


def execute(
    _desk: Desk,
    progress: Progress,
    *,
    study: Path,
    study_uid: str = "",
    pet_series: str | None = None,
    ct_series: str | None = None,
    overrides: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Patient, injection, series, what is missing, and ``problem``: why it cannot be opened, empty if it can."""
    selection = find_selection(StudySource(study, None, pet_series, ct_series), study_uid, progress)
    return facts_of_selection(selection, Overrides.of(overrides or {}))

"""``merge_clinical``: the user's clinical table merged into the cohort table."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from NEMOPETLib.cohort.clinical import merge_clinical, unchanged
from NEMOPETLib.progress import Progress
from NEMOPETLib.session.table_key import known_pseudonyms
from NEMOPETLib.session.verbs import Desk


def execute(
    _desk: Desk, _progress: Progress, *, cohort: Path, clinical: Path, pseudonymise: Path | None = None
) -> dict[str, Any]:
    """Merge; what does not match is listed."""
    pseudonyms = known_pseudonyms(pseudonymise)
    return asdict(merge_clinical(cohort, clinical, pseudonyms.name_of if pseudonyms else unchanged))

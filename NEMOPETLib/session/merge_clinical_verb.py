"""``merge_clinical``: the user's clinical table merged into the cohort table."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from NEMOPETLib.cohort.clinical import merge_clinical
from NEMOPETLib.progress import Progress
from NEMOPETLib.session.verbs import Desk


def execute(_desk: Desk, _progress: Progress, *, cohort: Path, clinical: Path) -> dict[str, Any]:
    """Merge; what does not match is listed."""
    return asdict(merge_clinical(cohort, clinical))

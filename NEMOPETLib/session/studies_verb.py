"""``studies``: what lies below a folder, and what would be used of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from NEMOPETLib.progress import Progress
from NEMOPETLib.session.verbs import Desk
from NEMOPETLib.studies.listing import studies_listing
from NEMOPETLib.studies.study import find_studies


def execute(
    _desk: Desk, progress: Progress, *, root: Path, pet_series: str | None = None, ct_series: str | None = None
) -> dict[str, Any]:
    """List the studies, usable or not, each with the reason."""
    return studies_listing(*find_studies(root, pet_series=pet_series, ct_series=ct_series, progress=progress))

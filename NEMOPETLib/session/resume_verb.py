"""``resume``: the automatic masks of a scene that was saved, put back into the hands of the open patient."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from NEMOPETLib.progress import Progress
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
    desk.opened().resume(
        automatic, lesion_engine=lesion_engine, tissue_engine=tissue_engine, warnings=warnings or (), progress=progress
    )
    return {}

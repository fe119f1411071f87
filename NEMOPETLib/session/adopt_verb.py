"""``adopt``: masks that engines made before, such as those kept in a scene, as the automatic ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from NEMOPETLib.progress import Progress
from NEMOPETLib.session.verbs import Desk


def execute(
    desk: Desk,
    progress: Progress,
    *,
    masks: dict[str, Path],
    lesion_engine: str = "",
    tissue_engine: str = "",
    warnings: list[str] | None = None,
) -> dict[str, Any]:
    """Take them, with what ``segment`` said of them then."""
    desk.opened().adopt(
        masks, lesion_engine=lesion_engine, tissue_engine=tissue_engine, warnings=warnings or (), progress=progress
    )
    return {}

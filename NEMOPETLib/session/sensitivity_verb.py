"""``sensitivity``: how far the open patient's numbers and risk move with the masks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from NEMOPETLib.progress import Progress
from NEMOPETLib.session.scoring import ModelUse
from NEMOPETLib.session.sensitivity import sensitivity
from NEMOPETLib.session.table_key import known_pseudonyms
from NEMOPETLib.session.verbs import Desk
from NEMOPETLib.survival.model_file import read_model


def execute(
    desk: Desk,
    progress: Progress,
    *,
    model: Path | None = None,
    method: str | None = None,
    cohort: Path | None = None,
    clinical: dict[str, Any] | None = None,
    force: bool = False,
    pseudonymise: Path | None = None,
) -> dict[str, Any]:
    """Follow numbers, and the risk if a model is given."""
    use = (
        None
        if model is None
        else ModelUse(read_model(model), method, clinical, cohort, force, known_pseudonyms(pseudonymise))
    )
    return sensitivity(desk.opened(), use, progress)

"""``predict``: risk, group and survival of the open patient by a frozen model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from NEMOPETLib.progress import Progress
from NEMOPETLib.session.prediction import prediction
from NEMOPETLib.session.scoring import ModelUse, values_for
from NEMOPETLib.session.table_key import known_pseudonyms
from NEMOPETLib.session.verbs import Desk
from NEMOPETLib.survival.model_file import read_model


def execute(
    desk: Desk,
    progress: Progress,
    *,
    model: Path,
    method: str | None = None,
    cohort: Path | None = None,
    clinical: dict[str, Any] | None = None,
    horizons: list[float] | None = None,
    force: bool = False,
    pseudonymise: Path | None = None,
) -> dict[str, Any]:
    """Predict; ``survival`` is at the horizons in the unit of the model's time; at 1 and 2 years if none are given."""
    reading = desk.opened()
    use = ModelUse(read_model(model), method, clinical, cohort, force, known_pseudonyms(pseudonymise))
    reading.measure(progress)
    return prediction(use, values_for(reading, use), horizons)

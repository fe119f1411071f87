"""A TotalSegmentator that is quick and fails as it is told, and weights that are there but are no networks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from NEMOPETLib.engines.weights import WeightSet

PHANTOM_CLASSES = {
    1: ("spleen", "spleen"),
    2: ("fat_sc", "subcutaneous_fat"),
    3: ("fat_v", "torso_fat"),
    4: ("muscle", "skeletal_muscle"),
    5: ("liver", "liver"),
    6: ("kidney", "kidney_right"),
    7: ("urinary_bladder", "urinary_bladder"),
}
"""Labels of the fake's label map: the phantom's name of each, and TotalSegmentator's."""


def put_weights(home: Path, weights: WeightSet, content: str = "weights") -> None:
    for file in weights.files(home / "nnunet" / "results"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)


@dataclass(frozen=True)
class Fake:
    """The quick TotalSegmentator, which fails as it is told."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch

    @property
    def python(self) -> Path:
        return self.folder / "python"

    def will(self, *faults: str, **settings: str) -> None:
        """How the next calls end, in turn."""
        self.monkeypatch.setenv("FAKE_FAULTS", " ".join(faults))
        (self.folder / "calls").unlink(missing_ok=True)
        for name, value in settings.items():
            self.monkeypatch.setenv(f"FAKE_{name.upper()}", value)

    @property
    def calls(self) -> list[dict[str, Any]]:
        """What it was called with so far."""
        file = self.folder / "calls"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

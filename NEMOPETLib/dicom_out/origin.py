"""How a mask came to be, as the objects say it: by which engine, and whether a reader corrected it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_LONG_STRING = 64  # DICOM's LO
_SHORT_TEXT = 1024  # ST


@dataclass(frozen=True)
class Origin:
    """How the masks of one engine were made.

    Parameters
    ----------
    engine
        As the row's ``lesion_engine`` or ``tissue_engine`` has it.
    corrected
        The row's ``corrected_segments``.
    """

    engine: str
    corrected: str = ""

    @property
    def algorithm_name(self) -> str:
        """The engine's name, for Segment Algorithm Name."""
        return (self.engine.split(":")[0].strip() or "unknown")[:_LONG_STRING]

    @property
    def from_file(self) -> bool:
        """Whether the user gave a file: how its masks were drawn is not known."""
        return self.engine.startswith(("file:", "files:"))

    def correction(self, name: str) -> str:
        """What the row says of the correction of a mask, empty if there was none."""
        parts = (part.strip() for part in re.split(r"[;|]", self.corrected))
        return next((part for part in parts if re.match(rf"{re.escape(name)}\b", part)), "")

    def algorithm_type(self, name: str) -> str:
        """Segment Algorithm Type of a mask (PS3.3 C.8.20.2)."""
        return "SEMIAUTOMATIC" if self.correction(name) or self.from_file else "AUTOMATIC"

    def description(self, name: str) -> str:
        """What a person reads of it in Segment Description."""
        how = "Read from a file" if self.from_file else "Automatic"
        if correction := self.correction(name):
            how += f", corrected by a reader ({correction})"
        return f"{how}. {self.engine}"[:_SHORT_TEXT]


def origins(row: Mapping[str, object]) -> tuple[Origin, Origin]:
    """Those of the lesions and of the tissues of a row."""
    corrected = str(row.get("corrected_segments") or "")
    return (
        Origin(str(row.get("lesion_engine") or ""), corrected),
        Origin(str(row.get("tissue_engine") or ""), corrected),
    )

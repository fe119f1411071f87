"""Coded concepts: the words that DICOM objects, Slicer segments and tables share."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """A coded concept: code value, coding scheme designator (SCT, DCM, UCUM, IBSI) and code meaning."""

    value: str
    scheme: str
    meaning: str

    def __str__(self) -> str:
        """As Slicer writes it: ``SCT^78961009^Spleen``."""
        return f"{self.scheme}^{self.value}^{self.meaning}"

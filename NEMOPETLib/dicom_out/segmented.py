"""A Segmentation as other objects refer to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from NEMOPETLib.dicom_out.findings import Finding
from NEMOPETLib.dicom_out.source_series import SourceSeries


@dataclass(frozen=True, eq=False)
class Segmented:
    """A Segmentation that has been written, and what it was drawn on."""

    source: SourceSeries
    series_uid: str
    sop_instance: str
    findings: Sequence[Finding]

    def number(self, name: str) -> int | None:
        """The segment number of a finding, None if it has none."""
        return next((finding.number for finding in self.findings if finding.name == name), None)

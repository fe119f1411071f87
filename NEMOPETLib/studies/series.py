"""DICOM objects grouped into series of slices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pydicom.dataset import Dataset

from NEMOPETLib.studies import header as h
from NEMOPETLib.studies.enhanced import frame_headers
from NEMOPETLib.wording.quoted import quoted


@dataclass(frozen=True, eq=False)
class Slice:
    """One image of a series: a classic file, or one frame of a multi-frame file.

    ``header`` is that of a classic object in both cases, without pixels; ``frame`` counts from 0.
    """

    path: Path
    header: Dataset
    frame: int = 0

    @property
    def name(self) -> str:
        """How an error names this slice: its file, and its frame where there are several."""
        several = (h.number(self.header, "NumberOfFrames") or 1) > 1
        return f"{quoted(self.path.name)} frame {self.frame + 1}" if several else quoted(self.path.name)


@dataclass(frozen=True, eq=False)
class Series:
    """The slices of one series of one study of one patient, in no order."""

    slices: tuple[Slice, ...]

    @property
    def header(self) -> Dataset:
        """The header of one slice, for what all slices share."""
        return self.slices[0].header

    @property
    def headers(self) -> list[Dataset]:
        """The header of each slice."""
        return [one.header for one in self.slices]

    @property
    def uid(self) -> str:
        """Series Instance UID."""
        return h.text(self.header, "SeriesInstanceUID")

    @property
    def study(self) -> tuple[str, str]:
        """Patient ID and Study Instance UID."""
        return h.text(self.header, "PatientID"), h.text(self.header, "StudyInstanceUID")

    @property
    def modality(self) -> str:
        """Modality, as ``PT`` or ``CT``."""
        return h.text(self.header, "Modality").upper()

    @property
    def number(self) -> int:
        """Series Number, 0 if absent."""
        return int(h.number(self.header, "SeriesNumber") or 0)

    @property
    def frame_of_reference(self) -> str:
        """Frame of Reference UID, empty if absent."""
        return h.text(self.header, "FrameOfReferenceUID")

    @cached_property
    def label(self) -> str:
        """How a message names this series: modality, number and description."""
        description = h.text(self.header, "SeriesDescription")
        return f"{self.modality} series {self.number}" + (f" ({quoted(description)})" if description else "")

    @property
    def folder(self) -> Path:
        """Where its first file lies."""
        return self.slices[0].path.parent


def group_series(headers: Iterable[tuple[Path, Dataset]]) -> list[Series]:
    """Group objects by patient, study and series; sorted by series number, then UID."""
    groups: dict[tuple[str, ...], list[Slice]] = defaultdict(list)
    for path, header in headers:
        key = tuple(h.text(header, k) for k in ("PatientID", "StudyInstanceUID", "SeriesInstanceUID"))
        groups[key] += [Slice(path, frame, number) for number, frame in enumerate(frame_headers(header))]
    found = [Series(tuple(slices)) for slices in groups.values()]
    return sorted(found, key=lambda series: (series.study, series.number, series.uid))

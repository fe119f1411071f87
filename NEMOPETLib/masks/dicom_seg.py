"""DICOM Segmentation objects: binary, fractional and label map (PS3.3 A.51, A.90 and C.8.20).

Frames are read one at a time, only those of the segments wanted, each where its Image Position says: they
may be sparse, in any order, and overlap.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, dcmread
from pydicom.pixels import iter_pixels

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.planes import plane_grid, slab_thickness
from NEMOPETLib.masks.segments import Block, Segment

SOP_CLASSES = ("1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7")
"""Segmentation Storage, and Label Map Segmentation Storage."""


@dataclass(frozen=True, eq=False)
class _Frame:
    """One frame: whose it is (None in a label map), and where it lies."""

    index: int
    segment: int | None
    orientation: NDArray[np.float64]
    position: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DicomSeg:
    """A DICOM Segmentation whose attributes have been read, and whose frames have not; a ``SegmentFile``."""

    path: Path
    header: Dataset

    named = True
    warnings = ()

    @property
    def frame_of_reference(self) -> str | None:
        """Its Frame of Reference UID."""
        return self.header.get("FrameOfReferenceUID")

    def segments(self) -> tuple[Segment, ...]:
        """Segment numbers and labels; 0 is the background of a label map."""
        items = self.header.get("SegmentSequence", ())
        numbered = [(int(item.SegmentNumber), str(item.get("SegmentLabel", ""))) for item in items]
        return tuple(Segment(number, label) for number, label in numbered if number != 0)

    def blocks(self, numbers: frozenset[int] | None) -> Iterator[Block]:
        """One frame after the other, of the segments ``numbers`` (None: of all)."""
        chosen = frozenset(s.number for s in self.segments()) if numbers is None else numbers
        frames = self._frames()
        wanted = [f for f in frames if f.segment is None or f.segment in chosen]
        if not wanted or not chosen:
            return
        step_i, step_j, thickness = self._steps(frames)
        shape = int(self.header.Rows), int(self.header.Columns)
        for frame, values in zip(wanted, self._pixels(wanted), strict=True):
            grid = plane_grid(frame.position, step_i, step_j, thickness, shape)
            yield Block(self._belonging(values, chosen)[np.newaxis], grid)

    def _frames(self) -> list[_Frame]:
        label_map = self.header.get("SegmentationType") == "LABELMAP"
        frames = []
        for index in range(len(self.header.get("PerFrameFunctionalGroupsSequence", ()))):
            position = self._group(index, "PlanePositionSequence").ImagePositionPatient
            orientation = self._group(index, "PlaneOrientationSequence").ImageOrientationPatient
            segment = None
            if not label_map:
                segment = int(self._group(index, "SegmentIdentificationSequence").ReferencedSegmentNumber)
            frames.append(_Frame(index, segment, np.array(orientation, float), np.array(position, float)))
        return frames

    def _group(self, frame: int, sequence: str) -> Dataset:
        """The item of a functional group, of one frame or shared by all."""
        shared = self.header.get("SharedFunctionalGroupsSequence", [Dataset()])
        for groups in (self.header.PerFrameFunctionalGroupsSequence[frame], shared[0]):
            if groups.get(sequence):
                return groups[sequence].value[0]
        raise InputError(f"{self.path}: frame {frame + 1} has no {sequence}, which says where it lies")

    def _steps(self, frames: list[_Frame]) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
        """LPS vectors from column to column and row to row, and the distance between planes, in mm."""
        orientation = frames[0].orientation
        if any(np.abs(f.orientation - orientation).max() > 1e-4 for f in frames):
            raise InputError(f"{self.path}: its frames have several orientations")
        measures = self._group(0, "PixelMeasuresSequence")
        between_rows, between_columns = map(float, measures.PixelSpacing)
        normal = np.cross(orientation[:3], orientation[3:])
        alone = measures.get("SpacingBetweenSlices") or measures.get("SliceThickness") or 1.0
        thickness = slab_thickness(np.array([f.position @ normal for f in frames]), float(alone))
        return between_columns * orientation[:3], between_rows * orientation[3:], thickness

    def _pixels(self, frames: list[_Frame]) -> Iterator[NDArray[Any]]:
        try:
            yield from iter_pixels(self.path, indices=[f.index for f in frames], raw=True)
        except (ValueError, AttributeError, RuntimeError, NotImplementedError) as error:
            raise InputError(f"{self.path}: its frames are truncated or cannot be decoded") from error

    def _belonging(self, values: NDArray[Any], numbers: frozenset[int]) -> NDArray[np.bool_]:
        if self.header.SegmentationType == "LABELMAP":
            return np.isin(values, list(numbers))
        if self.header.SegmentationType == "FRACTIONAL":
            return np.asarray(values >= 0.5 * self.header.MaximumFractionalValue)
        return values.astype(bool)


def open_dicom_seg(path: Path) -> DicomSeg:
    """Read the attributes of a DICOM Segmentation.

    Raises
    ------
    InputError
        If it lacks what says how its frames are stored or where they lie.
    """
    header = dcmread(path, stop_before_pixels=True, force=True)
    missing = [k for k in ("Rows", "Columns", "SegmentationType", "SegmentSequence") if k not in header]
    if missing:
        raise InputError(f"{path}: the DICOM Segmentation has no {' and no '.join(missing)}")
    if "DimensionOrganizationType" in header and header.DimensionOrganizationType.startswith("TILED"):
        raise InputError(f"{path}: a tiled segmentation, as of slides, has no place in a volume")
    return DicomSeg(path, header)

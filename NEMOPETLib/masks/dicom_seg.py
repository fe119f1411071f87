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
from pydicom.uid import DeflatedExplicitVRLittleEndian

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.dicom_items import needed, needed_vector
from NEMOPETLib.masks.planes import plane_distances, plane_grid, slab_thickness
from NEMOPETLib.masks.segments import Block, Segment
from NEMOPETLib.studies.stored_frames import read_whole_header

SOP_CLASSES = ("1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7")
"""Segmentation Storage, and Label Map Segmentation Storage."""


_PLACE = (
    ("PlaneOrientation", "ImageOrientationPatient", 6),
    ("PlanePosition", "ImagePositionPatient", 3),
)


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
        numbers = [int(needed(item, "SegmentNumber", self.path)) for item in items]
        labels = [str(item.get("SegmentLabel", "")) for item in items]
        return tuple(Segment(n, label) for n, label in zip(numbers, labels, strict=True) if n != 0)

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
            plane, position = (
                needed_vector(self._group(index, f"{sequence}Sequence"), keyword, length, self.path)
                for sequence, keyword, length in _PLACE
            )
            segment = None
            if not label_map:
                identity = self._group(index, "SegmentIdentificationSequence")
                segment = int(needed(identity, "ReferencedSegmentNumber", self.path))
            frames.append(_Frame(index, segment, plane, position))
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
        between_rows, between_columns = needed_vector(measures, "PixelSpacing", 2, self.path)
        normal = np.cross(orientation[:3], orientation[3:])
        if min(between_rows, between_columns) <= 0 or not np.isclose(normal @ normal, 1, atol=1e-3):
            raise InputError(f"{self.path}: its PixelSpacing or ImageOrientationPatient cannot be right")
        positions = np.array([f.position @ normal for f in frames])
        thickness = slab_thickness(positions, self._stated_spacing(measures) or _least_distance(positions))
        return between_columns * orientation[:3], between_rows * orientation[3:], thickness

    def _stated_spacing(self, measures: Dataset) -> float | None:
        """Distance between slices in mm, None where nothing is stated: frames may lie far apart, or be only one."""
        for keyword in ("SpacingBetweenSlices", "SliceThickness"):
            if measures.get(keyword):
                return abs(float(needed_vector(measures, keyword, 1, self.path)[0]))
        return None

    def _pixels(self, frames: list[_Frame]) -> Iterator[NDArray[Any]]:
        indices = [f.index for f in frames]
        try:
            if self._begins_within_bytes():
                yield from self._bits(indices)
            else:
                yield from iter_pixels(self._source(), indices=indices, raw=True)
        except (ValueError, AttributeError, RuntimeError, NotImplementedError) as error:
            raise InputError(f"{self.path}: its frames are truncated or cannot be decoded") from error

    def _begins_within_bytes(self) -> bool:
        """Whether frames of single bits follow each other without a gap; a compressed frame is a stream of its own."""
        syntax = self.header.file_meta.get("TransferSyntaxUID")
        is_compressed = syntax is not None and syntax.is_encapsulated
        return bool(
            self.header.BitsAllocated == 1 and self.header.Rows * self.header.Columns % 8 != 0 and not is_compressed
        )

    def _source(self) -> Path | Dataset:
        """What pydicom reads frames from: the file, unless it is compressed as a whole."""
        deflated = self.header.file_meta.get("TransferSyntaxUID") == DeflatedExplicitVRLittleEndian
        return dcmread(self.path, force=True) if deflated else self.path

    def _bits(self, indices: list[int]) -> Iterator[NDArray[np.uint8]]:
        """Frames of single bits that begin in the midst of a byte, which pydicom does not read one by one."""
        packed = np.frombuffer(dcmread(self.path, force=True).PixelData, np.uint8)
        shape = int(self.header.Rows), int(self.header.Columns)
        size = shape[0] * shape[1]
        for index in indices:
            byte, bit = divmod(index * size, 8)
            bits = np.unpackbits(packed[byte : byte + size // 8 + 2], bitorder="little")[bit : bit + size]
            yield bits.reshape(shape)

    def _belonging(self, values: NDArray[Any], numbers: frozenset[int]) -> NDArray[np.bool_]:
        if self.header.SegmentationType == "LABELMAP":
            return np.isin(values, list(numbers))
        if self.header.SegmentationType == "FRACTIONAL":
            return np.asarray(values >= 0.5 * needed(self.header, "MaximumFractionalValue", self.path))
        return values.astype(bool)


def _least_distance(positions: NDArray[np.float64]) -> float:
    """The least distance between planes, 1 mm if there is only one."""
    distances = plane_distances(positions)
    return float(distances[0]) if distances.size else 1.0


def open_dicom_seg(path: Path) -> DicomSeg:
    """Read the attributes of a DICOM Segmentation.

    Raises
    ------
    InputError
        If it lacks what says how its frames are stored or where they lie.
    """
    header = read_whole_header(path)
    for keyword in (
        "Rows",
        "Columns",
        "BitsAllocated",
        "NumberOfFrames",
        "SegmentationType",
        "SegmentSequence",
    ):
        needed(header, keyword, path)
    if header.get("DimensionOrganizationType", "").startswith("TILED"):
        raise InputError(f"{path}: a tiled segmentation, as of slides, has no place in a volume")
    return DicomSeg(path, header)

"""Label maps in NIfTI and NRRD files, Slicer's ``.seg.nrrd`` with its overlapping layers among them.

A voxel carries label n if its value rounds to n, half upwards: so a soft mask counts from one half on, as
a fractional DICOM SEG does, and labels that were stored as floating point stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.image_stream import ImageStream, readable
from NEMOPETLib.masks.nifti import open_nifti
from NEMOPETLib.masks.nrrd import open_nrrd
from NEMOPETLib.masks.onto_grid import part_of
from NEMOPETLib.masks.segments import Block, Segment

_WHOLE = 1e-3
"""How far a value may be from a whole number: scaled and compressed floating point labels are not exact."""


@dataclass(frozen=True)
class _NamedLabel:
    """A named segment, and the layer and label value that its voxels have."""

    segment: Segment
    layer: int
    value: int


@dataclass(frozen=True, eq=False)
class LabelMap:
    """A label map whose header has been read; a ``SegmentFile``.

    Parameters
    ----------
    image
        The file.
    labels
        Its named segments; empty where values are all there is.
    """

    image: ImageStream
    labels: tuple[_NamedLabel, ...]

    frame_of_reference = None
    warnings = ()

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self.image.path

    @property
    def named(self) -> bool:
        """Whether its segments have names."""
        return bool(self.labels)

    def segments(self) -> tuple[Segment, ...]:
        """The named segments, or all values other than 0: the voxels are read through for these."""
        if self.labels:
            return tuple(label.segment for label in self.labels)
        values: set[int] = set()
        for _, slab in self.image.slabs():
            labels = _rounded(slab, self.path)
            values.update(np.unique(labels[labels != 0]).tolist())
        return tuple(Segment(int(value), "") for value in sorted(values))

    def blocks(self, numbers: frozenset[int] | None) -> Iterator[Block]:
        """Voxels of the segments ``numbers`` (None: of any), some slices at a time."""
        for first, slab in self.image.slabs():
            labels = _rounded(slab, self.path)
            grid = part_of(self.image.grid, first, len(slab))
            yield Block(self._belonging(labels, numbers), grid)

    def _belonging(self, labels: NDArray[Any], numbers: frozenset[int] | None) -> NDArray[np.bool_]:
        if numbers is None:
            return np.asarray((labels != 0).any(axis=-1))
        if self.labels:
            places = [(label.layer, label.value) for label in self.labels if label.segment.number in numbers]
        else:
            places = [(0, number) for number in numbers]
        belonging = np.zeros(labels.shape[:-1], dtype=bool)
        for layer, value in places:
            belonging |= labels[..., layer] == value
        return belonging


def open_nifti_labels(path: Path) -> LabelMap:
    """Read the header of a NIfTI label map. Raises ``InputError`` if it is damaged or no mask."""
    with readable(path):
        image = open_nifti(path)
    names = image.label_names.items()
    return LabelMap(image, tuple(_NamedLabel(Segment(value, name), 0, value) for value, name in names))


def open_nrrd_labels(path: Path) -> LabelMap:
    """Read the header of an NRRD label map or segmentation. Raises ``InputError`` if damaged or no mask.

    The keys of a segmentation: Slicer's documentation of its ``.seg.nrrd`` format. Files from before layers
    were shared have neither ``Layer`` nor ``LabelValue``: each segment is 1 in the layer of its own.
    """
    with readable(path):
        image = open_nrrd(path)
    indices = sorted({int(key[1]) for key in map(re.compile(r"Segment(\d+)_").match, image.keys) if key})
    if not indices and image.layers > 1:
        raise InputError(f"{path}: {image.layers} values per voxel and no segments: an image, not a mask")
    labels = []
    for place, index in enumerate(indices):
        key = f"Segment{index}_"
        name = image.keys.get(key + "Name") or image.keys.get(key + "ID") or ""
        layer, value = image.keys.get(key + "Layer", str(place)), image.keys.get(key + "LabelValue", "1")
        if not (layer.isdecimal() and value.isdecimal() and int(layer) < image.layers):
            raise InputError(f"{path}: its segment {name!r} has no voxels: layer {layer}, label {value}")
        labels.append(_NamedLabel(Segment(place + 1, name), int(layer), int(value)))
    return LabelMap(image, tuple(labels))


def _rounded(slab: NDArray[Any], path: Path) -> NDArray[Any]:
    """Values as labels. Raises ``InputError`` if they are those of an image."""
    if slab.dtype.kind == "u":
        return slab
    lowest = slab.min()
    if not np.isfinite(lowest) or not np.isfinite(slab.max()):
        raise InputError(f"{path}: some of its values are not numbers (NaN) or infinite")
    if lowest < -_WHOLE:
        raise InputError(f"{path}: its values go down to {lowest:g}: an image, not a mask")
    if slab.dtype.kind == "i":
        return slab
    labels = np.floor(slab + 0.5)
    if (np.abs(slab - labels)[slab > 1] > _WHOLE).any():
        raise InputError(f"{path}: its values are not whole numbers: an image, not a mask")
    return labels

"""Masks and lesions as Slicer's ``.seg.nrrd``, written slab by slab.

The format is NRRD with the keys of Slicer's segmentations (vtkMRMLSegmentationStorageNode). Segments that
overlap lie in layers of their own, which are the first axis of the file.
"""

from __future__ import annotations

import gzip
import itertools
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from NEMOPETLib.errors import InputError, why_refused
from NEMOPETLib.masks.mask import MaskVoxels
from NEMOPETLib.masks.segment_terms import SEGMENT_TERMS, SegmentTerm
from NEMOPETLib.studies.volume import Grid, Volume
from NEMOPETLib.whole_file import replacing

_SLAB_VOXELS = 1 << 21
_COLOR_OF_OTHERS = (0.5, 0.68, 0.5)


@dataclass(frozen=True)
class _Segment:
    """A segment as the header lists it, and the layer and label value that its voxels have."""

    identifier: str
    name: str
    term: SegmentTerm | None
    layer: int
    value: int


def write_segmentation(path: Path, masks: Mapping[str, MaskVoxels], *, compressed: bool = True) -> None:
    """Write masks on one grid as a segmentation that Slicer opens with names, codes and colours.

    The file is there whole or not at all. ``read_mask`` gives each mask back by its name.

    Parameters
    ----------
    path
        Where to write; Slicer knows the suffix ``.seg.nrrd``.
    masks
        At least one, by name. Those of ``SEGMENT_TERMS`` are called and coded as there, others by their name.
    compressed
        False for a file that is soon read again: larger, but written and read in no time.

    Raises
    ------
    InputError
        If the masks lie on several grids, or the file cannot be written.
    """
    grid = next(iter(masks.values())).grid
    if not all(mask.grid.matches(grid) for mask in masks.values()):
        raise InputError(f"{path}: masks on several grids do not go into one segmentation")
    terms = [SEGMENT_TERMS.get(name) for name in masks]
    segments = [
        _Segment(name, term.name if term else name, term, layer, value)
        for value, (name, term, layer) in enumerate(
            zip(masks, terms, _layers(list(masks.values())), strict=True), start=1
        )
    ]
    dtype, layers = _smallest_type(len(segments)), 1 + max(segment.layer for segment in segments)

    def labels(slices: slice) -> NDArray[Any]:
        slab = np.zeros((len(range(*slices.indices(grid.shape[0]))), *grid.shape[1:], layers), dtype)
        for segment, mask in zip(segments, masks.values(), strict=True):
            slab[..., segment.layer][mask.slab(slices)] = segment.value
        return slab

    _write(path, grid, segments, dtype, labels, compressed=compressed)


def write_lesions(path: Path, lesions: Volume) -> None:
    """Write a label map of lesions, each as a segment ``Lesion n``, as ``write_segmentation`` does.

    Parameters
    ----------
    path
        Where to write.
    lesions
        Whole numbers from 1 to 65535, 0 outside.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    term = SEGMENT_TERMS["lesions"]
    numbers = [int(number) for number in np.unique(lesions.voxels) if number]
    segments = [_Segment(f"lesion_{n}", f"{term.name} {n}", term, 0, n) for n in numbers]
    dtype = _smallest_type(max(numbers, default=0))
    _write(path, lesions.grid, segments, dtype, lambda slices: lesions.voxels[slices].astype(dtype))


def _layers(masks: Sequence[MaskVoxels]) -> list[int]:
    """The first layer for each mask that none which overlaps it has."""
    layers: list[int] = []
    for mask in masks:
        taken = {layer for layer, other in zip(layers, masks, strict=False) if _overlap(mask, other)}
        layers.append(next(layer for layer in itertools.count() if layer not in taken))
    return layers


def _overlap(one: MaskVoxels, other: MaskVoxels) -> bool:
    planes = (slice(k, k + 1) for k in range(one.grid.shape[0]))
    return any(bool((one.slab(plane) & other.slab(plane)).any()) for plane in planes)


def _smallest_type(highest: int) -> np.dtype[Any]:
    return np.dtype(np.uint8 if highest < 256 else "<u2")


def _write(
    path: Path,
    grid: Grid,
    segments: Sequence[_Segment],
    dtype: np.dtype[Any],
    labels: Callable[[slice], NDArray[Any]],
    *,
    compressed: bool = True,
) -> None:
    """Write header and label values; ``labels`` gives those of some slices."""
    thickness = max(1, _SLAB_VOXELS // (grid.shape[1] * grid.shape[2]))
    try:
        with replacing(path) as file:
            file.write(_header(grid, segments, dtype, "gzip" if compressed else "raw").encode())
            with _compressing(file) if compressed else nullcontext(file) as data:
                for first in range(0, grid.shape[0], thickness):
                    data.write(labels(slice(first, first + thickness)).tobytes())
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({why_refused(error)})") from error


def _compressing(file: IO[bytes]) -> gzip.GzipFile:
    return gzip.GzipFile(fileobj=file, mode="wb", compresslevel=1, filename="", mtime=0)


def _header(grid: Grid, segments: Sequence[_Segment], dtype: np.dtype[Any], encoding: str) -> str:
    layers = 1 + max((segment.layer for segment in segments), default=0)
    axes = 3 if layers == 1 else 4
    vectors = [f"({','.join(map(repr, column))})" for column in grid.affine[:3].T.tolist()]
    size = [str(n) for n in grid.shape[::-1]]
    several = axes == 4
    lines = [
        "NRRD0004",
        f"type: {'unsigned char' if dtype.itemsize == 1 else 'unsigned short'}",
        f"dimension: {axes}",
        "space: left-posterior-superior",
        f"sizes: {' '.join([str(layers), *size] if several else size)}",
        f"space directions: {' '.join(['none', *vectors[:3]] if several else vectors[:3])}",
        f"kinds: {'list ' if several else ''}domain domain domain",
        "endian: little",
        f"encoding: {encoding}",
        f"space origin: {vectors[3]}",
        *(line for number, segment in enumerate(segments) for line in _segment_keys(number, segment, grid)),
        "Segmentation_ContainedRepresentationNames:=Binary labelmap|",
        "Segmentation_MasterRepresentation:=Binary labelmap",
        "Segmentation_ReferenceImageExtentOffset:=0 0 0",
    ]
    return "\n".join(lines) + "\n\n"


def _segment_keys(number: int, segment: _Segment, grid: Grid) -> list[str]:
    color = segment.term.color if segment.term else _COLOR_OF_OTHERS
    entry = f"TerminologyEntry:{segment.term.slicer_entry}|" if segment.term else ""
    keys = {
        "ID": segment.identifier,
        "Name": segment.name,
        "Color": " ".join(map(str, color)),
        "NameAutoGenerated": "0",
        "ColorAutoGenerated": "0",
        "Extent": " ".join(f"0 {n - 1}" for n in grid.shape[::-1]),
        "Layer": str(segment.layer),
        "LabelValue": str(segment.value),
        "Tags": entry,
    }
    escaped = {key: value.replace("\\", "\\\\").replace("\n", "\\n") for key, value in keys.items()}
    return [f"Segment{number}_{key}:={value}" for key, value in escaped.items()]

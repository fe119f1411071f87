"""What is written of a patient: each lesion and each tissue, with its planes, name, codes and tracking ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from NEMOPETLib.masks.mask import Mask, PackedMask
from NEMOPETLib.masks.segment_terms import SEGMENT_TERMS, SegmentTerm
from NEMOPETLib.studies.volume import Volume

Plane = NDArray[np.bool_]


class Planes(Protocol):
    """The voxels of one finding, plane by plane."""

    def __iter__(self) -> Iterator[tuple[int, Plane]]:
        """Index k and voxels (rows, columns) of each plane that has any, in the order of the grid."""


@dataclass(frozen=True, eq=False)
class Finding:
    """One lesion or tissue.

    Parameters
    ----------
    number
        Segment and ROI number in its objects, from 1.
    name
        ``lesion 3`` or ``muscle``: its tracking identifier.
    label
        As people read it: ``Lesion 3``, ``Skeletal muscle``.
    term
        Codes and colour.
    tracking_uid
        The same as long as it is the same finding of the study (``tracking_uids``).
    planes
        Its voxels; may be gone through more than once.
    mask
        The mask that it is of: ``lesions`` or its own name.
    """

    number: int
    name: str
    label: str
    term: SegmentTerm
    tracking_uid: str
    planes: Planes
    mask: str


def lesion_findings(labels: Volume, uids: Mapping[str, str]) -> list[Finding]:
    """Each label of a lesion map, with its tracking UID by its name; its number is the label."""
    term = SEGMENT_TERMS["lesions"]
    boxes = ndimage.find_objects(labels.voxels)
    return [
        Finding(
            number,
            f"lesion {number}",
            f"{term.name} {number}",
            term,
            uids[f"lesion {number}"],
            _LesionPlanes(labels, number, box),
            "lesions",
        )
        for number, box in enumerate(boxes, start=1)
        if box is not None
    ]


def tissue_findings(masks: Sequence[Mask | PackedMask], uids: Mapping[str, str]) -> list[Finding]:
    """Each tissue that has a term, with its tracking UID by its name; numbered from 1."""
    return [
        Finding(
            number,
            mask.name,
            SEGMENT_TERMS[mask.name].name,
            SEGMENT_TERMS[mask.name],
            uids[mask.name],
            _MaskPlanes(mask),
            mask.name,
        )
        for number, mask in enumerate(masks, start=1)
    ]


@dataclass(frozen=True, eq=False)
class _LesionPlanes:
    labels: Volume
    number: int
    box: tuple[slice, slice, slice]

    def __iter__(self) -> Iterator[tuple[int, Plane]]:
        inside = self.labels.voxels[self.box] == self.number
        for k, part in enumerate(inside, start=self.box[0].start):
            if part.any():
                plane = np.zeros(self.labels.grid.shape[1:], dtype=bool)
                plane[self.box[1:]] = part
                yield k, plane


@dataclass(frozen=True, eq=False)
class _MaskPlanes:
    mask: Mask | PackedMask

    def __iter__(self) -> Iterator[tuple[int, Plane]]:
        for k in range(self.mask.grid.shape[0]):
            plane = self.mask.slab(slice(k, k + 1))[0]
            if plane.any():
                yield k, plane

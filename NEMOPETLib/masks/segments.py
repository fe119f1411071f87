"""What every kind of mask file holds: named segments, and their voxels in blocks with a place in the patient.

``dicom_seg``, ``rtstruct`` and ``label_map`` each read one kind of file into this shape; ``choose_segments``
says which segments are meant, and ``onto_grid`` puts them onto an image.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from NEMOPETLib.errors import InputError
from NEMOPETLib.studies.volume import Grid
from NEMOPETLib.wording.quoted import quoted

_ALSO_CALLED = {
    "lesions": ("lesion",),
    "physiological": ("physiological_uptake",),
    "muscle": ("skeletal_muscle",),
    "fat_sc": ("subcutaneous_fat",),
    "fat_v": ("torso_fat", "trunk_fat", "visceral_fat"),
}
_LESION = re.compile(r"lesion|tumou?r|neoplasm|metasta|gtv")
_ONE_OF_LESIONS = re.compile(r"lesions?_?\d*")
_UNNAMED = re.compile(r"(segment|region|label|roi|structure)?[\s_-]*\d*")


@dataclass(frozen=True)
class Segment:
    """One structure of a mask file.

    Parameters
    ----------
    number
        DICOM segment number, ROI number, or label value; in a ``.seg.nrrd`` the place in its list, from 1.
    name
        As the file has it; empty if it has none.
    """

    number: int
    name: str


@dataclass(frozen=True, eq=False)
class Block:
    """Some voxels of the chosen segments, of shape ``grid.shape``; the blocks of a file tile its space."""

    voxels: NDArray[np.bool_]
    grid: Grid


class SegmentFile(Protocol):
    """A mask file of any kind, opened."""

    @property
    def path(self) -> Path:
        """Where it lies."""

    @property
    def named(self) -> bool:
        """Whether its segments have names; a plain label map has values only."""

    @property
    def frame_of_reference(self) -> str | None:
        """DICOM Frame of Reference UID, if the file has one."""

    def segments(self) -> Sequence[Segment]:
        """All structures in the file; a plain label map is read through for this."""

    def blocks(self, numbers: frozenset[int] | None) -> Iterator[Block]:
        """Voxels that belong to any of the segments ``numbers`` (None: to any at all)."""

    @property
    def warnings(self) -> Sequence[str]:
        """What the reader should know of the file."""


def choose_segments(file: SegmentFile, name: str, segment: str | None) -> tuple[frozenset[int] | None, str]:
    """Which segments of a file make up the mask ``name``.

    A ``segment`` given by name (case does not matter) or number is taken. Otherwise: all values of a plain
    label map of ``lesions``; the only segment there is; the segment that carries the mask's name or
    TotalSegmentator's for it; for ``lesions`` also all segments whose names speak of lesions, or all where
    none has a telling name.

    Returns
    -------
    Segment numbers (None: every segment), and a warning where several were united whose names leave a doubt.

    Raises
    ------
    InputError
        If the choice is not clear; it lists the segments.
    """
    if segment is None and name == "lesions" and not file.named:
        return None, ""
    segments = file.segments()
    chosen = _candidates(segments, name, segment)
    if len(chosen) > 1 and name == "lesions":
        plain = all(_ONE_OF_LESIONS.fullmatch(_plain(s.name)) for s in chosen)
        united = f"the lesions of {quoted(file.path.name)} are these segments together: {_listed(chosen)}"
        return _numbers(chosen), "" if plain else united
    if len(chosen) != 1 and (segments or segment is not None):
        wanted = f"which segment is {name!r}" if segment is None else f"which segment {segment!r} is"
        raise InputError(f"{file.path}: it is not clear {wanted}; it has: {_listed(segments)}")
    return _numbers(chosen), ""


def _candidates(segments: Sequence[Segment], name: str, segment: str | None) -> list[Segment]:
    if segment is not None:
        return _named(segments, {segment}) or [s for s in segments if segment == str(s.number)]
    if len(segments) == 1:
        return list(segments)
    named = _named(segments, {name, *_ALSO_CALLED.get(name, ())})
    return _lesions(segments) if name == "lesions" and not named else named


def _numbers(segments: Sequence[Segment]) -> frozenset[int]:
    return frozenset(s.number for s in segments)


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", name.strip().lower())


def _named(segments: Sequence[Segment], names: set[str]) -> list[Segment]:
    plain = {_plain(name) for name in names}
    return [s for s in segments if _plain(s.name) in plain]


def _lesions(segments: Sequence[Segment]) -> list[Segment]:
    """The segments whose names speak of lesions; all, if no segment has a telling name."""
    if all(_UNNAMED.fullmatch(s.name.strip().lower()) for s in segments):
        return list(segments)
    return [s for s in segments if _LESION.search(s.name.lower())]


def _listed(segments: Sequence[Segment]) -> str:
    shown = ", ".join(f"{s.number} {s.name}".strip() for s in segments[:20])
    more = f", and {len(segments) - 20} more" if len(segments) > 20 else ""
    return quoted(shown) + more if segments else "none"

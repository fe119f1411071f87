"""What is asked of TotalSegmentator: its tasks, options and classes (registry of version 2.18.0)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from NEMOPETLib.engines.weights import TISSUE_TYPES, TOTAL, TOTAL_3_MM, TOTAL_6_MM, WeightSet


@dataclass(frozen=True)
class Task:
    """One call of TotalSegmentator.

    Parameters
    ----------
    title
        What it finds, in a word.
    options
        What is asked for.
    weights
        The networks that must be there: TotalSegmentator downloads those missing even if it does not use them.
    used
        The networks that make the result.
    structures
        Names of our masks, and the classes that each is made of.
    voxel_mm
        Spacing on which the network works.
    fast
        The same with the 3 mm network; None if there is none.
    """

    title: str
    options: tuple[str, ...]
    weights: Sequence[WeightSet]
    used: Sequence[WeightSet]
    structures: Mapping[str, tuple[str, ...]]
    voxel_mm: float = 1.5
    fast: Task | None = None

    @property
    def name(self) -> str:
        """As written in the row: ``total -rs spleen``."""
        return " ".join(self.options).removeprefix("-ta ")

    @property
    def cropped(self) -> bool:
        """Whether it works on the region of its classes alone."""
        return "-rs" in self.options


_SPLEEN = Task(
    title="spleen",
    options=("-ta", "total", "-rs", "spleen"),
    weights=(*TOTAL, TOTAL_6_MM),
    used=(TOTAL[0], TOTAL_6_MM),
    structures={"spleen": ("spleen",)},
)
SPLEEN = replace(
    _SPLEEN,
    fast=replace(
        _SPLEEN,
        options=(*_SPLEEN.options, "-f"),
        weights=(TOTAL_3_MM, TOTAL_6_MM),
        used=(TOTAL_3_MM, TOTAL_6_MM),
        voxel_mm=3.0,
    ),
)
TISSUES = Task(
    title="tissues",
    options=("-ta", "tissue_types"),
    weights=(TISSUE_TYPES,),
    used=(TISSUE_TYPES,),
    structures={"fat_sc": ("subcutaneous_fat",), "fat_v": ("torso_fat",), "muscle": ("skeletal_muscle",)},
)
# Where a hot voxel is looked up, the network's own 3 mm are fine enough: so its result is not blown up to the CT's.
ORGANS = Task(
    title="organs",
    options=("-ta", "total", "-f", "-sl"),
    weights=(TOTAL_3_MM,),
    used=(TOTAL_3_MM,),
    structures={
        "brain": ("brain",),
        "heart": ("heart",),
        "liver": ("liver",),
        "stomach": ("stomach",),
        "bowel": ("duodenum", "small_bowel", "colon"),
        "kidneys": ("kidney_right", "kidney_left"),
        "urinary_bladder": ("urinary_bladder",),
    },
    voxel_mm=3.0,
)

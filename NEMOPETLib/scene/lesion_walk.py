"""Where a reader stands in the list of lesions while the list changes under the cursor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from NEMOPETLib.masks.cropped_mask import CroppedMask, Index
from NEMOPETLib.masks.region_growing import part_at, seed_voxel
from NEMOPETLib.scene.patient_nodes import LESIONS, PHYSIOLOGICAL, PatientNodes
from NEMOPETLib.scene.segments import get_mask

Position = tuple[float, float, float]


@dataclass(frozen=True)
class LesionRow:
    """A row of the list: a position inside the part (LPS, mm), and whether it is physiological uptake."""

    inside_lps: Position
    physiological: bool = False


@dataclass(frozen=True)
class Holder:
    """The part that holds a position now: whether it is physiological uptake, and its places in the list, if any."""

    physiological: bool
    places: tuple[int, ...]


Look = Callable[[Position, Sequence[LesionRow]], Holder | None]


@dataclass(frozen=True)
class LesionWalk:
    """A list of lesions and physiological parts, and the one that a reader looks at.

    Parameters
    ----------
    rows
        The list.
    chosen
        What the reader looks at; it may be missing from the list until its numbers are there.
    neighbours
        What stood before and after it before a click took it to another place in the list: from there the walk goes
        on as if it had stayed. None if it was not moved.
    lost
        Whether what the reader looked at is gone, so that the views have to go to what is chosen instead.
    """

    rows: tuple[LesionRow, ...] = ()
    chosen: LesionRow | None = None
    neighbours: tuple[LesionRow | None, LesionRow | None] | None = None
    lost: bool = False

    @property
    def at(self) -> int | None:
        """The place of the chosen one in the list; None if it is not there."""
        return self.rows.index(self.chosen) if self.chosen in self.rows else None

    def choose(self, place: int) -> LesionWalk:
        """The reader chooses a row; none if there is no such place."""
        return LesionWalk(self.rows, self.rows[place] if 0 <= place < len(self.rows) else None)

    def step(self, by: int) -> int | None:
        """The place to go to, one down (1) or up (−1); None if there is nothing to go to."""
        if self.neighbours is not None:
            next_one = self.neighbours[by > 0]
            if next_one is None or next_one in self.rows:
                return None if next_one is None else self.rows.index(next_one)
        if not self.rows or self.at is None:
            return 0 if self.rows else None
        return min(max(self.at + by, 0), len(self.rows) - 1)

    def relisted(self, rows: Sequence[LesionRow], look: Look) -> LesionWalk:
        """The walk through a new list.

        The chosen part is found again by its place, also where it has become physiological uptake or a lesion. If it
        is gone, what has moved up to where it stood is chosen.
        """
        now = tuple(rows)
        if self.chosen is None:
            return LesionWalk(now)
        holder = look(self.chosen.inside_lps, now)
        if holder is None:
            moved_up = now[min(self.at or 0, len(now) - 1)] if now else None
            return LesionWalk(now, moved_up, lost=moved_up is not None)
        neighbours = self.neighbours
        if neighbours is None and holder.physiological != self.chosen.physiological:
            neighbours = self._around()
        same = LesionRow(self.chosen.inside_lps, holder.physiological)
        stays = same in now or not holder.places
        return LesionWalk(now, same if stays else now[holder.places[0]], neighbours)

    def _around(self) -> tuple[LesionRow | None, LesionRow | None] | None:
        at = self.at
        if at is None:
            return None
        return self.rows[at - 1] if at else None, self.rows[at + 1] if at + 1 < len(self.rows) else None


def holder_at(patient: PatientNodes, position_lps: Position, rows: Sequence[LesionRow]) -> Holder | None:
    """The connected part of lesions or physiological uptake at a position, and which rows lie in it; None without."""
    grid = patient.grid_of(LESIONS)
    for name in (LESIONS, PHYSIOLOGICAL):
        mask = get_mask(patient, name) if name in patient.names else None
        part = part_at(mask, seed_voxel(grid, np.array(position_lps))) if mask is not None else None
        if part is None:
            continue
        physiological = name == PHYSIOLOGICAL
        inside = (
            place
            for place, row in enumerate(rows)
            if row.physiological == physiological and _holds(part, seed_voxel(grid, np.array(row.inside_lps)))
        )
        return Holder(physiological, tuple(inside))
    return None


def _holds(part: CroppedMask, voxel: Index) -> bool:
    k, j, i = (index - first for index, first in zip(voxel, part.corner, strict=True))
    inside = all(0 <= index < n for index, n in zip((k, j, i), part.voxels.shape, strict=True))
    return inside and bool(part.voxels[k, j, i])

"""The outline of a mask in one plane: closed polygons along the borders of its pixels.

Filled again by any rule (even-odd or winding) the polygons give back just the pixels. A hole is joined to what
surrounds it by a channel of no width, the keyhole of PS3.3 C.8.8.6.3: each polygon can be filled by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Polygon = NDArray[np.float64]
Indices = NDArray[np.intp]
Flags = NDArray[np.bool_]


def outlines(plane: Flags) -> list[Polygon]:
    """Closed polygons around the pixels of a plane.

    Pixels that share a side lie in one polygon, pixels that share only a corner in two.

    Parameters
    ----------
    plane
        Booleans (rows, columns).

    Returns
    -------
    Corners of each polygon as rows (column, row), in pixels; shape (n, 2). Pixel centres are at whole numbers,
    so corners lie at halves.
    """
    padded = np.pad(plane, 1)
    top, side = _Borders.across(padded), _Borders.across(padded.T)
    if not len(top.line):
        return []
    following = _linked(top, side)
    walk = _Walk(top, following)
    leader, _ = _followed(following)
    for hole in np.flatnonzero((leader == np.arange(len(leader))) & ~top.mask_after):
        walk.join_hole(int(hole), padded)
    return [corners - 1.5 for corners in walk.polygons()]


@dataclass(frozen=True, eq=False)
class _Borders:
    """Straight borders of a mask along its second axis: on which line of corners, from which corner to which.

    ``mask_after`` says that the mask lies behind the line, not before it. They are in the order of the array.
    """

    line: Indices
    first: Indices
    last: Indices
    mask_after: Flags

    @classmethod
    def across(cls, padded: Flags) -> _Borders:
        step = np.diff(padded.view(np.int8), axis=0)
        change = np.diff(step, axis=1, prepend=0, append=0) != 0
        line, first = np.nonzero(change & (np.pad(step, ((0, 0), (0, 1))) != 0))
        _, last = np.nonzero(change & (np.pad(step, ((0, 0), (1, 0))) != 0))
        return cls(line + 1, first, last, step[line, first] > 0)

    def walked(self, forwards: Flags) -> tuple[Indices, Indices]:
        """Where each begins and ends when it is walked forwards or backwards."""
        return np.where(forwards, self.first, self.last), np.where(forwards, self.last, self.first)


def _linked(top: _Borders, side: _Borders) -> Indices:
    """For each horizontal border the next one of its polygon, walked with the mask on the right hand.

    Where four borders meet in a corner, the order of the ties makes each walk turn away from the other.
    """
    width = int(max(top.last.max(), side.line.max())) + 1
    starts, ends = top.walked(top.mask_after)
    side_starts, side_ends = side.walked(~side.mask_after)
    down, on = np.empty_like(top.line), np.empty_like(top.line)
    down[np.lexsort((~top.mask_after, top.line * width + ends))] = np.lexsort(
        (side.mask_after, side_starts * width + side.line)
    )
    on[np.lexsort((side.mask_after, side_ends * width + side.line))] = np.lexsort(
        (top.mask_after, top.line * width + starts)
    )
    return on[down]


def _followed(following: Indices) -> tuple[Indices, Indices]:
    """The lowest number in the circle of each, and all numbers in the order of the circles.

    Pointer jumping: each round doubles how far every number sees.
    """
    count = len(following)
    rounds = max(1, int(count - 1).bit_length())
    leader, jump = np.arange(count), following
    for _ in range(rounds):
        leader, jump = np.minimum(leader, leader[jump]), jump[jump]
    ends = leader == np.arange(count)
    jump, remaining = np.where(ends, np.arange(count), following), np.where(ends, 0, 1)
    for _ in range(rounds):
        remaining, jump = remaining + remaining[jump], jump[jump]
    return leader, np.lexsort((-np.where(ends, count, remaining), leader))


class _Walk:
    """The corners of all polygons, each with the next: 2r begins the horizontal border r, 2r + 1 ends it."""

    def __init__(self, top: _Borders, following: Indices) -> None:
        self._x = np.stack(top.walked(top.mask_after), axis=1).ravel().tolist()
        self._y = np.repeat(top.line, 2).tolist()
        self._next = np.stack([np.arange(1, 2 * len(following), 2), 2 * following], axis=1).ravel().tolist()
        # The vertical border after each horizontal one: its column, its ends, and the corners that it joins.
        begins, ends = top.line, top.line[following]
        self._column, self._upper, self._lower = (
            np.array(self._x[1::2]),
            np.minimum(begins, ends),
            np.maximum(begins, ends),
        )
        self._goes_down = ends > begins
        self._from, self._to = list(range(1, len(self._x), 2)), self._next[1::2]

    def join_hole(self, border: int, padded: Flags) -> None:
        """Open a keyhole from the top left corner of a hole to the next border on its left.

        Holes must come from top to bottom, and from left to right: what lies on the left is then joined already.

        Parameters
        ----------
        border
            The uppermost border of the hole, on its left; it is walked to the left.
        """
        corner = 2 * border + 1
        x, y = self._x[corner], self._y[corner]
        beside = padded[y - 1, :x] & padded[y, :x]
        reached = int(np.flatnonzero(~beside)[-1]) + 1
        hit = int(np.flatnonzero((self._column == reached) & (self._upper <= y) & (y <= self._lower))[0])
        arriving, returned, leaving = (self._add(reached, y), self._add(x, y), self._add(reached, y))
        self._next[self._from[hit]], self._next[arriving] = arriving, corner
        self._next[corner - 1], self._next[returned] = returned, leaving
        self._next[leaving] = self._to[hit]
        # The next hole lies lower: that is the part of the border that it may still reach.
        if self._goes_down[hit]:
            self._from[hit] = leaving
        else:
            self._to[hit] = arriving

    def polygons(self) -> list[Polygon]:
        """Corners (column, row) of each polygon."""
        corners = np.array([self._x, self._y], dtype=np.float64).T
        leader, order = _followed(np.array(self._next))
        return np.split(corners[order], np.flatnonzero(np.diff(leader[order])) + 1)

    def _add(self, x: int, y: int) -> int:
        self._x.append(x)
        self._y.append(y)
        self._next.append(-1)
        return len(self._x) - 1

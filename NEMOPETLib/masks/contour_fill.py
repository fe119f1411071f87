"""Closed contours of one plane to pixels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ring = NDArray[np.float64]


def fill(rings: Sequence[Ring], tolerance: Sequence[float]) -> tuple[NDArray[np.bool_], tuple[int, int]]:
    """Pixels whose centre lies inside the rings, or on one of them, by the even-odd rule over all rings.

    Parameters
    ----------
    rings
        Corners of each closed polygon as rows (column, row), in pixels; shape (n, 2); pixel centres are at
        whole numbers.
    tolerance
        How far from a ring (in columns, in rows) a centre still counts as on it.

    Returns
    -------
    Booleans (rows, columns) of the box around the rings, and the (column, row) of its first pixel.
    """
    points, margin = np.concatenate(rings), np.asarray(tolerance)
    first = np.floor(points.min(axis=0) - margin).astype(int)
    columns, rows = np.ceil(points.max(axis=0) + margin).astype(int) - first + 1
    start = points - first
    end = np.concatenate([np.roll(ring, -1, axis=0) for ring in rings]) - first
    filled = _inside(start, end, (rows, columns))
    for axis in (0, 1):
        filled[_on_edges(start, end, axis, margin)] = True
    return filled, (int(first[0]), int(first[1]))


def _inside(start: Ring, end: Ring, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Pixels whose row, followed to the left, crosses an odd number of edges."""
    (x1, y1), (x2, y2) = start.T, end.T
    first = np.ceil(np.minimum(y1, y2)).astype(int)
    edge, row = _ranges(first, np.ceil(np.maximum(y1, y2)).astype(int) - first)
    x = x1[edge] + (row - y1[edge]) * (x2 - x1)[edge] / (y2 - y1)[edge]
    crossings = np.zeros(shape, dtype=np.int32)
    np.add.at(crossings, (row, np.ceil(x).astype(int)), 1)
    return np.cumsum(crossings, axis=1) % 2 == 1


def _on_edges(start: Ring, end: Ring, axis: int, margin: NDArray[np.float64]) -> tuple[NDArray[np.intp], ...]:
    """Row and column of the centres on edges that go mostly along one axis (0: columns, 1: rows)."""
    step = end - start
    along = np.abs(step[:, axis]) >= np.abs(step[:, 1 - axis])
    start, end, step = start[along], end[along], step[along]
    low = np.ceil(np.minimum(start, end)[:, axis] - margin[axis]).astype(int)
    high = np.floor(np.maximum(start, end)[:, axis] + margin[axis]).astype(int)
    edge, here = _ranges(low, high - low + 1)
    part = np.clip((here - start[edge, axis]) / np.where(step == 0, 1, step)[edge, axis], 0, 1)
    across = start[edge, 1 - axis] + part * step[edge, 1 - axis]
    there = np.rint(across).astype(int)
    on = np.abs(across - there) <= margin[1 - axis]
    return (there[on], here[on]) if axis == 0 else (here[on], there[on])


def _ranges(first: NDArray[np.intp], count: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """For each edge the whole numbers from ``first`` on, ``count`` of them; and whose edge each is."""
    edge = np.repeat(np.arange(len(first)), count)
    return edge, np.arange(len(edge)) - np.repeat(np.cumsum(count) - count - first, count)

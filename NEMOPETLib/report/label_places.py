"""Where to write the numbers of lesions so that they hide neither one another nor the lesions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_DIRECTIONS = 24
_DISTANCES = (0.2, 0.6, 1.2, 2.0, 3.0, 4.5, 6.5, 9.0, 12.0)  # gap to the lesion, in heights of the label
# What a candidate costs, in heights of the label: the share of it that lies on another label, on a lesion,
# or outside the frame, and a leader across a label or a lesion.
_ON_LABEL, _ON_LESION, _OUTSIDE, _CROSSING = 100.0, 25.0, 400.0, 4.0


@dataclass(frozen=True)
class Box:
    """A rectangle; x to the right and y upwards."""

    left: float
    right: float
    bottom: float
    top: float

    @property
    def centre(self) -> tuple[float, float]:
        """Its middle."""
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2


def place_labels(
    lesions: Sequence[Box], sizes: Sequence[tuple[float, float]], obstacles: Sequence[Box], frame: Box
) -> list[tuple[float, float]]:
    """Centres of the labels, each near its lesion, one after the other at the cheapest place that is left.

    Parameters
    ----------
    lesions
        Bounding boxes of the lesions to be labelled, the most important first.
    sizes
        Width and height of their labels.
    obstacles
        Bounding boxes of all lesions.
    frame
        Where the labels have to stay.
    """
    placed: list[Box] = []
    for lesion, (width, height) in zip(lesions, sizes, strict=True):
        x, y, cost = _candidates(lesion, width, height)
        boxes = np.stack([x - width / 2, x + width / 2, y - height / 2, y + height / 2])
        area = width * height
        cost = cost + _ON_LABEL * sum(_overlap(boxes, box) for box in placed) / area
        cost += _ON_LESION * sum(_overlap(boxes, box) for box in obstacles) / area
        cost += _OUTSIDE * (1 - _overlap(boxes, frame) / area)
        others = [box for box in obstacles if box != lesion]
        cost += _CROSSING * sum(_crossed(lesion.centre, x, y, box) for box in [*placed, *others])
        best = int(np.argmin(cost))
        placed.append(Box(*boxes[:, best].tolist()))
    return [box.centre for box in placed]


def _candidates(lesion: Box, width: float, height: float) -> tuple[NDArray[np.float64], ...]:
    """Places around a lesion: x, y, and what their distance costs; a little dearer the less they lie beside."""
    angle = np.arange(_DIRECTIONS) * 2 * np.pi / _DIRECTIONS
    gap = np.array(_DISTANCES)[:, np.newaxis] * height
    across = (lesion.right - lesion.left + width) / 2 + gap
    along = (lesion.top - lesion.bottom + height) / 2 + gap
    x = lesion.centre[0] + across * np.cos(angle)
    y = lesion.centre[1] + along * np.sin(angle)
    cost = gap / height + 0.15 * np.abs(np.sin(angle))
    return x.ravel(), y.ravel(), np.broadcast_to(cost, x.shape).ravel()


def _overlap(boxes: NDArray[np.float64], other: Box) -> NDArray[np.float64]:
    """Area that each of the boxes (4, n) shares with another."""
    left, right, bottom, top = boxes
    width = np.minimum(right, other.right) - np.maximum(left, other.left)
    height = np.minimum(top, other.top) - np.maximum(bottom, other.bottom)
    return width.clip(0) * height.clip(0)


def _crossed(
    start: tuple[float, float], x: NDArray[np.float64], y: NDArray[np.float64], box: Box
) -> NDArray[np.float64]:
    """Share of the straight line from the start to each end that lies in a box, from samples along it."""
    share = np.linspace(0.0, 1.0, 16)[:, np.newaxis]
    along_x, along_y = start[0] + share * (x - start[0]), start[1] + share * (y - start[1])
    inside = (along_x > box.left) & (along_x < box.right) & (along_y > box.bottom) & (along_y < box.top)
    return inside.mean(axis=0)

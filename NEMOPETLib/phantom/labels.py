"""Which part of the anatomy each voxel lies in, one slice at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from NEMOPETLib.phantom.parts import Anatomy
from NEMOPETLib.phantom.sampling import Sampling
from NEMOPETLib.phantom.solids import Solid

Labels = NDArray[np.uint8]


def label_slices(anatomy: Anatomy, sampling: Sampling) -> Iterator[Labels]:
    """Label images (rows, columns) from the lowest slice up: 0 is air, n + 1 is ``anatomy.parts[n]``."""
    for z in sampling.heights:
        yield label_slice(anatomy, sampling, z)


def label_slice(anatomy: Anatomy, sampling: Sampling, z: float) -> Labels:
    """The label image (rows, columns) at height z in mm: the part that each pixel's centre lies in."""
    labels = np.zeros((sampling.rows, sampling.columns), np.uint8)
    x, y = sampling.x, sampling.y
    for number, part in enumerate(anatomy.parts, start=1):
        _paint(labels, number, part.solid, x, y, z)
    return labels


def _paint(labels: Labels, number: int, solid: Solid, x: NDArray[np.float64], y: NDArray[np.float64], z: float) -> None:
    scale = solid.section(z)
    if scale == 0.0:
        return
    a, b = scale * solid.semi_axes[0], scale * solid.semi_axes[1]
    columns = slice(*np.searchsorted(x, (solid.centre[0] - a, solid.centre[0] + a + 1e-9)))
    rows = slice(*np.searchsorted(y, (solid.centre[1] - b, solid.centre[1] + b + 1e-9)))
    across = ((x[columns] - solid.centre[0]) / a) ** 2
    along = ((y[rows] - solid.centre[1]) / b) ** 2
    labels[rows, columns][along[:, np.newaxis] + across <= 1.0] = number

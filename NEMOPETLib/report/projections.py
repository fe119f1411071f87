"""Two-dimensional pictures of a volume, in the patient's own millimetres."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from NEMOPETLib.report.upright import Upright

SUPERIOR, POSTERIOR, LEFT = 0, 1, 2  # axes of Upright.voxels


@dataclass(frozen=True, eq=False)
class Picture:
    """A coronal or sagittal picture.

    Parameters
    ----------
    pixels
        Rows from the feet up; columns from the patient's right to the left (coronal), or from anterior to
        posterior (sagittal).
    extent
        Outer edges (low and high across, low and high upwards) in mm of LPS.
    """

    pixels: NDArray[Any]
    extent: tuple[float, float, float, float]


def coronal_projection(body: Upright) -> Picture:
    """Maximum-intensity projection from the front; voxels that are not finite count as 0."""
    return Picture(_maximum(body.voxels, POSTERIOR), _extent(body, LEFT))


def sagittal_projection(body: Upright) -> Picture:
    """Maximum-intensity projection from the patient's left; voxels that are not finite count as 0."""
    return Picture(_maximum(body.voxels, LEFT), _extent(body, POSTERIOR))


def coronal_section(body: Upright, posterior_mm: float) -> Picture | None:
    """The voxels of one coronal plane (copied); None if it lies outside."""
    index = body.index(POSTERIOR, posterior_mm)
    if index is None:
        return None
    return Picture(body.voxels[:, index, :].copy(), _extent(body, LEFT))


@dataclass(frozen=True, eq=False)
class Silhouettes:
    """One lesion as it is seen from the front and from the side, each in its bounding box (bool)."""

    label: int
    coronal: Picture
    sagittal: Picture


def silhouettes(labels: Upright) -> Iterator[Silhouettes]:
    """Those of each label of a label map of integers, 0 outside."""
    for label, box in enumerate(ndimage.find_objects(labels.voxels), start=1):
        if box is not None:
            lesion = _cut_out(labels, box)
            inside = lesion.voxels == label
            yield Silhouettes(
                label,
                Picture(inside.any(axis=POSTERIOR), _extent(lesion, LEFT)),
                Picture(inside.any(axis=LEFT), _extent(lesion, POSTERIOR)),
            )


def body_centre_mm(body: Upright, threshold: float) -> float:
    """Mean posterior position in mm of the voxels above a threshold, of every eighth at most along each axis.

    The middle of the volume if there is none.
    """
    steps = [max(1, min(8, n // 32)) for n in body.voxels.shape]
    counts = (body.voxels[:: steps[0], :: steps[1], :: steps[2]] > threshold).sum(axis=(SUPERIOR, LEFT))
    if not counts.any():
        return float(body.low[POSTERIOR] + body.high[POSTERIOR]) / 2
    index = float(np.arange(len(counts)) @ counts / counts.sum()) * steps[1]
    return float(body.low[POSTERIOR] + (index + 0.5) * body.spacing[POSTERIOR])


def _maximum(voxels: NDArray[Any], axis: int) -> NDArray[np.float32]:
    """Maximum along an axis, plane by plane of the superior axis so that no copy of the whole is made."""
    highest = np.empty((voxels.shape[0], voxels.shape[2 if axis == POSTERIOR else 1]), np.float32)
    for plane, row in zip(voxels, highest, strict=True):
        np.max(np.where(np.isfinite(plane), plane, 0), axis=axis - 1, out=row)
    return highest


def _cut_out(body: Upright, box: tuple[slice, slice, slice]) -> Upright:
    start = np.array([side.start for side in box])
    stop = np.array([side.stop for side in box])
    return Upright(body.voxels[box], body.spacing, body.low + start * body.spacing, body.low + stop * body.spacing)


def _extent(body: Upright, across: int) -> tuple[float, float, float, float]:
    return (
        float(body.low[across]),
        float(body.high[across]),
        float(body.low[SUPERIOR]),
        float(body.high[SUPERIOR]),
    )

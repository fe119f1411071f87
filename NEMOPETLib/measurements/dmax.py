"""Dmax, the spread of the disease: the farthest two points among lesion centroids or lesion voxels.

Sources
-------
Cottereau AS et al., J Nucl Med 2020;61:40–45 (largest distance between lesion centroids);
Cottereau AS et al., Cancers 2021;13:3998 (also between the two farthest tumour voxels).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull
from scipy.spatial.distance import cdist

from NEMOPETLib.studies.volume import Points

FLAT = 1e-9  # extent of a point set along an axis, relative to its largest, that counts as none
ROWS_AT_ONCE = 256


def farthest_distance(points: Points) -> float:
    """Largest Euclidean distance between any two of the points; 0 for a single point.

    Exact: the two farthest points of a set are vertices of its convex hull, so only these are compared.

    Parameters
    ----------
    points
        Positions in mm as rows; shape (n, 3), n ≥ 1. They may coincide or lie on a line or in a plane.
    """
    vertices = hull_vertices(points)
    blocks = range(0, len(vertices), ROWS_AT_ONCE)
    return max(float(cdist(vertices[start : start + ROWS_AT_ONCE], vertices).max()) for start in blocks)


def hull_vertices(points: Points) -> Points:
    """Vertices of the convex hull of points given as rows; shape (n, 3) to (m, 3), m ≤ n.

    Of points on a line these are its two ends, of points in a plane the corners of their polygon.
    """
    centred = points - points.mean(axis=0)
    _, extent, axes = np.linalg.svd(np.linalg.qr(centred, mode="r"), full_matrices=False)
    dimensions = np.count_nonzero(extent > FLAT * extent[0])
    if dimensions == 0:
        return points[:1]
    # Scaled to like extents: an affine map keeps the hull's vertices, and Qhull its precision.
    spread = centred @ axes[:dimensions].T / extent[:dimensions]
    if dimensions == 1:
        return points[[spread.argmin(), spread.argmax()]]
    return points[ConvexHull(spread).vertices]


def row_ends(voxels: NDArray[np.bool_], axis: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last voxel of each row of a mask along an axis: all vertices of its hull are among them.

    Parameters
    ----------
    voxels
        Mask of shape (k, j, i).
    axis
        0, 1 or 2: the axis of the array along which the rows run.

    Returns
    -------
    first, last
        Indices (k, j, i) of shape (n, 3) each, for the n rows that hold a voxel.
    """
    along = np.moveaxis(voxels, axis, -1)
    rows = np.nonzero(along.any(axis=-1))
    first = along.argmax(axis=-1)[rows]
    last = along.shape[-1] - 1 - along[..., ::-1].argmax(axis=-1)[rows]
    return np.insert(np.stack(rows, 1), axis, first, 1), np.insert(np.stack(rows, 1), axis, last, 1)

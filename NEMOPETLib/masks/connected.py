"""Connected regions of a mask: voxels that share a face, an edge or a corner (26-connected)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Box = tuple[slice, slice, slice]
TOUCHING = np.ones((3, 3, 3), dtype=bool)


def label_regions(mask: NDArray[np.bool_]) -> tuple[NDArray[np.int32], int]:
    """Number the 26-connected regions from 1; gives the label map (shape of the mask) and how many there are."""
    labels = np.zeros(mask.shape, dtype=np.int32)
    box = ndimage.find_objects(mask.view(np.uint8), max_label=1)[0]  # most of an image holds nothing
    if box is None:
        return labels, 0
    return labels, int(ndimage.label(mask[box], structure=TOUCHING, output=labels[box]))


def connected_regions(mask: NDArray[np.bool_]) -> Iterator[tuple[Box, NDArray[np.bool_]]]:
    """The bounding box of each region, and the region within it."""
    labels, _ = label_regions(mask)
    for number, box in enumerate(ndimage.find_objects(labels), start=1):
        yield box, labels[box] == number

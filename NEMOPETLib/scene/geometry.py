"""Between Slicer's images (RAS, extents) and ours (LPS, arrays k, j, i)."""

from __future__ import annotations

from typing import Any

import numpy as np
import slicer
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import VTK_UNSIGNED_CHAR
from vtkmodules.vtkCommonMath import vtkMatrix4x4

from NEMOPETLib.masks.cropped_mask import CroppedMask, occupied_box
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.masks.onto_grid import onto_grid
from NEMOPETLib.studies.volume import Grid, Points, Volume

_FLIP = np.diag([-1.0, -1.0, 1.0, 1.0])  # RAS ↔ LPS
_SAME_LATTICE = 1e-3  # voxels


def as_ras(position_lps: Points) -> tuple[float, float, float]:
    """A position (LPS, mm) as Slicer has it."""
    x, y, z = np.asarray(position_lps, dtype=float)
    return float(-x), float(-y), float(z)


def as_lps(position_ras: Points) -> Points:
    """A position of Slicer's (RAS, mm) as DICOM has it."""
    return np.asarray(position_ras, dtype=float) * (-1, -1, 1)


def grid_of_volume(node: Any) -> Grid:
    """The grid of a volume node, without its parent transforms."""
    matrix = vtkMatrix4x4()
    node.GetIJKToRASMatrix(matrix)
    i, j, k = node.GetImageData().GetDimensions()
    return Grid((k, j, i), _FLIP @ _array(matrix))


def volume_of(node: Any) -> Volume:
    """The voxels of a scalar volume node (shared, not copied) on their grid."""
    grid = grid_of_volume(node)
    return Volume(vtk_to_numpy(node.GetImageData().GetPointData().GetScalars()).reshape(grid.shape), grid)


def image_of(mask: CroppedMask) -> Any:
    """A mask as Slicer keeps a segment: vtkOrientedImageData, 1 inside, of the mask's box alone."""
    image = slicer.vtkOrientedImageData()
    k, j, i = mask.box
    image.SetExtent(i.start, i.stop - 1, j.start, j.stop - 1, k.start, k.stop - 1)
    image.SetImageToWorldMatrix(_matrix(_FLIP @ mask.grid.affine))
    image.AllocateScalars(VTK_UNSIGNED_CHAR, 1)
    voxels_of(image)[...] = mask.voxels
    return image


def mask_of(image: Any, value: int, name: str, grid: Grid) -> CroppedMask | None:
    """The voxels of a segment's image that have its label value, on an image's grid.

    Returns
    -------
    None if the voxels of the segment are not those of the grid (``carried_over`` then puts them there).
    """
    shift = _shift(image, grid)
    if shift is None:
        return None
    low_i, _, low_j, _, low_k, _ = image.GetExtent()
    voxels = voxels_of(image) == value
    box = occupied_box(voxels)
    first = np.array([low_k, low_j, low_i]) + shift + [side.start for side in box]
    inside = voxels[box]
    # Slicer's editor may go beyond the image; what lies there belongs to no voxel of it.
    start = np.clip(-first, 0, inside.shape)
    stop = np.clip(np.array(grid.shape) - first, 0, inside.shape)
    inside = inside[tuple(slice(a, b) for a, b in zip(start, stop, strict=True))]
    if inside.size == 0:
        return CroppedMask(name, np.zeros((1, 1, 1), dtype=bool), (0, 0, 0), grid)
    corner = first + start
    return CroppedMask(name, inside, (int(corner[0]), int(corner[1]), int(corner[2])), grid)


def carried_over(image: Any, value: int, name: str, grid: Grid) -> CroppedMask:
    """The voxels of a segment whose image lies on other voxels than the grid, by nearest neighbour."""
    affine = _image_affine(image)
    low_i, _, low_j, _, low_k, _ = image.GetExtent()
    affine[:3, 3] += affine[:3, :3] @ (low_i, low_j, low_k)
    voxels = voxels_of(image) == value
    box = occupied_box(voxels)
    affine[:3, 3] += affine[:3, :3] @ [side.start for side in reversed(box)]
    inside = voxels[box]
    shape = (inside.shape[0], inside.shape[1], inside.shape[2])
    mask = onto_grid(Mask(name, inside, Grid(shape, affine)), grid)
    return CroppedMask(name, mask.voxels, (0, 0, 0), grid).cropped()


def voxels_of(image: Any) -> NDArray[Any]:
    """A segment's image as an array (k, j, i), shared; one zero if it is empty."""
    if image.GetPointData().GetScalars() is None or image.GetNumberOfPoints() == 0:
        return np.zeros((1, 1, 1), dtype=np.uint8)
    i, j, k = image.GetDimensions()
    return vtk_to_numpy(image.GetPointData().GetScalars()).reshape(k, j, i)


def _shift(image: Any, grid: Grid) -> NDArray[np.int64] | None:
    """What to add to the image's index (k, j, i) to have the grid's; None if their voxels differ."""
    if image.GetNumberOfPoints() == 0:
        return np.zeros(3, dtype=np.int64)
    transform = np.linalg.inv(grid.affine) @ _image_affine(image)
    shift = np.rint(transform[:3, 3])
    wanted = np.eye(4)
    wanted[:3, 3] = shift
    corners = np.array([[*np.array(grid.shape[::-1]) * at, 1] for at in np.ndindex(2, 2, 2)])
    if np.abs((transform - wanted) @ corners.T).max() > _SAME_LATTICE:
        return None
    return shift[::-1].astype(np.int64)


def _image_affine(image: Any) -> NDArray[np.float64]:
    matrix = vtkMatrix4x4()
    image.GetImageToWorldMatrix(matrix)
    return _FLIP @ _array(matrix)


def _array(matrix: Any) -> NDArray[np.float64]:
    return np.array([[matrix.GetElement(row, column) for column in range(4)] for row in range(4)])


def _matrix(array: NDArray[np.float64]) -> Any:
    matrix = vtkMatrix4x4()
    matrix.DeepCopy(array.ravel().tolist())
    return matrix

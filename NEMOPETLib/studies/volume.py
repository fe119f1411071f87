"""Images as arrays with a place in the patient: a voxel grid, and voxels on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import SimpleITK
from numpy.typing import NDArray

from NEMOPETLib.errors import InputError

Points = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Grid:
    """A regular voxel grid in DICOM patient space (LPS, millimetres).

    Parameters
    ----------
    shape
        Number of voxels as ``(k, j, i)``: slices, rows, columns, the order of the voxel arrays.
    affine
        4×4 matrix that takes the voxel index ``(i, j, k, 1)`` to the LPS position of its centre in mm:
        the convention of ITK and of Slicer's IJK→LPS, so its first column steps along a row.

    Raises
    ------
    InputError
        If the matrix is singular or not finite.
    """

    shape: tuple[int, int, int]
    affine: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Refuse a grid on which no voxel has a volume."""
        affine = np.array(self.affine, dtype=np.float64)
        if affine.shape != (4, 4) or not np.isfinite(affine).all() or abs(np.linalg.det(affine[:3, :3])) < 1e-9:
            raise InputError("the image has no usable geometry (spacing or direction is zero or not a number)")
        affine.setflags(write=False)
        object.__setattr__(self, "affine", affine)

    @cached_property
    def spacing(self) -> NDArray[np.float64]:
        """Distance between voxel centres along i, j and k, in mm; shape (3,)."""
        return np.linalg.norm(self.affine[:3, :3], axis=0)

    @cached_property
    def direction(self) -> NDArray[np.float64]:
        """Unit vectors of the axes i, j and k as the columns of a 3×3 matrix."""
        return self.affine[:3, :3] / self.spacing

    @property
    def origin(self) -> NDArray[np.float64]:
        """LPS position of the centre of voxel (0, 0, 0), in mm; shape (3,)."""
        return self.affine[:3, 3]

    @cached_property
    def voxel_volume_ml(self) -> float:
        """Volume of one voxel in millilitres (1 ml = 1000 mm³)."""
        return float(abs(np.linalg.det(self.affine[:3, :3]))) / 1000.0

    def positions(self, indices_kji: NDArray[Any]) -> Points:
        """LPS positions in mm of voxel indices given as rows (k, j, i); shape (n, 3) to (n, 3)."""
        ijk = np.asarray(indices_kji, dtype=np.float64)[..., ::-1]
        return ijk @ self.affine[:3, :3].T + self.origin

    def indices(self, positions_lps: Points) -> Points:
        """Fractional voxel indices (k, j, i) of LPS positions in mm; shape (n, 3) to (n, 3)."""
        inverse = np.linalg.inv(self.affine)
        ijk = np.asarray(positions_lps, dtype=np.float64) @ inverse[:3, :3].T + inverse[:3, 3]
        return ijk[..., ::-1]

    def index_transform(self, other: Grid) -> NDArray[np.float64]:
        """4×4 matrix from this grid's voxel index (i, j, k, 1) to the other grid's."""
        return np.linalg.inv(other.affine) @ self.affine

    def matches(self, other: Grid, tolerance_mm: float = 0.05) -> bool:
        """Whether both have the same shape and all corner voxels at the same place."""
        if self.shape != other.shape:
            return False
        corners = self.corner_indices()
        return bool(np.abs(self.positions(corners) - other.positions(corners)).max() <= tolerance_mm)

    def corner_indices(self) -> NDArray[np.int64]:
        """Indices (k, j, i) of the eight corner voxels; shape (8, 3)."""
        return np.array(np.meshgrid(*[(0, n - 1) for n in self.shape], indexing="ij")).reshape(3, -1).T


@dataclass(frozen=True, eq=False)
class Volume:
    """Voxels on a grid: SUVbw for PET, HU for CT; ``voxels`` has the shape of ``grid`` (k, j, i)."""

    voxels: NDArray[Any]
    grid: Grid

    def __post_init__(self) -> None:
        """Refuse voxels that do not fill the grid."""
        if self.voxels.shape != self.grid.shape:
            raise InputError(f"an image of {self.voxels.shape} voxels does not fit a grid of {self.grid.shape}")

    @classmethod
    def from_sitk(cls, image: SimpleITK.Image) -> Volume:
        """Take over a SimpleITK image (3-D, scalar); its voxels are shared, not copied."""
        return cls(np.asarray(_ImageBuffer(image)), grid_of(image))

    def to_sitk(self) -> SimpleITK.Image:
        """Copy into a SimpleITK image. Raises if the axes are not orthogonal, which ITK cannot hold."""
        voxels = self.voxels.view(np.uint8) if self.voxels.dtype == bool else self.voxels
        image = SimpleITK.GetImageFromArray(np.ascontiguousarray(voxels))
        image.SetSpacing(self.grid.spacing.tolist())
        image.SetOrigin(self.grid.origin.tolist())
        image.SetDirection(self.grid.direction.ravel().tolist())
        return image


class _ImageBuffer:
    """An ITK image's buffer for numpy: every array made from it keeps the image, and so the buffer, alive."""

    def __init__(self, image: SimpleITK.Image) -> None:
        self._image = image
        self.__array_interface__ = SimpleITK.GetArrayViewFromImage(image).__array_interface__


def grid_of(image: SimpleITK.Image) -> Grid:
    """The grid of a 3-D SimpleITK image (or of an ImageFileReader that has read its header)."""
    if image.GetDimension() != 3:
        raise InputError(f"an image of {image.GetDimension()} dimensions where a volume of 3 is needed")
    affine = np.eye(4)
    affine[:3, :3] = np.reshape(image.GetDirection(), (3, 3)) * np.array(image.GetSpacing())
    affine[:3, 3] = image.GetOrigin()
    i, j, k = image.GetSize()
    return Grid((k, j, i), affine)

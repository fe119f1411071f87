"""Where the voxel centres of the phantom's images lie."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from NEMOPETLib.studies.volume import Grid

# Distances in mm between the slices of a GE Discovery ST: 44 slices a bed position, and the gaps where the
# table moves on (read from the headers of a real series).
BED_SPACING, BED_SLICES = 3.27, 44
BED_JOINTS = (3.29, 3.29, 3.19)


@dataclass(frozen=True)
class Sampling:
    """Axial slices of square pixels.

    Parameters
    ----------
    columns, rows
        Pixels along x and y.
    pixel_mm
        Pixel spacing in mm.
    corner
        x and y of the centre of the first pixel, in mm.
    heights
        z of each slice in mm, ascending; the gaps need not be equal.
    """

    columns: int
    rows: int
    pixel_mm: float
    corner: tuple[float, float]
    heights: tuple[float, ...]

    @property
    def slice_mm(self) -> float:
        """Mean distance between slices in mm."""
        return (self.heights[-1] - self.heights[0]) / (len(self.heights) - 1)

    @property
    def grid(self) -> Grid:
        """The voxel grid (k, j, i), with the mean slice spacing where the gaps are uneven."""
        affine = np.diag([self.pixel_mm, self.pixel_mm, self.slice_mm, 1.0])
        affine[:3, 3] = *self.corner, self.heights[0]
        return Grid((len(self.heights), self.rows, self.columns), affine)

    @property
    def x(self) -> NDArray[np.float64]:
        """Centres of the columns in mm; shape (columns,)."""
        return self.corner[0] + self.pixel_mm * np.arange(self.columns, dtype=np.float64)

    @property
    def y(self) -> NDArray[np.float64]:
        """Centres of the rows in mm; shape (rows,)."""
        return self.corner[1] + self.pixel_mm * np.arange(self.rows, dtype=np.float64)

    def supersampled(self, factor: int) -> Sampling:
        """Each pixel cut into factor × factor; the slices stay."""
        pixel = self.pixel_mm / factor
        shift = (pixel - self.pixel_mm) / 2.0
        return Sampling(
            self.columns * factor,
            self.rows * factor,
            pixel,
            (self.corner[0] + shift, self.corner[1] + shift),
            self.heights,
        )

    def with_bed_gaps(self) -> Sampling:
        """The same length in slices 3.27 mm apart, with gaps of 3.19 and 3.29 mm where beds join."""
        heights, top = [self.heights[0]], self.heights[-1]
        while heights[-1] + BED_SPACING <= top:
            joint, within = divmod(len(heights), BED_SLICES)
            gap = BED_SPACING if within else BED_JOINTS[joint % len(BED_JOINTS)]
            heights.append(heights[-1] + gap)
        return replace(self, heights=tuple(round(z, 2) for z in heights))

"""DICOM RT Structure Sets: closed planar contours to voxels (PS3.3 A.19, C.8.8.5, C.8.8.6).

A voxel belongs to a region if its centre lies inside its contours or on them, by the even-odd rule over all
contours of the plane: so holes are left out, whether drawn as contours of their own or by a keyhole. The
masks that IBSI publishes for its soft-tissue sarcoma cases follow this rule to the voxel. Each slice of the
image takes the nearest plane of contours within half their spacing: as the file states it, else as
``_drawn_spacing`` sees it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, dcmread

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.contour_fill import fill
from NEMOPETLib.masks.dicom_items import needed, needed_vector
from NEMOPETLib.masks.planes import SAME_PLANE_MM, plane_distances, plane_grid, slab_thickness
from NEMOPETLib.masks.segments import Block, Segment
from NEMOPETLib.studies.volume import Grid, Points
from NEMOPETLib.wording.quoted import quoted

SOP_CLASS = "1.2.840.10008.5.1.4.1.1.481.3"
"""RT Structure Set Storage."""

_CLOSED = ("CLOSED_PLANAR", "CLOSEDPLANAR_XOR")
_ON_CONTOUR_MM = 1e-3  # coordinates are written with few decimals
_PLANAR_MM = 0.1
_MOST_PIXELS = 1 << 26


@dataclass(frozen=True, eq=False)
class _Lattice:
    """Pixels in the planes of the contours: a first one, and the LPS steps in mm from one to the next.

    ``steps`` has those along columns and rows as its columns, ``through`` goes from slice to slice, which are
    ``spacing`` apart along the unit vector ``normal``.
    """

    origin: NDArray[np.float64]
    steps: NDArray[np.float64]
    through: NDArray[np.float64]
    normal: NDArray[np.float64]
    spacing: float


@dataclass(frozen=True, eq=False)
class RtStruct:
    """A structure set; a ``SegmentFile`` whose segments are its regions of interest."""

    path: Path
    header: Dataset
    image: Grid

    named = True

    @property
    def frame_of_reference(self) -> str | None:
        """Frame of Reference UID of the first region."""
        rois = self.header.get("StructureSetROISequence")
        return rois[0].get("ReferencedFrameOfReferenceUID") if rois else None

    def segments(self) -> tuple[Segment, ...]:
        """The regions that have closed contours."""
        rois = self.header.StructureSetROISequence
        names = {int(needed(r, "ROINumber", self.path)): str(r.get("ROIName", "")) for r in rois}
        return tuple(Segment(number, names.get(number, "")) for number, rings in self._rings.items() if rings)

    def blocks(self, numbers: frozenset[int] | None) -> Iterator[Block]:
        """One plane after the other of the regions ``numbers`` (None: of all), as pixels of the image."""
        for number, rings in self._rings.items():
            if rings and (numbers is None or number in numbers):
                yield from self._planes(rings, self._stated_spacing(number))

    @property
    def warnings(self) -> tuple[str, ...]:
        """How many contours enclose nothing."""
        contours = sum(len(roi.get("ContourSequence", ())) for roi in self.header.ROIContourSequence)
        ignored = contours - sum(map(len, self._rings.values()))
        return (f"{quoted(self.path.name)}: {ignored} points and open contours are left out",) if ignored else ()

    @cached_property
    def _rings(self) -> dict[int, list[Points]]:
        """Corners of the closed contours of each region, LPS in mm; shape (n, 3)."""
        rings: dict[int, list[Points]] = {}
        for roi in self.header.ROIContourSequence:
            of_roi = rings.setdefault(int(needed(roi, "ReferencedROINumber", self.path)), [])
            for contour in roi.get("ContourSequence", ()):
                points = _points(contour, self.path)
                if contour.get("ContourGeometricType") in _CLOSED and len(points) >= 3:
                    of_roi.append(points)
        return rings

    def _stated_spacing(self, number: int) -> float | None:
        """Distance in mm between the slices that a region was drawn on, None where nothing is stated."""
        for roi in self.header.ROIContourSequence:
            if roi.get("ReferencedROINumber") == number and roi.get("SourcePixelPlanesCharacteristicsSequence"):
                planes = roi.SourcePixelPlanesCharacteristicsSequence[0]
                return abs(float(needed_vector(planes, "SpacingBetweenSlices", 1, self.path)[0])) or None
        return None

    def _planes(self, rings: list[Points], stated_mm: float | None) -> Iterator[Block]:
        lattice = _slices_of(self.image, rings) or _oblique(rings, self.image, self.path)
        positions = np.array([(ring @ lattice.normal).mean() for ring in rings])
        thickness = slab_thickness(positions, stated_mm or _drawn_spacing(positions, lattice.spacing))
        order = np.argsort(positions, kind="stable")
        for plane in np.split(order, np.flatnonzero(np.diff(positions[order]) > SAME_PLANE_MM) + 1):
            yield self._block([rings[i] for i in plane], positions[plane].mean(), lattice, thickness)

    def _block(self, rings: list[Points], position: float, lattice: _Lattice, thickness: float) -> Block:
        """The pixels of one plane, in the box around its contours."""
        slices = np.rint((position - lattice.origin @ lattice.normal) / lattice.spacing)
        slice_origin = lattice.origin + slices * lattice.through
        origin = slice_origin + (position - slice_origin @ lattice.normal) * lattice.normal
        basis = np.linalg.pinv(lattice.steps).T
        flat = [(ring - origin) @ basis for ring in {ring.tobytes(): ring for ring in rings}.values()]
        extent = np.ptp(np.concatenate(flat), axis=0)
        if extent.prod() > _MOST_PIXELS:
            raise InputError(f"{self.path}: its contours are {extent.max():.0f} voxels wide: of another image?")
        filled, first = fill(flat, _ON_CONTOUR_MM / np.linalg.norm(lattice.steps, axis=0))
        step_i, step_j = lattice.steps.T
        start = origin + first[0] * step_i + first[1] * step_j
        return Block(filled[np.newaxis], plane_grid(start, step_i, step_j, thickness, filled.shape))


def open_rtstruct(path: Path, image: Grid) -> RtStruct:
    """Read a structure set, for the grid of an image.

    Raises
    ------
    InputError
        If it has no regions, or a contour that is no list of points.
    """
    header = dcmread(path, force=True)
    if not header.get("StructureSetROISequence") or not header.get("ROIContourSequence"):
        raise InputError(f"{path}: the RT Structure Set has no regions of interest")
    return RtStruct(path, header, image)


def _points(contour: Dataset, path: Path) -> Points:
    """Corners of a contour, shape (n, 3); from the text itself: many times faster than by pydicom."""
    element = contour.get_item("ContourData") if "ContourData" in contour else None
    if element is None or not element.value:
        return np.empty((0, 3))
    if len(element.value) < element.length:
        raise EOFError
    try:
        points = np.array(element.value.split(b"\\"), dtype=np.float64).reshape(-1, 3)
    except ValueError as error:
        raise InputError(f"{path}: a contour is not a list of points") from error
    if not np.isfinite(points).all():
        raise InputError(f"{path}: a contour has coordinates that are not numbers")
    return points


def _drawn_spacing(positions: NDArray[np.float64], image_mm: float) -> float:
    """Distance in mm between the slices that contours were drawn on, which may be another image's.

    It is the least distance between planes, if that is of two slices of the image at most or comes twice. Else there
    are but single planes far apart, as of small lesions, and each is one slice of the image.
    """
    distances = plane_distances(positions)
    if not distances.size:
        return image_mm
    comes_twice = distances.size > 1 and distances[1] - distances[0] < SAME_PLANE_MM
    return float(distances[0]) if comes_twice or distances[0] < 2.5 * image_mm else image_mm


def _planar(rings: Sequence[Points], normal: NDArray[np.float64]) -> bool:
    return all(np.ptp(ring @ normal) <= _PLANAR_MM for ring in rings)


def _slices_of(grid: Grid, rings: Sequence[Points]) -> _Lattice | None:
    """The grid's own pixels, if the contours lie in slices across one of its axes."""
    for axis in (2, 1, 0):
        across = np.linalg.inv(grid.affine)[axis, :3]
        spacing = 1 / np.linalg.norm(across)
        if _planar(rings, across * spacing):
            steps = np.delete(grid.affine[:3, :3], axis, axis=1)
            return _Lattice(grid.origin, steps, grid.affine[:3, axis], across * spacing, float(spacing))
    return None


def _oblique(rings: Sequence[Points], grid: Grid, path: Path) -> _Lattice:
    """Pixels as fine as the grid's, in the planes of contours that are oblique to it."""
    largest = max(rings, key=len)
    centre = largest.mean(axis=0)
    axes = np.linalg.svd(largest - centre, full_matrices=False)[2]
    spacing = float(grid.spacing.min())
    if not _planar(rings, axes[2]):
        raise InputError(f"{path}: its contours do not lie in parallel planes")
    return _Lattice(centre, axes[:2].T * spacing, axes[2] * spacing, axes[2], spacing)

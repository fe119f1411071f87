"""What of a study's images will spoil the masks: said in the row before anybody trusts them.

Of DICOM series it is said when they are chosen whether PET and CT belong together (``studies/selection.py``). What
this computer lacks is said by ``readiness.py``, a disk too small for a run before it begins (``image_file.py``).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from NEMOPETLib.studies.study import Study
from NEMOPETLib.studies.volume import Grid, Volume

HIGHEST_AIR_HU = -900.0
"""Air is -1000 HU by definition; a CT without a value near it is cut at the skin or holds no HU."""
THICKEST_SLICE_MM = 5.0
"""TotalSegmentator resamples to 1.5 mm; slices thicker than those of routine CT leave it little between them."""

LEAST_COVERAGE = 0.9
"""Of the PET's length, as for DICOM series (``studies/selection.py``)."""

_BODY_HU = -300.0  # between air and fat
_EDGE_MM = (8.0, 2.0)  # the ring inside the edge of the field of view in which the body is looked for
_SIDEWAYS = np.tan(np.radians(30.0))  # patient's left and right; in front and behind lie abdomen and table
_CUT_ARC_MM = 20.0  # less is a fold of skin or a blanket
_CUT_LENGTH_MM = 50.0  # less is an elbow


def check_input(study: Study) -> tuple[str, ...]:
    """Warnings about the images of a study, one line each."""
    ct = study.ct
    return (*_alignment(study), *_values(ct), *_spacing(ct.grid), *_truncation(ct))


def _alignment(study: Study) -> list[str]:
    """Image files name no frame of reference: whether they can be of one examination is seen by their place."""
    if study.frame_of_reference:
        return []
    (pet_low, pet_high), (ct_low, ct_high) = (_along_body(grid) for grid in (study.pet.grid, study.ct.grid))
    covered = max(0.0, min(pet_high, ct_high) - max(pet_low, ct_low)) / (pet_high - pet_low)
    if covered >= LEAST_COVERAGE:
        return []
    return [f"the CT covers only {100 * covered:.0f} % of the PET's length: are they of one examination?"]


def _along_body(grid: Grid) -> tuple[float, float]:
    """From where to where a grid's voxels reach along the body, LPS z in mm."""
    ends = grid.corner_indices() + np.where(grid.corner_indices() > 0, 0.5, -0.5)
    z = grid.positions(ends)[:, 2]
    return float(z.min()), float(z.max())


def _values(ct: Volume) -> list[str]:
    low = float(ct.voxels.min())
    if low <= HIGHEST_AIR_HU:
        return []
    return [f"the CT's lowest value is {low:g}: air is near -1000 HU, so these may be no HU"]


def _spacing(grid: Grid) -> list[str]:
    thickest = float(grid.spacing.max())
    if thickest <= THICKEST_SLICE_MM:
        return []
    return [f"the CT's slices lie {thickest:.3g} mm apart: masks are coarse there"]


def _truncation(ct: Volume) -> list[str]:
    """Whether the body, mostly the arms, reaches the side of the field of view, and over what length."""
    slices, spacing = _axial(ct)
    plane = slices.shape[1:]
    ring = {side: np.nonzero(_edge(plane, spacing, side)) for side in (-1, 1)}
    pixel_mm = spacing[1] * spacing[2] / (_EDGE_MM[0] - _EDGE_MM[1])  # arc for each pixel of the ring
    cut = np.zeros(len(slices), dtype=bool)
    for rows, columns in ring.values():
        cut |= (slices[:, rows, columns] > _BODY_HU).sum(axis=1) * pixel_mm > _CUT_ARC_MM
    length = float(np.count_nonzero(cut) * spacing[0])
    if length <= _CUT_LENGTH_MM:
        return []
    where = f"the body reaches the side of the CT's field of view over {length:.0f} mm (arms?)"
    return [f"{where}: muscle and fat are not whole there"]


def _axial(ct: Volume) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """The voxels with axes along the body, front to back and side to side, and the spacing in that order."""
    along = np.abs(ct.grid.direction)  # rows: x y z of the patient; columns: i j k
    index = [int(axis) for axis in along.argmax(axis=1)]
    if len(set(index)) < 3:
        index = [0, 1, 2]
    x, y, z = index
    order = (2 - z, 2 - y, 2 - x)
    return ct.voxels.transpose(order), ct.grid.spacing[[z, y, x]]


def _edge(plane: tuple[int, ...], spacing: NDArray[np.float64], side: int) -> NDArray[np.bool_]:
    """The part of the ring inside the round field of view that lies to one side of the patient; shape ``plane``."""
    rows, columns = plane
    y = ((np.arange(rows) - (rows - 1) / 2) * spacing[1])[:, None]
    x = ((np.arange(columns) - (columns - 1) / 2) * spacing[2])[None, :]
    radius = min(rows * spacing[1], columns * spacing[2]) / 2
    distance = radius - np.hypot(x, y)
    outer, inner = _EDGE_MM
    inside: NDArray[np.bool_] = (distance <= outer) & (distance >= inner)
    return inside & (np.sign(x) == side) & (np.abs(y) <= _SIDEWAYS * np.abs(x))

"""Slices put in order by where they lie in the patient, and the regular grid that they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from NEMOPETLib.errors import InputError
from NEMOPETLib.studies import header as h
from NEMOPETLib.studies.series import Slice
from NEMOPETLib.studies.volume import Grid

_SAME_ORIENTATION = 1e-3  # largest difference of a direction cosine
_SAME_SPACING_MM = 1e-3
_MISSING = 1.5  # a gap of so many usual gaps misses a slice
_DOUBLE = 0.5  # a gap of less than so many usual gaps holds a slice too many
_LARGEST_SHIFT = 0.5  # in slices: beyond, the even grid would show a slice in another's place
_SHIFT_TO_SAY_MM = 0.1
_LARGEST_TILT = 0.02  # sideways drift per distance along the normal


@dataclass(frozen=True, eq=False)
class Stack:
    """Slices in order of position along their normal (k = 0 first), and their grid."""

    slices: tuple[Slice, ...]
    grid: Grid
    warnings: tuple[str, ...] = ()


def stack_slices(slices: Sequence[Slice]) -> Stack:
    """Order the slices of a series and find their grid.

    The normal is the cross product of the row and column directions, so the grid is right-handed; slices are
    sorted along it, whatever their file names and instance numbers. Distances come from the positions alone,
    never from Slice Thickness. Handled: the same object found twice (one copy is used), and uneven gaps: each
    slice goes to the nearest place of the even grid from the first to the last slice, with a warning that
    gives the largest shift. A single slice takes its thickness as spacing, with a warning.

    Raises
    ------
    InputError
        With the slice named, if one has no position, another orientation, size or pixel spacing than the
        first, or the place of another; if slices are missing; if the even grid would shift a slice by more
        than half a gap; if the gantry was tilted.
    """
    warnings: list[str] = []
    slices = _without_copies(slices, warnings)
    orientation, spacing, size = _common_geometry(slices)
    positions = np.array([_position(one) for one in slices])
    row, column = orientation[:3], orientation[3:]
    normal = np.cross(row, column)
    order = np.argsort(positions @ normal, kind="stable")
    ordered = tuple(slices[index] for index in order)
    positions = positions[order]
    step = _even_step(ordered, positions, normal, warnings)
    affine = np.eye(4)
    # Pixel Spacing is (distance between rows, distance between columns); i steps along a row.
    affine[:3, :3] = np.stack([row * spacing[1], column * spacing[0], step], axis=1)
    affine[:3, 3] = positions[0]
    return Stack(ordered, Grid((len(ordered), *size), affine), tuple(warnings))


def _without_copies(slices: Sequence[Slice], warnings: list[str]) -> list[Slice]:
    seen: dict[tuple[str, int], Slice] = {}
    for one in slices:
        seen.setdefault((h.text(one.header, "SOPInstanceUID"), one.frame), one)
    if len(seen) < len(slices):
        warnings.append(f"{len(slices) - len(seen)} slices were found twice: one copy of each was used")
    return list(seen.values())


def _common_geometry(slices: Sequence[Slice]) -> tuple[NDArray[np.float64], tuple[float, ...], tuple[int, int]]:
    """Orientation (6 cosines), pixel spacing and (rows, columns), which all slices must share."""
    first: tuple[NDArray[np.float64], NDArray[np.float64], tuple[float, ...]] | None = None
    for one in slices:
        cosines = h.numbers(one.header, "ImageOrientationPatient", 6)
        spacing = h.numbers(one.header, "PixelSpacing", 2)
        size = (h.number(one.header, "Rows") or 0.0, h.number(one.header, "Columns") or 0.0)
        if cosines is None or spacing is None or min(spacing) <= 0 or min(size) < 1:
            raise InputError(f"slice {one.name} has no orientation, pixel spacing or size: it is not part of a volume")
        here = np.array(cosines), np.array(spacing), size
        first = first or here
        if np.abs(here[0] - first[0]).max() > _SAME_ORIENTATION:
            raise InputError(f"slice {one.name} has another orientation than {slices[0].name}: mixed orientations")
        if np.abs(here[1] - first[1]).max() > _SAME_SPACING_MM or size != first[2]:
            raise InputError(f"slice {one.name} has another size or pixel spacing than {slices[0].name}")
    if first is None:
        raise InputError("a series without a slice")
    row, column = first[0][:3], first[0][3:]
    if abs(row @ column) > _SAME_ORIENTATION or min(np.linalg.norm(row), np.linalg.norm(column)) < 0.99:
        raise InputError(f"slice {slices[0].name} has an orientation whose axes are not perpendicular")
    return first[0], tuple(first[1]), (int(first[2][0]), int(first[2][1]))


def _position(one: Slice) -> tuple[float, ...]:
    position = h.numbers(one.header, "ImagePositionPatient", 3)
    if position is None:
        raise InputError(f"slice {one.name} has no position (0020,0032)")
    return position


def _even_step(
    ordered: tuple[Slice, ...], positions: NDArray[np.float64], normal: NDArray[np.float64], warnings: list[str]
) -> NDArray[np.float64]:
    """The vector from one slice of the even grid to the next, in mm."""
    if len(ordered) == 1:
        header = ordered[0].header
        thickness = h.number(header, "SpacingBetweenSlices") or h.number(header, "SliceThickness") or 0.0
        if thickness <= 0:
            raise InputError(f"slice {ordered[0].name} is alone and has no thickness: it has no volume")
        warnings.append(f"a single slice: its thickness {thickness:g} mm was taken as the slice spacing")
        return normal * thickness
    gaps = np.diff(positions @ normal)
    usual = float(np.median(gaps))
    for index in np.flatnonzero((gaps < _DOUBLE * usual) | (gaps <= 0)):
        raise InputError(
            f"slices {ordered[index].name} and {ordered[index + 1].name} are {gaps[index]:.2f} mm apart"
            f" (usual: {usual:.2f} mm): two series in one, or a slice twice"
        )
    for index in np.flatnonzero(gaps > _MISSING * usual):
        raise InputError(
            f"slices are missing between {ordered[index].name} and {ordered[index + 1].name}:"
            f" they are {gaps[index]:.2f} mm apart (usual: {usual:.2f} mm)"
        )
    step: NDArray[np.float64] = (positions[-1] - positions[0]) / (len(ordered) - 1)
    along = float(step @ normal)
    if np.linalg.norm(step - along * normal) > _LARGEST_TILT * along:
        raise InputError(f"slices drift sideways from {ordered[0].name} on: a tilted gantry, which is not supported")
    shifts = np.linalg.norm(positions - positions[0] - np.outer(np.arange(len(ordered)), step), axis=1)
    worst = int(shifts.argmax())
    if shifts[worst] > _LARGEST_SHIFT * along:
        raise InputError(
            f"slice gaps from {gaps.min():.2f} to {gaps.max():.2f} mm are too uneven:"
            f" {ordered[worst].name} lies {shifts[worst]:.1f} mm off the even grid"
        )
    if shifts[worst] > _SHIFT_TO_SAY_MM:
        warnings.append(
            f"uneven slice gaps ({gaps.min():.2f}–{gaps.max():.2f} mm) were taken as {along:.4f} mm:"
            f" no slice was shifted by more than {shifts[worst]:.2f} mm"
        )
    return normal * along

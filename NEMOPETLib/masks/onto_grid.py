"""Voxels of one grid onto another, by their place in the patient and never by their index.

Where both lattices coincide up to the order and sense of the axes, cropping and padding, each voxel is
copied. Elsewhere a voxel of the image belongs to the mask if its centre lies in a voxel of the mask
(nearest neighbour). Either way one block of the mask is held at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.masks.segments import Block
from NEMOPETLib.studies.volume import Grid

SAME_PLACE_MM = 0.1
"""Lattices this close coincide: real SEG frames lie a few hundredths of a millimetre off their image."""

_BLOCK_VOXELS = 1 << 21
# A centre that lies exactly between two voxels goes to the one of higher index, in spite of rounding.
_HALF = 0.5 + 1e-4


@dataclass(frozen=True, eq=False)
class Placed:
    """A mask that has been put onto a grid.

    Parameters
    ----------
    voxels
        Booleans of the grid's shape.
    source_ml
        Volume of the mask on its own grid.
    lost_fraction
        Share of that volume whose voxel centres lie outside the grid, 0 to 1.
    resampled
        Whether any of its lattice differs from the grid's.
    """

    voxels: NDArray[np.bool_]
    source_ml: float
    lost_fraction: float
    resampled: bool


def place(blocks: Iterable[Block], grid: Grid) -> Placed:
    """Put the blocks of a mask onto ``grid``; where blocks overlap, a voxel belongs if any has it."""
    voxels = np.zeros(grid.shape, dtype=bool)
    source_ml = lost_ml = 0.0
    resampled = False
    for block in blocks:
        count = int(np.count_nonzero(block.voxels))
        if count == 0:
            continue
        corner = _coinciding(block.grid, grid)
        if corner is not None:
            lost = count - _copy(block.voxels, corner, voxels)
        else:
            resampled = True
            lost = _outside(block, grid)
            _resample(block, grid, voxels)
        source_ml += count * block.grid.voxel_volume_ml
        lost_ml += lost * block.grid.voxel_volume_ml
    return Placed(voxels, source_ml, lost_ml / source_ml if source_ml else 0.0, resampled)


def onto_grid(mask: Mask, grid: Grid) -> Mask:
    """The mask on another grid, such as an organ of the CT on the PET.

    Raises
    ------
    InputError
        If it has voxels and all lie outside the grid.
    """
    placed = place(_blocks(mask), grid)
    return Mask(mask.name, placed.voxels, grid, mask.warnings + placing_warnings(placed, f"mask {mask.name!r}", grid))


def placing_warnings(placed: Placed, what: str, grid: Grid) -> tuple[str, ...]:
    """What the reader should know of how ``what`` came onto the grid.

    Raises
    ------
    InputError
        If it has voxels and all lie outside the grid.
    """
    if placed.source_ml == 0:
        return (f"{what} has no voxel",)
    if placed.lost_fraction == 1 and not placed.voxels.any():
        raise InputError(f"{what} lies wholly outside the image: is it of another patient or study?")
    warnings = []
    if placed.lost_fraction > 0:
        warnings.append(f"{100 * placed.lost_fraction:.3g} % of {what} lies outside the image and is left out")
    if placed.resampled:
        after = np.count_nonzero(placed.voxels) * grid.voxel_volume_ml
        warnings.append(
            f"{what} lies on other voxels than the image: carried over by nearest neighbour,"
            f" {placed.source_ml:.4g} ml became {after:.4g} ml"
        )
    return tuple(warnings)


def _blocks(mask: Mask) -> Iterator[Block]:
    thickness = max(1, _BLOCK_VOXELS // (mask.grid.shape[1] * mask.grid.shape[2]))
    for first in range(0, mask.grid.shape[0], thickness):
        voxels = mask.voxels[first : first + thickness]
        yield Block(voxels, part_of(mask.grid, first, len(voxels)))


def part_of(grid: Grid, first: int, slices: int) -> Grid:
    """The grid of ``slices`` slices from slice ``first`` on."""
    affine = grid.affine.copy()
    affine[:3, 3] += first * affine[:3, 2]
    return Grid((slices, *grid.shape[1:]), affine)


@dataclass(frozen=True, eq=False)
class _Corner:
    """How a coinciding block lies in the grid: sense and order of its axes (3×3, i j k), place of voxel 0."""

    turn: NDArray[np.int64]
    start: NDArray[np.int64]


def _coinciding(source: Grid, grid: Grid) -> _Corner | None:
    """How the source lies in the grid if their lattices coincide, else None."""
    transform = source.index_transform(grid)
    turn, start = np.rint(transform[:3, :3]), np.rint(transform[:3, 3])
    if not (np.abs(turn).sum(axis=0) == 1).all() or not (np.abs(turn).sum(axis=1) == 1).all():
        return None
    faces = _box_corners([(-0.5, size - 0.5) for size in source.shape])[:, ::-1]
    there = faces @ transform[:3, :3].T + transform[:3, 3]
    off = (there - faces @ turn.T - start) @ grid.affine[:3, :3].T
    if np.abs(off).max() > min(SAME_PLACE_MM, 0.1 * grid.spacing.min()):
        return None
    return _Corner(turn.astype(np.int64), start.astype(np.int64))


def _box_corners(bounds: list[tuple[float, float]]) -> NDArray[np.float64]:
    """The eight corners of a box that is bounded along three axes; shape (8, 3)."""
    return np.array(np.meshgrid(*bounds, indexing="ij")).reshape(3, -1).T


def _copy(voxels: NDArray[np.bool_], corner: _Corner, target: NDArray[np.bool_]) -> int:
    """Add the block to the target; the number of its voxels that fell inside."""
    axes = np.abs(corner.turn).argmax(axis=1)
    senses = corner.turn.sum(axis=1)
    turned = voxels.transpose(*(2 - axes[::-1]))[tuple(slice(None, None, sense) for sense in senses[::-1])]
    into, out_of = [], []
    for size, there, start, sense in zip(turned.shape, target.shape, corner.start[::-1], senses[::-1], strict=True):
        first = int(start) if sense > 0 else int(start) - size + 1
        low, high = max(first, 0), min(first + size, there)
        if low >= high:
            return 0
        into.append(slice(low, high))
        out_of.append(slice(low - first, high - first))
    part = turned[tuple(out_of)]
    target[tuple(into)] |= part
    return int(np.count_nonzero(part))


def _outside(block: Block, grid: Grid) -> int:
    """How many voxels of the block have their centre outside the grid."""
    indices = grid.indices(block.grid.positions(np.argwhere(block.voxels)))
    inside = ((indices >= -0.5) & (indices < np.array(grid.shape) - 0.5)).all(axis=1)
    return int(np.count_nonzero(~inside))


def _resample(block: Block, grid: Grid, target: NDArray[np.bool_]) -> None:
    """Add the block to the target by nearest neighbour, within the box that can be reached."""
    filled = [np.flatnonzero(block.voxels.any(axis=tuple({0, 1, 2} - {axis}))) for axis in range(3)]
    corners = _box_corners([(float(f[0]) - 0.5, float(f[-1]) + 0.5) for f in filled])
    reached = grid.indices(block.grid.positions(corners))
    low = np.maximum(np.floor(reached.min(axis=0)), 0).astype(int)
    high = np.minimum(np.ceil(reached.max(axis=0)) + 1, grid.shape).astype(int)
    if (low >= high).any():
        return
    transform = grid.index_transform(block.grid)
    thickness = max(1, _BLOCK_VOXELS // int((high - low)[1:].prod()))
    for first in range(low[0], high[0], thickness):
        box = (slice(first, min(first + thickness, high[0])), slice(low[1], high[1]), slice(low[2], high[2]))
        target[box] |= _sample(block.voxels, transform, box)


def _sample(
    voxels: NDArray[np.bool_], transform: NDArray[np.float64], box: tuple[slice, slice, slice]
) -> NDArray[np.bool_]:
    """The block's voxels at the centres of a box of another grid; False outside the block."""
    along = np.ogrid[box][::-1]
    indices, inside = [], np.array(True)
    for row, size in zip(transform[2::-1], voxels.shape, strict=True):
        index: NDArray[np.float64] = np.array(row[3] + _HALF)
        for step, steps in zip(row[:3], along, strict=True):
            # An axis that hardly moves the index is left out: parallel grids stay cheap.
            if abs(step) * steps.max() > 1e-5:
                index = index + step * steps
        nearest = np.floor(index).astype(np.intp)
        inside = inside & (nearest >= 0) & (nearest < size)
        indices.append(np.clip(nearest, 0, size - 1))
    return voxels[tuple(indices)] & inside

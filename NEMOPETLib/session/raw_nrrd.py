"""Images as raw NRRD, which Slicer reads as fast as the disk gives them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from NEMOPETLib.errors import InputError
from NEMOPETLib.studies.volume import Volume
from NEMOPETLib.whole_file import replacing

_TYPES = {"<f4": "float", "<i2": "short"}
_SLAB_VOXELS = 1 << 22


def write_raw_nrrd(path: Path, volume: Volume, dtype: DTypeLike) -> None:
    """Write a volume, whole or not at all; values are rounded and held to the range where the type is int16.

    Parameters
    ----------
    path
        Where to write.
    dtype
        ``float32`` or ``int16``.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    kind = np.dtype(dtype).newbyteorder("<")
    thickness = max(1, _SLAB_VOXELS // (volume.grid.shape[1] * volume.grid.shape[2]))
    try:
        with replacing(path, durable=False) as file:  # a work file: the reader waits for it
            file.write(_header(volume, kind))
            for first in range(0, volume.grid.shape[0], thickness):
                _converted(volume.voxels[first : first + thickness], kind).tofile(file)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror or 'disk full?'})") from error


def _converted(voxels: NDArray[Any], kind: np.dtype[Any]) -> NDArray[Any]:
    if kind.kind == "i" and voxels.dtype.kind == "f":
        limits = np.iinfo(kind)
        voxels = np.clip(np.rint(voxels), limits.min, limits.max)
    return np.ascontiguousarray(voxels, dtype=kind)


def _header(volume: Volume, kind: np.dtype[Any]) -> bytes:
    *directions, origin = (f"({','.join(map(repr, column))})" for column in volume.grid.affine[:3].T.tolist())
    lines = [
        "NRRD0004",
        f"type: {_TYPES[kind.str]}",
        "dimension: 3",
        "space: left-posterior-superior",
        f"sizes: {' '.join(map(str, volume.grid.shape[::-1]))}",
        f"space directions: {' '.join(directions)}",
        "kinds: domain domain domain",
        "endian: little",
        "encoding: raw",
        f"space origin: {origin}",
    ]
    return ("\n".join(lines) + "\n\n").encode()

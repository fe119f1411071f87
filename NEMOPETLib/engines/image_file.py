"""Images handed over to an engine: uncompressed NIfTI-1, written without a copy of the image in memory."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from NEMOPETLib.engines.machine import require_disk
from NEMOPETLib.studies.volume import Grid, Volume

# The engine's own copy of the input, its resampled one (both float32) and label maps, beside ours of int16.
_COPIES = 6
_DATATYPES = {"uint8": 2, "int16": 4, "float32": 16}
# The header of NIfTI-1 field by field, from sizeof_hdr to magic (Cox et al., nifti1.h, 2004).
_HEADER = struct.Struct("<i10s18sihcB8h3f4h8f3fhBB4f2i80s24s2h6f4f4f4f16s4s")
_MILLIMETRES, _SCANNER = 2, 1
_RAS_OF_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])


def write_image(path: Path, image: Volume) -> None:
    """Write an image as ``.nii``: int16 where its voxels are that, else float32.

    Raises
    ------
    InputError
        If the disk is too small for what an engine makes of the image.
    OSError
        If the place cannot be written.
    """
    require_disk(path.parent, _COPIES * image.voxels.nbytes)
    dtype = np.dtype("<i2") if image.voxels.dtype == np.int16 else np.dtype("<f4")
    with path.open("wb") as file:
        file.write(nifti_header(image.grid, dtype) + bytes(4))
        for plane in image.voxels:
            file.write(np.ascontiguousarray(plane, dtype).data)


def nifti_header(grid: Grid, dtype: np.dtype[Any]) -> bytes:
    """The 348 bytes of the header for voxels of a type (uint8, int16 or float32) on a grid."""
    slices, rows, columns = grid.shape
    ras: NDArray[np.float64] = _RAS_OF_LPS @ grid.affine
    return _HEADER.pack(
        *(348, b"", b"", 0, 0, b"r", 0),
        *(3, columns, rows, slices, 1, 1, 1, 1),
        *(0.0, 0.0, 0.0),
        *(0, _DATATYPES[dtype.name], 8 * dtype.itemsize, 0),
        *(1.0, *grid.spacing, 1.0, 1.0, 1.0, 1.0),
        *(352.0, 1.0, 0.0, 0, 0, _MILLIMETRES),
        *(0.0, 0.0, 0.0, 0.0, 0, 0),
        *(b"", b""),
        *(0, _SCANNER),  # the affine alone says where it lies
        *(0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        *(*ras[0], *ras[1], *ras[2]),
        *(b"", b"n+1\0"),
    )

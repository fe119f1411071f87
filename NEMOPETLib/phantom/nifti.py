"""Axial images written as compressed NIfTI-1, one slice at a time."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from NEMOPETLib.phantom.sampling import Sampling

DATATYPES = {"uint8": 2, "int16": 4, "float32": 16}
# The header of NIfTI-1 field by field, from sizeof_hdr to magic (Cox et al., nifti1.h, 2004).
HEADER = struct.Struct("<i10s18sihcB8h3f4h8f3fhBB4f2i80s24s2h6f4f4f4f16s4s")


def write_nifti(path: Path, sampling: Sampling, slices: Iterable[NDArray[Any]], dtype: str) -> None:
    """Write slices (rows, columns), from the lowest up, as ``path`` (.nii.gz); dtype of ``DATATYPES``."""
    with NiftiWriter(path, sampling, dtype) as image:
        for voxels in slices:
            image.append(voxels)


class NiftiWriter:
    """A .nii.gz file that takes one slice after the other."""

    def __init__(self, path: Path, sampling: Sampling, dtype: str) -> None:
        self._dtype = np.dtype(dtype)
        self._open = ExitStack()
        # A modification time of 0 keeps the bytes the same from run to run.
        raw: IO[bytes] = self._open.enter_context(path.open("wb"))
        self._file = self._open.enter_context(gzip.GzipFile("", "wb", 1, raw, mtime=0))
        self._file.write(_header(sampling, self._dtype) + b"\0\0\0\0")

    def append(self, voxels: NDArray[Any]) -> None:
        """Write the next slice, shape (rows, columns)."""
        self._file.write(np.ascontiguousarray(voxels, self._dtype).tobytes())

    def __enter__(self) -> NiftiWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()


def _header(sampling: Sampling, dtype: np.dtype[Any]) -> bytes:
    columns, rows, slices = sampling.columns, sampling.rows, len(sampling.heights)
    pixel, step = sampling.pixel_mm, sampling.slice_mm
    x, y = (-corner for corner in sampling.corner)  # LPS to RAS
    z = sampling.heights[0]
    millimetres, scanner = 2, 1
    return HEADER.pack(
        *(348, b"", b"", 0, 0, b"r", 0),
        *(3, columns, rows, slices, 1, 1, 1, 1),
        *(0.0, 0.0, 0.0),
        *(0, DATATYPES[dtype.name], 8 * dtype.itemsize, 0),
        *(1.0, pixel, pixel, step, 1.0, 1.0, 1.0, 1.0),
        *(352.0, 1.0, 0.0, 0, 0, millimetres),
        *(0.0, 0.0, 0.0, 0.0, 0, 0),
        *(b"NEMO-PET phantom", b""),
        *(scanner, scanner),
        *(0.0, 0.0, 1.0, x, y, z),  # quaternion of half a turn about z
        *(-pixel, 0.0, 0.0, x),
        *(0.0, -pixel, 0.0, y),
        *(0.0, 0.0, step, z),
        *(b"", b"n+1\0"),
    )

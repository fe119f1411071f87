"""Images in files read slice by slice, so that a mask never costs what its pixel type would take.

ITK's readers hold the whole image: 1.5 GB for a mask of 512×512×700 in float64. Here ITK reads the header
only, because it knows the conventions of orientation; the voxels stream from the (mostly compressed) file.
What a file is, is told by its content: its name plays no part.
"""

from __future__ import annotations

import bz2
import gzip
import struct
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BufferedIOBase
from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK
from numpy.typing import NDArray
from pydicom.errors import BytesLengthException

from NEMOPETLib.errors import InputError
from NEMOPETLib.studies.volume import Grid

_GZIP = b"\x1f\x8b"
_DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile, struct.error, BytesLengthException)
_SLAB_VALUES = 1 << 18


@dataclass(frozen=True, eq=False)
class StoredVoxels:
    """Where the voxels of an image stand in a file, and how they are written.

    Parameters
    ----------
    path
        The file that holds them.
    start
        Their first byte (of the decompressed content, if the file is compressed as a whole).
    dtype
        Pixel type, with its byte order.
    encoding
        ``raw``, ``gzip`` or ``bzip2``, from ``start`` on.
    slope, intercept
        What a stored value is multiplied by, and what is then added.
    """

    path: Path
    start: int
    dtype: np.dtype[Any]
    encoding: str = "raw"
    slope: float = 1.0
    intercept: float = 0.0


@dataclass(frozen=True, eq=False)
class ImageStream:
    """An image file whose header has been read, and whose voxels have not.

    Parameters
    ----------
    path
        The file.
    grid
        Where the voxels lie.
    layers
        Number of values per voxel: the overlapping layers of a ``.seg.nrrd``, else 1.
    stored
        Where the voxels are.
    keys
        Key/value pairs of an NRRD header.
    label_names
        Names of label values from a NIfTI header extension, as TotalSegmentator writes them.
    """

    path: Path
    grid: Grid
    layers: int
    stored: StoredVoxels
    keys: Mapping[str, str] = field(default_factory=dict)
    label_names: Mapping[int, str] = field(default_factory=dict)

    def slabs(self) -> Iterator[tuple[int, NDArray[Any]]]:
        """Index of the first slice, and voxels of shape (slices, j, i, layers), of one slab after the other.

        Raises
        ------
        InputError
            If the file is truncated or its compression damaged.
        """
        slices, rows, columns = self.grid.shape
        stored, values = self.stored, rows * columns * self.layers
        thickness = max(1, _SLAB_VALUES // values)
        with readable(self.path), _voxels_of(stored) as data:
            for first in range(0, slices, thickness):
                count = min(thickness, slices - first)
                content = data.read(count * values * stored.dtype.itemsize)
                if len(content) < count * values * stored.dtype.itemsize:
                    raise EOFError
                slab = np.frombuffer(content, stored.dtype).reshape(count, rows, columns, self.layers)
                if (stored.slope, stored.intercept) != (1, 0):
                    slab = slab * stored.slope + stored.intercept
                yield first, slab
            while data.read(1 << 20):  # at the end of compressed content its checksum is compared
                pass


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Say in one line why a file cannot be read."""
    try:
        yield
    except _DAMAGED as error:
        raise InputError(f"{path}: the file is truncated or damaged") from error
    except OSError as error:
        # The operating system gives a reason; pydicom raises OSError without one where a tag is cut short.
        reason = f"cannot be read ({error.strerror})" if error.strerror else "the file is truncated or damaged"
        raise InputError(f"{path}: {reason}") from error


def opened(path: Path) -> BufferedIOBase:
    """Open for reading; a file that is compressed as a whole is decompressed on the way."""
    with path.open("rb") as file:
        compressed = file.read(2) == _GZIP
    return gzip.open(path) if compressed else path.open("rb")


@contextmanager
def _voxels_of(stored: StoredVoxels) -> Iterator[BufferedIOBase]:
    """The file at its first voxel, decompressed."""
    with opened(stored.path) if stored.encoding == "raw" else stored.path.open("rb") as file:
        file.seek(stored.start)
        if stored.encoding == "gzip":
            yield gzip.GzipFile(fileobj=file, mode="rb")
        else:
            yield bz2.BZ2File(file) if stored.encoding == "bzip2" else file


def grid_of_header(path: Path, header: bytes, suffix: str) -> Grid:
    """The grid that ITK makes of a header; ITK gets it as a file of its own with the suffix that it asks for.

    Raises
    ------
    InputError
        If the header is damaged, the axes are not orthogonal, or there are more than three of them.
    """
    reader = SimpleITK.ImageFileReader()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "header" + suffix)
        copy.write_bytes(header)
        reader.SetFileName(str(copy))
        try:
            reader.ReadImageInformation()
        except RuntimeError as error:
            raise InputError(f"{path}: its header is damaged or its axes are not orthogonal") from error
    size, dimension = reader.GetSize(), reader.GetDimension()
    if dimension < 3 or any(n != 1 for n in size[3:]):
        raise InputError(f"{path}: {' × '.join(map(str, size))} voxels, where a mask has three axes")
    affine = np.eye(4)
    direction = np.reshape(reader.GetDirection(), (dimension, dimension))[:3, :3]
    affine[:3, :3] = direction * np.array(reader.GetSpacing()[:3])
    affine[:3, 3] = reader.GetOrigin()[:3]
    return Grid((size[2], size[1], size[0]), affine)

"""NIfTI-1 files, compressed or not. Source: nifti.nimh.nih.gov/pub/dist/src/niftilib/nifti1.h."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.image_stream import ImageStream, StoredVoxels, grid_of_header, opened

_TYPES = {
    2: "u1",
    4: "i2",
    8: "i4",
    16: "f4",
    64: "f8",
    256: "i1",
    512: "u2",
    768: "u4",
    1024: "i8",
    1280: "u8",
}
_NIFTI_1, _NIFTI_2 = b"n+1\0", b"n+2\0"
_LAYOUT = np.dtype(
    {
        "names": ["sizeof_hdr", "dim", "datatype", "vox_offset", "scl_slope", "scl_inter"],
        "formats": ["i4", "8i2", "i2", "f4", "f4", "f4"],
        "offsets": [0, 40, 70, 108, 112, 116],
        "itemsize": 348,
    }
)
_CARET_LABEL = re.compile(rb'<Label\s[^>]*?Key="(\d+)"[^>]*>\s*<!\[CDATA\[(.*?)\]\]>', re.DOTALL)


def is_nifti(head: bytes) -> bool:
    """Whether a file begins as NIfTI does; 348 bytes are enough to tell."""
    return head[344:348] == _NIFTI_1 or head[4:8] == _NIFTI_2


def open_nifti(path: Path) -> ImageStream:
    """Read the header.

    Raises
    ------
    InputError
        If it is damaged, or the image is not one volume of plain numbers.
    """
    with opened(path) as file:
        head = file.read(_LAYOUT.itemsize)
        header = _header(head, path)
        start = int(header["vox_offset"])
        file.seek(header.itemsize)
        extensions = file.read(start - header.itemsize)
    axes, *sizes = map(int, header["dim"])
    if any(size > 1 for size in sizes[3:axes]):
        raise InputError(f"{path}: {' × '.join(map(str, sizes[:axes]))} voxels, where a mask has three axes")
    if int(header["datatype"]) not in _TYPES:
        raise InputError(f"{path}: a mask has one number per voxel, not NIfTI datatype {header['datatype']}")
    dtype = np.dtype(_TYPES[int(header["datatype"])]).newbyteorder(header.dtype["datatype"].byteorder)
    scaling = float(header["scl_slope"]), float(header["scl_inter"])
    slope, intercept = scaling if np.isfinite(scaling).all() and scaling[0] != 0 else (1.0, 0.0)
    names = {int(key): name.decode("utf-8", "replace") for key, name in _CARET_LABEL.findall(extensions)}
    # Four zero bytes say that no extension follows.
    grid = grid_of_header(path, head + bytes(4), ".nii")
    stored = StoredVoxels(path, start, dtype, slope=slope, intercept=intercept)
    return ImageStream(path, grid, layers=1, stored=stored, label_names=names)


def _header(head: bytes, path: Path) -> np.void:
    """The fields that are needed, in the byte order that gives the header's size as it should be."""
    if head[4:8] == _NIFTI_2:
        raise InputError(f"{path}: a NIfTI-2 file: save it as NIfTI-1, which ITK can read")
    if len(head) < _LAYOUT.itemsize:
        raise EOFError
    for order in ("<", ">"):
        header: np.void = np.frombuffer(head, _LAYOUT.newbyteorder(order))[0]
        if header["sizeof_hdr"] == _LAYOUT.itemsize <= header["vox_offset"] < 1 << 30:
            return header
    raise InputError(f"{path}: its NIfTI header is damaged")

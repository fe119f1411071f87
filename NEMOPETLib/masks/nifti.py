"""NIfTI files (versions 1 and 2 in a single file, compressed or not).

Source: nifti.nimh.nih.gov/pub/dist/src/niftilib/nifti1.h and nifti2.h.
"""

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
_FIELDS = ["sizeof_hdr", "datatype", "vox_offset", "scl_slope", "scl_inter"]
_NIFTI_1 = np.dtype(
    {
        "names": _FIELDS,
        "formats": ["i4", "i2", "f4", "f4", "f4"],
        "offsets": [0, 70, 108, 112, 116],
        "itemsize": 348,
    }
)
_NIFTI_2 = np.dtype(
    {
        "names": _FIELDS,
        "formats": ["i4", "i2", "i8", "f8", "f8"],
        "offsets": [0, 12, 168, 176, 184],
        "itemsize": 540,
    }
)
_CARET_LABEL = re.compile(rb'<Label\s[^>]*?Key="(\d+)"[^>]*>\s*<!\[CDATA\[(.*?)\]\]>', re.DOTALL)


def is_nifti(head: bytes) -> bool:
    """Whether a file begins as NIfTI does; 348 bytes are enough to tell."""
    return head[344:348] == b"n+1\0" or head[4:8] == b"n+2\0"


def open_nifti(path: Path) -> ImageStream:
    """Read the header.

    Raises
    ------
    InputError
        If it is damaged, or the image is not one volume of plain numbers.
    """
    with opened(path) as file:
        head = file.read(540)
        layout = _NIFTI_2 if head[4:8] == b"n+2\0" else _NIFTI_1
        if len(head) < layout.itemsize:
            raise EOFError
        header = np.frombuffer(head[: layout.itemsize], layout.newbyteorder("<"))[0]
        if header["sizeof_hdr"] != layout.itemsize:
            layout = layout.newbyteorder(">")
            header = np.frombuffer(head[: layout.itemsize], layout)[0]
        if header["sizeof_hdr"] != layout.itemsize or not layout.itemsize <= header["vox_offset"] < 1 << 30:
            raise InputError(f"{path}: its NIfTI header is damaged")
        start = int(header["vox_offset"])
        file.seek(layout.itemsize)
        extensions = file.read(start - layout.itemsize)
    if int(header["datatype"]) not in _TYPES:
        raise InputError(f"{path}: a mask has one number per voxel, not NIfTI datatype {header['datatype']}")
    scaling = float(header["scl_slope"]), float(header["scl_inter"])
    slope, intercept = scaling if np.isfinite(scaling).all() and scaling[0] != 0 else (1.0, 0.0)
    return ImageStream(
        path,
        # Four zero bytes say that no extension follows.
        grid_of_header(path, head[: layout.itemsize] + bytes(4), ".nii"),
        layers=1,
        stored=StoredVoxels(
            path,
            start,
            np.dtype(_TYPES[int(header["datatype"])]).newbyteorder(header.dtype["datatype"].byteorder),
            slope=slope,
            intercept=intercept,
        ),
        label_names={int(key): name.decode("utf-8", "replace") for key, name in _CARET_LABEL.findall(extensions)},
    )

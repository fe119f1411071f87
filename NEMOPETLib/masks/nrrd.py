"""NRRD files, attached or detached. Source: teem.sourceforge.net/nrrd/format.html."""

from __future__ import annotations

import math
import re
from io import BufferedIOBase
from pathlib import Path

import numpy as np

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.image_stream import ImageStream, StoredVoxels, grid_of_header, opened

_TYPES = {
    **dict.fromkeys(("signed char", "int8", "int8_t"), "i1"),
    **dict.fromkeys(("uchar", "unsigned char", "uint8", "uint8_t"), "u1"),
    **dict.fromkeys(("short", "short int", "signed short", "signed short int", "int16", "int16_t"), "i2"),
    **dict.fromkeys(("ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t"), "u2"),
    **dict.fromkeys(("int", "signed int", "int32", "int32_t"), "i4"),
    **dict.fromkeys(("uint", "unsigned int", "uint32", "uint32_t"), "u4"),
    **dict.fromkeys(("longlong", "long long", "long long int", "signed long long", "int64", "int64_t"), "i8"),
    **dict.fromkeys(("ulonglong", "unsigned long long", "unsigned long long int", "uint64", "uint64_t"), "u8"),
    "float": "f4",
    "double": "f8",
}
_ENCODINGS = {"raw": "raw", "gzip": "gzip", "gz": "gzip", "bzip2": "bzip2", "bz2": "bzip2"}


def is_nrrd(head: bytes) -> bool:
    """Whether a file begins as NRRD does."""
    return head.startswith(b"NRRD000")


def open_nrrd(path: Path) -> ImageStream:
    """Read the header.

    Raises
    ------
    InputError
        If it is damaged, or the image is not one volume of plain numbers (in layers, first axis, if any).
    """
    with opened(path) as file:
        lines = _header_lines(file)
        start = file.tell()
    fields, keys = _parsed(lines)
    sizes, kinds = fields.get("sizes", "").split(), fields.get("kinds", "").split()
    if fields.get("type") not in _TYPES or not all(size.isdecimal() for size in sizes):
        raise InputError(f"{path}: a mask has one number per voxel, not NRRD type {fields.get('type', 'missing')!r}")
    if fields.get("encoding") not in _ENCODINGS:
        raise InputError(f"{path}: NRRD encoding {fields.get('encoding', 'missing')!r}: save it as gzip or raw")
    data_file = fields.get("datafile")
    if {"lineskip", "byteskip"} & fields.keys() or (data_file is not None and re.search("%|LIST", data_file)):
        raise InputError(f"{path}: its data lie in several files or after a foreign header: save it as one file")
    attached = b"\n".join(line for line in lines if not re.match(b"data ?file:", line, re.IGNORECASE))
    grid = grid_of_header(path, attached + b"\n\n", ".nrrd")
    if len(sizes) > 3 and kinds[:1] in (["domain"], ["space"]):
        raise InputError(f"{path}: its layers are the last axis of the NRRD file, not the first as Slicer writes them")
    return ImageStream(
        path,
        grid,
        layers=math.prod(map(int, sizes)) // math.prod(grid.shape),
        stored=StoredVoxels(
            path.parent / data_file if data_file else path,
            0 if data_file else start,
            np.dtype(_TYPES[fields["type"]]).newbyteorder(">" if fields.get("endian") == "big" else "<"),
            _ENCODINGS[fields["encoding"]],
        ),
        keys=keys,
    )


def _header_lines(file: BufferedIOBase) -> list[bytes]:
    """The lines up to the empty one."""
    lines = []
    while line := file.readline(1 << 20).rstrip(b"\r\n"):
        lines.append(line)
    return lines


def _parsed(lines: list[bytes]) -> tuple[dict[str, str], dict[str, str]]:
    """Fields (``sizes: 4 5 6``) by their names without spaces, and key/value pairs (``Segment0_Name:=x``)."""
    fields, keys = {}, {}
    for line in lines[1:]:
        text = line.decode("utf-8", "replace")
        key, pair, value = text.partition(":=")
        if pair and not text.startswith("#"):
            keys[key] = re.sub(r"\\([n\\])", lambda escape: "\n" if escape[1] == "n" else "\\", value)
            continue
        name, is_field, value = text.partition(": ")
        if is_field and not text.startswith("#"):
            fields[name.lower().replace(" ", "")] = value.strip()
    return fields, keys

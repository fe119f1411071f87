"""A label map as TotalSegmentator writes it: NIfTI with the names of its labels in a header extension."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from NEMOPETLib.engines.image_file import write_image
from NEMOPETLib.studies.volume import Grid, Volume

HEADER_BYTES = 348


def write_labels(path: Path, labels: Volume, names: Mapping[int, str]) -> None:
    """Write a label map (uint8) as ``.nii.gz``."""
    plain = path.with_suffix(".plain")
    write_image(plain, Volume(labels.voxels[:1].astype(np.int16), _first_slice(labels)))
    header = bytearray(plain.read_bytes()[:HEADER_BYTES])
    plain.unlink()
    extension = _extension(names)
    struct.pack_into("<4h", header, 40, 3, *labels.grid.shape[::-1])
    struct.pack_into("<2h", header, 70, 2, 8)  # uint8
    struct.pack_into("<f", header, 108, HEADER_BYTES + 4 + len(extension))
    content = bytes(header) + b"\1\0\0\0" + extension + labels.voxels.astype(np.uint8).tobytes()
    path.write_bytes(gzip.compress(content, 1, mtime=0))


def _first_slice(labels: Volume) -> Grid:
    return Grid((1, *labels.grid.shape[1:]), labels.grid.affine)


def _extension(names: Mapping[int, str]) -> bytes:
    """As ``totalsegmentator.nifti_ext_header`` makes it (Caret's XML)."""
    labels = "".join(f'<Label Key="{number}" Red="1"><![CDATA[{name}]]></Label>' for number, name in names.items())
    table = f"<VolumeInformation><LabelTable>{labels}</LabelTable></VolumeInformation>"
    body = f'<?xml version="1.0"?><CaretExtension>{table}</CaretExtension>'.encode()
    size = -(-(len(body) + 8) // 16) * 16
    return struct.pack("<2i", size, 30) + body.ljust(size - 8, b"\0")

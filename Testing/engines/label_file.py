"""A label map as TotalSegmentator writes it: NIfTI with the names of its labels in a header extension."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from NEMOPETLib.engines.image_file import nifti_header
from NEMOPETLib.studies.volume import Grid, Volume


def write_labels(path: Path, labels: Volume, names: Mapping[int, str]) -> None:
    """Write a label map (uint8) as ``.nii.gz``."""
    content = label_header(labels.grid, names) + labels.voxels.astype(np.uint8).tobytes()
    path.write_bytes(gzip.compress(content, 1, mtime=0))


def label_header(grid: Grid, names: Mapping[int, str]) -> bytes:
    """All that stands before the voxels."""
    extension = _extension(names)
    header = bytearray(nifti_header(grid, np.dtype("u1")))
    struct.pack_into("<f", header, 108, len(header) + 4 + len(extension))
    return bytes(header) + b"\1\0\0\0" + extension


def _extension(names: Mapping[int, str]) -> bytes:
    """As ``totalsegmentator.nifti_ext_header`` makes it (Caret's XML)."""
    labels = "".join(f'<Label Key="{number}" Red="1"><![CDATA[{name}]]></Label>' for number, name in names.items())
    table = f"<VolumeInformation><LabelTable>{labels}</LabelTable></VolumeInformation>"
    body = f'<?xml version="1.0"?><CaretExtension>{table}</CaretExtension>'.encode()
    size = -(-(len(body) + 8) // 16) * 16
    return struct.pack("<2i", size, 30) + body.ljust(size - 8, b"\0")

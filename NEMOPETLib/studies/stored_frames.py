"""Whether a multi-frame DICOM file holds all the frames that it promises."""

from __future__ import annotations

from pathlib import Path

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from NEMOPETLib.errors import InputError

_PIXEL_ELEMENT_HEADER_BYTES = {ImplicitVRLittleEndian: 8, ExplicitVRLittleEndian: 12}


def read_whole_header(path: Path) -> Dataset:
    """The header of a file whose native frames are all there.

    pydicom takes what is there of a frame that is cut short, and the next bytes for the rest, without a word.

    Raises
    ------
    InputError
        If the file is shorter than its native frames need.
    """
    with path.open("rb") as file:
        header = dcmread(file, stop_before_pixels=True, force=True)
        after_header = path.stat().st_size - file.tell()
    element_header = _PIXEL_ELEMENT_HEADER_BYTES.get(header.file_meta.get("TransferSyntaxUID"))
    size = [header.get(keyword) or 0 for keyword in ("Rows", "Columns", "BitsAllocated")]
    stored_bits = int(header.get("NumberOfFrames") or 1) * size[0] * size[1] * size[2]
    if element_header is not None and after_header < element_header + stored_bits / 8:
        raise InputError(f"{path}: its frames are truncated")
    return header

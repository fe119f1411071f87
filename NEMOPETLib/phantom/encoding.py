"""Pixel data in a chosen transfer syntax, by GDCM."""

from __future__ import annotations

import io
from typing import IO

import gdcm
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    UID,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

_GDCM_SYNTAX = {
    RLELossless: gdcm.TransferSyntax.RLELossless,
    JPEGLSLossless: gdcm.TransferSyntax.JPEGLSLossless,
    JPEG2000Lossless: gdcm.TransferSyntax.JPEG2000Lossless,
    JPEGLosslessSV1: gdcm.TransferSyntax.JPEGLosslessProcess14_1,
}
ENCAPSULATED = tuple(_GDCM_SYNTAX)
NATIVE = (ExplicitVRLittleEndian, ImplicitVRLittleEndian)


def encode(dataset: Dataset, syntax: UID) -> None:
    """Bring a grey-value image with native pixels (bytes or an open file) into a lossless transfer syntax."""
    dataset.file_meta.TransferSyntaxUID = syntax
    if syntax in NATIVE:
        return
    pixels = dataset.PixelData
    native: IO[bytes] = io.BytesIO(pixels) if isinstance(pixels, bytes) else pixels
    size = dataset.Rows * dataset.Columns * dataset.BitsAllocated // 8
    number = int(dataset.get("NumberOfFrames", 1))
    dataset.PixelData = encapsulate([encoded_frame(dataset, native.read(size), syntax) for _ in range(number)])
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True


def encoded_frame(dataset: Dataset, frame: bytes, syntax: UID) -> bytes:
    """One frame's native pixels, little endian, compressed; ``dataset`` describes the pixels."""
    # The writer owns the image by a counted reference; an image made here would be freed twice.
    writer = gdcm.ImageWriter()
    image = writer.GetImage()
    image.SetNumberOfDimensions(2)
    image.SetDimensions((dataset.Columns, dataset.Rows, 1))
    image.SetPixelFormat(
        gdcm.PixelFormat(
            dataset.SamplesPerPixel,
            dataset.BitsAllocated,
            dataset.BitsStored,
            dataset.HighBit,
            dataset.PixelRepresentation,
        )
    )
    image.SetPhotometricInterpretation(gdcm.PhotometricInterpretation(gdcm.PhotometricInterpretation.MONOCHROME2))
    image.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.ExplicitVRLittleEndian))
    pixels = gdcm.DataElement(gdcm.Tag(0x7FE0, 0x0010))
    pixels.SetByteStringValue(frame)
    image.SetDataElement(pixels)
    change = gdcm.ImageChangeTransferSyntax()
    change.SetTransferSyntax(gdcm.TransferSyntax(_GDCM_SYNTAX[syntax]))
    change.SetInput(image)
    if not change.Change():
        raise RuntimeError(f"GDCM cannot encode these pixels as {syntax.name}")
    fragments = change.GetOutput().GetDataElement().GetSequenceOfFragments()
    return b"".join(_fragment(fragments, n) for n in range(fragments.GetNumberOfFragments()))


def _fragment(fragments: gdcm.SequenceOfFragments, number: int) -> bytes:
    # GDCM hands bytes over as a string with surrogates for what is not UTF-8.
    return str(fragments.GetFragment(number).GetByteValue().GetBuffer()).encode("utf-8", "surrogateescape")

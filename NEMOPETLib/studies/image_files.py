"""PET and CT as image files (NIfTI, NRRD, MetaImage), whose patient data come from elsewhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import SimpleITK

from NEMOPETLib.errors import InputError
from NEMOPETLib.studies.volume import Volume

_SUFFIXES = (".nii", ".nii.gz", ".nrrd", ".nhdr", ".mha", ".mhd", ".hdr")


def is_image_file(path: Path) -> bool:
    """Whether the name is that of an image file, as against DICOM."""
    return path.is_file() and path.name.lower().endswith(_SUFFIXES)


def read_image(path: Path) -> Volume:
    """Read a 3-D scalar image.

    Integers that fit become int16, which is what CT needs; everything else float32.

    Raises
    ------
    InputError
        If the file cannot be read as such an image, or holds no number.
    """
    reader = SimpleITK.ImageFileReader()
    reader.SetFileName(str(path))
    try:
        reader.ReadImageInformation()
        image = _three_dimensional(reader, path)
    except RuntimeError as error:  # what SimpleITK raises on any file that it cannot read
        raise InputError(f"{path} cannot be read as an image: is it complete?") from error
    volume = Volume.from_sitk(image)
    if not np.isfinite(volume.voxels).all():
        raise InputError(f"{path} holds voxels that are not numbers (NaN or infinity)")
    return volume


def _three_dimensional(reader: SimpleITK.ImageFileReader, path: Path) -> SimpleITK.Image:
    size = reader.GetSize()
    if reader.GetNumberOfComponents() != 1 or reader.GetDimension() < 3 or any(n != 1 for n in size[3:]):
        raise InputError(
            f"{path} is not one 3-D scalar image (size {size}, {reader.GetNumberOfComponents()} components)"
        )
    if len(size) > 3:
        reader.SetExtractSize([*size[:3], *[0] * (len(size) - 3)])
    small = reader.GetPixelID() in (SimpleITK.sitkUInt8, SimpleITK.sitkInt8, SimpleITK.sitkInt16)
    reader.SetOutputPixelType(SimpleITK.sitkInt16 if small else SimpleITK.sitkFloat32)
    return reader.Execute()

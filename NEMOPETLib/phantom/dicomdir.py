"""The index of a disc."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import gdcm


def write_dicomdir(folder: Path, files: Sequence[Path]) -> Path:
    """Write ``folder/DICOMDIR`` for DICOM files below it; gives its path.

    The files' names must be file IDs: parts of at most eight capitals, digits and underscores.
    """
    generator = gdcm.DICOMDIRGenerator()
    generator.SetFilenames([str(path) for path in files])
    generator.SetRootDirectory(str(folder))
    generator.SetDescriptor("PHANTOM")
    if not generator.Generate():
        raise RuntimeError("GDCM cannot index these files: their names are no DICOM file IDs")
    path = folder / "DICOMDIR"
    writer = gdcm.Writer()
    writer.SetFile(generator.GetFile())
    writer.SetFileName(str(path))
    writer.Write()
    return path

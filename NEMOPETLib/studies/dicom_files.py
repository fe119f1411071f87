"""Finding DICOM files below a folder, whatever they are called."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError

from NEMOPETLib.errors import InputError
from NEMOPETLib.incoming import INCOMING
from NEMOPETLib.progress import Progress, no_progress
from NEMOPETLib.studies import header as h

# All that pairing, ordering and SUV read of a header; the rest is skipped, which makes a scan fast.
_KEYWORDS = (
    "SOPClassUID SOPInstanceUID Modality ImageType SeriesDescription SeriesNumber InstanceNumber Manufacturer "
    "PatientID PatientSex PatientAge PatientBirthDate PatientWeight PatientSize "
    "StudyInstanceUID SeriesInstanceUID FrameOfReferenceUID StudyDate SeriesDate AcquisitionDate ContentDate "
    "SeriesTime AcquisitionTime AcquisitionDateTime ContrastBolusAgent ConvolutionKernel "
    "ImagePositionPatient ImageOrientationPatient PixelSpacing SliceThickness SpacingBetweenSlices Rows Columns "
    "NumberOfFrames SamplesPerPixel RescaleSlope RescaleIntercept RescaleType "
    "Units SUVType DecayCorrection DecayCorrected DecayCorrectionDateTime CorrectedImage SeriesType "
    "AttenuationCorrected AttenuationCorrectionMethod FrameReferenceTime ActualFrameDuration "
    "NumberOfSlices RadiopharmaceuticalInformationSequence "
    "SharedFunctionalGroupsSequence PerFrameFunctionalGroupsSequence"
)
_PRIVATE_TAGS = (0x0009100D, 0x70531000, 0x70531009)  # GE's scan time, Philips' SUV and activity factors
DAMAGE = "damaged"
"""How the reason for a file begins that can be opened and is not what it should be."""
_DICOMDIR = "1.2.840.10008.1.3.10"

# What pydicom raises on files that are damaged in one way or another.
DAMAGED = (
    InvalidDicomError, EOFError, OSError, ValueError, KeyError, TypeError, AttributeError,
    NotImplementedError, OverflowError, RuntimeError, struct.error,
)  # fmt: skip


@dataclass
class DicomFiles:
    """What lies below a folder: the headers of its DICOM files, and what could not be read.

    Parameters
    ----------
    headers
        Path and header (without pixels) of each DICOM object that is not a DICOMDIR.
    unreadable
        Path and reason of each file that is damaged or must not be read.
    others
        Number of files that are not DICOM.
    """

    headers: list[tuple[Path, Dataset]] = field(default_factory=list)
    unreadable: list[tuple[Path, str]] = field(default_factory=list)
    others: int = 0


def read_headers(root: Path, progress: Progress = no_progress) -> DicomFiles:
    """Read the header of every DICOM file below a folder (or of one file).

    Files are recognised by content. Links are followed, each folder is read once, so circles of links end.

    Raises
    ------
    InputError
        If the folder does not exist or holds no DICOM file.
    """
    if not root.exists():
        raise InputError(f"{root} does not exist: give the folder of a PET/CT study")
    found = DicomFiles()
    paths = sorted(files_below(root, found.unreadable))
    for path in progress(paths, "Reading headers"):
        read_header(path, found)
    if not found.headers:
        damaged = (
            f"; {len(found.unreadable)} are damaged, the first: {found.unreadable[0][0]}" if found.unreadable else ""
        )
        raise InputError(f"{root} holds no DICOM image ({len(paths)} files looked at{damaged})")
    return found


def read_header(path: Path, found: DicomFiles) -> None:
    """Put a file where it belongs in ``found``: its header, why it cannot be read, or one more of no DICOM."""
    try:
        if not looks_like_dicom(path):
            found.others += 1
            return
        header = dcmread(path, stop_before_pixels=True, force=True, specific_tags=[*_KEYWORDS.split(), *_PRIVATE_TAGS])
    except DAMAGED as error:
        found.unreadable.append((path, reason_of(error)))
        return
    if is_directory(header):
        return
    if not h.text(header, "SOPClassUID") or not h.text(header, "SeriesInstanceUID"):
        found.unreadable.append((path, f"{DAMAGE}: the header ends before the series is named"))
        return
    found.headers.append((path, header))


def is_directory(header: Dataset) -> bool:
    """Whether it is a DICOMDIR, which lists images and is none."""
    return bool(header.file_meta.get("MediaStorageSOPClassUID") == _DICOMDIR)


def looks_like_dicom(path: Path) -> bool:
    """Whether a file begins as DICOM does; raises OSError where it cannot be read."""
    with path.open("rb") as file:
        start = file.read(132)
    if start[128:] == b"DICM":
        return True
    # Without the preamble a file starts with group 0002 or 0008, little endian.
    return len(start) > 8 and start[:2] in (b"\x02\x00", b"\x08\x00") and start[3] == 0


def files_below(root: Path, unreadable: list[tuple[Path, str]]) -> Iterator[Path]:
    """Every file below a folder, in no order; folders that cannot be opened go into ``unreadable``.

    Links are followed, each folder is entered once, so circles of links end. What is arriving is not read.
    """
    if root.is_file():
        yield root
        return
    seen: set[tuple[int, int]] = set()

    def not_opened(error: OSError) -> None:
        unreadable.append((Path(error.filename), reason_of(error)))

    for folder, subfolders, names in os.walk(root, followlinks=True, onerror=not_opened):
        subfolders[:] = sorted(name for name in subfolders if name != INCOMING)
        try:
            status = Path(folder).stat()
        except OSError as error:
            not_opened(error)
            continue
        if (status.st_dev, status.st_ino) in seen:
            subfolders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        for name in names:
            path = Path(folder) / name
            if path.is_file():  # neither a broken link nor a pipe
                yield path


def reason_of(error: Exception) -> str:
    """Why, in a few words that cannot hold a value of the header."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return f"{DAMAGE} ({type(error).__name__})"

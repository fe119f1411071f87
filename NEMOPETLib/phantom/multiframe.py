"""What enhanced multi-frame objects share: dimensions, functional groups, and pixels spooled to a file."""

from __future__ import annotations

from datetime import datetime
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import Tag

from NEMOPETLib.phantom.examination import Examination
from NEMOPETLib.phantom.headers import code, decimal, fill, item, set_pixels, uid
from NEMOPETLib.phantom.sampling import Sampling

ORIGINAL = ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]


def date_time(moment: datetime) -> str:
    """DICOM date and time (DT)."""
    return moment.strftime("%Y%m%d%H%M%S.%f")


def frame_type() -> dict[str, Any]:
    """What kind of image a frame, or the whole object, is."""
    return {
        "PixelPresentation": "MONOCHROME",
        "VolumetricProperties": "VOLUME",
        "VolumeBasedCalculationTechnique": "NONE",
    }


def set_multiframe(dataset: Dataset, examination: Examination, frames: int) -> None:
    """The modules that every enhanced object has: frames ordered by their position in one stack."""
    organization = uid(examination, str(dataset.SeriesInstanceUID), "dimensions")
    pointers = (Tag("StackID"), Tag("InStackPositionNumber"))
    fill(
        dataset,
        {
            "ImageType": ORIGINAL,
            **frame_type(),
            "ContentQualification": "RESEARCH",
            "AcquisitionContextSequence": Sequence(),
            "FrameOfReferenceUID": uid(examination, "frame of reference"),
            "PositionReferenceIndicator": "",
            "NumberOfFrames": frames,
            "DimensionOrganizationSequence": Sequence([item(DimensionOrganizationUID=organization)]),
            "DimensionIndexSequence": Sequence(
                item(
                    DimensionOrganizationUID=organization,
                    DimensionIndexPointer=pointer,
                    FunctionalGroupPointer=Tag("FrameContentSequence"),
                )
                for pointer in pointers
            ),
            "BurnedInAnnotation": "NO",
            "LossyImageCompression": "00",
            "PresentationLUTShape": "IDENTITY",
        },
    )


def shared_groups(sampling: Sampling, thickness: float) -> Dataset:
    """The functional groups that hold for all frames of an axial stack; thickness in mm."""
    return item(
        PixelMeasuresSequence=Sequence(
            [item(PixelSpacing=[decimal(sampling.pixel_mm)] * 2, SliceThickness=decimal(thickness))]
        ),
        PlaneOrientationSequence=Sequence([item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])]),
        FrameAnatomySequence=Sequence(
            [
                item(
                    FrameLaterality="U",
                    AnatomicRegionSequence=code("38266002", "SCT", "Entire body"),
                )
            ]
        ),
    )


def frame_groups(sampling: Sampling, index: int, moment: datetime, seconds: float) -> Dataset:
    """The functional groups of one frame: its place in the stack and in the patient, and its time."""
    position = [decimal(value) for value in (*sampling.corner, sampling.heights[index])]
    return item(
        FrameContentSequence=Sequence(
            [
                item(
                    StackID="1",
                    InStackPositionNumber=index + 1,
                    DimensionIndexValues=[1, index + 1],
                    FrameAcquisitionDateTime=date_time(moment),
                    FrameReferenceDateTime=date_time(moment),
                    FrameAcquisitionDuration=1000.0 * seconds,
                    TemporalPositionIndex=1,
                )
            ]
        ),
        PlanePositionSequence=Sequence([item(ImagePositionPatient=position)]),
    )


def rescale(slope: float, intercept: float, kind: str) -> Sequence:
    """From stored values to ``kind`` (HU, or US for unspecified)."""
    return Sequence([item(RescaleIntercept=decimal(intercept), RescaleSlope=decimal(slope), RescaleType=kind)])


def spool(frame: NDArray[Any], pixels: IO[bytes]) -> None:
    """Append a frame to the pixel data, little endian."""
    pixels.write(np.ascontiguousarray(frame).astype(frame.dtype.newbyteorder("<")).tobytes())


def set_spooled_pixels(dataset: Dataset, last: NDArray[Any], pixels: IO[bytes], bits_stored: int = 16) -> None:
    """Pixel module of a multi-frame object whose frames, all like the last, lie in an open file."""
    set_pixels(dataset, last, bits_stored)
    pixels.seek(0)
    dataset.PixelData = pixels
    dataset["PixelData"].VR = "OW"

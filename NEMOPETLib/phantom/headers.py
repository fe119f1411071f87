"""The DICOM attributes that all objects of the phantom's study share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, generate_uid
from pydicom.valuerep import format_number_as_ds

from NEMOPETLib.phantom.examination import Examination
from NEMOPETLib.phantom.sampling import Sampling


@dataclass(frozen=True)
class Series:
    """What tells one series of the study from another.

    ``role`` names it among the study's series (its UIDs are made from it); times start at
    ``delay_s`` seconds after ``Examination.scanned_at``.
    """

    role: str
    modality: str
    number: int
    description: str
    delay_s: float = 0.0

    def started(self, examination: Examination) -> datetime:
        """When the series begins."""
        return examination.scanned_at + timedelta(seconds=self.delay_s)


def uid(examination: Examination, *words: str) -> str:
    """A UID that is the same for the same examination and words, and else another."""
    return str(generate_uid(entropy_srcs=[examination.patient_id, str(examination.scanned_at), *words]))


def decimal(value: float) -> str:
    """A number as a DICOM decimal string of 16 characters at most."""
    return str(format_number_as_ds(float(value)))


def date_of(moment: datetime) -> str:
    """DICOM date (DA)."""
    return moment.strftime("%Y%m%d")


def time_of(moment: datetime) -> str:
    """DICOM time (TM)."""
    return moment.strftime("%H%M%S.%f")


def fill(dataset: Dataset, values: Mapping[str, Any]) -> Dataset:
    """Set attributes by keyword; gives the dataset."""
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


def item(**values: Any) -> Dataset:
    """A sequence item."""
    return fill(Dataset(), values)


def code(value: str, scheme: str, meaning: str) -> Sequence:
    """A code sequence of one item."""
    return Sequence([item(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning)])


def instance(examination: Examination, series: Series, sop_class: str, number: int) -> Dataset:
    """A dataset with all that is not particular to a kind of image: patient, study, series, equipment."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    started = series.started(examination)
    fill(
        dataset,
        {
            "SpecificCharacterSet": "ISO_IR 100",
            "SOPClassUID": sop_class,
            "SOPInstanceUID": uid(examination, series.role, str(number)),
            "InstanceNumber": number,
            "PatientName": examination.patient_name,
            "PatientID": examination.patient_id,
            "PatientBirthDate": examination.birth_date,
            "PatientSex": examination.sex,
            "PatientAge": f"{examination.age_years:03d}Y",
            "PatientWeight": decimal(examination.weight_kg),
            "PatientSize": decimal(examination.height_m),
            "StudyInstanceUID": uid(examination, "study"),
            "StudyDate": date_of(examination.scanned_at),
            "StudyTime": time_of(examination.scanned_at - timedelta(minutes=3)),
            "StudyID": "1",
            "StudyDescription": "PET-CT WHOLE BODY FDG",
            "AccessionNumber": "",
            "ReferringPhysicianName": "",
            "Modality": series.modality,
            "SeriesInstanceUID": uid(examination, series.role),
            "SeriesNumber": series.number,
            "SeriesDescription": series.description,
            "SeriesDate": date_of(started),
            "SeriesTime": time_of(started),
            "ContentDate": date_of(started),
            "ContentTime": time_of(started),
            "BodyPartExamined": "WHOLEBODY",
            "Manufacturer": "NEMO-PET",
            "ManufacturerModelName": "Phantom",
            "DeviceSerialNumber": "1",
            "SoftwareVersions": "1",
        },
    )
    return dataset


def place(dataset: Dataset, examination: Examination, sampling: Sampling, height: float) -> None:
    """Frame of reference and image plane of one axial slice."""
    fill(
        dataset,
        {
            "FrameOfReferenceUID": uid(examination, "frame of reference"),
            "PositionReferenceIndicator": "",
            "PixelSpacing": [decimal(sampling.pixel_mm)] * 2,
            "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
            "ImagePositionPatient": [decimal(value) for value in (*sampling.corner, height)],
            "SliceLocation": decimal(height),
        },
    )


def set_pixels(dataset: Dataset, stored: NDArray[Any], bits_stored: int = 16) -> None:
    """Pixel module for grey values: (rows, columns) of uint16 or int16, little endian."""
    fill(
        dataset,
        {
            "SamplesPerPixel": 1,
            "PhotometricInterpretation": "MONOCHROME2",
            "Rows": stored.shape[-2],
            "Columns": stored.shape[-1],
            "BitsAllocated": 16,
            "BitsStored": bits_stored,
            "HighBit": bits_stored - 1,
            "PixelRepresentation": int(np.issubdtype(stored.dtype, np.signedinteger)),
            "PixelData": np.ascontiguousarray(stored).astype(stored.dtype.newbyteorder("<")).tobytes(),
        },
    )

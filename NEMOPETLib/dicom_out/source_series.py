"""What the objects take from the images that they were made of: patient, study, and where each slice lies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydicom import dcmread
from pydicom.config import RAISE
from pydicom.datadict import dictionary_VR
from pydicom.dataset import Dataset
from pydicom.valuerep import validate_value

from NEMOPETLib.dicom_out.dicom_items import decimals
from NEMOPETLib.dicom_out.object_uids import derived_uid
from NEMOPETLib.studies import header as h
from NEMOPETLib.studies.selection import Candidate
from NEMOPETLib.studies.volume import Grid

PATIENT_AND_STUDY = (
    "PatientName",
    "PatientID",
    "IssuerOfPatientID",
    "PatientBirthDate",
    "PatientSex",
    "PatientAge",
    "PatientSize",
    "PatientWeight",
    "StudyInstanceUID",
    "StudyDate",
    "StudyTime",
    "StudyID",
    "StudyDescription",
    "AccessionNumber",
    "ReferringPhysicianName",
    "TimezoneOffsetFromUTC",
)
"""Attributes that an object shares with its source (PS3.3 C.7.1, C.7.2, and the times' offset of C.12.1)."""

_OFFSET = re.compile(r"[+-](0\d|1[0-4])[0-5]\d")


@dataclass(frozen=True)
class SourceImage:
    """One slice of the source: its object, and its frame (from 1) if the object has several."""

    sop_class: str
    sop_instance: str
    frame: int | None = None


@dataclass(frozen=True, eq=False)
class SourceSeries:
    """A series that masks were drawn on.

    Parameters
    ----------
    shared
        The attributes of ``PATIENT_AND_STUDY`` that its header has, as text.
    modality, series_uid, frame_of_reference
        Of the series; a frame of reference that it lacks is made from its UID.
    grid
        Its voxels.
    images
        One a slice, in the order of the grid.
    """

    shared: dict[str, str]
    modality: str
    series_uid: str
    frame_of_reference: str
    grid: Grid
    images: tuple[SourceImage, ...]

    @property
    def study_uid(self) -> str:
        """Study Instance UID."""
        return self.shared["StudyInstanceUID"]

    def instances(self) -> list[SourceImage]:
        """Its objects, each once and without a frame."""
        return list({one.sop_instance: SourceImage(one.sop_class, one.sop_instance) for one in self.images}.values())


def source_series(candidate: Candidate) -> SourceSeries:
    """What there is to know of a series on disk; reads one more header, with the patient's name in it."""
    first = candidate.stack.slices[0]
    whole = dcmread(
        first.path, stop_before_pixels=True, force=True, specific_tags=["SpecificCharacterSet", *PATIENT_AND_STUDY]
    )
    series = candidate.series
    return SourceSeries(
        shared={"StudyInstanceUID": derived_uid(series.uid, "study"), **_texts(whole)},
        modality=series.modality,
        series_uid=series.uid,
        frame_of_reference=series.frame_of_reference or derived_uid(series.uid, "frame of reference"),
        grid=candidate.stack.grid,
        images=tuple(
            SourceImage(
                h.text(one.header, "SOPClassUID"),
                h.text(one.header, "SOPInstanceUID"),
                one.frame + 1 if h.number(one.header, "NumberOfFrames") else None,
            )
            for one in candidate.stack.slices
        ),
    )


def as_measured(source: SourceSeries, row: Mapping[str, Any]) -> SourceSeries:
    """The source with the weight and height of a row, which a user may have given instead of the header's."""
    used = {"PatientWeight": row.get("weight_kg"), "PatientSize": row.get("height_m")}
    texts = {keyword: decimals([value])[0] for keyword, value in used.items() if value is not None}
    return replace(source, shared={**source.shared, **texts})


def _texts(header: Dataset) -> dict[str, str]:
    """The shared attributes that the header has, but for what is no value of its type: that stays behind."""
    found = {keyword: h.text(header, keyword) for keyword in PATIENT_AND_STUDY}
    for keyword in ("PatientBirthDate", "StudyDate"):  # the old YYYY.MM.DD too
        day = h.date(header, keyword)
        found[keyword] = f"{day:%Y%m%d}" if day else ""
    if found["PatientSex"] not in ("F", "M", "O"):
        found["PatientSex"] = ""
    if not _OFFSET.fullmatch(found["TimezoneOffsetFromUTC"]):
        found["TimezoneOffsetFromUTC"] = ""
    return {keyword: value for keyword, value in found.items() if value and _is_legal(keyword, value)}


def _is_legal(keyword: str, value: str) -> bool:
    try:
        validate_value(dictionary_VR(keyword), value, RAISE)
    except ValueError:
        return False
    return True


def image_reference(image: SourceImage) -> Dataset:
    """The Image SOP Instance Reference macro (PS3.3 10-3)."""
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = image.sop_class, image.sop_instance
    if image.frame is not None:
        item.ReferencedFrameNumber = image.frame
    return item


def references(images: Iterable[SourceImage]) -> list[Dataset]:
    """A reference to each image."""
    return [image_reference(image) for image in images]

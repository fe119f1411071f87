"""A source whose patient is hidden: what is written from it names pseudonyms only (PS3.15 E.1)."""

from __future__ import annotations

from dataclasses import replace

from NEMOPETLib.dicom_out.dicom_items import item
from NEMOPETLib.dicom_out.source_series import SourceImage, SourceSeries
from NEMOPETLib.privacy.disguise import Disguise
from NEMOPETLib.studies import header as h

_KEPT = ("PatientSex", "PatientAge", "PatientSize", "PatientWeight", "StudyTime")


def disguised(source: SourceSeries, disguise: Disguise) -> SourceSeries:
    """The source with other UIDs, name, id and dates, and without all else that names a person or a place."""
    pseudonyms = disguise.pseudonyms
    name = pseudonyms.name_of(disguise.patient_id)
    day = h.date(item(StudyDate=source.shared.get("StudyDate", "")), "StudyDate")
    shared = {
        **{keyword: source.shared[keyword] for keyword in _KEPT if keyword in source.shared},
        "PatientName": name,
        "PatientID": name,
        "PatientIdentityRemoved": "YES",
        "DeidentificationMethod": "NEMO-PET: pseudonyms of a key file",
        "LongitudinalTemporalInformationModified": "UNMODIFIED" if pseudonyms.keep_dates else "MODIFIED",
        "StudyInstanceUID": pseudonyms.uid(source.study_uid),
        "StudyDate": disguise.date(day.isoformat()).replace("-", "") if day else "",
    }
    return replace(
        source,
        shared=shared,
        series_uid=pseudonyms.uid(source.series_uid),
        frame_of_reference=pseudonyms.uid(source.frame_of_reference),
        images=tuple(SourceImage(one.sop_class, pseudonyms.uid(one.sop_instance), one.frame) for one in source.images),
    )

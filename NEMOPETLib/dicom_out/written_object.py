"""What all objects that we write have in common: patient, study, equipment, identity, and how they reach the disk."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from pydicom import dcmwrite
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID

from NEMOPETLib.dicom_out.object_uids import derived_uid
from NEMOPETLib.dicom_out.source_series import SourceSeries
from NEMOPETLib.errors import InputError, why_refused
from NEMOPETLib.whole_file import replacing

MANUFACTURER = "NEMO-PET"
RESEARCH = "For research, not for clinical decisions"
_IMPLEMENTATION = "2.25.133920817347817210924019310428651377153"
_TYPE_2 = ("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime", "StudyID",
           "AccessionNumber", "ReferringPhysicianName")  # fmt: skip


@dataclass(frozen=True)
class Identity:
    """What makes an object of a row the same object when it is written again.

    Parameters
    ----------
    row_uid
        The row's ``tracking_uid``.
    measured_at
        When the row was measured: the time of its objects.
    software_version
        Of the program that measured it, which need not be the one that writes.
    """

    row_uid: str
    measured_at: dt.datetime
    software_version: str

    def uid(self, *words: str) -> str:
        """The UID of a series or an object of this row."""
        return derived_uid(self.row_uid, self.measured_at.isoformat(), self.software_version, *words)


def new_object(
    source: SourceSeries, identity: Identity, sop_class: UID, modality: str, number: int, description: str
) -> Dataset:
    """An object of its own series in the source's study, with patient, study, series, equipment and SOP modules.

    Parameters
    ----------
    number
        Series Number.
    description
        Series Description, at most 64 characters.
    """
    written = Dataset()
    written.SpecificCharacterSet = "ISO_IR 192"
    for keyword in _TYPE_2:
        setattr(written, keyword, "")
    for keyword, value in source.shared.items():
        setattr(written, keyword, value)
    written.Modality, written.SeriesNumber, written.SeriesDescription = modality, number, description
    written.SeriesInstanceUID = identity.uid("series", source.series_uid, modality)
    written.SOPClassUID, written.SOPInstanceUID = sop_class, identity.uid("object", source.series_uid, modality)
    written.InstanceNumber = 1
    written.Manufacturer = written.ManufacturerModelName = MANUFACTURER
    written.SoftwareVersions, written.DeviceSerialNumber = identity.software_version, "1"
    moment = local_moment(identity.measured_at, source)
    date_and_time = f"{moment:%Y%m%d}", f"{moment:%H%M%S}"
    written.InstanceCreationDate, written.InstanceCreationTime = date_and_time
    written.SeriesDate, written.SeriesTime = date_and_time
    return written


def local_moment(moment: dt.datetime, source: SourceSeries) -> dt.datetime:
    """A moment as the clock shows it beside the source's own times.

    A Timezone Offset From UTC is of all times of an object, those that it shares with its source too. So where the
    source states one, it is the object's. Where it does not, the object states none: its times are of the clock here,
    as the study's are of the scanner's.
    """
    offset = source.shared.get("TimezoneOffsetFromUTC")
    return moment.astimezone(dt.datetime.strptime(offset, "%z").tzinfo if offset else None)


def write_object(path: Path, written: Dataset, transfer_syntax: UID) -> None:
    """Write an object to a file that is there whole or not at all. Raises ``InputError`` if it cannot be."""
    written.file_meta = FileMetaDataset()
    written.file_meta.TransferSyntaxUID = transfer_syntax
    written.file_meta.ImplementationClassUID = _IMPLEMENTATION
    written.file_meta.ImplementationVersionName = MANUFACTURER
    try:
        with replacing(path) as file:
            dcmwrite(file, written, enforce_file_format=True)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({why_refused(error)})") from error

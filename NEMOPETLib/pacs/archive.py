"""What is asked of a PACS, whichever way it is spoken to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from NEMOPETLib.errors import InputError
from NEMOPETLib.progress import Progress

WANTED_MODALITIES = ("PT", "CT")


class PacsError(InputError):
    """The PACS did not do what was asked: says which PACS, what, and what to do, in one line."""


@dataclass(frozen=True)
class Query:
    """Which studies are meant; what is empty is not asked for.

    Parameters
    ----------
    patient_id
        Patient ID.
    study_date
        A date or a range: ``20240101``, ``20240101-20241231``, ``20240101-``.
    accession_number
        Accession Number.
    study_uid
        Study Instance UID.
    """

    patient_id: str = ""
    study_date: str = ""
    accession_number: str = ""
    study_uid: str = ""

    def attributes(self) -> dict[str, str]:
        """By DICOM keyword, only what is asked for."""
        given = {
            "PatientID": self.patient_id,
            "StudyDate": self.study_date,
            "AccessionNumber": self.accession_number,
            "StudyInstanceUID": self.study_uid,
        }
        return {keyword: value for keyword, value in given.items() if value}


@dataclass(frozen=True)
class OfferedSeries:
    """A series as a PACS lists it.

    Parameters
    ----------
    uid
        Series Instance UID.
    modality
        Modality.
    image_count
        Number of Series Related Instances; 0 if the PACS does not tell it.
    """

    uid: str
    modality: str
    image_count: int

    def folder(self, study: Path) -> Path:
        """Where its images lie in the folder of its study."""
        return study / short_name(self.uid)

    def images_in(self, study: Path) -> int:
        """How many of its images are in the folder of its study."""
        return len(list(self.folder(study).glob("*.dcm")))


def wanted_series(server: str, offered: Iterable[OfferedSeries]) -> list[OfferedSeries]:
    """The PET and CT series of a study. Raises ``PacsError`` if no PET is among them."""
    wanted = [one for one in offered if one.modality in WANTED_MODALITIES]
    if not any(one.modality == "PT" for one in wanted):
        raise PacsError(f"{server} lists no PET series in this study")
    return wanted


def refuse_partial(server: str, series: OfferedSeries, study: Path) -> None:
    """Raise ``PacsError`` if the folder of a study holds fewer images of a series than there are, or none."""
    there, promised = series.images_in(study), max(series.image_count, 1)
    if there < promised:
        raise PacsError(f"{server} sent {there} of {promised} images of a {series.modality} series: fetch again later")


class Archive(Protocol):
    """A PACS. Everything raises ``PacsError`` if it cannot be done."""

    def studies(self, query: Query) -> list[str]:
        """Study Instance UIDs of the studies with a PET that the query means."""

    def fetch(self, study_uid: str, folder: Path, progress: Progress) -> None:
        """All PET and CT images of a study into a folder; those that are there already are not fetched again.

        Raises ``OSError`` if the folder cannot be written.
        """

    def store(self, files: Sequence[Path], progress: Progress) -> None:
        """Store objects. Raises ``OSError`` if a file cannot be read."""


def short_name(uid: str) -> str:
    """A name for a folder or file that any file system takes and that names nobody."""
    return hashlib.sha256(uid.encode()).hexdigest()[:16]

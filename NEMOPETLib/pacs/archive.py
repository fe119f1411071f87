"""What is asked of a PACS, whichever way it is spoken to."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
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


class Archive(Protocol):
    """A PACS. Everything raises ``PacsError`` if it cannot be done."""

    def studies(self, query: Query) -> list[str]:
        """Study Instance UIDs of the studies with a PET that the query means."""

    def fetch(self, study_uid: str, folder: Path, progress: Progress) -> None:
        """The PET and CT images of a study into a folder; those that are there already are not fetched again."""

    def store(self, files: Sequence[Path], progress: Progress) -> None:
        """Store objects."""


def short_name(uid: str) -> str:
    """A name for a folder or file that any file system takes and that names nobody."""
    return hashlib.sha256(uid.encode()).hexdigest()[:16]

"""How one patient is hidden behind a pseudonym."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from NEMOPETLib.errors import InputError
from NEMOPETLib.privacy.identity_words import identity_words, without
from NEMOPETLib.privacy.pseudonyms import Pseudonyms
from NEMOPETLib.studies.patient_data import PatientData
from NEMOPETLib.studies.selection import Selection


@dataclass(frozen=True)
class Disguise:
    """How one patient's data are replaced.

    Parameters
    ----------
    pseudonyms
        Of the key file.
    patient_id
        The true one.
    words
        What must not be found in any text.
    """

    pseudonyms: Pseudonyms
    patient_id: str
    words: tuple[str, ...]

    @classmethod
    def of(cls, selection: Selection | None, patient: PatientData, pseudonyms: Pseudonyms) -> Disguise:
        """That of a patient on disk, or of image files (None); who has no id is known by the study."""
        words = identity_words(selection) if selection else (patient.patient_id,)
        return cls(pseudonyms, patient.patient_id or patient.study_uid, tuple(word for word in words if word))

    def patient(self, patient: PatientData) -> PatientData:
        """Pseudonym, study UID and date instead of the true ones, noted in the key file."""
        return replace(
            patient,
            patient_id=self.pseudonyms.patient(self.patient_id),
            study_uid=self.pseudonyms.study(patient.study_uid),
            study_date=self.date(patient.study_date),
        )

    def date(self, iso: str) -> str:
        """A date in ISO 8601; empty stays empty. Raises ``InputError`` if it is none."""
        try:
            day = dt.date.fromisoformat(iso) if iso else None
        except ValueError as error:
            raise InputError(f"{iso} is no date: write YYYY-MM-DD") from error
        return self.pseudonyms.date(day, self.patient_id).isoformat() if day else ""

    def text(self, text: str) -> str:
        """A text without words that name the patient."""
        return without(text, self.words)

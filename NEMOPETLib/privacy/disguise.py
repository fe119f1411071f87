"""How one patient is hidden behind a pseudonym."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from NEMOPETLib.errors import InputError
from NEMOPETLib.privacy.identity_words import identity_words
from NEMOPETLib.privacy.pseudonyms import Pseudonyms
from NEMOPETLib.privacy.word_filter import REMOVED, without
from NEMOPETLib.studies.header import parse_moment
from NEMOPETLib.studies.overrides import Overrides
from NEMOPETLib.studies.patient_data import PatientData
from NEMOPETLib.studies.selection import Selection
from NEMOPETLib.wording.quoted import without_quoted

_FREE_TEXTS = ("lesion_engine", "tissue_engine", "warnings")  # may name files, and these the patient


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
        candidates = (selection.pet, selection.ct) if selection else ()
        paths = [one.stack.slices[0].path for one in candidates if one is not None]
        words = dict.fromkeys(word for path in paths for word in identity_words(path))
        return cls(pseudonyms, patient.patient_id or patient.study_uid, (*words, patient.patient_id))

    def patient(self, patient: PatientData) -> PatientData:
        """Pseudonym, study UID and date instead of the true ones, noted in the key file."""
        return replace(
            patient,
            patient_id=self.pseudonyms.patient(self.patient_id),
            study_uid=self.pseudonyms.study(patient.study_uid),
            study_date=self.date(patient.study_date),
        )

    def row(self, row: Mapping[str, object]) -> dict[str, object]:
        """What the program says in a row without names, and moved as the study is: a scan measured on its day."""
        measured = dt.datetime.fromisoformat(str(row["measured_at"]))
        moved = measured + (self.pseudonyms.date(measured.date(), self.patient_id) - measured.date())
        texts = {name: self.text(str(row[name] or "")) for name in _FREE_TEXTS}
        return {**row, **texts, "measured_at": moved.isoformat(timespec="seconds")}

    def overrides(self, given: Overrides) -> Overrides:
        """What the user gave, of the injection only the time of day: its date is that of the scan."""
        moment = parse_moment(given.injection_time or "")
        if moment is None or self.pseudonyms.keep_dates:
            return given
        return replace(given, injection_time=moment.time().isoformat())

    def date(self, iso: str) -> str:
        """A date in ISO 8601; empty stays empty. Raises ``InputError`` if it is none."""
        try:
            day = dt.date.fromisoformat(iso) if iso else None
        except ValueError as error:
            raise InputError(f"{iso} is no date: write YYYY-MM-DD") from error
        return self.pseudonyms.date(day, self.patient_id).isoformat() if day else ""

    def text(self, text: str) -> str:
        """A text without the user's words for files, segments and series, and without those that name the patient."""
        return without(without_quoted(text, REMOVED), self.words)

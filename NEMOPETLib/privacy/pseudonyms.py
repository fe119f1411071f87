"""Pseudonyms that are the same for the same patient each time, and say nothing without the key file.

They are keyed hashes (HMAC-SHA-256, RFC 2104), so that workers agree without asking each other. Dates of one
patient are moved back by the same number of whole weeks, up to a year: intervals and weekdays stay. Ages are
reckoned from the true dates and kept. By the basic profile of DICOM PS3.15 E with the options to retain patient
characteristics and longitudinal temporal information with modified dates.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass
from pathlib import Path

from NEMOPETLib.privacy.key_file import KeyFile, open_key_file

_MOST_WEEKS = 52


@dataclass(frozen=True)
class Pseudonyms:
    """What replaces a patient's data.

    Parameters
    ----------
    key
        Secret and register.
    keep_dates
        Leave dates as they are.
    """

    key: KeyFile
    keep_dates: bool = False

    @classmethod
    def open(cls, path: Path, keep_dates: bool = False) -> Pseudonyms:
        """Those of a key file, which is made if it is not there. Raises ``InputError`` as ``open_key_file``."""
        return cls(open_key_file(path), keep_dates)

    def patient(self, patient_id: str) -> str:
        """The pseudonym of a patient id, which is noted in the key file."""
        pseudonym = self.name_of(patient_id)
        self.key.record("patients", pseudonym, {"patient_id": patient_id, "shift_days": self._shift(patient_id).days})
        return pseudonym

    def name_of(self, patient_id: str) -> str:
        """The pseudonym, without a note of it."""
        return "P-" + base64.b32encode(self._hash("patient", patient_id.strip()))[:10].decode()

    def study(self, study_uid: str) -> str:
        """The pseudonymous Study Instance UID, which is noted in the key file; empty for none."""
        pseudonym = self.uid(study_uid)
        if study_uid:
            self.key.record("studies", pseudonym, study_uid)
        return pseudonym

    def known_as(self, patient_id: str, study_uid: str) -> tuple[str, str]:
        """Patient and study as a table of pseudonyms names them; a patient without an id is known by the study."""
        return self.name_of(patient_id or study_uid), self.uid(study_uid)

    def uid(self, uid: str) -> str:
        """Another UID for a UID (128 bits below 2.25); empty for none."""
        return f"2.25.{int.from_bytes(self._hash('uid', uid)[:16])}" if uid else ""

    def date(self, day: dt.date, patient_id: str) -> dt.date:
        """A date of a patient, moved unless dates are kept."""
        return day if self.keep_dates else day - self._shift(patient_id)

    def _shift(self, patient_id: str) -> dt.timedelta:
        if self.keep_dates:
            return dt.timedelta(0)
        return dt.timedelta(weeks=1 + int.from_bytes(self._hash("dates", patient_id.strip())[:8]) % _MOST_WEEKS)

    def _hash(self, *words: str) -> bytes:
        return hmac.new(self.key.secret, "\0".join(words).encode("utf-8", "surrogatepass"), hashlib.sha256).digest()

"""How a cohort table names the open patient: by true ids, or by the pseudonyms of a key file."""

from __future__ import annotations

from pathlib import Path

from NEMOPETLib.cohort.keys import Key
from NEMOPETLib.privacy.pseudonyms import Pseudonyms
from NEMOPETLib.studies.patient_data import PatientData


def known_pseudonyms(key_file: Path | None) -> Pseudonyms | None:
    """Those of a key file, to look a patient up; None without one: only what writes pseudonyms makes the file.

    Raises
    ------
    InputError
        As ``open_key_file``.
    """
    return None if key_file is None or not key_file.exists() else Pseudonyms.open(key_file)


def table_key(patient: PatientData, pseudonyms: Pseudonyms | None) -> Key:
    """Patient and study as the table names them; nothing is noted in the key file."""
    if pseudonyms is None:
        return patient.patient_id, patient.study_uid
    return pseudonyms.known_as(patient.patient_id, patient.study_uid)

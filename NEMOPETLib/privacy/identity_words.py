"""The words of a header that name a patient."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

from pydicom import dcmread
from pydicom.dataset import Dataset

from NEMOPETLib.studies import header as h

_NAMES = ("PatientName", "OtherPatientNames", "PatientBirthName", "PatientMotherBirthName", "ReferringPhysicianName",
          "PerformingPhysicianName", "OperatorsName", "RequestingPhysician")  # fmt: skip
_WHOLE = ("PatientID", "OtherPatientIDs", "AccessionNumber", "InstitutionName", "InstitutionAddress",
          "InstitutionalDepartmentName", "PatientAddress", "PatientTelephoneNumbers", "StationName")  # fmt: skip
_DATES = ("PatientBirthDate",)
_PADDED = ("%Y{0}%m{0}%d", "%d{0}%m{0}%Y", "%m{0}%d{0}%Y")
_PARTING = ("", "-", ".", "/", "_", " ")
_LONG_PART = 5  # of an id or an address: a shorter one is a number or a word of many


def identity_words(path: Path) -> tuple[str, ...]:
    """Names, ids, institution and birth date in the header of a DICOM file, the longest first."""
    keywords = ["SpecificCharacterSet", *_NAMES, *_WHOLE, *_DATES]
    words = set(_words(dcmread(path, stop_before_pixels=True, force=True, specific_tags=keywords)))
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def _words(header: Dataset) -> Iterator[str]:
    for keyword in _WHOLE:
        value = h.text(header, keyword)
        yield from (word for word in (value, *re.split(r"[\W_]+", value)) if word == value or len(word) >= _LONG_PART)
    for keyword in _NAMES:
        name = h.text(header, keyword)
        yield from (name, *re.split(r"[\s^=\\,'-]+", name))
    for keyword in _DATES:
        if day := h.date(header, keyword):
            yield from date_words(day)


def date_words(day: dt.date) -> Iterator[str]:
    """A day as people and programs write it: year, month and day in three orders, with whatever parts them."""
    for form in _PADDED:
        for parting in _PARTING:
            yield day.strftime(form.format(parting))
    for parting in ("-", ".", "/"):
        yield parting.join(map(str, (day.day, day.month, day.year)))
        yield parting.join(map(str, (day.month, day.day, day.year)))

"""The words of a header that name a patient, and text without them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pydicom import dcmread
from pydicom.dataset import Dataset

from NEMOPETLib.studies import header as h
from NEMOPETLib.studies.selection import Selection

REMOVED = "(removed)"
_NAMES = ("PatientName", "OtherPatientNames", "PatientBirthName", "PatientMotherBirthName", "ReferringPhysicianName",
          "PerformingPhysicianName", "OperatorsName", "RequestingPhysician")  # fmt: skip
_WHOLE = ("PatientID", "OtherPatientIDs", "AccessionNumber", "InstitutionName", "InstitutionAddress",
          "InstitutionalDepartmentName", "PatientAddress", "PatientTelephoneNumbers", "StationName")  # fmt: skip
_DATES = ("PatientBirthDate",)
_SHORTEST = 3  # a shorter word of Latin script is one of other words too


def identity_words(selection: Selection) -> tuple[str, ...]:
    """Names, ids, institution and birth date in the headers of a study, the longest first."""
    words: set[str] = set()
    for candidate in (selection.pet, selection.ct):
        if candidate is not None:
            keywords = ["SpecificCharacterSet", *_NAMES, *_WHOLE, *_DATES]
            path = candidate.stack.slices[0].path
            words.update(_words(dcmread(path, stop_before_pixels=True, force=True, specific_tags=keywords)))
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def _words(header: Dataset) -> Iterator[str]:
    texts = [h.text(header, keyword) for keyword in _WHOLE]
    for keyword in _NAMES:
        name = h.text(header, keyword)
        texts += [name, *re.split(r"[\s^=\\]+", name)]
    for keyword in _DATES:
        if day := h.date(header, keyword):
            texts += [f"{day:%Y%m%d}", day.isoformat(), f"{day:%d.%m.%Y}", f"{day:%d/%m/%Y}"]
    yield from (word.strip() for word in texts if len(word.strip()) >= _SHORTEST or not word.isascii())


def without(text: str, words: Iterable[str]) -> str:
    """A text in which words of identity are replaced, whatever their case.

    A word of Latin letters or digits must stand by itself; other scripts do not part their words.
    """
    for word in words:
        pattern = re.escape(word)
        if word.isascii():
            pattern = rf"(?<![A-Za-z0-9]){pattern}(?![A-Za-z0-9])"
        text = re.sub(pattern, REMOVED, text, flags=re.IGNORECASE)
    return text

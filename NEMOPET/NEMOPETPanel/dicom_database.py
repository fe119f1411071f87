"""What Slicer's DICOM database holds for us: studies with a PET, and the files of a loaded volume."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import slicer


@dataclass(frozen=True)
class DatabaseStudy:
    """One study with a PET."""

    study_uid: str
    date: str
    label: str
    files: tuple


def study_steps(database, found: list) -> list:
    """Fill ``found`` with the studies that hold a PET series, a patient at each step: a hospital has thousands."""
    if database is None or not database.isOpen:
        return []
    return [partial(_add_studies, database, patient, found) for patient in database.patients()]


def latest_first(found: Sequence[DatabaseStudy]) -> list:
    """The studies in the order in which they are looked for."""
    return sorted(found, key=lambda one: one.date, reverse=True)


def _add_studies(database, patient: str, found: list) -> None:
    for study in database.studiesForPatient(patient):
        series = database.seriesForStudy(study)
        if "PT" in {_value(database, one, "0008,0060") for one in series}:
            files = tuple(path for one in series for path in database.filesForSeries(one))
            date = _value(database, series[0], "0008,0020")
            label = f"{_value(database, series[0], '0010,0020')}, {date[:4]}-{date[4:6]}-{date[6:8]}"
            found.append(DatabaseStudy(study, date, label, files))


def common_folder(files: Sequence) -> Path:
    """The folder below which all the files lie."""
    folders = {str(Path(path).parent) for path in files}
    return Path(os.path.commonpath(sorted(folders)))


def files_of_volume(node) -> tuple:
    """The DICOM files that a volume was loaded from; none if it came from elsewhere."""
    uids = (node.GetAttribute("DICOM.instanceUIDs") or "").split() if node is not None else []
    database = slicer.dicomDatabase
    if not uids or database is None or not database.isOpen:
        return ()
    files = tuple(database.fileForInstance(uid) for uid in uids)
    return files if all(files) else ()


def is_in_database(node) -> bool:
    """Whether the database has the files of a volume, by its first and last: asked at each look at the panel."""
    uids = (node.GetAttribute("DICOM.instanceUIDs") or "").split() if node is not None else []
    database = slicer.dicomDatabase
    if not uids or database is None or not database.isOpen:
        return False
    return all(database.fileForInstance(uid) for uid in (uids[0], uids[-1]))


def study_and_series(path: str) -> tuple:
    """The Study and Series Instance UID of a file of the database."""
    return tuple(slicer.dicomDatabase.fileValue(path, tag) for tag in ("0020,000D", "0020,000E"))


def _value(database, series: str, tag: str) -> str:
    files = database.filesForSeries(series, 1)
    return database.fileValue(files[0], tag) if files else ""

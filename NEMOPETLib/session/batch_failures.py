"""Studies that a batch could not bring into the cohort table: they have no row, and wait for somebody all the same."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from NEMOPETLib.batch.journal import Entry, Journal, journal_of
from NEMOPETLib.cohort.keys import Key
from NEMOPETLib.patient import patient_folder
from NEMOPETLib.studies.patient_data import PatientData


@dataclass(frozen=True)
class BatchFailure:
    """A study that failed.

    Parameters
    ----------
    patient_id, study_uid
        Whose.
    folder
        Where its files lie.
    step, reason
        Where and why it failed.
    """

    patient_id: str
    study_uid: str
    folder: Path
    step: str
    reason: str


def batch_failures(cohort: Path, in_table: Collection[Key]) -> list[BatchFailure]:
    """Studies of which the last word in the batch's journal is that they failed, but for those in the table."""
    journal = journal_of(cohort)
    failed = _failed(journal) if journal.folder.is_dir() else {}
    if not failed:
        return []
    folders: dict[Key, set[Path]] = defaultdict(set)
    for path, known in journal.known_files().items():
        if known.facts is not None:
            folders[known.facts.patient_id, known.facts.study_uid].add(Path(path).parent)
    found = []
    for key in sorted(folders):
        entry = failed.get(patient_folder(cohort, PatientData(*key)).name)
        if entry is not None and key not in in_table:
            found.append(BatchFailure(*key, Path(os.path.commonpath(folders[key])), entry.step, entry.reason))
    return found


def _failed(journal: Journal) -> dict[str, Entry]:
    entries = {path.stem: journal.entry(path.stem) for path in journal.folder.glob("*.json")}
    return {key: entry for key, entry in entries.items() if entry is not None and entry.state == "failed"}

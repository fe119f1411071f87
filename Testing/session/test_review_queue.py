"""Rows of a cohort table as a reader's queue, and what a batch could not measure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from NEMOPETLib.batch.journal import Entry, Inputs, journal_of
from NEMOPETLib.cohort.table import CohortTable
from NEMOPETLib.errors import InputError
from NEMOPETLib.patient import folder_name
from NEMOPETLib.session.review_queue import counts_of, review_queue, state_of
from NEMOPETLib.studies.archive import ImageFacts, KnownFile
from NEMOPETLib.studies.file_stamp import FileStamp


@pytest.mark.parametrize(
    ("row", "state"),
    [
        ({"tmtv_ml": "12.5", "reviewed": "0", "masks_path": "c_patients/A"}, "to review"),
        ({"tmtv_ml": "0", "reviewed": "", "masks_path": "c_patients/A"}, "to review"),
        ({"tmtv_ml": "12.5", "reviewed": "1", "masks_path": "c_patients/A"}, "approved"),
        ({"reviewed": "1"}, "approved"),
        ({"tmtv_ml": "12.5", "reviewed": "0", "masks_path": ""}, "measured"),
        ({"spleen_hu_mean": "50"}, "measured"),
        ({"hr": "1", "os_months": "12"}, "failed"),
        ({}, "failed"),
    ],
)
def test_the_state_of_a_row(row: Mapping[str, str], state: str) -> None:
    assert state_of(row) == state


def fail(cohort: Path, patient: str, study: str, reason: str) -> tuple[str, KnownFile]:
    """Note in the journal that a study failed; one of its files, as the journal's index has it."""
    journal = journal_of(cohort)
    journal.make()
    key = folder_name(patient, study)
    inputs = Inputs("", "", "", "", "")
    with journal.only_worker(key):
        journal.write(key, Entry("failed", inputs, step="read", reason=reason))
    facts = ImageFacts(patient, study, "1", "PT", 1)
    return str(cohort.parent / "archive" / patient / "PET" / "1.dcm"), KnownFile(FileStamp(1, 1), facts)


def test_what_a_batch_could_not_measure_stands_below_the_rows(tmp_path: Path) -> None:
    cohort = tmp_path / "c.csv"
    CohortTable(cohort).upsert({"patient_id": "A", "study_uid": "1", "tmtv_ml": 3.0, "masks_path": "m"})
    CohortTable(cohort).upsert({"patient_id": "B", "study_uid": "2", "tmtv_ml": 4.0, "reviewed": 1})
    known = dict(fail(cohort, patient, study, "no weight") for patient, study in (("B", "2"), ("C", "3")))
    journal_of(cohort).keep_files(known)
    rows = review_queue(cohort)
    assert [(row.cells["patient_id"], row.state) for row in rows] == [
        ("A", "to review"),
        ("B", "approved"),
        ("C", "failed"),
    ]
    assert rows[-1].reason == "read: no weight"
    assert Path(rows[-1].cells["study_path"]) == tmp_path / "archive" / "C" / "PET"
    assert counts_of(rows) == {"failed": 1, "measured": 0, "to review": 1, "approved": 1}


def test_a_batch_that_measured_nobody_has_a_queue_and_nothing_has_none(tmp_path: Path) -> None:
    cohort = tmp_path / "c.csv"
    with pytest.raises(InputError, match="file not found"):
        review_queue(cohort)
    journal_of(cohort).make()
    journal_of(cohort).keep_files(dict([fail(cohort, "C", "3", "no weight")]))
    assert [row.state for row in review_queue(cohort)] == ["failed"]
    cohort.write_text("name,age\nA,3\n")
    with pytest.raises(InputError, match="no cohort table"):
        review_queue(cohort)

"""The user's clinical table merged into the cohort table, with every patient that does not match."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from NEMOPETLib.cohort import committed_file
from NEMOPETLib.cohort.clinical_table import ClinicalRow, read_clinical
from NEMOPETLib.cohort.columns import KEY
from NEMOPETLib.cohort.keys import Key, row_of_each_key
from NEMOPETLib.cohort.sheet import Sheet, read_sheet
from NEMOPETLib.cohort.table import CohortTable

Kind = Literal["only_in_cohort", "only_in_clinical", "leading_zeros", "duplicate", "sex", "subtype"]


@dataclass(frozen=True)
class Mismatch:
    """Rows of the two tables that do not go together.

    Parameters
    ----------
    kind
        What is wrong.
    cohort_rows, clinical_rows
        The rows in each file, the header being row 1.
    text
        One line for the user, which names rows and no patient.
    """

    kind: Kind
    cohort_rows: tuple[int, ...]
    clinical_rows: tuple[int, ...]
    text: str


@dataclass(frozen=True)
class ClinicalMerge:
    """What came of a merge.

    Parameters
    ----------
    merged_rows
        Rows of the cohort table whose patient the clinical table has.
    mismatches
        What does not match, the cohort's rows first, each once.
    """

    merged_rows: int
    mismatches: tuple[Mismatch, ...]


def unchanged(patient_id: str) -> str:
    """The id by which a patient of the clinical table is known in the cohort table: the same."""
    return patient_id


def merge_clinical(
    cohort: Path | str, clinical: Path | str, known_as: Callable[[str], str] = unchanged
) -> ClinicalMerge:
    """Write hr, her2, subtype, os_months, os_event and set of a clinical table into the cohort table.

    Patients are matched by ``patient_id``, spaces around it aside, exactly: where it would match but for
    leading zeros, that is said. Every study of a patient gets the values; what the clinical table leaves
    empty stays as it is. A patient who stands twice in the clinical table is not merged, nor are receptors
    and subtype that contradict each other. The sex is only compared.

    Parameters
    ----------
    cohort
        The cohort table, changed in one step; the version before stays as ``NAME.bak``.
    clinical
        The user's table: `NEMOPETLib.cohort.clinical_table.read_clinical`.
    known_as
        The id in the cohort table of a patient id of the clinical table: its pseudonym, where it has one.

    Raises
    ------
    InputError
        As `CohortTable.upsert_all` and `read_clinical`; nothing is written then.
    """
    clinical_rows = read_clinical(clinical)
    sheet = read_sheet(Path(cohort))
    with committed_file.named(Path(cohort)):
        studies = _studies(sheet)
    patients: dict[str, list[ClinicalRow]] = defaultdict(list)
    for row in clinical_rows:
        patients[known_as(row.patient_id) if row.patient_id else ""].append(row)
    matched = {
        rows[0]: studies[patient]
        for patient, rows in patients.items()
        if patient and len(rows) == 1 and patient in studies
    }
    count = CohortTable(cohort).upsert_all(
        {**dict(zip(KEY, key, strict=True)), **row.values} for row, keys in matched.items() for key in keys
    )
    sexes = dict(zip(sheet.row_numbers, sheet.texts("sex"), strict=True))
    conflicts = (_conflicts(row, list(keys.values()), sexes) for row, keys in matched.items())
    return ClinicalMerge(
        count,
        (*_unmatched(studies, patients), *_duplicates(patients), *itertools.chain.from_iterable(conflicts)),
    )


Studies = Mapping[str, Mapping[Key, int]]
"""By patient: the row number of each study."""


def _studies(sheet: Sheet) -> Studies:
    studies: dict[str, dict[Key, int]] = defaultdict(dict)
    for key, row_number in row_of_each_key(sheet).items():
        studies[key[0]][key] = row_number
    return dict(studies)


def _unmatched(studies: Studies, patients: Mapping[str, Sequence[ClinicalRow]]) -> Iterable[Mismatch]:
    """Patients of one table that are not in the other."""
    cohort_only = {patient: tuple(rows.values()) for patient, rows in studies.items() if patient not in patients}
    clinical_only = {
        patient: tuple(row.row_number for row in rows) for patient, rows in patients.items() if patient not in studies
    }
    by_digits = {patient.lstrip("0"): patient for patient in cohort_only if patient}
    for patient in list(clinical_only):
        if patient and (twin := by_digits.get(patient.lstrip("0"))) in cohort_only:
            there, here = clinical_only.pop(patient), cohort_only.pop(twin)
            yield Mismatch(
                "leading_zeros",
                here,
                there,
                f"clinical table {_rows(there)}, cohort {_rows(here)}: the same patient_id but for leading "
                "zeros, which spreadsheets drop: make them equal",
            )
    for rows in cohort_only.values():
        yield Mismatch("only_in_cohort", rows, (), f"cohort {_rows(rows)}: not in the clinical table")
    for rows in clinical_only.values():
        yield Mismatch("only_in_clinical", (), rows, f"clinical table {_rows(rows)}: not in the cohort")


def _duplicates(patients: Mapping[str, Sequence[ClinicalRow]]) -> Iterable[Mismatch]:
    for patient, rows in patients.items():
        if patient and len(rows) > 1:
            numbers = tuple(row.row_number for row in rows)
            yield Mismatch(
                "duplicate",
                (),
                numbers,
                f"clinical table {_rows(numbers)}: the same patient, none was merged",
            )


def _conflicts(row: ClinicalRow, cohort_rows: Sequence[int], sexes: Mapping[int, str]) -> Iterable[Mismatch]:
    """Where the clinical table contradicts itself or the sex in the images."""
    there = (row.row_number,)
    if not row.is_consistent:
        yield Mismatch(
            "subtype",
            tuple(cohort_rows),
            there,
            f"clinical table {_rows(there)}: subtype is not that of hr and her2, none was merged",
        )
    here = tuple(number for number in cohort_rows if row.sex and sexes[number] not in ("", row.sex))
    if here:
        yield Mismatch(
            "sex",
            here,
            there,
            f"clinical table {_rows(there)}, cohort {_rows(here)}: the sex is not the same",
        )


def _rows(numbers: Sequence[int]) -> str:
    return f"row{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"

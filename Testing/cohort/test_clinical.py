"""The clinical table of a hospital merged into the cohort."""

from __future__ import annotations

import math

import numpy as np
import openpyxl
import pytest

from NEMOPETLib.cohort.clinical import merge_clinical
from NEMOPETLib.cohort.clinical_table import DAYS_PER_MONTH, read_clinical
from NEMOPETLib.cohort.table import read_cohort
from NEMOPETLib.errors import InputError

COHORT = "patient_id,study_uid,sex,bmi,hr\n001,1,F,20.50,\n001,2,F,21,\n002,1,F,22,0\n003,1,M,23,\n"


@pytest.fixture
def cohort(tmp_path):
    path = tmp_path / "cohort.csv"
    path.write_bytes(COHORT.encode())
    return path


@pytest.fixture
def clinical(tmp_path):
    """Write a clinical table."""

    def write(text: str):
        path = tmp_path / "clinical.csv"
        path.write_bytes(text.encode())
        return path

    return write


def values(path) -> list[dict[str, object]]:
    return [dict(row.values) for row in read_clinical(path)]


def kinds(result) -> list[tuple[str, tuple[int, ...], tuple[int, ...]]]:
    return [(mismatch.kind, mismatch.cohort_rows, mismatch.clinical_rows) for mismatch in result.mismatches]


def test_every_study_of_a_patient_gets_the_values(cohort, clinical):
    text = """patient_id;HR;HER2;OS months;os_event;set
 001 ;pos;nég;12,5;oui;Train
002;1;;;;
003;-;−;3;0;test
"""
    result = merge_clinical(cohort, clinical(text.replace("\n", "\r\n")))
    assert result.merged_rows == 4
    assert result.mismatches == ()
    frame = read_cohort(cohort)
    np.testing.assert_array_equal(frame.hr, [1, 1, 1, 0])
    np.testing.assert_array_equal(frame.her2, [0, 0, np.nan, 0])
    assert frame.subtype.tolist() == ["HR+HER2-", "HR+HER2-", None, "TNBC"]
    np.testing.assert_array_equal(frame.os_months, [12.5, 12.5, np.nan, 3])
    np.testing.assert_array_equal(frame.os_event, [1, 1, np.nan, 0])
    assert frame.set.tolist() == ["train", "train", None, "test"]
    assert cohort.read_text("utf-8").startswith("patient_id,study_uid,sex,bmi,hr,")
    assert "\n001,1,F,20.50,1" in cohort.read_text("utf-8")
    assert cohort.with_name("cohort.csv.bak").read_text("utf-8") == COHORT


def test_what_is_empty_in_the_clinical_table_stays(cohort, clinical):
    merge_clinical(cohort, clinical("patient_id,hr,set\n002,,train\n"))
    assert "\n002,1,F,22,0,train" in cohort.read_text("utf-8")


def test_mismatches_are_listed_by_row(cohort, clinical):
    result = merge_clinical(
        cohort,
        clinical(
            "patient_id,sex,hr,her2,subtype\n001,femme,1,0,HER2+\n004,F,1,,\n3,H,0,,\n002,F,1,,\n002,F,1,,\n,F,1,,\n"
        ),
    )
    assert kinds(result) == [
        ("leading_zeros", (5,), (4,)),
        ("only_in_clinical", (), (3,)),
        ("only_in_clinical", (), (7,)),
        ("duplicate", (), (5, 6)),
        ("subtype", (2, 3), (2,)),
    ]
    assert result.merged_rows == 2
    assert all("\n" not in mismatch.text and "00" not in mismatch.text for mismatch in result.mismatches)
    frame = read_cohort(cohort)
    np.testing.assert_array_equal(frame.hr, [np.nan, np.nan, 0, np.nan])


def test_a_cohort_patient_who_is_missing_and_one_of_another_sex(cohort, clinical):
    result = merge_clinical(cohort, clinical("patient_id,sex,hr\n001,M,1\n003,male,0\n"))
    assert kinds(result) == [("only_in_cohort", (4,), ()), ("sex", (2, 3), (2,))]
    assert read_cohort(cohort).sex.tolist() == ["F", "F", "F", "M"]


def test_the_lines_say_which_rows(cohort, clinical):
    result = merge_clinical(cohort, clinical("patient_id,hr\n009,1\n1,1\n002,1\n003,1\n"))
    assert [mismatch.text for mismatch in result.mismatches] == [
        (
            "clinical table row 3, cohort rows 2, 3: the same patient_id but for leading zeros, "
            "which spreadsheets drop: make them equal"
        ),
        "clinical table row 2: not in the cohort",
    ]


@pytest.mark.parametrize(
    ("hr", "her2", "subtype"), [(0, 0, "TNBC"), (1, 0, "HR+HER2-"), (1, 1, "HR+HER2+"), (0, 1, "HER2+")]
)
def test_subtype_and_receptors_come_from_each_other(clinical, hr, her2, subtype):
    complete = {"hr": hr, "her2": her2, "subtype": subtype}
    assert values(clinical(f"patient_id,hr,her2\n1,{hr},{her2}\n")) == [complete]
    assert values(clinical(f"patient_id,subtype\n1,{subtype}\n")) == [complete]
    assert values(clinical(f"patient_id,subtype,hr\n1,{subtype},{hr}\n")) == [complete]
    row = read_clinical(clinical(f"patient_id,subtype,hr\n1,{subtype},{1 - hr}\n"))[0]
    assert not row.is_consistent
    assert row.values == {}


@pytest.mark.parametrize(
    ("written", "subtype"),
    [("hr+/her2−", "HR+HER2-"), ("HR- HER2+", "HER2+"), ("Triple negative", "TNBC"), ("HR–/HER2–", "TNBC")],
)
def test_subtypes_as_people_write_them(clinical, written, subtype):
    assert values(clinical(f"patient_id,subtype\n1,{written}\n"))[0]["subtype"] == subtype


@pytest.mark.parametrize("yes", ["1", "pos", "Positive", "positif", "+", "oui", "YES", "vrai", "1.0", " + "])
def test_ways_to_say_yes(clinical, yes):
    assert values(clinical(f"patient_id,hr\n1,{yes}\n")) == [{"hr": 1}]


@pytest.mark.parametrize("no", ["0", "neg", "nég", "Négatif", "-", "−", "–", "non", "no", "0.0"])
def test_ways_to_say_no(clinical, no):
    assert values(clinical(f"patient_id,her2\n1,{no}\n")) == [{"her2": 0}]


def test_survival_from_months_days_or_dates(clinical):
    rows = values(
        clinical(
            "patient_id;os_months;os_days;diagnosis_date;last_news_date\n"
            "1;2,5;999;01/01/2019;01/01/2020\n"
            "2;;730,5;01/01/2019;01/01/2020\n"
            "3;;;01/01/2019;01/01/2020\n"
            "4;;;01/01/2019;\n"
        )
    )
    assert [row.get("os_months") for row in rows] == [2.5, 24.0, pytest.approx(365 / 30.4375), None]
    assert math.isclose(DAYS_PER_MONTH, 30.4375)


def test_an_excel_table(cohort, tmp_path):
    path = tmp_path / "clinical.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["Patient ID", "HR", "HER2", "OS_days", "OS_event"])
    book.active.append(["001", "+", "-", 30.4375, True])
    book.active.append(["002", "oui", 0, None, None])
    book.save(path)
    result = merge_clinical(cohort, path)
    assert kinds(result) == [("only_in_cohort", (5,), ())]
    frame = read_cohort(cohort)
    np.testing.assert_array_equal(frame.os_months, [1, 1, np.nan, np.nan])
    assert frame.subtype.tolist() == ["HR+HER2-"] * 3 + [None]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("patient_id,hr\n1,maybe\n", "column hr, row 2: 'maybe' is not one of 0/1, pos/neg"),
        ("patient_id,her2\n1,0\n2,3+\n", "column her2, row 3: '3\\+'"),
        (
            "patient_id,subtype\n1,luminal\n",
            "column subtype, row 2: 'luminal' is not one of TNBC, HR\\+HER2-",
        ),
        ("patient_id,os_months\n1,two\n", "column os_months, row 2: 'two' is not a number"),
        ("patient_id,os_months\n1,-2\n", "row 2: the survival time is negative"),
        ("patient_id,diagnosis_date,last_news_date\n1,2020-01-01,2019-01-01\n", "row 2: the survival time"),
        ("patient_id,last_news_date\n1,2020-13-01\n", "column last_news_date, row 2"),
        ("patient_id,set\n1,validation\n", "column set, row 2: 'validation' is not one of train, test"),
        ("patient_id,os_event\n1,2\n", "column os_event, row 2"),
        ("id,hr\n1,1\n", "needs patient_id and at least one of hr, her2"),
        ("patient_id,age\n1,1\n", "needs patient_id and at least one of hr, her2"),
        ("patient_id,HR,hr\n1,1,1\n", "two columns are called hr"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_written(cohort, clinical, text, message):
    with pytest.raises(InputError, match=message) as error:
        merge_clinical(cohort, clinical(text))
    assert "clinical.csv: " in str(error.value)
    assert cohort.read_text("utf-8") == COHORT


def test_a_cohort_with_duplicates_is_named(cohort, clinical):
    cohort.write_text(COHORT + "002,1,F,9,\n", "utf-8")
    with pytest.raises(InputError, match=r"cohort\.csv: rows 4 and 6"):
        merge_clinical(cohort, clinical("patient_id,hr\n001,1\n"))

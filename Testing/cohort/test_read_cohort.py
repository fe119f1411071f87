"""Tables as spreadsheets of several countries, editors and accidents leave them."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest

from NEMOPETLib.cohort.table import read_cohort
from NEMOPETLib.errors import InputError


@pytest.fixture
def read(tmp_path):
    """Read bytes, or text in UTF-8, as a cohort file."""

    def read_bytes(data: bytes | str, name: str = "cohort.csv", **options) -> pd.DataFrame:
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return read_cohort(path, **options)

    return read_bytes


@pytest.fixture
def workbook(tmp_path):
    """Write rows of values as an Excel workbook."""

    def write(*rows: tuple[object, ...]):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        path = tmp_path / "cohort.xlsx"
        book.save(path)
        return path

    return write


HEADER = "patient_id,study_uid,study_date,tmtv_ml,os_event,note"
ROWS = f"{HEADER}\n007,1.2.3,2019-03-05,1234.5,1,été\n1E5,1.2.4,,,0,\n"
FRENCH = f"{HEADER.replace(',', ';')}\r\n007;1.2.3;05/03/2019;1234,5;1;été\r\n1E5;1.2.4;;;0;\r\n"


@pytest.mark.parametrize(
    "data",
    [
        ROWS.encode(),
        ROWS.encode("utf-8-sig"),
        ROWS.replace("\n", "\r\n").encode(),
        ROWS.replace("\n", "\r").encode(),
        ROWS.rstrip("\n").encode(),
        b"\n\n" + ROWS.encode(),
        FRENCH.encode("utf-8-sig"),
        FRENCH.encode("cp1252"),
        FRENCH.replace(";", "\t").encode("utf-16"),
        b"\xfe\xff" + FRENCH.replace(";", "\t").encode("utf-16-be"),
        FRENCH.replace("1234,5", "1\u202f234,5").encode(),
        FRENCH.replace("1234,5", "1\u00a0234,50").encode("cp1252"),
        "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in ROWS.splitlines()).encode(),
        ROWS.replace("1234.5", '"1234,5"').encode(),
        ROWS.replace("1234.5", '"1,234.5"').encode(),
        FRENCH.replace("\r\n", ";;;\r\n").encode(),  # empty columns at the right
        FRENCH.replace("1E5", ";;;;;\r\n\r\n1E5").encode(),  # blank rows
        FRENCH.replace(";;;0;", ";;;0").encode(),  # a short last row
    ],
)
def test_one_table_in_many_dialects(read, data):
    frame = read(data)
    assert list(frame) == ["patient_id", "study_uid", "study_date", "tmtv_ml", "os_event", "note"]
    assert frame.patient_id.tolist() == ["007", "1E5"]
    assert frame.study_date.tolist() == ["2019-03-05", None]
    assert frame.tmtv_ml[0] == 1234.5
    assert np.isnan(frame.tmtv_ml[1])
    assert frame.os_event.tolist() == [1.0, 0.0]
    assert frame.note.tolist() == ["été", None]


def test_an_excel_workbook(workbook):
    path = workbook(
        ("patient_id", "study_uid", "study_date", "tmtv_ml", "her2", "lesion_count", "reader", "ward"),
        ("007", "1.2.3", dt.datetime(2019, 3, 5), 1234.5, True, 3, "=SUM(1)", None),
        (123456789012, None, dt.date(2019, 3, 6), None, 0, 2.0, "+1", None),
        (None,) * 8,
        ("x", "1", "2019-03-07", "1\u202f234,5", False, None, "", None),
    )
    frame = read_cohort(path)
    assert frame.patient_id.tolist() == ["007", "123456789012", "x"]
    assert frame.study_date.tolist() == ["2019-03-05", "2019-03-06", "2019-03-07"]
    np.testing.assert_array_equal(frame.tmtv_ml, [1234.5, np.nan, 1234.5])
    assert frame.her2.tolist() == [1, 0, 0]
    np.testing.assert_array_equal(frame.lesion_count, [3, 2, np.nan])
    assert frame.reader.tolist()[1] == "+1"
    assert frame.ward.isna().all()


def test_a_workbook_is_known_by_its_contents(workbook, read):
    assert len(read(workbook(("patient_id",), ("1",)).read_bytes(), "cohort.csv")) == 1


def test_a_workbook_cut_short_is_named(workbook, read):
    data = workbook(("patient_id", "note"), *((str(i), "x" * i) for i in range(50))).read_bytes()
    for size in range(5, len(data), max(1, len(data) // 40)):
        with pytest.raises(InputError, match=r"cohort\.xlsx"):
            read(data[:size], "cohort.xlsx")


def test_other_archives_and_old_excel_are_named(read):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("content.xml", "<office/>")
    with pytest.raises(InputError, match=r"is no \.xlsx workbook"):
        read(archive.getvalue())
    with pytest.raises(InputError, match="old or protected Excel"):
        read(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512))


def test_only_what_is_visible_of_a_workbook_is_read(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["hidden"])
    book.active.sheet_state = "hidden"
    book.create_sheet("cohort").append(["patient_id"])
    book.save(tmp_path / "cohort.xlsx")
    assert list(read_cohort(tmp_path / "cohort.xlsx")) == ["patient_id"]


def test_empty_is_missing_and_never_zero(read):
    frame = read("patient_id,study_uid,tmtv_ml,lesion_count,hr,sex,warnings\na,1,,,,,\n")
    assert frame.iloc[0, 2:].isna().all()


def test_floats_read_back_to_the_last_bit(read):
    values = np.random.default_rng(0).normal(size=500) * 10.0 ** np.random.default_rng(1).integers(-20, 20, 500)
    lines = "".join(f"{i},1,{value!r}\n" for i, value in enumerate(values.tolist()))
    np.testing.assert_array_equal(read("patient_id,study_uid,tmtv_ml\n" + lines).tmtv_ml, values)


def test_provenance_is_text_even_where_it_looks_like_a_number(read):
    frame = read("patient_id,study_uid,software_version,reader,reviewed\n1,2,1.0,007,1\n")
    assert frame.iloc[0].tolist() == ["1", "2", "1.0", "007", 1]


def test_unknown_columns_are_numbers_if_they_can_be(read):
    frame = read(
        "patient_id,ki67,ward,zip,long,hospital_id,mixed,r\n"
        "1,12.5,A,01234,12345678901234567,7,1,NA\n"
        "2,NA,NA,75001,1,8,x,1e-3\n"
    )
    np.testing.assert_array_equal(frame.ki67, [12.5, np.nan])
    assert frame.ward.tolist() == ["A", None]
    assert frame.zip.tolist() == ["01234", "75001"]
    assert frame.long.tolist() == ["12345678901234567", "1"]
    assert frame.hospital_id.tolist() == ["7", "8"]
    assert frame.mixed.tolist() == ["1", "x"]
    np.testing.assert_array_equal(frame.r, [np.nan, 0.001])


def test_any_table_with_its_own_columns_can_be_read(oracle):
    frame = read_cohort(oracle / "data" / "lung.csv")
    expected = pd.read_csv(oracle / "data" / "lung.csv")
    assert list(frame) == list(expected)
    for name in set(expected) - {"id"}:
        np.testing.assert_array_equal(frame[name], expected[name].astype(float))


@pytest.mark.parametrize("name", ["nemo_cont_train.csv", "gbsg.csv", "edge_continuous.csv"])
def test_the_numbers_are_those_that_pandas_reads(oracle, name):
    frame = read_cohort(oracle / "data" / name)
    expected = pd.read_csv(oracle / "data" / name, float_precision="round_trip")
    for column in expected.select_dtypes("number").columns.drop("id", errors="ignore"):
        np.testing.assert_array_equal(frame[column], expected[column])


def test_columns_can_be_required_to_be_numbers(read):
    data = "id,grade\n1,2\n2,high\n"
    assert read(data).grade.tolist() == ["2", "high"]
    with pytest.raises(InputError, match="column grade, row 3: 'high' is not a number"):
        read(data, numeric=["grade"])


def test_neutralised_text_is_restored(read):
    frame = read("patient_id,study_uid,warnings,ward\n'=1,'@2,'+x,'-y\n'a,2,-5,'b\n")
    assert frame.iloc[0].tolist() == ["=1", "@2", "+x", "-y"]
    assert frame.iloc[1].tolist() == ["'a", "2", "-5", "'b"]


def test_a_header_alone_is_an_empty_table(read):
    assert read("patient_id,study_uid\n").shape == (0, 2)
    assert read("patient_id;study_uid").shape == (0, 2)


def test_a_column_without_a_name_is_kept(read):
    assert list(read(",patient_id,\n1,a,\n2,b,\n")) == ["column_1", "patient_id"]


KEYS = "patient_id,study_uid,"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\xef\xbb\xbf\n\n", "is empty"),
        (KEYS + "tmtv_ml\nJane Doe,1,abc\n", "column tmtv_ml, row 2: 'abc' is not a number"),
        (KEYS + "tmtv_ml\n1,1,\n\n2,2,#DIV/0!\n", "column tmtv_ml, row 4: '#DIV/0!' is not a number"),
        (KEYS + 'tmtv_ml\n1,1,"1,234"\n2,2,1.5\n', "row 2: '1,234' could be read as two different numbers"),
        ("patient_id;tmtv_ml\n1;12,5\n2;1.234\n", "row 3: '1.234' could be read as two different numbers"),
        (KEYS + "lesion_count\n1,1,2.5\n", "column lesion_count, row 2: '2.5' is not a whole number"),
        (KEYS + "hr\n1,1,2\n", "column hr, row 2: '2' is neither 0 nor 1"),
        (KEYS + "study_date\n1,1,05/03/2019\n", "column study_date, row 2: .* YYYY-MM-DD"),
        (KEYS + "bmi\n1,1,20\n2,1,21\n 1,1 ,22\n", "rows 2 and 4 are of the same patient and study"),
        ("patient_id,bmi\n1,20\n1,21\n", "rows 2 and 3 are of the same patient and study"),
        (KEYS + "bmi,bmi\n1,1,2,3\n", "columns 3 and 4 are both called bmi"),
        (KEYS + "bmi\n1,1,20,5\n", "row 2 has 4 cells, the header 3"),
        (KEYS + 'note\n1,1,"open\n2,2,b\n', "row 2: unexpected end of data"),
        (KEYS + 'note\n1,1,"a"b\n', "row 2: .*quotation marks"),
        (KEYS + "note\n1,1," + "x" * 200_000 + "\n", "row 2: field larger than field limit"),
        (b"patient_id,bmi\n1,20\n\0\0\0\0", "is not a text table"),
        (b"patient_id,bmi\n\x81\x8d,20\n", "is not a text table"),
        ("patient_id\n1\n".encode("utf-16")[:-1], "is not a text table"),
        ("patient_id\n1\n".encode("utf-16-le"), "is not a text table"),
        (bytes(range(256)), "is not a text table"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(read, data, message):
    with pytest.raises(InputError, match=message) as error:
        read(data)
    assert "cohort.csv: " in str(error.value)
    assert "\n" not in str(error.value)
    assert "Jane" not in str(error.value)


def test_files_that_are_not_there(tmp_path):
    with pytest.raises(InputError, match="file not found"):
        read_cohort(tmp_path / "none.csv")
    with pytest.raises(InputError, match="folder does not exist"):
        read_cohort(tmp_path / "none" / "none.csv")
    with pytest.raises(InputError, match="cannot be read"):
        read_cohort(tmp_path)
    loop = tmp_path / "loop.csv"
    loop.symlink_to(loop)
    with pytest.raises(InputError, match="symbolic links"):
        read_cohort(loop)

"""Rows added and changed in tables that other programs made."""

from __future__ import annotations

import errno
import io
import math
import os
import threading
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from NEMOPETLib.cohort import committed_file
from NEMOPETLib.cohort.columns import COLUMNS
from NEMOPETLib.cohort.contents import Contents
from NEMOPETLib.cohort.table import CohortTable, _texts, read_cohort
from NEMOPETLib.errors import InputError


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "cohort.csv"


@pytest.fixture
def table(path) -> CohortTable:
    return CohortTable(path)


def a_row(patient: str = "007", study: str = "1.2.3", **values: object) -> dict[str, object]:
    return {"patient_id": patient, "study_uid": study, **values}


def test_a_new_table_has_the_columns_of_the_contract(table, path):
    assert table.keys() == frozenset()
    assert table.upsert(a_row(tmtv_ml=12.5, warnings=("a", "b"), extra=3))
    header, line, *rest = path.read_text("utf-8").split("\n")
    assert header.split(",") == [column.name for column in COLUMNS] + ["extra"]
    assert line.startswith("007,1.2.3,,,,,,,12.5,")
    assert rest == [""]
    frame = table.read()
    assert frame.warnings.tolist() == ["a; b"]
    assert frame.drop(columns=["patient_id", "study_uid", "tmtv_ml", "warnings", "extra"]).isna().all(axis=None)


@pytest.mark.parametrize("existing", [b"", b"\n", b"\xef\xbb\xbf"])
def test_an_empty_file_becomes_a_table(table, path, existing):
    path.write_bytes(existing)
    table.upsert(a_row())
    assert table.keys() == {("007", "1.2.3")}


def test_a_row_is_replaced_by_its_key(table):
    table.upsert(a_row(tmtv_ml=1.0, reader="x"))
    table.upsert(a_row(study="9", tmtv_ml=2.0))
    table.upsert(a_row(tmtv_ml=3.0, dmax_mm=4.0))
    frame = table.read()
    assert frame.tmtv_ml.tolist() == [3.0, 2.0]
    assert frame.reader.tolist() == ["x", None]  # not given, so not touched
    table.upsert(a_row(tmtv_ml=math.nan, dmax_mm=None))
    assert table.read().loc[0, ["tmtv_ml", "dmax_mm"]].isna().all()


def test_keys_are_compared_without_spaces_but_with_leading_zeros(table):
    for patient in ("007", " 007 ", "7", "07"):
        table.upsert(a_row(patient))
    assert table.keys() == {("007", "1.2.3"), ("7", "1.2.3"), ("07", "1.2.3")}


def test_a_row_may_be_protected(table):
    table.upsert(a_row(tmtv_ml=1.0, reviewed="2020-01-01"))
    seen = []

    def is_not_reviewed(cells):
        seen.append(dict(cells))
        return not cells["reviewed"]

    assert not table.upsert(a_row(tmtv_ml=2.0), may_replace=is_not_reviewed)
    assert table.upsert(a_row("008", tmtv_ml=2.0), may_replace=is_not_reviewed)
    assert table.read().tmtv_ml.tolist() == [1.0, 2.0]
    assert len(seen) == 1
    assert seen[0]["tmtv_ml"] == "1.0"


def test_the_same_row_again_writes_nothing(table, path):
    table.upsert(a_row(tmtv_ml=1.5, hr=True))
    before = path.stat()
    assert table.upsert(a_row(tmtv_ml=1.5, hr=1))
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert path.stat().st_ino == before.st_ino


def test_many_rows_in_one_step(table, path):
    assert table.upsert_all(a_row(str(i), tmtv_ml=i) for i in range(5)) == 5
    assert table.upsert_all([a_row("1", tmtv_ml=10), a_row("5"), a_row("5", hr=1), a_row("9")]) == 3
    assert table.upsert_all([]) == 0
    frame = table.read().set_index("patient_id")
    assert frame.tmtv_ml["1"] == 10
    assert frame.hr["5"] == 1
    assert len(frame) == 7


FRENCH = (
    "\ufeffpatient_id;ward;study_uid;tmtv_ml;note\r\n"
    '007;"A";1.2.3;1,50;=1+1\r\n'
    "\r\n"
    '1E5;;1.2.4;1\u202f234,5;"two\r\nlines; ""quoted"""\r\n'
)


def test_a_french_table_stays_one(table, path):
    path.write_bytes(FRENCH.encode())
    table.upsert(a_row("008", "1", tmtv_ml=1234.5, note="-x; y"))
    assert path.read_bytes() == (FRENCH + '008;;1;1234,5;"\'-x; y"\r\n').encode()
    table.upsert(a_row(tmtv_ml=2.25))
    expected = FRENCH.replace('007;"A";1.2.3;1,50;=1+1', "007;A;1.2.3;2,25;=1+1")
    assert path.read_bytes() == (expected + '008;;1;1234,5;"\'-x; y"\r\n').encode()
    np.testing.assert_array_equal(table.read().tmtv_ml, [2.25, 1234.5, 1234.5])


def test_new_columns_come_at_the_right_and_nothing_else_moves(table, path):
    path.write_bytes(FRENCH.encode())
    table.upsert(a_row("008", "1", hr=1, tmtv_ml=None))
    text = path.read_bytes().decode("utf-8-sig")
    old = FRENCH.removeprefix("\ufeff")
    expected = old.replace("note\r\n", "note;hr\r\n").replace("=1+1\r\n", "=1+1;\r\n")
    expected = expected.replace('quoted"""\r\n', 'quoted""";\r\n')
    assert text == expected + "008;;1;;;1\r\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("patient_id,study_uid,note,bmi\n1,1,été,1.50\n", "utf-8"),
        ("patient_id;study_uid;note;bmi\r\n1;1;été;1,50\r\n", "cp1252"),
        ("\ufeffpatient_id\tstudy_uid\tnote\tbmi\r\n1\t1\tété\t1,50\r\n", "utf-16-le"),
        ("patient_id,study_uid,note,bmi\r1,1,x,1.50\r", "ascii"),
    ],
)
def test_encoding_and_line_ends_stay(table, path, text, encoding):
    path.write_bytes(text.encode(encoding))
    table.upsert(a_row("2", "1", note="ö", bmi=0.5))
    added = path.read_bytes().decode("utf-8" if encoding == "ascii" else encoding)
    assert added.startswith(text)
    assert read_cohort(path).bmi.tolist() == [1.5, 0.5]
    table.upsert(a_row("1", "1", bmi=2.5))
    assert read_cohort(path).note.tolist() == [text.split("\n")[-2][4:7] if "été" in text else "x", "ö"]
    assert read_cohort(path).bmi.tolist() == [2.5, 0.5]
    assert path.read_bytes().count(b"\r") == (3 if "\r" in text else 0)


def test_a_cell_that_the_encoding_cannot_hold_makes_the_table_utf_8(table, path):
    path.write_bytes("patient_id;study_uid;note\r\n1;1;été\r\n".encode("cp1252"))
    table.upsert(a_row("2", "1", note="SUV ≥ 4"))
    assert path.read_bytes() == "\ufeffpatient_id;study_uid;note\r\n1;1;été\r\n2;1;SUV ≥ 4\r\n".encode()
    table.upsert(a_row("3", "1", note="≤"))
    assert table.read().note.tolist() == ["été", "SUV ≥ 4", "≤"]


def test_a_last_row_without_line_end_stays_a_row(table, path):
    path.write_bytes(b"patient_id,study_uid,bmi\n1,1,20")
    table.upsert(a_row("2", "1", bmi=21.0))
    table.upsert(a_row("3", "1", bmi=22.0))
    assert path.read_bytes() == b"patient_id,study_uid,bmi\n1,1,20\n2,1,21.0\n3,1,22.0\n"


def test_short_rows_are_made_longer_only_for_new_columns(table, path):
    path.write_bytes(b"patient_id,study_uid,bmi,x\n1,1\n2,1,20\n")
    table.upsert(a_row("3", "1", bmi=1.0))
    assert path.read_bytes() == b"patient_id,study_uid,bmi,x\n1,1\n2,1,20\n3,1,1.0,\n"
    table.upsert(a_row("2", "1", hr=0))
    assert path.read_bytes() == b"patient_id,study_uid,bmi,x,hr\n1,1,,,\n2,1,20,,0\n3,1,1.0,,\n"


def test_a_table_of_patients_without_studies_gets_the_column(table, path):
    path.write_bytes(b"patient_id,hr\n1,1\n")
    table.upsert(a_row("1", "1.2", bmi=20))
    assert path.read_bytes() == b"patient_id,hr,study_uid,bmi\n1,1,,\n1,,1.2,20\n"


def test_the_version_before_a_change_is_kept(table, path):
    table.upsert(a_row(tmtv_ml=1.0))
    table.upsert(a_row("008", tmtv_ml=2.0))
    before = path.read_bytes()
    table.upsert(a_row(tmtv_ml=3.0))
    assert path.with_name("cohort.csv.bak").read_bytes() == before


def test_no_other_files_stay(table, path):
    for i in range(3):
        table.upsert(a_row(tmtv_ml=i))
        table.upsert(a_row(str(i)))
    assert {file.name for file in path.parent.iterdir()} == {
        "cohort.csv",
        "cohort.csv.bak",
        "cohort.csv.lock",
    }


@pytest.mark.skipif(os.name == "nt", reason="no such permissions")
def test_permissions_stay(table, path):
    table.upsert(a_row(tmtv_ml=1.0))
    path.chmod(0o640)
    table.upsert(a_row(tmtv_ml=2.0))
    assert path.stat().st_mode & 0o777 == 0o640
    assert path.with_name("cohort.csv.bak").stat().st_mode & 0o777 == 0o640


def test_a_link_to_the_table_stays_a_link(table, path, tmp_path):
    table.upsert(a_row(tmtv_ml=1.0))
    link = tmp_path / "link" / "table.csv"
    link.parent.mkdir()
    link.symlink_to(path)
    CohortTable(link).upsert(a_row(tmtv_ml=2.0))
    assert link.is_symlink()
    assert table.read().tmtv_ml.tolist() == [2.0]


class TestEditedByOthers:
    """Other programs change the file between two rows of this one."""

    def test_replaced(self, table, path):
        table.upsert(a_row("1"))
        other = path.with_name("edited")
        other.write_bytes(b"patient_id;study_uid;x\n2;1;1,5\n")
        other.replace(path)
        table.upsert(a_row("3", x=2.5))
        assert path.read_bytes() == b"patient_id;study_uid;x\n2;1;1,5\n3;1.2.3;2,5\n"

    def test_saved_in_place(self, table, path):
        table.upsert(a_row("1", bmi=1.0))
        path.write_bytes(path.read_bytes().replace(b"1,1.2.3", b"2,1.2.3"))
        table.upsert(a_row("1", bmi=2.0))
        assert table.keys() == {("1", "1.2.3"), ("2", "1.2.3")}

    def test_rows_appended_by_hand(self, table, path):
        path.write_bytes(b"patient_id,study_uid,bmi\n1,1,20\n")
        table.upsert(a_row("2", "1", bmi=21.5))
        with path.open("ab") as file:
            file.write(b"3,1,22\n4,1,23\n")
        table.upsert(a_row("4", "1", bmi=24.5))
        table.upsert(a_row("5", "1", bmi=25.5))
        assert path.read_bytes() == b"patient_id,study_uid,bmi\n1,1,20\n2,1,21.5\n3,1,22\n4,1,24.5\n5,1,25.5\n"

    def test_appended_without_line_end(self, table, path):
        path.write_bytes(b"patient_id,study_uid,bmi\n1,1,20\n")
        table.upsert(a_row("2", "1", bmi=21.5))
        for text in (b"3,1,2", b"5"):
            with path.open("ab") as file:
                file.write(text)
            table.upsert(a_row("1", "1", note=None))
        table.upsert(a_row("4", "1"))
        assert path.read_bytes().endswith(b"\n3,1,25\n4,1,\n")

    def test_a_row_appended_in_two_pieces(self, table, path):
        path.write_bytes(b"patient_id,study_uid,bmi\n")
        table.upsert(a_row("2", "1", bmi=21.5))
        for text in (b"2", b"2,1,9\n"):
            with path.open("ab") as file:
                file.write(text)
            table.check()
        assert table.keys() == {("2", "1"), ("22", "1")}
        table.upsert(a_row("22", "1", bmi=9.5))
        assert path.read_bytes() == b"patient_id,study_uid,bmi\n2,1,21.5\n22,1,9.5\n"

    def test_saved_in_place_with_a_row_inserted(self, table, path):
        path.write_bytes(b"patient_id,study_uid,bmi\n1,1,20\n")
        table.upsert(a_row("2", "1", bmi=21.5))
        path.write_bytes(b"patient_id,study_uid,bmi\n9,1,30\n1,1,20\n2,1,21.5\n")
        table.upsert(a_row("9", "1", bmi=1.0))
        assert path.read_bytes() == b"patient_id,study_uid,bmi\n9,1,1.0\n1,1,20\n2,1,21.5\n"

    def test_appended_by_hand_at_the_same_moment(self, table, path, monkeypatch):
        path.write_bytes(b"patient_id,study_uid,bmi\n1,1,20\n")
        original = committed_file._sync_folder
        rows = [b"8,1,1\n"]

        def sync(folder: Path) -> None:
            original(folder)
            if rows:
                with path.open("ab") as file:
                    file.write(rows.pop())

        monkeypatch.setattr(committed_file, "_sync_folder", sync)
        table.upsert(a_row("2", "1", bmi=21.5))
        assert path.read_bytes() == b"patient_id,study_uid,bmi\n1,1,20\n8,1,1\n2,1,21.5\n"

    def test_duplicates_appended(self, table, path):
        path.write_bytes(b"patient_id,study_uid,bmi\n1,1,20\n")
        table.upsert(a_row("2", "1", bmi=21.5))
        with path.open("ab") as file:
            file.write(b"1,1,22\n")
        before = path.read_bytes()
        for _ in range(2):
            with pytest.raises(InputError, match="rows 2 and 4 are of the same patient and study"):
                table.upsert(a_row("5", "1"))
        assert path.read_bytes() == before

    def test_changed_while_a_row_is_replaced(self, table, path, monkeypatch):
        table.upsert(a_row("1", bmi=1.0))
        original = committed_file.replace
        saves = [b"patient_id,study_uid,bmi\n1,1.2.3,5.50\n2,1,7.50\n"]

        def replace(file, data, old):
            if saves:
                path.write_bytes(saves.pop())
            return original(file, data, old)

        monkeypatch.setattr(committed_file, "replace", replace)
        table.upsert(a_row("1", bmi=2.0))
        assert path.read_bytes() == b"patient_id,study_uid,bmi\n1,1.2.3,2.0\n2,1,7.50\n"

    def test_replaced_while_a_row_is_appended(self, table, path, monkeypatch):
        table.upsert(a_row("1", bmi=1.0))
        original = committed_file._write_all
        saves = [b"patient_id,study_uid,bmi\n9,1,5.50\n"]

        def write(file, data):
            original(file, data)
            if saves and Path(file.name) == path:
                other = path.with_name("edited")
                other.write_bytes(saves.pop())
                other.replace(path)

        monkeypatch.setattr(committed_file, "_write_all", write)
        table.upsert(a_row("2", bmi=2.0))
        assert not saves
        assert path.read_bytes() == b"patient_id,study_uid,bmi\n9,1,5.50\n2,1.2.3,2.0\n"

    def test_gone(self, table, path):
        table.upsert(a_row("1"))
        hidden = path.rename(path.with_name("hidden"))
        with pytest.raises(InputError, match="has vanished"):
            table.upsert(a_row("2"))
        assert not path.exists()
        hidden.rename(path)
        table.upsert(a_row("2"))
        assert len(table.keys()) == 2

    def test_its_folder_gone_for_a_while(self, tmp_path):
        folder = tmp_path / "share"
        folder.mkdir()
        table = CohortTable(folder / "cohort.csv")
        table.upsert(a_row("1"))
        away = folder.rename(tmp_path / "away")
        with pytest.raises(InputError, match="folder does not exist or is out of reach") as error:
            table.upsert(a_row("2"))
        assert isinstance(error.value.__cause__, OSError)
        assert not folder.exists()
        away.rename(folder)
        table.upsert(a_row("2"))
        assert len(table.keys()) == 2


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            b"patient_id,study_uid,bmi\n1,1,20\n2,1,21\n1,1,22\n",
            "rows 2 and 4 are of the same patient and study",
        ),
        (b"id,bmi\n1,20\n", "no cohort table"),
        (b"patient_id,bmi,bmi\n", "columns 2 and 3 are both called bmi"),
        (b"patient_id,bmi\n1,20,5\n", "row 2 has 3 cells"),
        (b'patient_id,bmi\n1,"20\n', "unexpected end of data"),
        (b"patient_id,bmi\n1,20\n\0\0\0", "not a text table"),
        (b"PK\x03\x04", "save it as CSV UTF-8"),
    ],
)
def test_a_table_that_is_not_sound_is_left_alone(table, path, data, message):
    path.write_bytes(data)
    with pytest.raises(InputError, match=message) as error:
        table.upsert(a_row())
    assert str(error.value).startswith(f"{path}: ")
    for refuse in (table.check, table.keys):
        with pytest.raises(InputError, match=message):
            refuse()
    assert path.read_bytes() == data


def test_a_workbook_is_not_written(tmp_path):
    path = tmp_path / "cohort.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["patient_id", "study_uid"])
    book.save(path)
    before = path.read_bytes()
    with pytest.raises(InputError, match="save it as CSV UTF-8"):
        CohortTable(path).upsert(a_row())
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"study_uid": ""}, "without patient_id and study_uid"),
        ({"patient_id": "  "}, "without patient_id and study_uid"),
        (a_row(tmtv_ml=math.inf), "column tmtv_ml: inf is not a finite number"),
        (a_row(tmtv_ml="much"), "column tmtv_ml: 'much' is not a number"),
    ],
)
def test_values_that_do_not_belong_are_refused(table, path, row, message):
    with pytest.raises(InputError, match=message):
        table.upsert(row)
    assert not path.exists()


def test_numbers_given_as_text_are_written_as_numbers(table, path):
    path.write_bytes(b"patient_id;study_uid;bmi\n1;1;20,5\n")
    table.upsert(a_row("2", "1", bmi="21,50"))
    assert path.read_bytes().endswith(b"2;1;21,5\n")


def test_checking_changes_nothing(table, path):
    table.check()
    assert not path.exists()
    table.upsert(a_row())
    before = path.read_bytes()
    table.check()
    assert path.read_bytes() == before


def test_links_in_a_circle_are_named(table, path):
    path.symlink_to(path)
    for refuse in (table.check, table.keys, lambda: table.upsert(a_row())):
        with pytest.raises(InputError, match=r"cohort\.csv: cannot be read or written: .*symbolic links"):
            refuse()
    assert path.is_symlink()


def test_a_folder_out_of_reach_is_no_empty_table(tmp_path):
    for refuse in (CohortTable(tmp_path / "none" / "cohort.csv").check, CohortTable(tmp_path / "none" / "c.csv").keys):
        with pytest.raises(InputError, match="folder does not exist or is out of reach"):
            refuse()


def test_another_writer_is_waited_for_and_named(path):
    table = CohortTable(path, lock_timeout_s=0.05)
    with committed_file.locked(path, 1.0), pytest.raises(InputError, match="in use by another program"):
        table.upsert(a_row())
    table.upsert(a_row())


def test_threads_of_one_process(path):
    def write(name: int) -> None:
        for i in range(8):
            CohortTable(path).upsert(a_row(f"{name}-{i}", bmi=name))
            CohortTable(path).upsert(a_row("shared", **{f"thread_{name}": i}))

    threads = [threading.Thread(target=write, args=(name,)) for name in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    frame = read_cohort(path)
    assert len(frame) == 25
    assert frame.set_index("patient_id").loc["shared", [f"thread_{n}" for n in range(3)]].tolist() == [
        7,
        7,
        7,
    ]


def test_no_name_or_number_of_a_patient_is_in_an_error(table, path):
    path.write_bytes(b"patient_id,study_uid\nDoe^Jane,1\nDoe^Jane,1\n")
    with pytest.raises(InputError) as error:
        table.upsert(a_row())
    assert "Jane" not in str(error.value)


cell_texts = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=12)
spreadsheet_texts = st.text(alphabet="'\"=+-@\t\r\n ,;.1éa\u2028\x0b\x1c", max_size=8)


TEXTS = ("reader", "overrides", "masks_path", "warnings")
HEADERS = (
    b"patient_id,study_uid,bmi,reader\n",
    b"patient_id;study_uid;bmi;reader\r\n",
    "patient_id\treader\r".encode("utf-16"),
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(cell_texts | spreadsheet_texts, min_size=4, max_size=4),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(HEADERS),
)
def test_any_text_and_number_come_back(table_from, texts, number, header):
    frame = table_from(header, a_row(bmi=number, **dict(zip(TEXTS, texts, strict=True))))
    assert frame.bmi[0] == number
    assert frame.patient_id[0] == "007"
    assert [frame[name][0] if name in frame else None for name in TEXTS] == [text or None for text in texts]


@pytest.fixture(scope="module")
def table_from(tmp_path_factory):
    """What is read after a row was put into a table and one cell of it changed afterwards."""
    path = tmp_path_factory.mktemp("table") / "cohort.csv"

    def put(header: bytes, row: dict[str, object]) -> pd.DataFrame:
        contents = Contents.of(header)
        texts = _texts([{**row, "bmi": None}, row], contents.decimal)
        data = contents.changed({}, list(texts.values()))
        contents = Contents.of(data)
        path.write_bytes(contents.changed({("007", "1.2.3"): {"hr": "1"}}, []))
        return read_cohort(path, numeric=["bmi"])

    return put


def test_a_full_disk_is_named_and_changes_nothing(table, path, monkeypatch):
    table.upsert(a_row(bmi=1.0))
    before = path.read_bytes()

    def fail(file: io.FileIO, data: bytes) -> None:
        file.write(data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(committed_file, "_write_all", fail)
        for row in (a_row("2"), a_row(bmi=2.0), a_row(new=1)):
            with pytest.raises(InputError, match="No space left on device: make room; it is as it was"):
                table.upsert(row)
            assert path.read_bytes() == before
            assert {file.name for file in path.parent.iterdir()} <= {"cohort.csv", "cohort.csv.lock"}
    table.upsert(a_row("2"))
    assert len(table.keys()) == 2

from __future__ import annotations

import datetime as dt
import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from NEMOPETLib.errors import InputError
from NEMOPETLib.privacy.identity_words import without
from NEMOPETLib.privacy.key_file import KeyFile
from NEMOPETLib.privacy.pseudonyms import Pseudonyms

DAY = dt.date(2023, 5, 17)


def test_a_patient_keeps_its_pseudonym(tmp_path):
    first = Pseudonyms.open(tmp_path / "key").patient("A-17")
    assert Pseudonyms.open(tmp_path / "key").patient(" A-17 ") == first
    assert Pseudonyms.open(tmp_path / "key").patient("A-18") != first
    assert Pseudonyms.open(tmp_path / "other").patient("A-17") != first


def test_the_key_file_leads_back(tmp_path):
    pseudonyms = Pseudonyms.open(tmp_path / "key")
    patient, study = pseudonyms.patient("Müller 7"), pseudonyms.study("1.2.3")
    content = json.loads((tmp_path / "key").read_text("utf-8"))
    noted = content["patients"][patient]
    assert noted["patient_id"] == "Müller 7"
    assert pseudonyms.date(DAY, "Müller 7") + dt.timedelta(days=noted["shift_days"]) == DAY
    assert content["studies"] == {study: "1.2.3"}


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_only_the_owner_reads_it(tmp_path):
    key = tmp_path / "key"
    Pseudonyms.open(key).patient("A")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.chmod(0o640)
    with pytest.raises(InputError, match="can be read by others: make it yours alone"):
        Pseudonyms.open(key)


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"secret": "xy", "patients": {}, "studies": {}}', "id;name"])
def test_another_file_is_refused_and_left_alone(tmp_path, content):
    key = tmp_path / "key"
    key.write_text(content)
    key.chmod(0o600)
    with pytest.raises(InputError, match="is no key file"):
        Pseudonyms.open(key)
    assert key.read_text() == content


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(InputError, match="its folder is not there"):
        Pseudonyms.open(tmp_path / "absent" / "key")


def test_workers_add_to_one_file(tmp_path):
    def work(number: int) -> str:
        return Pseudonyms.open(tmp_path / "key").patient(f"patient {number % 10}")

    with ThreadPoolExecutor(8) as workers:
        given_out = set(workers.map(work, range(40)))
    assert set(json.loads((tmp_path / "key").read_text())["patients"]) == given_out
    assert len(given_out) == 10


@given(st.text(max_size=8), st.dates(dt.date(1950, 1, 1)), st.dates(dt.date(1950, 1, 1)))
def test_dates_move_back_by_whole_weeks_and_together(patient, one, other):
    pseudonyms = Pseudonyms(KeyFile(None, b"secret"))
    moved = pseudonyms.date(one, patient)
    assert moved - pseudonyms.date(other, patient) == one - other
    assert 7 <= (one - moved).days <= 364
    assert moved.weekday() == one.weekday()
    assert Pseudonyms(KeyFile(None, b"secret"), keep_dates=True).date(one, patient) == one


def test_uids_are_legal_and_one_to_one():
    pseudonyms = Pseudonyms(KeyFile(None, b"secret"))
    uids = {pseudonyms.uid(f"1.2.{n}") for n in range(1000)}
    assert len(uids) == 1000
    assert all(uid.startswith("2.25.") and len(uid) <= 64 and not uid.startswith("2.25.00") for uid in uids)
    assert pseudonyms.uid("") == ""


@pytest.mark.parametrize(
    ("text", "words", "left"),
    [
        ("file: DOE_lesions.nii", ("DOE",), "file: (removed)_lesions.nii"),
        ("no such Doe", ("DOE",), "no such (removed)"),
        ("SUVmax of doebling", ("Max", "DOE"), "SUVmax of doebling"),
        ("Datei 山田太郎.nii", ("山田",), "Datei (removed)太郎.nii"),
        ("a (b) c", ("(b)",), "a (removed) c"),
    ],
)
def test_words_are_taken_out_of_a_text(text, words, left):
    assert without(text, words) == left

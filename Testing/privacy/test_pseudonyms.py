from __future__ import annotations

import datetime as dt
import json
import os
import stat
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from NEMOPETLib.errors import InputError
from NEMOPETLib.privacy.disguise import Disguise
from NEMOPETLib.privacy.identity_words import date_words
from NEMOPETLib.privacy.key_file import KeyFile
from NEMOPETLib.privacy.pseudonyms import Pseudonyms
from NEMOPETLib.privacy.word_filter import without
from NEMOPETLib.studies.overrides import Overrides
from NEMOPETLib.wording.quoted import quoted

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


BORN = tuple(date_words(dt.date(1937, 12, 3)))
NAMES = ("Müller", "Dupont", "Jean", "Ærøskøbing", "Long", "Sion", "Li", "DOE", "山田", "Łukasz", "41", "88421", *BORN)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("file: DOE_lesions.nii", "file: (removed)_lesions.nii"),
        ("no such Doe", "no such (removed)"),
        ("SUVmax of doebling", "SUVmax of doebling"),
        ("Datei 山田太郎.nii", "Datei (removed)太郎.nii"),
        ("DupontJean_lesions.nii.gz", "(removed)(removed)_lesions.nii.gz"),
        ("dupont1.nii.gz", "(removed)1.nii.gz"),
        (unicodedata.normalize("NFD", "aMüllerb"), "a(removed)b"),
        ("Muller, MUELLER, mÜllers", "(removed), (removed), (removed)s"),
        ("aeroskobing, Aeroeskoebing, lukasz", "(removed), (removed), (removed)"),
        ("x03121937.nii 19371203 1937-12-03", "x(removed).nii (removed) (removed)"),
        ("03/12/1937, 03.12.1937, 12/03/1937, 12.03.1937", "(removed), (removed), (removed), (removed)"),
        ("12031937 3.12.1937 1903121937", "(removed) (removed) 1903121937"),
        ("the PET is 300 mm long: 3 lesions, 41 ml", "the PET is 300 mm long: 3 lesions, 41 ml"),
        ("id88421, 188421.5 ml", "id(removed), 188421.5 ml"),
    ],
)
def test_words_are_taken_out_of_a_text(text, left):
    assert without(text, NAMES) == left


@given(
    st.sampled_from(("Müller", "Ærwin", "Dupont", "山田")),
    st.sampled_from(("NFC", "NFD", "NFKC", "NFKD")),
    st.sampled_from((str.lower, str.upper, str.title, str.casefold)),
    st.text("xyz0159_. -", max_size=4),
    st.text("xyz0159_. -", max_size=4),
)
def test_a_name_is_found_in_any_form_and_company(name, form, case, before, after):
    assert without(before + unicodedata.normalize(form, case(name)) + after, (name,)) == f"{before}(removed){after}"


@given(st.text(max_size=20), st.lists(st.text(max_size=6), max_size=4))
def test_all_but_the_words_stays_in_order(text, words):
    letters = iter(unicodedata.normalize("NFC", text))
    assert all(letter in letters for letter in "".join(without(text, words).split("(removed)")))


def test_names_of_files_and_series_go_whole():
    hidden = Disguise(Pseudonyms(KeyFile(None, b"secret")), "A", ("Dupont",))
    file, segment = quoted("Li 1.nii"), quoted('a"b')
    said = f"file: {file}, segment {segment} of dupont"
    assert hidden.text(said) == "file: (removed), segment (removed) of (removed)"


def test_an_injection_date_is_that_of_the_scan():
    by_user = Overrides(weight_kg=60.0, injection_time="2023-05-17T09:02:00")
    pseudonyms = Pseudonyms(KeyFile(None, b"secret"))
    moved = Disguise(pseudonyms, "A", ()).overrides(by_user)
    assert moved == Overrides(weight_kg=60.0, injection_time="09:02:00")
    assert Disguise(pseudonyms, "A", ()).overrides(moved) == moved
    assert Disguise(replace(pseudonyms, keep_dates=True), "A", ()).overrides(by_user) == by_user

"""Where a study lies, written into a row and read from it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from NEMOPETLib.errors import InputError
from NEMOPETLib.phantom.examination import Examination
from NEMOPETLib.phantom.study import write_phantom_study
from NEMOPETLib.studies.open_study import open_study
from NEMOPETLib.studies.study_source import StudySource, source_of_text

NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters="/\\|\0:", categories=("L", "N", "Zs")), min_size=1
).filter(lambda name: name.strip() == name)
SERIES = st.none() | st.from_regex(r"[0-9.]{1,64}", fullmatch=True)


@given(names=st.lists(NAMES, min_size=1, max_size=3), pet=SERIES, ct=SERIES)
def test_a_folder_comes_back(names: list[str], pet: str | None, ct: str | None) -> None:
    base = Path("/data/cohort").resolve()
    for path in (base.joinpath(*names), Path("/elsewhere").resolve().joinpath(*names)):
        source = StudySource(path, None, pet, ct)
        assert source_of_text(source.text(base), base) == source


@given(names=st.lists(NAMES, min_size=2, max_size=2, unique=True), minutes=st.none() | st.floats(0, 600))
def test_image_files_come_back(names: list[str], minutes: float | None) -> None:
    base = Path("/data").resolve()
    source = StudySource(base / names[0], base / names[1], pet_unit="bqml", uptake_min=minutes)
    assert source_of_text(source.text(base), base) == source


def test_below_the_table_it_is_relative_so_that_both_can_be_moved(tmp_path: Path) -> None:
    assert StudySource(tmp_path / "a" / "b").text(tmp_path) == "a/b"
    assert StudySource(tmp_path).text(tmp_path) == "."
    assert StudySource(tmp_path / "a").text(tmp_path / "b") == (tmp_path / "a").as_posix()


@pytest.mark.parametrize(
    "text", ["", " | ct=x", "a | colour=red", "a | pet_unit=furlong", "a | ct=b | uptake_min=soon"]
)
def test_other_texts_are_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="study_path"):
        source_of_text(text, tmp_path)


def test_a_study_among_others_is_found_again(tmp_path: Path) -> None:
    first = write_phantom_study(tmp_path / "root" / "one")
    other = replace(Examination(), patient_id="PHANTOM-2")
    write_phantom_study(tmp_path / "root" / "two", examination=other)
    root = StudySource(tmp_path / "root")
    with pytest.raises(InputError, match="2 PET/CT studies"):
        open_study(root)
    study = open_study(root, study_uid=first.study_uid)
    assert study.patient.patient_id == "PHANTOM-1"
    assert study.source == StudySource((tmp_path / "root" / "one").resolve())
    with pytest.raises(InputError, match="no longer there"):
        open_study(root, study_uid="1.2.3")

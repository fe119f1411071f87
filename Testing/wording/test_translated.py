"""Every message of the library has its French, and is found again with whatever values were put into it."""

from __future__ import annotations

import errno
import json
import os
import re
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
import messages_in_source as source

from NEMOPETLib.wording.translated import translated

ROOMS: dict[str, dict[str, str]] = json.loads((source.LIBRARY / "wording" / "fr.json").read_text(encoding="utf-8"))
OF_SOURCE = {english for name, room in ROOMS.items() if name not in ("words", "system") for english in room}
ALL = {english: say for room in ROOMS.values() for english, say in room.items()}
BLANK = re.compile(r"(?<!\{)\{(\d+)(![rs])?\}(?!\})")
VALUE = st.text("abcxyzé0123456789_/-", min_size=1, max_size=12).filter(lambda value: value not in ALL)
VALUES = st.lists(VALUE | VALUE.map("{}.nii.gz".format), min_size=6, max_size=6)


def filled(template: str, values: list[str], quoted: set[int]) -> str:
    """A template with its values, those of quoted blanks as Python quotes them."""
    shown = (repr(value) if at in quoted else value for at, value in enumerate(values))
    return BLANK.sub("{\\1}", template).format(*shown)


@pytest.fixture(scope="module")
def sentences() -> dict[str, str]:
    return source.sentences()


def test_every_message_is_translated_or_named_as_none(sentences: dict[str, str]) -> None:
    assert len(sentences) > 700
    known = {*OF_SOURCE, *source.not_messages()}
    missing = [f"{place}: {text}" for text, place in sentences.items() if text not in known]
    assert missing == [], "put their French into NEMOPETLib/wording/fr.json, or name them in not_messages.txt"


def test_nothing_is_kept_that_is_gone_from_the_source(sentences: dict[str, str]) -> None:
    assert [text for text in (*sorted(OF_SOURCE), *source.not_messages()) if text not in sentences] == []
    assert not OF_SOURCE & set(source.not_messages())


def test_a_new_sentence_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search of the source itself: it sees errors, warnings, parts, titles and quoted blanks, and no docstring."""
    (tmp_path / "report").mkdir()
    (tmp_path / "one.py").write_text(
        '"""No docstring is one."""\n'
        'raise InputError(f"{path}: the {thing!r} is {size:.3g} mm long{more}")\n'
        'more = f"; {n} files too"\n'
        'said.append("a warning of \\"quotes\\"")\n'
        'word = "single"\n'
        'for one in progress(many, "Working"): pass\n'
    )
    (tmp_path / "report" / "two.py").write_text('title = "Not an error"\nraise InputError("an error " f"of {this}")\n')
    monkeypatch.setattr(source, "LIBRARY", tmp_path)
    assert set(source.sentences()) == {
        "{0}: the {1!r} is {2} mm long{3}",
        "{0} files too",
        'a warning of "quotes"',
        "an error of {0}",
        "Working",
    }


@pytest.mark.parametrize("room", ROOMS)
def test_blanks_are_the_same(room: str) -> None:
    for english, french in ROOMS[room].items():
        assert french.strip() == french != "", english
        assert sorted(number for number, _ in BLANK.findall(english)) == sorted(
            number for number, _ in BLANK.findall(french)
        ), english


def test_no_sentence_stands_twice() -> None:
    assert sum(map(len, ROOMS.values())) == len(ALL)


def test_what_the_system_refuses_is_worded_by_the_system() -> None:
    assert set(ROOMS["system"]) <= {os.strerror(number) for number in errno.errorcode}


@settings(deadline=None, max_examples=30)
@given(VALUES)
def test_every_sentence_is_found_again_with_its_values(values: list[str]) -> None:
    """And so none is taken for another."""
    for english, french in ALL.items():
        quoted = {int(number) for number, mark in BLANK.findall(english) if mark}
        text = filled(english, values, quoted)
        assert translated(text, "fr") == filled(french, values, quoted)
        assert translated(text, "en") == text


@pytest.mark.parametrize(
    ("english", "part"),
    [
        ("the CT's slices lie 7.5 mm apart: masks are coarse there", "espacées de 7,5 mm"),
        ("a.csv: column age_years: '7.5' is not a whole number", "'7.5' n’est pas un nombre entier"),
        ("lionz: LION's weights are 0.11, lionz 0.10 is made for 0.9", "sont 0.11, lionz 0.10 est fait pour 0.9"),
    ],
)
def test_decimals_have_a_comma_but_for_versions_and_what_is_quoted(english: str, part: str) -> None:
    assert part in translated(english, "fr")


@settings(deadline=None)
@given(st.text())
def test_what_is_not_known_stays(text: str) -> None:
    plain = text.translate(str.maketrans("", "", "abcdefghijklmnopqrstuvwxyz"))
    assert translated(plain, "fr") == plain


@pytest.mark.parametrize(
    ("english", "french"),
    [
        (  # two warnings, as they stand in a row
            (
                "spleen: 35 ml is outside 50 to 500 ml: check its mask | "
                "lesions: touch the border of the PET (inferior, right) and may be cut off there"
            ),
            (
                "rate : 35 ml est hors de 50 à 500 ml : vérifier son masque | "
                "lésions : elles touchent le bord de la TEP (bas, droite) et y sont peut-être coupées"
            ),
        ),
        (  # a reason with a quoted value behind a path
            "/a/b.csv: column sex, row 3: '12 is a number' is not a number",
            "/a/b.csv : colonne sex, ligne 3 : '12 is a number' n’est pas un nombre",
        ),
        (  # a list of reasons, each with its own
            (
                "/x: no CT fits the PET: CT series 2 (Lung): a sharp kernel; CT series 5 was chosen; "
                "3 files could not be read"
            ),
            (
                "/x : aucune TDM ne va avec la TEP : TDM série 2 (Lung) : un noyau de reconstruction dur ; "
                "TDM série 5 a été choisie ; 3 fichiers n’ont pas pu être lus"
            ),
        ),
        (  # the step and the reason of a batch, with what the system refused
            "write: /cohort: cannot be written (No space left on device)",
            "écriture : /cohort : écriture impossible (plus de place sur le disque)",
        ),
        (
            "left out: rows 3, 17, and 4 more (os or dead missing)",
            "écartées : lignes 3, 17, et 4 de plus (os ou dead manquant)",
        ),
        (  # a name before a sentence that begins with a number
            "muscle: 3.2 % lies outside the PET's field of view and is left out of its SUL",
            "muscle : 3,2 % est hors du champ de vue de la TEP et ne compte pas dans sa SUL",
        ),
        ("TotalSegmentator: total, part 2 of 3", "TotalSegmentator : total, partie 2 sur 3"),
        (
            "2 regions of physiological uptake were removed (brain: 1, urinary_bladder: 1)",
            "2 régions de fixation physiologique ont été retirées (cerveau : 1, vessie : 1)",
        ),
        (
            "The risk group would be high instead of low if the mask fat_sc were one voxel larger.",
            "Le groupe de risque serait élevé au lieu de faible si le masque « fat_sc » était plus grand d’un voxel.",
        ),
        (  # a sentence of the panel, already French, with a reason of the library
            "Les mesures n’ont pas pu être calculées : no patient is open: open one first",
            "Les mesures n’ont pas pu être calculées : aucun patient n’est ouvert : en ouvrir un d’abord",
        ),
        ("a path: with a colon, of nobody", "a path: with a colon, of nobody"),
    ],
)
def test_messages_within_messages(english: str, french: str) -> None:
    assert translated(english, "fr") == french


def test_it_is_no_burden_for_the_panel() -> None:
    """100 messages never seen before: a few ms, asserted with much room for a busy machine."""
    translated("", "fr")
    start = time.perf_counter()
    for number in range(100):
        translated(f"spleen: {number} ml is outside 50 to 500 ml: check its mask", "fr")
    assert time.perf_counter() - start < 0.5

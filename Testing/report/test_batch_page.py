"""The index of a batch: everything on it, in two languages, and nothing from outside."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import numpy as np
import pytest

from NEMOPETLib.report.batch_page import BatchLine, batch_page
from NEMOPETLib.report.patient_pictures import PatientPictures
from NEMOPETLib.report.thumbnail import thumbnail
from NEMOPETLib.report.words import Language
from NEMOPETLib.studies.volume import Grid, Volume

LINES = [
    BatchLine("done", "a", "<b>&A", "2024-01-02", values={"tmtv_ml": 1234.5, "suv_max": None}, warnings=["watch <i>"],
              picture=b"PNG", page="c_patients/<A> 1/patient_page.html"),
    BatchLine("readers", "b", "B"),
    BatchLine("failed", "c\udcff", "C", step="read", reason="no dose <here>"),
    BatchLine("left_out", "d", reason="no PET, only MR"),
]  # fmt: skip


class _Checker(HTMLParser):
    """Opens and closes, and where pictures and links come from."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.sources: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.sources += [str(value) for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "img", "br", "rect"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def page(language: Language = "en") -> str:
    return batch_page(LINES, archive="/data", table="c.csv", updated="now", to_review=1, language=language)


def test_it_is_whole_and_needs_nothing_from_outside() -> None:
    checker = _Checker()
    checker.feed(page())
    assert checker.open == []
    assert sorted(checker.sources) == ["c_patients/%3CA%3E%201/patient_page.html", "data:image/png;base64,UE5H"]


def test_everything_is_escaped_and_there() -> None:
    text = page()
    for part in (
        "&lt;b&gt;&amp;A",
        "watch &lt;i&gt;",
        "no dose &lt;here&gt;",
        r"c\udcff",
        "no PET, only MR",
        "1,234.5",
    ):
        assert part in text
    assert "<b>1</b> failed" in text
    assert "<b>1</b> to review" in text


def test_french() -> None:
    text = page("fr")
    assert '<html lang="fr">' in text
    for word in ("Échecs (1)", "à relire", "écarté", "lecture", "1\u202f234,5", "pas de TEP, seulement MR"):
        assert word in text
    assert 'lang="en"' not in text


def test_nothing_yet() -> None:
    text = batch_page([], archive="", table="", updated="", to_review=0)
    assert "No patient failed." in text
    assert "No patient is done yet." in text


@pytest.mark.parametrize("shape", [(40, 30, 20), (300, 10, 200)])
def test_a_thumbnail_is_small_upright_and_dark_where_it_is_hot(shape: tuple[int, int, int]) -> None:
    from io import BytesIO

    from matplotlib.image import imread

    voxels = np.zeros(shape, np.float32)
    voxels[-shape[0] // 10 :, :, :] = 20.0  # the head
    pictures = PatientPictures(Volume(voxels, Grid(shape, np.diag([4.0, 4.0, 4.0, 1.0]))), None)
    content = thumbnail(pictures)
    pixels = imread(BytesIO(content))
    assert len(content) < 10_000
    assert pixels.shape[0] == 120
    assert pixels.shape[1] == round(120 * shape[2] / shape[0])
    assert pixels[2, :, 0].max() < 0.01
    assert pixels[60, :, 0].min() > 0.99


def test_no_picture_without_a_pet() -> None:
    assert re.match(rb"\x89PNG", thumbnail(PatientPictures(None, None)))

from __future__ import annotations

import base64
import io
import os
import re
from html.parser import HTMLParser
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.measurements.definitions import MEASUREMENTS
from NEMOPETLib.measurements.patient_measurements import measure_patient
from NEMOPETLib.report.patient_page import write_patient_page
from NEMOPETLib.report.patient_pictures import PatientPictures
from NEMOPETLib.studies.volume import Volume

VOID = {"meta", "img", "br", "rect"}


class Page(HTMLParser):
    """Tags, texts and pictures of a page; fails where tags do not nest."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if data.strip() and self.open[-1] != "style":
            self.texts.append(data.strip())

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module", params=["en", "fr"])
def written(request, patient, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param) / "new" / "folder"
    page = write_patient_page(folder, patient.pictures(), patient.row, patient.measured, request.param)
    return request.param, page, page.html.read_text(encoding="utf-8")


def test_both_files_are_there_and_nothing_else(written):
    _, page, _ = written
    assert sorted(path.name for path in page.png.parent.iterdir()) == ["patient_page.html", "patient_page.png"]
    (plain := page.png.parent.parent / "plain").touch()
    assert page.png.stat().st_mode == page.html.stat().st_mode == plain.stat().st_mode
    pixels = matplotlib.image.imread(page.png)
    assert pixels.shape[1] == 2240
    assert pixels[:40].min() == 1  # a margin of white paper
    assert (pixels[..., :3].min(axis=2) < 0.5).mean() > 0.02


def test_html_stands_alone(written):
    _, _, html = written
    page = Page(html)
    assert not re.search(r"https?:|src=\"(?!data:)|url\(|@import|<script|<link", html)
    assert {"default-src 'none'; img-src data:; style-src 'unsafe-inline'"} <= {
        attributes.get("content") for attributes in page.attributes("meta")
    }
    images = page.attributes("img")
    assert len(images) == 3
    for image in images:
        kind, _, data = (image["src"] or "").partition(",")
        assert kind == "data:image/png;base64"
        assert matplotlib.image.imread(io.BytesIO(base64.b64decode(data))).ndim == 3
        assert len(image["alt"] or "") > 20


def test_html_says_everything_in_its_language(written):
    language, _, html = written
    page = Page(html)
    assert page.attributes("html") == [{"lang": language}]
    assert page.attributes("meta")[1]["name"] == "viewport"
    for one in MEASUREMENTS:
        assert (one.french if language == "fr" else one.english) in page.texts
    notice = "For research, not for clinical decisions." if language == "en" else "Pour la recherche, pas pour des"
    assert any(text.startswith(notice) for text in page.texts)
    assert {"BQML START, series time", "janmahasatian", "NEMO-PET 9.8.7", "PHANTOM-001"} <= set(page.texts)
    numbered = re.findall(r'class="number lesion">(\d+)<', html)
    assert sorted(numbered) == [str(n) for n in range(1, 8)]


def test_ids_of_any_script_are_escaped(patient, tmp_path):
    patient_id = "<script>alert('1')</script> & \"患者\" $x_1$ עברית 🎉"
    row = patient.row | {"patient_id": patient_id, "reader": "<i>x</i>", "warnings": ["a < b & c"]}
    page = write_patient_page(tmp_path, patient.pictures(), row, patient.measured)
    html = page.html.read_text(encoding="utf-8")
    assert "<script" not in html
    assert "<i>" not in html
    assert {patient_id, "<i>x</i>", "a < b & c"} <= set(Page(html).texts)


def test_nothing_at_all_still_makes_a_page(tmp_path):
    measured = measure_patient({}, pet=None, ct=None, sul_per_suv=None)
    page = write_patient_page(tmp_path, PatientPictures(None, None), {"patient_id": "x" * 300}, measured, "en")
    texts = " ".join(Page(page.html.read_text(encoding="utf-8")).texts)
    for said in ("No PET", "No CT", "No lesion mask", "No tissue mask", "No warnings."):
        assert said in texts
    assert page.png.stat().st_size > 10_000


def test_turned_arrays_give_the_same_page(patient, turn, tmp_path):
    def written(name, how):
        pictures = PatientPictures(how(patient.pet), how(patient.ct))
        pictures.set_lesions(how(patient.lesions))
        for tissue in patient.tissues:
            mask = how(Volume(tissue.voxels, tissue.grid))
            pictures.add_tissue(Mask(tissue.name, mask.voxels, mask.grid))
        return write_patient_page(tmp_path / name, pictures, patient.row, patient.measured)

    plain = written("plain", lambda volume: volume)
    other = written("turned", lambda volume: turn(volume, (2, 0, 1), (True, True, True)))
    difference = np.abs(matplotlib.image.imread(plain.png) - matplotlib.image.imread(other.png))
    assert (difference > 0.02).mean() < 1e-4  # rounding of the edges in mm may move a grey by a step


def test_eighty_lesions_make_a_page(patient, tmp_path):
    random = np.random.default_rng(5)
    labels = np.zeros(patient.pet.grid.shape, np.uint8)
    for label in range(1, 81):
        k, j, i = random.integers(20, 60, 3)
        labels[k : k + 2, j : j + 2, i : i + 2] = label
    lesions = Volume(labels, patient.pet.grid)
    measured = measure_patient({"lesions": lambda: lesions}, pet=patient.pet, ct=None, sul_per_suv=None)
    pictures = PatientPictures(patient.pet, None)
    pictures.set_lesions(lesions)
    page = write_patient_page(tmp_path, pictures, patient.row, measured)
    html = page.html.read_text(encoding="utf-8")
    assert "the 20 largest numbered" in html
    assert html.count('class="number lesion"') == 20


def test_a_failed_writing_leaves_the_earlier_page(patient, tmp_path, monkeypatch):
    page = write_patient_page(tmp_path, patient.pictures(), patient.row, patient.measured)
    before = page.png.read_bytes(), page.html.read_bytes()

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match=r"cannot be written \(No space left on device: make room there\)") as error:
        write_patient_page(tmp_path, patient.pictures(), patient.row | {"patient_id": "secret"}, patient.measured)
    assert "secret" not in str(error.value)
    assert (page.png.read_bytes(), page.html.read_bytes()) == before
    assert len(list(tmp_path.iterdir())) == 2


def test_a_file_in_the_place_of_the_folder_is_said(patient, tmp_path):
    (blocked := tmp_path / "file").touch()
    with pytest.raises(InputError, match="file: the patient page cannot be written"):
        write_patient_page(blocked, patient.pictures(), patient.row, patient.measured)


def test_a_language_that_is_not_there_is_said(patient, tmp_path):
    with pytest.raises(InputError, match="language 'de': choose one of en, fr"):
        write_patient_page(tmp_path, patient.pictures(), patient.row, patient.measured, "de")
    assert list(Path(tmp_path).iterdir()) == []

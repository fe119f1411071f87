from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from NEMOPETLib.errors import InputError
from NEMOPETLib.report.phrases import _WORDS, Phrases
from NEMOPETLib.report.study_report import write_study_report
from NEMOPETLib.report.tripod_words import ITEMS

VOID = {"meta", "br"}
# What is a name wherever it stands: columns and files of the user, methods, models, parameters of a learner.
NAMED = re.compile(r"os_months|os_event|surv_cutpoint|[\w+-]+\.json|min_samples_leaf|models/")


class Page(HTMLParser):
    """Tags and texts of a page; fails where tags do not nest."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        if data.strip() and self.open[-1][0] != "style":
            language = next(attributes["lang"] for _, attributes in reversed(self.open) if "lang" in attributes)
            self.texts.append((language, " ".join(data.split())))

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def plain(text: str) -> str:
    return re.sub(r"[\u00a0\u202f]", " ", text)


@pytest.fixture(scope="module")
def html(study_report) -> str:
    return study_report.html.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(html) -> Page:
    return Page(html)


@pytest.fixture(scope="module")
def said(page) -> str:
    return plain(" ".join(text for _, text in page.texts))


def test_report_stands_alone(html, page):
    assert not re.search(r"(?:src|href)=\"(?!#)(?!data:)|url\((?!#)|@import|<script|<link|<iframe", html)
    policies = [one["content"] for one in page.attributes("meta") if "http-equiv" in one]
    assert policies == ["default-src 'none'; img-src data:; style-src 'unsafe-inline'"]


def test_identifiers_are_unique_and_references_lead_somewhere(html, page):
    identifiers = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))
    referred = {*re.findall(r"href=\"#([^\"]+)\"", html), *re.findall(r"url\(#([^)]+)\)", html)}
    referred |= {attributes["aria-labelledby"] for _, attributes in page.tags if "aria-labelledby" in attributes}
    assert len(referred) > 100
    assert referred <= set(identifiers)


def test_language_headings_and_skip_link(study_report, page):
    assert page.attributes("html") == [{"lang": study_report.language}]
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert page.attributes("a")[0] == {"class": "skip", "href": "#main"}
    assert sum(tag == "main" for tag, _ in page.tags) == 1


def test_tables_have_captions_and_scopes(page):
    tables = page.attributes("table")
    assert len(tables) > 25
    assert len(page.attributes("caption")) == len(tables)
    assert all(
        attributes.get("scope") in ("col", "row", "colgroup", "rowgroup") for attributes in page.attributes("th")
    )


def test_rows_of_a_table_are_of_one_width(html):
    for table in re.findall(r"<table.*?</table>", html, re.DOTALL):
        widths = {
            sum(int(span or 1) for span in re.findall(r"<t[hd](?:(?! colspan)[^>])*(?: colspan=\"(\d+)\")?[^>]*>", row))
            for row in re.findall(r"<tr.*?</tr>", table, re.DOTALL)
        }
        assert len(widths) == 1


def test_figures_have_text_alternatives_of_their_numbers(page):
    figures = page.attributes("svg")
    assert len(figures) == len(page.attributes("figure")) > 30
    for figure in figures:
        assert figure["role"] == "img"
        label = figure["aria-label"]
        assert len(label) > 60
        assert re.search(r"\d", label)
        assert "nan" not in label


def test_figures_lie_in_the_folder_too(study_report, page):
    folder = study_report.html.parent / "figures"
    vector, pixels = ({path.stem for path in folder.glob(f"*.{kind}")} for kind in ("svg", "png"))
    assert vector == pixels
    assert len(list(folder.iterdir())) == 2 * len(vector)
    assert len(vector) > len(page.attributes("figure"))  # those of the other methods are only here
    for path in folder.glob("*.svg"):
        ET.parse(path)  # fails where it is none
    kinds = ("forest", "zph", "auc", "calibration", "rhier_cut_profile", "rlr_test_kaplan_meier")
    assert {f"clinical_{kind}" for kind in kinds} | {"spearman", "decision_curves"} <= vector


def test_no_key_is_left_untranslated(page):
    for _, text in page.texts:
        for found in re.findall(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b", NAMED.sub("", text)):
            # models are named as they are only in the software's messages
            assert found.startswith(("clinical_", "tmtv_dmax", "bci_")), text
        assert "{" not in text
        assert "nan" not in text.split()


def test_french_is_french(study_report, page):
    if study_report.language == "en":
        pytest.skip("asked of the French report only")
    said = plain(" ".join(text for language, text in page.texts if language == "fr"))
    said += plain(" ".join(figure["aria-label"] for figure in page.attributes("svg")))
    for english, french in [*_WORDS.values(), *ITEMS.values()]:
        pieces = [piece.strip() for piece in re.split(r"\{\w+\}", english)]
        for piece in pieces:
            if len(piece) > 9 and piece not in french:
                assert piece not in said
    assert not re.search(r"\d\.\d", re.sub(r"\d+\.\d+\.\d+|Apache-2\.0", "", said))
    assert re.search(r"\d,\d", said)


def test_simulated_data_is_said_first(study_report, page):
    texts = [plain(text) for _, text in page.texts]
    banner = Phrases(study_report.language)("simulated_banner")
    notice = Phrases(study_report.language)("research_only")
    assert plain(banner) in texts[:8]
    assert texts.count(notice) == 2  # head and foot


def test_numbers_are_those_of_the_study(study, study_report, said):
    say = Phrases(study_report.language)
    model = study.models["clinical_radiomic_organomic"]
    c = model.performance["test"].concordance
    expected = [
        say.estimate(c.index, *c.interval()),
        say.number(model.fit.aic, 1),
        *(say.ratio(*row) for row in model.fit.hazard_ratios().tolist()),
        say.number(model.bootstrap.concordance.corrected, 3),
    ]
    for group in model.strata["rhier"].sets["test"].groups:
        at = group.survival[24.0]
        expected.append(say.percent(at.estimate) if at.estimate == 1 else say.percent_estimate(*_limits(at)))
    flow = study.cohort.sets["train"]
    expected += [f"{say('train')}, n = {flow.analysed}", say.number(flow.rows, 0)]
    for text in expected:
        assert plain(text) in said


def _limits(at):
    return at.estimate, at.lower, at.upper


def test_p_values_say_whether_they_are_corrected(study, study_report, html, page):
    say = Phrases(study_report.language)
    labels = plain(" ".join(figure["aria-label"] for figure in page.attributes("svg")))
    for model in study.models.values():
        for stratum in model.strata.values():
            p = stratum.p
            naive = plain(say("naive_p_said", p=say.p_equals(p.naive)))
            corrected = plain(say("corrected_p_said", p=say.p_equals(p.corrected), how=say("correction_chain", n=9)))
            if stratum.method in ("rlr", "rhier"):
                assert f"{naive}. {corrected}." in labels
            cells = [say.p_value(p.naive), say.p_value(p.corrected), say("correction_chain", n=9)]
            row = rf"<th scope=\"row\">{re.escape(say.method(stratum.method))}</th>(?:<td[^>]*>[^<]*</td>)*?"
            row += "".join(rf"<td[^>]*>{re.escape(plain(cell).replace('<', '&lt;'))}</td>" for cell in cells)
            assert re.search(row, plain(html))


def test_the_hardest_subtype_is_told_honestly(study, study_report, said):
    say = Phrases(study_report.language)
    groups = study.models["clinical"].strata["rlr"].sets["test"].by_subtype["TNBC"]
    assert plain(say("subtype_alone", subtype="TNBC", set=say("test"))) in said
    assert f"{groups.time.size} patients" in said
    assert plain(say.p_equals(groups.fisher[24.0])) in said


def test_checklist_has_all_items(study_report, page):
    say = Phrases(study_report.language)
    texts = [text for _, text in page.texts]
    assert len({re.sub(r"\D", "", item) for item in ITEMS}) == 27
    start = texts.index("TRIPOD+AI, 27 items" if study_report.language == "en" else "TRIPOD+AI, 27 points")
    assert set(ITEMS) <= set(texts[start:])
    assert texts[start:].count(say("to_be_filled")) >= 20


def test_other_language_is_refused(study, tmp_path):
    with pytest.raises(InputError, match=r"'de'.*en, fr"):
        write_study_report(study, tmp_path / "report", "de")
    assert not (tmp_path / "report").exists()


def test_folder_that_cannot_be_made_is_named(study, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"file.*the report cannot be written"):
        write_study_report(study, Path(tmp_path / "file"))

"""What the library says reaches the panel in Slicer's language: message lines and titles of what runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

PANEL = Path(__file__).resolve().parents[2] / "NEMOPET"
WARNINGS = "no lesion was found: look at the PET · the CT's slices lie 7.5 mm apart: masks are coarse there"


def a_label() -> SimpleNamespace:
    """What a message line needs of a Qt label."""
    label = SimpleNamespace(width=400, wordWrap=True, sizeHint=SimpleNamespace(height=lambda: 20), text="")
    label.setText = lambda text: setattr(label, "text", text)
    label.setVisible = label.setMinimumHeight = lambda _value: None
    label.heightForWidth = lambda _width: 20
    return label


@pytest.fixture(params=[("fr_FR", True), ("fr", True), ("en_US", False), ("de-DE", False)], ids=lambda pair: pair[0])
def panel(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[bool]:
    """The panel's modules with a Slicer of a locale; whether it speaks French."""
    locale, french = request.param
    fake, i18n = ModuleType("slicer"), ModuleType("slicer.i18n")
    fake.app = SimpleNamespace(applicationLocaleName=locale)  # type: ignore[attr-defined]
    i18n.tr = lambda text: text  # type: ignore[attr-defined]
    for name in [name for name in sys.modules if name.startswith("NEMOPETPanel")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "slicer", fake)
    monkeypatch.setitem(sys.modules, "slicer.i18n", i18n)
    monkeypatch.syspath_prepend(str(PANEL))
    yield french
    for name in [name for name in sys.modules if name.startswith("NEMOPETPanel")]:
        del sys.modules[name]


def test_a_message_line_shows_warnings_in_the_application_s_language(panel: bool) -> None:
    label = a_label()
    line = import_module("NEMOPETPanel.message_line").MessageLine(label)
    line.warning(WARNINGS)
    french = (
        "aucune lésion n’a été trouvée : regarder la TEP · "
        "les coupes de la TDM sont espacées de 7,5 mm : les masques y sont grossiers"
    )
    assert line.text == (french if panel else WARNINGS)
    assert line.text.replace("'", "&#x27;") in label.text
    line.clear()
    assert line.text == label.text == ""


def test_titles_of_what_runs_are_told_in_the_application_s_language(panel: bool) -> None:
    in_own_language = import_module("NEMOPETPanel.own_language").in_own_language
    assert in_own_language("TotalSegmentator: spleen, part 2 of 3") == (
        "TotalSegmentator : rate, partie 2 sur 3" if panel else "TotalSegmentator: spleen, part 2 of 3"
    )


def test_what_a_study_found_is_told_with_its_unit_of_time_intervals_and_p(panel: bool) -> None:
    text = import_module("NEMOPETPanel.survival_text")
    at = {"12": {"estimate": 0.936, "lower": 0.909, "upper": 0.964}}
    low = {"name": "low", "n": 313, "events": 44, "survival": at}
    stratum = {"cutpoints": [{"operator": ">=", "value": 1.3751}], "p_corrected": 0.0004, "test": {"groups": [low]}}
    cut, group = text.stratum_text(stratum, "test", "months").split("\n")
    point = "," if panel else "."
    assert cut == f"Cut-points: >= 1{point}375; p < 0{point}001 (corrected)".replace(
        "p < ", "p\N{NO-BREAK SPACE}<\N{NO-BREAK SPACE}"
    )
    assert group == "low: 313 patients, 44 events; survival at 12 months: 94 % (91–96 %)"
    header, rows = text.coefficient_table(
        {
            "coef": {"hr": -1.379, "empty": 21.4},
            "se": {"hr": 0.266, "empty": 4321.0},
            "p": {"hr": 2.2e-7, "empty": 0.996},
            "hazard_ratio": {
                "hr": {"estimate": 0.2518, "lower": 0.1495, "upper": 0.4242},
                "empty": {"estimate": 2e9, "lower": 0.0, "upper": None},
            },
        }
    )
    assert len(header) == 5
    assert [row[0] for row in rows] == ["hr", "empty"]
    assert rows[0][1:3] == (f"−1{point}38", f"0{point}266")
    assert rows[0][3].replace("\N{NO-BREAK SPACE}", " ") == ("0,25 (0,15 à 0,42)" if panel else "0.25 (0.15 to 0.42)")
    assert rows[1][3].endswith("(–)"), "no upper limit is told as none"

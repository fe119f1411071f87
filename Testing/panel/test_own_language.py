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

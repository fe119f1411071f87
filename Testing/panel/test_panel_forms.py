"""The forms loaded by a real Qt, with stand-ins for the widgets of CTK and Slicer."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FORMS = sorted((Path(__file__).resolve().parents[2] / "NEMOPET" / "Resources" / "UI").glob("*.ui"))

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
pytest.importorskip("PySide6.QtWidgets", reason="PySide6 is not installed (extra: test)", exc_type=ImportError)
from PySide6.QtCore import Property, QFile, Signal, qInstallMessageHandler  # noqa: E402
from PySide6.QtUiTools import QUiLoader  # noqa: E402
from PySide6.QtWidgets import QApplication, QLabel, QTableWidget, QWidget  # noqa: E402


def stand_in(name: str, properties: dict[str, type]) -> type[QWidget]:
    """A widget class of this name with these properties."""

    def made(kind: type) -> Property:
        store: dict[int, Any] = {}
        return Property(
            kind, lambda self: store.get(id(self), kind()), lambda self, value: store.update({id(self): value})
        )

    members: dict[str, Any] = {key: made(kind) for key, kind in properties.items()}
    members["mrmlSceneChanged"] = Signal(QWidget, name="mrmlSceneChanged")
    return type(name, (QWidget,), members)


STAND_INS = [
    stand_in("ctkCollapsibleButton", {"text": str, "collapsed": bool}),
    stand_in("ctkPathLineEdit", {}),
    stand_in("qMRMLWidget", {}),
    stand_in("qMRMLNodeComboBox", {"addEnabled": bool, "removeEnabled": bool, "noneEnabled": bool, "nodeTypes": list}),
    stand_in("qMRMLSegmentEditorWidget", {}),
]


@pytest.fixture(scope="module")
def application() -> Iterator[QApplication]:
    return QApplication.instance() or QApplication([])


@pytest.fixture
def said() -> Iterator[list[str]]:
    lines: list[str] = []
    old = qInstallMessageHandler(lambda _kind, _where, text: lines.append(text))
    yield lines
    qInstallMessageHandler(old)


def load(form: Path) -> QWidget:
    loader = QUiLoader()
    for kind in STAND_INS:
        loader.registerCustomWidget(kind)
    file = QFile(str(form))
    assert file.open(QFile.OpenModeFlag.ReadOnly)
    widget = loader.load(file)
    assert widget is not None, loader.errorString()
    return widget


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_a_form_loads_without_a_word(application: QApplication, said: list[str], form: Path) -> None:
    widget = load(form)
    of_slicer = ("set-type property filters", "QObject::connect")  # what only the real widgets have
    assert [line for line in said if not any(word in line for word in of_slicer)] == []
    assert widget.findChildren(QWidget)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_a_form_fits_beside_the_views_of_a_small_screen(application: QApplication, said: list[str], form: Path) -> None:
    assert load(form).minimumSizeHint().width() <= 400


def test_tables_have_their_headers(application: QApplication, said: list[str]) -> None:
    tables = {table.objectName(): table for form in FORMS for table in load(form).findChildren(QTableWidget)}
    assert set(tables) == {"readinessTable", "lesionTable", "segmentTable", "numbersTable", "cohortTable"}
    assert [tables["lesionTable"].horizontalHeaderItem(n).text() for n in range(5)] == [
        "#",
        "ml",
        "SUVmax",
        "TLG",
        "Flags",
    ]


def test_messages_are_selectable(application: QApplication, said: list[str]) -> None:
    for form in FORMS:
        for label in load(form).findChildren(QLabel):
            if label.objectName().endswith("Message"):
                assert label.wordWrap(), label.objectName()

"""Stand-ins for what the tabs have of Qt and of Slicer's application: their buttons are pressed without a window."""

# ruff: noqa: N802, N815 - the names are Qt's

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

PANEL = Path(__file__).resolve().parents[2] / "NEMOPET"


class Enumerations(type):
    """A class of Qt with its enumerations, of which no test asks which is which."""

    def __getattr__(cls, name: str) -> int:
        if name.startswith("_"):
            raise AttributeError(name)
        return 0


class Widget(metaclass=Enumerations):
    """Any widget: what is set can be read, what is connected can be sent, everything else does nothing."""

    width, wordWrap, collapsed, columnCount, count = 400, True, True, 6, 0
    text = toolTip = currentPath = currentText = ""
    enabled, currentIndex = True, 0

    def __init__(self, name: str = "", *_parent: Any) -> None:
        self.objectName = name
        self.sizeHint = SimpleNamespace(height=lambda: 20)
        self._properties: dict[str, Any] = {}
        self._slots: dict[str, list[Callable[..., None]]] = {}
        self._blocked = False

    def connect(self, signal: str, slot: Callable[..., None]) -> None:
        self._slots.setdefault(signal, []).append(slot)

    def send(self, signal: str, *values: Any) -> None:
        if not self._blocked:
            for slot in self._slots.get(signal, []):
                slot(*values)

    def click(self) -> None:
        assert self.enabled, self.toolTip
        self.send("clicked()")

    def blockSignals(self, blocked: bool) -> bool:
        was, self._blocked = self._blocked, blocked
        return was

    def clear(self) -> None:
        self.text = ""

    def property(self, name: str) -> Any:
        return self._properties.get(name)

    def setProperty(self, name: str, value: Any) -> None:
        self._properties[name] = value

    def state(self) -> int:
        return 0

    def sizeHintForRow(self, _row: int) -> int:
        return 20

    def heightForWidth(self, _width: int) -> int:
        return 20

    def activeEffect(self) -> None:
        return None

    def setActiveEffect(self, _effect: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("set") and name[3:4].isupper():
            field = name[3].lower() + name[4:]
            return lambda *values: setattr(self, field, values[0])
        return lambda *_values: Widget()


class Table(Widget):
    """A table whose cells are texts."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.rows: list[list[str]] = []
        self.filled = 0  # how many items were put in
        self._row = -1

    @property
    def rowCount(self) -> int:
        return len(self.rows)

    def setRowCount(self, count: int) -> None:
        self.rows = [[""] * self.columnCount for _ in range(count)]

    def setItem(self, row: int, column: int, item: Any) -> None:
        self.rows[row][column] = item.objectName
        self.filled += 1

    def rowHeight(self, _row: int) -> int:
        return 20

    def currentRow(self) -> int:
        return self._row

    def setCurrentCell(self, row: int, _column: int) -> None:
        changed, self._row = row != self._row, row
        if changed:
            self.send("itemSelectionChanged()")

    def selectRow(self, row: int) -> None:
        self.setCurrentCell(row, 0)

    def clearSelection(self) -> None:
        self._row = -1


class Combo(Widget):
    """A combo box."""

    def __init__(self, name: str = "") -> None:
        super().__init__(name)
        self.items: list[str] = []

    @property
    def count(self) -> int:
        return len(self.items)

    @property
    def currentText(self) -> str:
        return self.items[self.currentIndex] if self.items else ""

    def clear(self) -> None:
        self.items, self.currentIndex = [], 0

    def addItems(self, items: list[str]) -> None:
        self.items += items

    def itemText(self, place: int) -> str:
        return self.items[place]

    def setCurrentIndex(self, index: int) -> None:
        self.currentIndex = index
        self.send("currentIndexChanged(int)", index)


class Form:
    """The widgets of a form, made when they are first named."""

    def __getattr__(self, name: str) -> Widget:
        kind = Table if name.endswith("Table") else Combo if name.endswith(("Selector", "Filter")) else Widget
        if name.endswith(("FileSelector", "FolderSelector")) or name in ("modelSelector", "configSelector"):
            kind = Widget
        if name == "survivalTableSelector":
            kind = Widget
        widget = kind(name)
        setattr(self, name, widget)
        return widget


class Parameters(SimpleNamespace):
    """Parameters of which every text is empty until it is set."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return 4.0 if name.endswith("Threshold") else False if name in ("keepDates", "writeDicom") else ""


def install(monkeypatch: pytest.MonkeyPatch, scene: Any) -> Iterator[None]:
    """Let the panel's modules be imported with these."""
    import slicer
    import slicer.util

    i18n, qt = ModuleType("slicer.i18n"), ModuleType("qt")
    i18n.tr = lambda text: text  # type: ignore[attr-defined]
    qt.__getattr__ = lambda _name: Widget  # type: ignore[attr-defined, method-assign]
    for name in [name for name in sys.modules if name.startswith("NEMOPETPanel")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "slicer.i18n", i18n)
    monkeypatch.setitem(sys.modules, "qt", qt)
    monkeypatch.setattr(slicer, "mrmlScene", scene, raising=False)
    monkeypatch.setattr(slicer, "app", SimpleNamespace(applicationLocaleName="en_US"), raising=False)
    monkeypatch.setattr(slicer.util, "loadUI", lambda _path: Widget(), raising=False)
    monkeypatch.setattr(slicer.util, "childWidgetVariables", lambda _widget: Form(), raising=False)
    monkeypatch.syspath_prepend(str(PANEL))
    yield
    for name in [name for name in sys.modules if name.startswith("NEMOPETPanel")]:
        del sys.modules[name]


class Panel:
    """What the tabs share: one tab at a time, a reading that notes what it is asked, and views that note jumps."""

    def __init__(self, reading: Any) -> None:
        self.reading, self.parameters = reading, reading.parameters
        self.jumps: list[Any] = []
        self.views = SimpleNamespace(jump=self.jumps.append, are_in_layout=True)
        self.shows = 0  # how often the patient was put into the views
        self.tabs: list[Any] = []
        self.shown: Any = None
        self.patient = SimpleNamespace(row=SimpleNamespace(start=lambda _t: None, told=None, finish=lambda: None))
        self.segment = SimpleNamespace(cannot_batch=lambda: "")
        self.cohort = SimpleNamespace(read=lambda: None)
        self.numbers = SimpleNamespace(key_file=dict)
        self.log = self.show_tab = lambda *_values: None

    def resource_path(self, name: str) -> str:
        return name

    def add(self, kind: Any) -> Any:
        """Make a tab, and show it."""
        tab = kind(self)
        self.tabs.append(tab)
        self.shown = tab
        return tab

    def refresh(self) -> None:
        for tab in self.tabs:
            tab.refresh()

    def show_patient(self) -> None:
        self.shows += 1


def make_reading() -> Any:
    """A reading without a worker: requests are noted, and answered by the test."""
    from NEMOPETPanel.documents import MOVED, PREDICTED, Documents

    class Reading(Documents):
        def __init__(self) -> None:
            self.parameters = Parameters()
            self.worker = SimpleNamespace(busy="", cancel=lambda: None)
            self.nodes: Any = None
            self.physiological: list[dict[str, Any]] = []
            self.trouble = ""
            self.asked: list[tuple[Any, ...]] = []
            self.touches: list[Any] = []
            self.review = self._noting("review")
            self.save = self._noting("save")
            self.percentiles = self._noting("percentiles", PREDICTED)
            self.predict = self._noting("risk", PREDICTED)
            self.sensitivity = self._noting("moved", MOVED)

        @property
        def is_open(self) -> bool:
            return self.nodes is not None

        def touched(self, names: Any) -> None:
            self.touches.append(tuple(names))

        def ask(self, do: str, arguments: Any, done: Any, failed: Any, ended: Any = lambda: None) -> None:
            self.asked.append((do, arguments, lambda answer: (ended(), done(answer)), lambda t: (ended(), failed(t))))

        def take(self) -> list[tuple[Any, ...]]:
            """What was asked since the last time."""
            asked, self.asked = self.asked, []
            return asked

        def _noting(self, name: str, document: str = "") -> Callable[..., None]:
            def note(arguments: Any, done: Any, failed: Any, *_progress: Any) -> None:
                def answer(result: Any) -> None:
                    if document:
                        self.keep(document, result if document == MOVED else {**self.predicted, name: result})
                    done(result)

                self.asked.append((name, arguments, answer, failed))

            return note

    return Reading()

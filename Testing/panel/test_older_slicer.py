"""A Slicer whose Python is too old for the library reads the module's file and is told so in its panel."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

MODULE = Path(__file__).resolve().parents[2] / "NEMOPET" / "NEMOPET.py"


class Label:
    def __init__(self, text: str) -> None:
        self.text = text


class Widget:
    """As much of Slicer's widget class as the module asks for."""

    def __init__(self, _parent: object = None) -> None:
        self.shown: list[Label] = []
        self.layout = SimpleNamespace(addWidget=self.shown.append)

    def setup(self) -> None: ...

    def removeObservers(self) -> None: ...  # noqa: N802


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The names of NEMOPET.py, run by a Slicer 5.8 of which only the names it imports are there."""
    bases = {f"ScriptedLoadableModule{kind}": type("Base", (), {}) for kind in ("", "Logic", "Test")}
    contents: dict[str, dict[str, Any]] = {
        "qt": {"QLabel": Label},
        "slicer": {"modules": SimpleNamespace(sampledata=None)},
        "slicer.i18n": {"tr": lambda text: text, "translate": lambda _context, text: text},
        "slicer.ScriptedLoadableModule": {**bases, "ScriptedLoadableModuleWidget": Widget},
        "slicer.util": {"VTKObservationMixin": type("Mixin", (), {})},
    }
    for name, names in contents.items():
        stub = ModuleType(name)
        vars(stub).update(names)
        monkeypatch.setitem(sys.modules, name, stub)
    monkeypatch.setattr(sys, "version_info", (3, 9, 10, "final", 0))
    names = {"__name__": "NEMOPET", "__file__": str(MODULE)}
    exec(compile(MODULE.read_text("utf-8"), str(MODULE), "exec"), names)
    return names


def test_python_3_9_can_read_the_module() -> None:
    ast.parse(MODULE.read_text("utf-8"), feature_version=(3, 9))


def test_the_panel_is_one_line_that_says_why(module: dict[str, Any]) -> None:
    widget = module["NEMOPETWidget"]()
    widget.setup()
    assert [label.text for label in widget.shown] == ["NEMO-PET needs Slicer 5.10 or newer: this one has Python 3.9.10"]
    widget.enter()
    widget.exit()
    widget.cleanup()


def test_no_sample_is_offered_that_could_not_be_opened(module: dict[str, Any]) -> None:
    module["register_sample_data"]()
    assert "NEMOPETPanel.sample_data" not in sys.modules

"""The Slicer module without a Slicer: its code and its form belong together."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULE = ROOT / "NEMOPET"


@pytest.fixture(scope="module")
def form() -> ET.Element:
    return ET.parse(MODULE / "Resources" / "UI" / "NEMOPET.ui").getroot()


def test_every_widget_that_the_code_names_is_in_the_form(form: ET.Element) -> None:
    named = set(re.findall(r"self\.ui\.(\w+)", (MODULE / "NEMOPET.py").read_text()))
    widgets = {widget.get("name") for widget in form.iter("widget")}
    assert named
    assert named <= widgets


def test_every_button_has_a_text_and_every_field_a_hint(form: ET.Element) -> None:
    for widget in form.iter("widget"):
        properties = {entry.get("name") for entry in widget.findall("property")}
        if widget.get("class") in ("QPushButton", "QLabel"):
            assert "text" in properties, widget.get("name")
        if widget.get("class") == "ctkPathLineEdit":
            assert "toolTip" in properties, widget.get("name")


def test_the_library_knows_neither_qt_nor_a_slicer_application() -> None:
    """VTK belongs to the scene alone, whose MRML is made of it."""
    for path in (ROOT / "NEMOPETLib").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                assert name.split(".")[0] not in ("qt", "ctk", "vtk", "PythonQt"), f"{path} imports {name}"
                assert not name.startswith("slicer.app"), f"{path} imports {name}"


def test_the_module_s_start_imports_nothing_heavy() -> None:
    tree = ast.parse((MODULE / "NEMOPET.py").read_text())
    imported = {alias.name.split(".")[0] for node in tree.body if isinstance(node, ast.Import) for alias in node.names}
    imported |= {(node.module or "").split(".")[0] for node in tree.body if isinstance(node, ast.ImportFrom)}
    assert not imported & {"pandas", "numpy", "lifelines", "torch", "NEMOPETLib"}

"""The Slicer module without a Slicer: its code, forms, lists and requirements belong together."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
MODULE = ROOT / "NEMOPET"
FORMS = sorted((MODULE / "Resources" / "UI").glob("*.ui"))
CODE = [MODULE / "NEMOPET.py", *sorted((MODULE / "NEMOPETPanel").glob("*.py"))]
TABS = ("patient", "segment", "correct", "numbers", "cohort", "survival")
WITH_HINT = {
    "QPushButton", "QCheckBox", "QComboBox", "QLineEdit", "QSlider", "QSpinBox", "QDoubleSpinBox", "QTableWidget",
    "QListWidget", "QPlainTextEdit", "QProgressBar", "ctkPathLineEdit", "qMRMLNodeComboBox",
}  # fmt: skip


def widgets_of(form: Path) -> dict[str, ET.Element]:
    return {widget.get("name", ""): widget for widget in ET.parse(form).getroot().iter("widget")}


def properties_of(widget: ET.Element) -> dict[str, str]:
    return {entry.get("name", ""): "".join(entry.itertext()) for entry in widget.findall("property")}


@pytest.mark.parametrize("tab", TABS)
def test_every_widget_that_a_tab_names_is_in_its_form(tab: str) -> None:
    code = (MODULE / "NEMOPETPanel" / f"{tab}_tab.py").read_text(encoding="utf-8")
    named = set(re.findall(r"(?<![.\w])(?:self\.)?ui\.(\w+)", code)) - {"__dict__"}
    assert named
    assert named <= set(widgets_of(MODULE / "Resources" / "UI" / f"{tab.capitalize()}Tab.ui"))


def test_every_widget_that_other_files_name_is_in_a_form() -> None:
    known = {name for form in FORMS for name in widgets_of(form)}
    for path in CODE:
        named = set(re.findall(r"\bui\.(\w+)", path.read_text(encoding="utf-8"))) - {"__dict__"}
        assert named <= known, path


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_every_field_has_a_hint_and_every_button_a_text(form: Path) -> None:
    for name, widget in widgets_of(form).items():
        kind, properties = widget.get("class", ""), properties_of(widget)
        if kind in WITH_HINT:
            assert properties.get("toolTip"), name
        if kind in ("QPushButton", "QCheckBox", "ctkCollapsibleButton"):
            assert properties.get("text"), name


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_every_field_of_a_form_layout_has_a_label(form: Path) -> None:
    for layout in ET.parse(form).getroot().iter("layout"):
        if layout.get("class") != "QFormLayout":
            continue
        rows: dict[str, set[str]] = {}
        for item in layout.findall("item"):
            kind = next(iter(item)).get("class", "")
            rows.setdefault(item.get("row", ""), set()).add("both" if item.get("colspan") else kind)
        for number, kinds in rows.items():
            assert kinds == {"both"} or "QLabel" in kinds, f"{form.name} {layout.get('name')} row {number}"


def test_names_of_widgets_are_unique_among_the_forms() -> None:
    names = [name for form in FORMS for name in widgets_of(form)]
    assert len(names) == len(set(names))


def test_every_bound_field_is_a_parameter() -> None:
    tree = ast.parse((MODULE / "NEMOPETPanel" / "parameter_node.py").read_text(encoding="utf-8"))
    (node,) = (one for one in tree.body if isinstance(one, ast.ClassDef))
    parameters = {
        one.target.id for one in node.body if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
    }
    bound = {
        properties[key]
        for form in FORMS
        for widget in widgets_of(form).values()
        for properties in [properties_of(widget)]
        for key in ("SlicerParameterName", "PathParameter")
        if key in properties
    }
    assert bound
    assert bound <= parameters


def test_cmake_lists_every_script_and_resource() -> None:
    listed = set((MODULE / "CMakeLists.txt").read_text(encoding="utf-8").split())
    there = {path.relative_to(MODULE).as_posix() for path in (MODULE / "NEMOPETPanel").glob("*.py")}
    there |= {
        path.relative_to(MODULE).as_posix()
        for path in (MODULE / "Resources").rglob("*")
        if path.is_file() and path.suffix != ".ts"  # the source of the translation stays at home
    }
    assert there <= listed
    assert {name for name in listed if name.startswith(("NEMOPETPanel/", "Resources/"))} == there


def test_requirements_are_those_of_the_library_but_for_what_belongs_to_slicer() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {
        str(Requirement(one)) for one in project["dependencies"] if Requirement(one).name not in ("numpy", "SimpleITK")
    }
    lines = (MODULE / "Resources" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert {str(Requirement(line)) for line in lines if line and not line.startswith("#")} == wanted


def imports_at_start(path: Path) -> set[str]:
    body = ast.parse(path.read_text(encoding="utf-8")).body
    names = {alias.name for node in body if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module or "" for node in body if isinstance(node, ast.ImportFrom)}


def test_the_module_s_start_imports_nothing_but_slicer() -> None:
    allowed = {"__future__", "sys", "importlib.util", "pathlib", "slicer"}
    assert {name for name in imports_at_start(MODULE / "NEMOPET.py") if not name.startswith("slicer")} <= allowed


def test_the_panel_s_start_imports_nothing_heavy() -> None:
    for path in CODE:
        for name in imports_at_start(path):
            assert name.split(".")[0] not in ("numpy", "scipy", "pandas", "pydicom", "SimpleITK", "torch"), path
            assert not name.startswith("NEMOPETLib") or name == "NEMOPETLib.errors", path


def test_no_modal_box_but_for_consent() -> None:
    for path in CODE:
        if path.name != "python_packages.py":
            assert not re.search(
                r"errorDisplay|infoDisplay|warningDisplay|QMessageBox", path.read_text(encoding="utf-8")
            )


def test_the_library_knows_neither_qt_nor_a_slicer_application() -> None:
    for path in (ROOT / "NEMOPETLib").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                assert name.split(".")[0] not in ("qt", "ctk", "PythonQt"), f"{path} imports {name}"
                assert not name.startswith("slicer.app"), f"{path} imports {name}"
                assert name.split(".")[0] != "vtk" or path.parent.name == "scene", f"{path} imports {name}"

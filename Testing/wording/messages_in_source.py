"""The English messages of the library as templates, found in its source.

A template is a string or f-string with its values as ``{0}``, ``{1}``, …; one that is quoted as Python does it is
``{0!r}``. But for the rooms and files below, every line of two words or more is taken for a message unless
``not_messages.txt`` names it, so that a new sentence is either translated or named as one that no reader sees.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
LIBRARY = HERE.parents[1] / "NEMOPETLib"

ERRORS_ONLY = ("command_line", "dicom_out", "phantom", "report", "scene")
"""Rooms whose other texts are of another kind: help, DICOM terms, pages in two languages, names of nodes."""
NO_MESSAGES = (
    *("measurements/definitions.py", "measurements/definitions_page.py", "engines/lion_program.py"),
    *("survival/definitions.py", "survival/group_definitions.py", "survival/definitions_page.py"),
)

_WORDS = re.compile(r"[A-Za-z§)\"',:]+ [A-Za-z§(]")
_LOWER_CASE = re.compile("[a-z]{2}")
_EDGES = re.compile(r"^[\s,;:]+|[\s,;:]+$")


def not_messages() -> list[str]:
    """Lines of the source that look like messages and are none."""
    return (HERE / "not_messages.txt").read_text(encoding="utf-8").splitlines()


def sentences() -> dict[str, str]:
    """Each template in the source, messages or not, and where it first stands."""
    found: dict[str, str] = {}
    for path in sorted(LIBRARY.rglob("*.py")):
        name = path.relative_to(LIBRARY).as_posix()
        if name in NO_MESSAGES:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        nodes = _in_errors(tree) if name.startswith(ERRORS_ONLY) else ast.walk(tree)
        apart, titles = _docstrings(tree) | _parts(tree), _titles(tree)
        for node in nodes:
            template = _template(node)
            if id(node) not in apart and (_is_sentence(template) or id(node) in titles):
                found.setdefault(template, f"{name}:{getattr(node, 'lineno', 0)}")
    return found


def _in_errors(tree: ast.AST) -> Iterator[ast.AST]:
    """What stands inside the making of an error."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in ("InputError", "PacsError", "ArgumentTypeError"):
                yield from ast.walk(node)


def _titles(tree: ast.AST) -> set[int]:
    """Titles that are told while something runs, also those of one word."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and len(node.args) > 1)
    return {
        id(call.args[1])
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "progress" and isinstance(call.args[1], ast.Constant)
    }


def _docstrings(tree: ast.AST) -> set[int]:
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def _parts(tree: ast.AST) -> set[int]:
    """The literal parts and formats of f-strings, which are no text of their own."""
    apart: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            apart |= {id(part) for part in node.values}
            formats = [part.format_spec for part in node.values if isinstance(part, ast.FormattedValue)]
            apart |= {id(inner) for one in formats if one is not None for inner in ast.walk(one)}
    return apart


def _template(node: ast.AST) -> str:
    """The template of a string or f-string without what joins it to other text; empty for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = _escaped(node.value)
    elif isinstance(node, ast.JoinedStr):
        numbers = iter(range(len(node.values)))
        text = "".join(_part(part, numbers) for part in node.values)
    else:
        return ""
    return _EDGES.sub("", text)


def _part(part: ast.AST, numbers: Iterator[int]) -> str:
    if isinstance(part, ast.FormattedValue):
        return f"{{{next(numbers)}!r}}" if part.conversion == ord("r") else f"{{{next(numbers)}}}"
    assert isinstance(part, ast.Constant)
    return _escaped(str(part.value))


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _is_sentence(template: str) -> bool:
    if "\n" in template:
        return False
    bare = re.sub(r"\{\d+(!r)?\}", "§", template)
    return bool(_WORDS.search(bare) and _LOWER_CASE.search(bare))

"""The panel's texts: what its code and forms say, and the French of it.

``python Testing/panel/translations.py`` brings ``NEMOPET_fr.ts`` up to date with the texts (new ones are left
``unfinished``) and compiles ``NEMOPET_fr.qm``, which Slicer reads, with Qt's lrelease (of PySide6-Essentials).
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

MODULE = Path(__file__).resolve().parents[2] / "NEMOPET"
TS = MODULE / "Resources" / "Translations" / "NEMOPET_fr.ts"
QM = TS.with_suffix(".qm")

Key = tuple[str, str]
"""Context and English text, as Qt looks a translation up."""


def texts_of_code(path: Path) -> Iterator[Key]:
    """Each text in ``_("…")``; the context is what ``slicer.i18n.tr`` takes."""
    context = path.stem if not (path.parent / "__init__.py").is_file() else f"{path.parent.name}.{path.stem}"
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
            (text,) = node.args
            assert isinstance(text, ast.Constant), f"{path}:{node.lineno}: only a literal can be translated"
            yield context, text.value


def texts_of_form(path: Path) -> Iterator[Key]:
    """Each text of a form that a person reads; the context is its class."""
    root = ET.parse(path).getroot()
    context = root.findtext("class") or ""
    apart = {entry for names in root.iter("stringlist") if names.get("notr") == "true" for entry in names}
    for entry in root.iter("string"):
        if entry not in apart and entry.get("notr") != "true" and (entry.text or "").strip():
            yield context, entry.text or ""


def all_texts() -> list[Key]:
    """Every text of the module, once each, in a fixed order."""
    code = [MODULE / "NEMOPET.py", *sorted((MODULE / "NEMOPETPanel").glob("*.py"))]
    forms = sorted((MODULE / "Resources" / "UI").glob("*.ui"))
    keys = [key for path in code for key in texts_of_code(path)]
    keys += [key for path in forms for key in texts_of_form(path)]
    return list(dict.fromkeys(keys))


def translated() -> dict[Key, str]:
    """The finished translations of the ``.ts`` file."""
    found = {}
    for context in ET.parse(TS).getroot().iter("context"):
        name = context.findtext("name") or ""
        for message in context.iter("message"):
            translation = message.find("translation")
            if translation is not None and translation.get("type") is None:
                found[(name, message.findtext("source") or "")] = translation.text or ""
    return found


def write(known: dict[Key, str]) -> None:
    """Write the ``.ts`` file of all texts with what is known."""
    root = ET.Element("TS", version="2.1", language="fr", sourcelanguage="en")
    contexts: dict[str, ET.Element] = {}
    for context, text in all_texts():
        if context not in contexts:
            contexts[context] = ET.SubElement(root, "context")
            ET.SubElement(contexts[context], "name").text = context
        message = ET.SubElement(contexts[context], "message")
        ET.SubElement(message, "source").text = text
        translation = ET.SubElement(message, "translation")
        translation.text = known.get((context, text))
        if translation.text is None:
            translation.set("type", "unfinished")
    ET.indent(root, " ")
    TS.parent.mkdir(parents=True, exist_ok=True)
    body = ET.tostring(root, encoding="unicode")
    TS.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{body}\n', encoding="utf-8")


def compile_to(path: Path) -> None:
    """Compile the ``.ts`` file."""
    import PySide6

    lrelease = next(Path(PySide6.__file__).parent.glob("lrelease*"))
    subprocess.run([lrelease, "-silent", TS, "-qm", path], check=True)


if __name__ == "__main__":
    write(translated() if TS.is_file() else {})
    compile_to(QM)
    missing = [key for key in all_texts() if key not in translated()]
    sys.stdout.write(f"{len(missing)} texts without French\n" + "".join(f"{key}\n" for key in missing))

"""The panel speaks French as completely as English."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import translations

PLACEHOLDER = re.compile(r"(?<!\{)\{([^{}]+)\}(?!\})")


@pytest.fixture(scope="module")
def texts() -> list[translations.Key]:
    return translations.all_texts()


def test_every_text_is_translated(texts: list[translations.Key]) -> None:
    assert len(texts) > 200
    known = translations.translated()
    assert [key for key in texts if not known.get(key, "").strip()] == []


def test_no_translation_is_of_a_text_that_is_gone(texts: list[translations.Key]) -> None:
    assert set(translations.translated()) <= set(texts)


def test_placeholders_are_the_same() -> None:
    for (context, text), french in translations.translated().items():
        assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(french)), (context, text)


def test_the_compiled_file_holds_the_same() -> None:
    core = pytest.importorskip("PySide6.QtCore", reason="PySide6 is not installed (extra: test)", exc_type=ImportError)
    translator = core.QTranslator()
    assert translator.load(str(translations.QM))
    for (context, text), french in translations.translated().items():
        assert translator.translate(context, text) == french

"""The words that the library's own messages are made of: in such a text they name nobody."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

_BLANK = re.compile(r"\{[^}]*\}")
_WORD = re.compile(r"[^\W\d_]+")


@cache
def own_words() -> frozenset[str]:
    """Each English word of the catalogue in lower case."""
    rooms = json.loads(Path(__file__).with_name("fr.json").read_text(encoding="utf-8"))
    sentences = (_BLANK.sub(" ", english) for room in rooms.values() for english in room)
    return frozenset(word.lower() for sentence in sentences for word in _WORD.findall(sentence))

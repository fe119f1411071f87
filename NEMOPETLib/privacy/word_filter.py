"""Text without the words that name a patient, however these are written in it.

Case, accents, Unicode form and what stands before or behind do not matter: ``Müller`` is found in ``mullerAnna1`` and
in ``MUELLER``. The program's own words are left alone: a patient called Long or Sion takes nothing from "the PET is
300 mm long" or "3 lesions".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from NEMOPETLib.wording.vocabulary import own_words

REMOVED = "(removed)"
_GLUED = 4  # letters of a word of Latin script that is found within others; a shorter one is part of too many
_ALONE = 3  # letters of one that is found by itself
_DIGITS = 5  # of a number: a shorter one is a measurement too
_LAST_LATIN = 0x24F  # of Latin Extended-B
_TOKEN = re.compile(r"[^\W\d_]+")
_LETTERS = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_AS_TWO = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})


def without(text: str, words: Iterable[str]) -> str:
    """A text in which words of identity are replaced.

    A word of four letters or more is found wherever it stands, one of three only by itself, a shorter one not at all;
    of other scripts than Latin, which do not part their words, any is found. A number has five digits or more and
    stands between others than digits.
    """
    text = unicodedata.normalize("NFC", text)
    folded, places = _folded_with_places(text)
    spans: list[tuple[int, int]] = []
    for pattern in filter(None, (_pattern(form) for word in words for form in _forms(word))):
        for found in pattern.finditer(folded):
            begin, end = places[found.start()], places[found.end() - 1] + 1
            if not _is_ours(text, begin, end):
                spans.append((begin, end))
    return "".join(_replaced(text, sorted(spans)))


def _forms(word: str) -> set[str]:
    """A word as it is compared: its letters without accents, or with a second letter for them."""
    lower = unicodedata.normalize("NFC", word.strip()).casefold()
    return {_folded(lower), _folded(lower.translate(_AS_TWO))}


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _folded_with_places(text: str) -> tuple[str, list[int]]:
    """A text as it is compared, and of each of its characters where in the text it comes from."""
    pairs = [(folded, at) for at, letter in enumerate(text) for folded in _folded(letter)]
    return "".join(folded for folded, _ in pairs), [at for _, at in pairs]


def _pattern(word: str) -> re.Pattern[str] | None:
    escaped = re.escape(word)
    if any(ord(letter) > _LAST_LATIN for letter in word if letter.isalpha()):
        return re.compile(escaped)
    if word.isdecimal():
        return re.compile(rf"(?<!\d){escaped}(?!\d)") if len(word) >= _DIGITS else None
    if len(word) >= _GLUED:
        return re.compile(escaped)
    return re.compile(rf"(?<![^\W_]){escaped}(?![^\W_])") if len(word) == _ALONE else None


def _is_ours(text: str, begin: int, end: int) -> bool:
    """Whether what was found lies within one of the program's own words."""
    around = (token for token in _TOKEN.finditer(text) if token.start() <= begin and end <= token.end())
    return any(token[0].lower() in own_words() for token in around)


def _replaced(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[str]:
    """The text in pieces, with one note for each run of overlapping spans."""
    after = 0
    for begin, end in spans:
        if begin >= after:
            yield text[after:begin]
            yield REMOVED
        after = max(after, end)
    yield text[after:]

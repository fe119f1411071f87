"""Messages of the library in the language of a page or a panel.

English is the language of the code, of the command line and of the cohort table. What a reader is shown in French is
found again in a catalogue of sentences with blanks, ``fr.json``: "mask {0!r} does not lie on the voxels of the {1}".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from string import Formatter

_JOINTS = ((" · ", " · "), (" | ", " | "), ("; ", " ; "), (": ", " : "), (", ", ", "))
"""What joins messages, names and reasons, in English and French, from the loosest on."""
_NUMBER = re.compile(r"(?:(.+): )?([+-]?\d+(?:\.\d+)?)")


@lru_cache(maxsize=4096)
def translated(text: str, language: str) -> str:
    """A message as the library words it, in another language.

    Values are put into the sentence of that language; those which are themselves messages, such as a reason, are
    translated too, and a decimal point becomes a comma. Paths and names stay, and so does a text that no sentence of
    the catalogue fits.

    Parameters
    ----------
    text
        One message, or several joined by ``·``, ``|`` or a semicolon.
    language
        ``fr``; in any other language the text is returned as it is.
    """
    return _catalogue(language).said(text) if language == "fr" else text


@dataclass(frozen=True)
class _Sentence:
    """A sentence with blanks.

    Attributes
    ----------
    anchor
        Its longest literal part: without that in it, no text needs to be looked at further.
    weight
        How many characters of it are literal.
    kept
        Whether the value of each blank stays as it is: quoted as Python does it in English, or ``{0!s}`` in French,
        which versions and settings need.
    """

    pattern: re.Pattern[str]
    anchor: str
    weight: int
    kept: tuple[bool, ...]
    french: str


class _Catalogue:
    """Sentences by what they say in English."""

    def __init__(self, french: dict[str, str]) -> None:
        blank = {english: say for english, say in french.items() if "{" in english}
        self._whole = {english: say for english, say in french.items() if english not in blank}
        # The most literal sentence that fits is the one that was meant.
        self._sentences = sorted((_sentence(*pair) for pair in blank.items()), key=lambda one: -one.weight)

    def said(self, text: str) -> str:
        """A text in French as far as it is known."""
        if text in self._whole:
            return self._whole[text]
        for one in self._sentences:
            if one.anchor in text and (found := one.pattern.fullmatch(text)):
                values = zip(found.groups(), one.kept, strict=True)
                return one.french.format(*(value if kept else self._value(value) for value, kept in values))
        return self._joined(text)

    def _value(self, text: str) -> str:
        """What stands in a blank: a number, which the name of a mask may precede, or another message."""
        found = _NUMBER.fullmatch(text)
        if not found:
            return self.said(text)
        before, number = found[1], found[2].replace(".", ",")
        return f"{self.said(before)} : {number}" if before else number

    def _joined(self, text: str) -> str:
        """The parts of a text each in French; the text itself if none of them is known."""
        for english, french in _JOINTS:
            first, joint, rest = text.partition(english)
            if joint and (said := (self.said(first), self.said(rest))) != (first, rest):
                return french.join((said[0].rstrip(), said[1]))
        return text


def _sentence(english: str, french: str) -> _Sentence:
    parts = list(Formatter().parse(english))
    literals = [literal for literal, *_ in parts]
    as_it_is = {blank for _, blank, _, conversion in Formatter().parse(french) if conversion == "s"}
    kept = tuple(conversion == "r" or blank in as_it_is for _, blank, _, conversion in parts if blank is not None)
    pattern = re.compile("".join(_patterns(english)), re.DOTALL)
    return _Sentence(pattern, max(literals, key=len), sum(map(len, literals)), kept, french)


def _patterns(english: str) -> Iterator[str]:
    for literal, blank, _, conversion in Formatter().parse(english):
        yield re.escape(literal)
        if blank is not None:
            yield """('.*?'|".*?"|.+?)""" if conversion == "r" else "(.*?)"


@cache
def _catalogue(language: str) -> _Catalogue:
    """The sentences of all rooms."""
    rooms = json.loads(Path(__file__).with_name(f"{language}.json").read_text(encoding="utf-8"))
    return _Catalogue({english: french for room in rooms.values() for english, french in room.items()})

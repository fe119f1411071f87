"""What a user wrote, in a text of ours: names of files and segments, descriptions of series.

They may name a patient. They stand between double quotes wherever a text goes into a row, a page or a journal, so that
all of them can be taken out where patients are hidden.
"""

from __future__ import annotations

import re

_QUOTED = re.compile(r'"[^"]*"')


def quoted(words: str) -> str:
    """Words of a user between double quotes, of which they hold none themselves."""
    return '"' + words.replace('"', "'") + '"'


def without_quoted(text: str, instead: str) -> str:
    """A text in which all that is quoted so is replaced."""
    return _QUOTED.sub(lambda _: instead, text)

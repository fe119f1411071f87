"""Text in figures: any script that an installed font has, no mathematics, lines of a given width."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font

FAMILY = "DejaVu Sans"  # comes with matplotlib
_PIXELS_PER_POINT = 10  # fine enough for widths that do not depend on hinting
_NO_GLYPH = "\N{WHITE SQUARE}"


def text_style(text: str, **style: Any) -> dict[str, Any]:
    """Keyword arguments for matplotlib to write a text as it is: ``s``, its fonts, and the given style."""
    missing = frozenset(text) - _characters_of(_default_font())
    fonts = _fonts_for(missing) if missing else {}
    covered = frozenset[str]().union(*fonts.values())
    drawn = "".join(_NO_GLYPH if char in missing - covered else char for char in text)
    if fonts:
        style["weight"] = "normal"  # the only one that other fonts are known to have
    return {"s": drawn, "family": [FAMILY, *fonts], "parse_math": False, "usetex": False, **style}


@lru_cache(maxsize=1024)
def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Width in points of a text of a given size in points."""
    written = _measuring().text(0, 0, **text_style(text, size=size, weight=weight))
    width = written.get_window_extent().width
    written.remove()
    return float(width) / _PIXELS_PER_POINT


def wrapped(text: str, width: float, size: float, weight: str = "normal") -> list[str]:
    """The text in lines no wider than a width in points, broken between words, or in a word that is too long."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        if line and text_width(f"{line} {word}", size, weight) <= width:
            line = f"{line} {word}"
            continue
        if line:
            lines.append(line)
        line = word
        while text_width(line, size, weight) > width and len(line) > 1:
            cut = _fitting(line, width, size, weight)
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line] if line else lines


def _fitting(text: str, width: float, size: float, weight: str) -> int:
    """How many characters fit, at least one."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if text_width(text[:middle], size, weight) <= width else (low, middle - 1)
    return low


@cache
def _measuring() -> Figure:
    """A figure to measure text with."""
    return Figure(figsize=(1, 1), dpi=72 * _PIXELS_PER_POINT)


@cache
def _default_font() -> str:
    return font_manager.findfont(FontProperties(family=FAMILY))


@cache
def _characters_of(path: str) -> frozenset[str]:
    """What a font file can draw; nothing if it is damaged or made of bitmaps."""
    try:
        font = FT2Font(path)
    except (OSError, RuntimeError):
        return frozenset()
    return frozenset(map(chr, font.get_charmap())) if font.scalable else frozenset()


@lru_cache(maxsize=32)
def _fonts_for(characters: frozenset[str]) -> dict[str, frozenset[str]]:
    """Installed font families that draw these characters, as far as there are any, and which of them each draws."""
    fonts: dict[str, frozenset[str]] = {}
    left = characters
    for entry in sorted(font_manager.fontManager.ttflist, key=lambda entry: (entry.name, entry.fname)):
        if not left:
            break
        regular = entry.style == "normal" and entry.weight in (400, "normal", "regular")
        found = left & _characters_of(entry.fname) if regular and "Last Resort" not in entry.name else frozenset()
        if found:
            fonts[entry.name] = found
            left -= found
    return fonts

"""A figure with its title and text alternative, and the look that all figures share.

Colours are Okabe and Ito's, which the colour-blind tell apart; line styles and markers differ too, so that
figures read in grey. Nothing is smaller than 8 points at the figure's own size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from NEMOPETLib.report.typesetting import FAMILY, text_style, wrapped
from NEMOPETLib.survival.times import Floats

BLACK, GREY, PALE = "#1a1a1a", "#595f66", "#d5dadf"
BLUE, ORANGE, VERMILLION, GREEN, PURPLE, SKY = "#0072b2", "#e69f00", "#d55e00", "#009e73", "#cc79a7", "#56b4e9"
SMALL, NORMAL = 8.0, 9.0  # points
WIDTH = 4.7  # inches: two stand side by side on a desktop and one fills a phone
_TITLE_LINE = 0.17  # inches


def darker(colour: str) -> str:
    """A colour of which text on white has the contrast of 4.5 that WCAG asks for."""
    red, green, blue = (0.68 * part for part in to_rgb(colour))
    return to_hex((red, green, blue))


@dataclass(frozen=True)
class Mark:
    """How one of several curves is drawn."""

    colour: str
    dashes: Any
    marker: str

    @property
    def ink(self) -> str:
        """The colour, dark enough to write with on white."""
        return darker(self.colour)


MARKS = (
    Mark(BLUE, "solid", "o"),
    Mark(VERMILLION, (0, (5, 1.5)), "s"),
    Mark(GREEN, (0, (1, 1.2)), "^"),
    Mark(PURPLE, (0, (5, 1.5, 1, 1.5)), "D"),
    Mark(ORANGE, (0, (3, 1, 1, 1, 1, 1)), "v"),
    Mark(SKY, (0, (8, 2)), "P"),
)
_INTERMEDIATE = Mark(ORANGE, (0, (2, 1.2)), "^")


@dataclass(frozen=True, eq=False)
class Illustration:
    """A figure to be saved and shown.

    Parameters
    ----------
    title
        What it shows; drawn at the top, in a band of ``title_inches`` that can be cut off.
    alternative
        One or two sentences for those who do not see it, made from its numbers.
    figure
        On an Agg canvas.
    title_inches
        Height of the title's band.
    wide
        Whether it needs the page's whole width.
    """

    title: str
    alternative: str
    figure: Figure
    title_inches: float
    wide: bool = False


def marks(count: int) -> tuple[Mark, ...]:
    """So many curves' marks, repeating after six; of three the middle one is orange, between blue and red."""
    if count == 3:
        return MARKS[0], _INTERMEDIATE, MARKS[1]
    return tuple(MARKS[index % len(MARKS)] for index in range(count))


def canvas(title: str, width: float, height: float) -> tuple[Figure, float]:
    """A figure with its title above ``height`` inches for the axes, and the height of the title's band."""
    lines = wrapped(title, (width - 0.1) * 72, NORMAL, "bold")
    band = 0.08 + _TITLE_LINE * len(lines)
    total = height + band
    figure = Figure(figsize=(width, total), facecolor="white")
    FigureCanvasAgg(figure)
    figure.set_layout_engine(
        ConstrainedLayoutEngine(rect=(0.0, 0.0, 1.0, height / total), h_pad=0.04, w_pad=0.05, hspace=0.02)
    )
    for index, line in enumerate(lines):
        style = text_style(line, size=NORMAL, weight="bold", color=BLACK, va="baseline")
        figure.text(0.05 / width, 1 - (index + 0.8) * _TITLE_LINE / total, **style)
    return figure, band


def plain_axes(axes: Axes, x_label: str = "", y_label: str = "") -> Axes:
    """Axes with their labels and without the box's right and upper side."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(GREY)
    axes.tick_params(labelsize=SMALL, labelfontfamily=FAMILY, color=GREY, labelcolor=BLACK, width=0.8)
    for label, text in ((axes.xaxis, x_label), (axes.yaxis, y_label)):
        if text:
            shown, how = styled(text, size=NORMAL, color=BLACK)
            label.set_label_text(shown, **how)
    return axes


def styled(text: str, **style: Any) -> tuple[str, dict[str, Any]]:
    """A text of one line or more as an installed font draws it, and how matplotlib is to write it."""
    lines = [text_style(line, **style) for line in text.split("\n")]
    plainest = max(lines, key=lambda line: len(line["family"]))
    return "\n".join(line.pop("s") for line in lines), plainest


def write(axes: Axes, x: float, y: float, text: str, **style: Any) -> None:
    """Write a text at data coordinates, or others by ``transform``, exactly as it is."""
    shown, how = styled(text, **{"size": SMALL, "color": BLACK, **style})
    axes.text(x, y, shown, **how)


def note_below(axes: Axes, notes: Sequence[str], points: float = 36.0) -> None:
    """Write lines below the axes and their label, the first so many points below the axes."""
    for index, note in enumerate(notes):
        shown, how = styled(note, size=SMALL, color=BLACK)
        axes.annotate(
            shown,
            (0, 0),
            xycoords="axes fraction",
            xytext=(0, -points - 12 * index),
            textcoords="offset points",
            va="top",
            annotation_clip=False,
            **how,
        )


def tick_labels(axes: Axes, which: str, places: Sequence[float] | Floats, labels: Sequence[str], **style: Any) -> None:
    """Ticks at places, ``which`` being x or y, with these labels."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    shown = [styled(label, size=SMALL, **style) for label in labels]
    axis.set_ticks(list(places), [text for text, _ in shown], minor=False)
    for label, (_, how) in zip(axis.get_ticklabels(), shown, strict=True):
        label.set(**how)


def legend(axes: Axes, handles: Sequence[Any], labels: Sequence[str], **where: Any) -> None:
    """A legend without a frame."""
    shown = axes.legend(
        list(handles), list(labels), frameon=False, fontsize=SMALL, handlelength=2.8, borderaxespad=0.3, **where
    )
    for text, label in zip(shown.get_texts(), labels, strict=True):
        shown_label, how = styled(label, size=SMALL, color=BLACK)
        text.set(text=shown_label, **how)

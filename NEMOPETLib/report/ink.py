"""A page of text, lines and pictures placed in inches from its upper left corner, as tall as what is on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from NEMOPETLib.report.typesetting import text_style

BLACK, GREY, PALE, RULE = "#1a1a1a", "#595f66", "#f3f6f9", "#c9d1d9"
ACCENT = "#00558a"  # Okabe and Ito's blue, darker for text
Painter = Callable[[Axes], None]


@dataclass
class Ink:
    """What will be drawn, once the height of the page is known."""

    width: float
    _strokes: list[Callable[[Figure, float], Any]] = field(default_factory=list)

    def text(self, x: float, y: float, text: str, size: float, color: str = BLACK, **style: Any) -> None:
        """Write one line whose baseline starts at (x, y); ``ha`` and ``weight`` as in matplotlib."""
        style = text_style(text, fontsize=size, color=color, va="baseline", **style)
        self._strokes.append(lambda figure, height: figure.text(x / self.width, 1 - y / height, **style))

    def line(self, x: float, y: float, length: float, color: str = RULE, width: float = 0.6) -> None:
        """Draw a horizontal rule; its width is in points."""
        ends = [x / self.width, (x + length) / self.width]
        self._strokes.append(
            lambda figure, height: figure.add_artist(
                Line2D(ends, [1 - y / height] * 2, color=color, linewidth=width, solid_capstyle="butt")
            )
        )

    def rectangle(self, x: float, y: float, width: float, height: float, color: str, **style: Any) -> None:
        """Fill a rectangle whose upper left corner is (x, y)."""

        def draw(figure: Figure, page: float) -> None:
            corner = x / self.width, 1 - (y + height) / page
            figure.add_artist(
                Rectangle(corner, width / self.width, height / page, color=color, linewidth=0, zorder=-1, **style)
            )

        self._strokes.append(draw)

    def axes(self, x: float, y: float, width: float, height: float, paint: Painter) -> None:
        """Let a function paint on axes whose upper left corner is (x, y)."""

        def draw(figure: Figure, page: float) -> None:
            paint(figure.add_axes((x / self.width, 1 - (y + height) / page, width / self.width, height / page)))

        self._strokes.append(draw)

    def figure(self, height: float, dpi: float) -> Figure:
        """Draw all of it on a figure of that height."""
        figure = Figure(figsize=(self.width, height), dpi=dpi, facecolor="white")
        FigureCanvasAgg(figure)
        for stroke in self._strokes:
            stroke(figure, height)
        return figure

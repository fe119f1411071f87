"""The three pictures of the patient page, each drawn on axes of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from contourpy import FillType, LineType, contour_generator
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_rgba
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from NEMOPETLib.report.label_places import Box, place_labels
from NEMOPETLib.report.projections import Picture
from NEMOPETLib.report.typesetting import text_style, text_width

SUV_WINDOW, HU_WINDOW = (0.0, 10.0), (-160.0, 240.0)
# Okabe M, Ito K. Color Universal Design, 2008: told apart with every kind of colour vision.
LESION_COLOUR, NUMBER_COLOUR = "#d55e00", "#a33f00"
TISSUE_COLOURS = {"muscle": "#cc79a7", "fat_sc": "#f0e442", "fat_v": "#009e73", "spleen": "#56b4e9"}
OTHER_TISSUE_COLOUR = "#e69f00"
TISSUE_OPACITY = 0.45
_NUMBER_SIZE = 7.5  # points


@dataclass(frozen=True)
class Panel:
    """What all panels have.

    Parameters
    ----------
    title, alt
        Heading, and a description for who cannot see the picture.
    frame, band
        The part of the patient that is shown, in mm; the height of the bands at its upper and lower end that are
        kept free for marks.
    marks
        What stands at the left, right, upper and lower edge.
    absent
        Why there is nothing to see; empty if there is.
    """

    title: str
    alt: str
    frame: Box
    band: float
    marks: tuple[str, str, str, str]
    absent: str

    @property
    def width(self) -> float:
        """In mm."""
        return self.frame.right - self.frame.left

    @property
    def height(self) -> float:
        """In mm."""
        return self.frame.top - self.frame.bottom

    @property
    def _between_bands(self) -> Box:
        return replace(self.frame, bottom=self.frame.bottom + self.band, top=self.frame.top - self.band)

    def draw(self, axes: Axes, inches_per_mm: float) -> None:
        """Draw on axes that have the frame's proportions, and that scale."""
        axes.set(xlim=(self.frame.left, self.frame.right), ylim=(self.frame.bottom, self.frame.top))
        axes.set(xticks=[], yticks=[], aspect="equal")
        axes.spines[:].set(color="#9aa2ab", linewidth=0.6)
        if self.absent:
            axes.set_facecolor("#f7f8fa")
            axes.text(*self.frame.centre, **text_style(self.absent, size=10, color="#595f66", ha="center", va="center"))
            return
        mm_per_point = 1 / (72 * inches_per_mm)
        self._draw_picture(axes)
        self._draw_marks(axes)
        self._draw_scale(axes, mm_per_point)

    def _draw_picture(self, axes: Axes) -> None:
        raise NotImplementedError

    def _on_dark(self) -> bool:
        return False

    def _halo(self) -> dict[str, Any]:
        paper, ink = ("black", "white") if self._on_dark() else ("white", "black")
        return {"color": ink, "path_effects": [withStroke(linewidth=2, foreground=paper)]}

    def _draw_marks(self, axes: Axes) -> None:
        left, right, upper, lower = self.marks
        below, above = {"va": "top", "xytext": (0, -3)}, {"va": "bottom", "xytext": (0, 3)}
        strong, plain = {"size": 8.5, "weight": "bold"}, {"size": 7.0}
        places: tuple[tuple[str, float, float, dict[str, Any]], ...] = (
            (left, 0.02, 1.0, {"ha": "left", **below, **strong}),
            (right, 0.98, 1.0, {"ha": "right", **below, **strong}),
            (upper, 0.5, 1.0, {"ha": "center", **below, **plain}),
            (lower, 0.5, 0.0, {"ha": "center", **above, **plain}),
        )
        for mark, x, y, style in places:
            _annotate(axes, mark, (x, y), **style, **self._halo())

    def _draw_scale(self, axes: Axes, mm_per_point: float) -> None:
        """A bar of 5 cm in the lower left corner, its length beside it."""
        x, y = self.frame.left + 0.03 * self.width, self.frame.bottom + 6.5 * mm_per_point
        axes.plot([x, x + 50], [y, y], linewidth=1.6, solid_capstyle="butt", **self._halo())
        end = (x + 50 - self.frame.left) / self.width
        _annotate(axes, "5 cm", (end, 0), ha="left", va="bottom", xytext=(3, 3), size=6.5, **self._halo())


@dataclass(frozen=True)
class PetPanel(Panel):
    """Maximum-intensity projection of the PET in inverse grey, lesions outlined.

    ``outlines`` are the lesions' silhouettes by label; ``numbered`` those labels that get a number.
    """

    picture: Picture | None = None
    outlines: dict[int, Picture] = field(default_factory=dict)
    numbered: Sequence[int] = ()

    def draw(self, axes: Axes, inches_per_mm: float) -> None:
        """Draw the picture, then the numbers, which keep off what is there."""
        super().draw(axes, inches_per_mm)
        if not self.absent:
            self._draw_numbers(axes, 1 / (72 * inches_per_mm))

    def _draw_picture(self, axes: Axes) -> None:
        if self.picture is not None:
            _show(axes, self.picture, "gray_r", SUV_WINDOW)
            axes.set(xlim=(self.frame.left, self.frame.right), ylim=(self.frame.bottom, self.frame.top))
        lines = [line for picture in self.outlines.values() for line in outline(picture)]
        for colour, width in (("white", 2.0), (LESION_COLOUR, 1.0)):
            axes.add_collection(LineCollection(lines, colors=colour, linewidths=width), autolim=False)

    def _draw_numbers(self, axes: Axes, mm_per_point: float) -> None:
        boxes = {label: Box(*picture.extent) for label, picture in self.outlines.items()}
        numbered = [label for label in self.numbered if label in boxes]
        sizes = [
            ((text_width(str(label), _NUMBER_SIZE, "bold") + 2) * mm_per_point, 1.05 * _NUMBER_SIZE * mm_per_point)
            for label in numbered
        ]
        targets = [boxes[label] for label in numbered]
        places = place_labels(targets, sizes, list(boxes.values()), self._between_bands)
        halo = [withStroke(linewidth=2.2, foreground="white")]
        for label, target, size, place in zip(numbered, targets, sizes, places, strict=True):
            if line := _leader(target, place, size):
                axes.add_collection(
                    LineCollection(
                        [line],
                        colors=NUMBER_COLOUR,
                        linewidths=0.6,
                        path_effects=[withStroke(linewidth=1.6, foreground="white")],
                    ),
                    autolim=False,
                )
            style = {"size": _NUMBER_SIZE, "weight": "bold", "color": NUMBER_COLOUR, "path_effects": halo}
            axes.text(*place, **text_style(str(label), ha="center", va="center_baseline", **style))


@dataclass(frozen=True)
class CtPanel(Panel):
    """Coronal section of the CT with tissue masks in colour, by name."""

    picture: Picture | None = None
    tissues: dict[str, Picture] = field(default_factory=dict)

    def _on_dark(self) -> bool:
        return True

    def _draw_picture(self, axes: Axes) -> None:
        axes.set_facecolor("black")
        if self.picture is not None:
            _show(axes, self.picture, "gray", HU_WINDOW)
        for name, tissue in self.tissues.items():
            colour = tissue_colour(name)
            faces = to_rgba(colour, TISSUE_OPACITY)
            areas = PathCollection(regions(tissue), facecolors=[faces], edgecolors=colour, linewidths=0.7)
            axes.add_collection(areas, autolim=False)
        axes.set(xlim=(self.frame.left, self.frame.right), ylim=(self.frame.bottom, self.frame.top), aspect="equal")


def _show(axes: Axes, picture: Picture, colours: str, window: tuple[float, float]) -> None:
    axes.imshow(
        picture.pixels,
        cmap=colours,
        vmin=window[0],
        vmax=window[1],
        interpolation="bilinear",
        interpolation_stage="data",  # the other way takes three times the memory
        extent=picture.extent,
        origin="lower",
    )


def _annotate(axes: Axes, text: str, place: tuple[float, float], **style: Any) -> None:
    """Write at a place given in parts of the axes, moved by ``xytext`` in points."""
    style = text_style(text, xycoords="axes fraction", textcoords="offset points", **style)
    axes.annotate(style.pop("s"), place, **style)


def tissue_colour(name: str) -> str:
    """The colour of a tissue mask."""
    return TISSUE_COLOURS.get(name, OTHER_TISSUE_COLOUR)


def outline(picture: Picture) -> list[NDArray[np.float64]]:
    """The edges of a silhouette as closed lines of points (n, 2) in mm."""
    lines = contour_generator(*_padded(picture), line_type=LineType.Separate).lines(0.5)
    return [np.asarray(line) for line in lines]


def regions(picture: Picture) -> list[Path]:
    """The connected areas of a mask, with their holes, as paths in mm."""
    areas = contour_generator(*_padded(picture), fill_type=FillType.OuterCode).filled(0.5, 2.0)
    return [Path(points, codes) for points, codes in zip(*areas, strict=True)]


def _padded(picture: Picture) -> tuple[NDArray[np.float64], ...]:
    """Pixel centres across and upwards in mm, and the mask as 0 and 1, with a rim of 0 that closes all contours."""
    inside = np.pad(picture.pixels, 1).astype(np.float64)
    left, right, bottom, top = picture.extent
    rows, columns = picture.pixels.shape
    x = left + (np.arange(columns + 2) - 0.5) * (right - left) / columns
    y = bottom + (np.arange(rows + 2) - 0.5) * (top - bottom) / rows
    return x, y, inside


def _leader(lesion: Box, place: tuple[float, float], size: tuple[float, float]) -> list[tuple[float, float]]:
    """A line from a number to its lesion if they are not next to each other, else nothing."""
    nearest = (
        min(max(place[0], lesion.left), lesion.right),
        min(max(place[1], lesion.bottom), lesion.top),
    )
    half = size[0] / 2, size[1] / 2
    start = (
        min(max(nearest[0], place[0] - half[0]), place[0] + half[0]),
        min(max(nearest[1], place[1] - half[1]), place[1] + half[1]),
    )
    far = np.hypot(nearest[0] - start[0], nearest[1] - start[1]) > size[1]
    centre = lesion.centre
    end = ((nearest[0] + centre[0]) / 2, (nearest[1] + centre[1]) / 2)
    return [start, end] if far else []

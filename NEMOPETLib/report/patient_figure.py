"""The patient page as one figure: pictures on the left, numbers on the right."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import Figure

import NEMOPETLib
from NEMOPETLib.report.ink import ACCENT, BLACK, GREY, PALE, Ink
from NEMOPETLib.report.page_content import Field, PageContent
from NEMOPETLib.report.page_panels import PagePanels
from NEMOPETLib.report.panels import SUV_WINDOW, Panel
from NEMOPETLib.report.typesetting import text_width, wrapped
from NEMOPETLib.report.words import word

# Inches; sizes of type in points.
WIDTH, MARGIN, COLUMN_GAP, RIGHT = 14.0, 0.45, 0.4, 4.25
LEFT = WIDTH - 2 * MARGIN - COLUMN_GAP - RIGHT
PICTURES_HEIGHT, PANEL_GAP, TITLE_HEIGHT = 7.45, 0.14, 0.26
ROW, TYPE, SMALL = 0.187, 8.2, 7.4
DPI = 160


def patient_figure(content: PageContent, panels: PagePanels) -> Figure:
    """Draw the page."""
    ink = Ink(WIDTH)
    top = _header(ink, content)
    left = _pictures(ink, top, panels)
    left = _warnings(ink, left + 0.22, content)
    right = _measurements(ink, top, content)
    right = _lesions(ink, right + 0.2, content)
    if right < left:
        right = _provenance(ink, MARGIN + LEFT + COLUMN_GAP, right + 0.2, RIGHT, content)
    else:
        left = _provenance(ink, MARGIN, left + 0.2, LEFT, content)
    return ink.figure(_footer(ink, max(left, right) + 0.12, content), DPI)


def _header(ink: Ink, content: PageContent) -> float:
    x, y, right = MARGIN, 0.62, WIDTH - MARGIN
    ink.text(right, y, "NEMO-PET", 15, ACCENT, ha="right", weight="bold")
    ink.text(right, y + 0.25, word("page", content.language), 9, GREY, ha="right")
    ink.text(x, y, word("patient", content.language), 10, GREY)
    x += text_width(word("patient", content.language), 10) / 72 + 0.12
    for line in wrapped(content.patient_id, (right - x - 2.2) * 72, 17, "bold"):
        ink.text(x, y, line, 17, BLACK, weight="bold")
        y += 0.3
    y = max(_facts(ink, y, content.patient), 1.02)
    ink.line(MARGIN, y, WIDTH - 2 * MARGIN, ACCENT, 1.4)
    return y + 0.12


def _facts(ink: Ink, y: float, fields: Sequence[Field]) -> float:
    """Labels and values side by side, in as many lines as they need."""
    if not fields:
        return y - 0.12
    x, size = MARGIN, 9.2
    for field in fields:
        value = f"{field.value} {field.unit}".strip()
        label_width, value_width = (text_width(text, size) / 72 for text in (field.label, value))
        if x > MARGIN and x + label_width + value_width > WIDTH - MARGIN - 2.2:
            x, y = MARGIN, y + 0.2
        ink.text(x, y, field.label, size, GREY)
        ink.text(x + label_width + 0.07, y, value, size)
        x += label_width + value_width + 0.3
    return y + 0.2


def _pictures(ink: Ink, top: float, panels: PagePanels) -> float:
    rows = _best_rows(panels.all)
    scale = _scale(rows)
    y = top
    for row in rows:
        x = MARGIN
        for panel in row:
            ink.text(x, y + 0.16, panel.title, TYPE + 0.8, BLACK, weight="bold")
            ink.axes(
                x, y + TITLE_HEIGHT, panel.width * scale, panel.height * scale, partial(panel.draw, inches_per_mm=scale)
            )
            x += panel.width * scale + PANEL_GAP
        y += TITLE_HEIGHT + row[0].height * scale + PANEL_GAP
    y = _suv_scale(ink, y, panels)
    return _legend(ink, y, panels)


def _best_rows(panels: Sequence[Panel]) -> list[Sequence[Panel]]:
    """Side by side, or the PET above the CT: whichever shows the patient larger."""
    return max(([panels], [panels[:2], panels[2:]]), key=_scale)


def _scale(rows: Sequence[Sequence[Panel]]) -> float:
    """Inches for a millimetre."""
    height = PICTURES_HEIGHT - len(rows) * (TITLE_HEIGHT + PANEL_GAP)
    widths = [(LEFT - PANEL_GAP * (len(row) - 1)) / sum(panel.width for panel in row) for row in rows]
    return min(*widths, height / sum(row[0].height for row in rows), 4.0 / 72)


def _suv_scale(ink: Ink, y: float, panels: PagePanels) -> float:
    """A bar of the greys with its ends, and what is outlined."""
    x = MARGIN
    if not panels.anterior.absent:
        x = _grey_bar(ink, x, y)
    ink.text(x, y + 0.13, panels.lesions_caption, SMALL + 0.4, BLACK)
    return y + 0.24


def _grey_bar(ink: Ink, x: float, y: float) -> float:
    low, high = (f"{edge:g}" for edge in SUV_WINDOW)
    for text, size in (("SUVbw", SMALL), (low, SMALL)):
        ink.text(x, y + 0.13, text, size, GREY)
        x += text_width(text, size) / 72 + 0.07
    ink.axes(x, y + 0.02, 1.3, 0.13, _grey_ramp)
    x += 1.3 + 0.07
    ink.text(x, y + 0.13, high, SMALL, GREY)
    return x + text_width(high, SMALL) / 72 + 0.25


def _grey_ramp(axes: Axes) -> None:
    axes.imshow([[step / 255 for step in range(256)]], cmap="gray_r", aspect="auto", vmin=0, vmax=1)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set(color="#9aa2ab", linewidth=0.5)


def _legend(ink: Ink, y: float, panels: PagePanels) -> float:
    x = MARGIN
    for entry in panels.legend:
        text = entry.text
        width = 0.24 + text_width(text, SMALL + 0.4) / 72 + 0.2
        if x + width > MARGIN + LEFT and x > MARGIN:
            x, y = MARGIN, y + ROW
        ink.rectangle(x, y + 0.02, 0.17, 0.13, entry.colour)
        ink.text(x + 0.24, y + 0.13, text, SMALL + 0.4)
        x += width
    if panels.legend:
        y += ROW + 0.03
    for line in wrapped(panels.section_caption, LEFT * 72, SMALL):
        ink.text(MARGIN, y + 0.12, line, SMALL, GREY)
        y += ROW
    return y


def _heading(ink: Ink, x: float, y: float, width: float, text: str) -> float:
    ink.text(x, y + 0.15, text, 9.6, ACCENT, weight="bold")
    ink.line(x, y + 0.22, width, ACCENT, 0.8)
    return y + 0.26


def _warnings(ink: Ink, y: float, content: PageContent) -> float:
    number = f" ({len(content.warnings)})" if content.warnings else ""
    y = _heading(ink, MARGIN, y, LEFT, word("warnings", content.language) + number)
    if not content.warnings:
        ink.text(MARGIN, y + 0.14, word("no_warnings", content.language), TYPE, GREY)
        return y + ROW
    for warning in content.warnings:
        ink.text(MARGIN, y + 0.14, "•", TYPE)
        for line in wrapped(warning, (LEFT - 0.13) * 72, TYPE):
            ink.text(MARGIN + 0.13, y + 0.14, line, TYPE)
            y += ROW - 0.02
        y += 0.02
    return y


def _provenance(ink: Ink, x: float, y: float, width: float, content: PageContent) -> float:
    y = _heading(ink, x, y, width, word("provenance", content.language))
    label_width = max(text_width(field.label, SMALL) for field in content.provenance) / 72 + 0.15
    for field in content.provenance:
        ink.text(x, y + 0.13, field.label, SMALL, GREY)
        for line in wrapped(field.value, (width - label_width) * 72, SMALL):
            ink.text(x + label_width, y + 0.13, line, SMALL)
            y += ROW - 0.025
    return y


def _measurements(ink: Ink, y: float, content: PageContent) -> float:
    y = _fields(ink, y, word("measurements", content.language), content.measurements)
    if content.model:
        y = _fields(ink, y + 0.2, word("model", content.language), content.model)
    return y


def _fields(ink: Ink, y: float, heading: str, fields: Sequence[Field]) -> float:
    x = MARGIN + LEFT + COLUMN_GAP
    y = _heading(ink, x, y, RIGHT, heading)
    unit_width = max(text_width(field.unit, SMALL) for field in fields) / 72
    value_x = x + RIGHT - 0.05 - unit_width - (0.08 if unit_width else 0)
    for number, field in enumerate(fields):
        if number % 2 == 0:
            ink.rectangle(x, y, RIGHT, ROW, PALE)
        ink.text(x + 0.05, y + 0.135, field.label, TYPE)
        ink.text(value_x, y + 0.135, field.value, TYPE, weight="bold", ha="right")
        ink.text(x + RIGHT - 0.05 - unit_width, y + 0.135, field.unit, SMALL, GREY)
        y += ROW
    return y


def _lesions(ink: Ink, y: float, content: PageContent) -> float:
    x = MARGIN + LEFT + COLUMN_GAP
    y = _heading(ink, x, y, RIGHT, word("lesions", content.language))
    if content.lesion_rows:
        y = _lesion_table(ink, x, y, content)
    for line in wrapped(content.lesion_note, RIGHT * 72, SMALL):
        ink.text(x, y + 0.15, line, SMALL, GREY)
        y += ROW
    return y


def _lesion_table(ink: Ink, x: float, y: float, content: PageContent) -> float:
    widths = [0.45, *[(RIGHT - 0.45 - 0.05) / 4] * 4]
    ends = [x + sum(widths[: n + 1]) for n in range(len(widths))]
    heads = [
        wrapped(label, (width - 0.2) * 72, SMALL) for (label, _), width in zip(content.lesion_head, widths, strict=True)
    ]
    depth = max(len(head) for head in heads)
    for head, (_, unit), end in zip(heads, content.lesion_head, ends, strict=True):
        for n, line in enumerate(head, start=depth - len(head)):
            ink.text(end, y + 0.13 + 0.145 * n, line, SMALL, GREY, ha="right")
        ink.text(end, y + 0.13 + 0.145 * depth, unit, SMALL - 0.8, GREY, ha="right")
    y += 0.145 * (depth + 1) + 0.06
    for number, row in enumerate(content.lesion_rows):
        if number % 2 == 0:
            ink.rectangle(x, y, RIGHT, ROW, PALE)
        for n, (cell, end) in enumerate(zip(row, ends, strict=True)):
            ink.text(end, y + 0.135, cell, TYPE, ha="right", weight="bold" if n == 0 else "normal")
        y += ROW
    return y


def _footer(ink: Ink, y: float, content: PageContent) -> float:
    ink.line(MARGIN, y, WIDTH - 2 * MARGIN)
    ink.text(MARGIN, y + 0.24, word("notice", content.language), 9.5, BLACK, weight="bold")
    ink.text(WIDTH - MARGIN, y + 0.24, f"NEMO-PET {NEMOPETLib.__version__}", 9, GREY, ha="right")
    return y + 0.5

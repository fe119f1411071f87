"""The patient page as one HTML file that needs nothing else: no network, no script, pictures inside."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from html import escape
from io import BytesIO

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from NEMOPETLib.report.html_document import html_document
from NEMOPETLib.report.page_content import Field, PageContent
from NEMOPETLib.report.page_panels import LegendEntry, PagePanels
from NEMOPETLib.report.panels import Panel
from NEMOPETLib.report.words import word

PANEL_WIDTH, PANEL_HEIGHT, PANEL_DPI = 2.8, 6.8, 260  # inches at most, pixels an inch

_STYLE = """
h1 small { font-weight: 400; font-size: 1rem; color: #595f66; }
.panels { display: grid; gap: .8rem; margin: 0 auto; grid-template-columns: var(--columns);
  max-width: calc(var(--shape) * 58rem); }
figure img { display: block; width: 100%; height: auto; }
.legend { list-style: none; margin: .6rem 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; }
.legend svg { width: 1.1em; height: .8em; margin-right: .4em; }
.tables { display: flex; flex-wrap: wrap; gap: 0 2.5rem; align-items: flex-start; }
.tables section { flex: 1 1 22rem; min-width: 0; }
td.value { font-weight: 600; }
td.unit { font-size: .85rem; }
.lesion { font-weight: 700; color: #a33f00; }
@media (max-width: 40rem) {
  .panels { grid-template-columns: 1fr; max-width: 26rem; }
  figure { width: var(--share); margin: 0 auto; }
}
@media print {
  .panels { grid-template-columns: var(--columns); max-width: calc(var(--shape) * 42rem); }
  figure { width: auto; }
  .tables { flex-wrap: nowrap; gap: 2rem; }
}
"""


def html_page(content: PageContent, panels: PagePanels) -> str:
    """The page; every text is escaped."""
    language = content.language
    body = [
        *_header(content),
        "<main>",
        *_warnings(content),
        *_pictures(panels, content),
        '<div class="tables">',
        *_fields(word("measurements", language), content.measurements, content),
        *_lesions(content),
        "</div>",
        *(_fields(word("model", language), content.model, content) if content.model else ()),
        *_provenance(content),
        "</main>",
    ]
    return html_document(f"{content.patient_id} – {word('page', language)}", language, _STYLE, body)


def _header(content: PageContent) -> Iterable[str]:
    yield f'<header>\n<p class="kind">NEMO-PET · {escape(word("page", content.language))}</p>'
    yield (
        f"<h1><small>{escape(word('patient', content.language))}</small> <bdi>{escape(content.patient_id)}</bdi></h1>"
    )
    yield _descriptions("facts", content.patient, "<div>", "</div>")
    yield "</header>"


def _warnings(content: PageContent) -> Iterable[str]:
    number = f" ({len(content.warnings)})" if content.warnings else ""
    yield f"<section>\n<h2>{escape(word('warnings', content.language))}{number}</h2>"
    if content.warnings:
        yield '<ul class="warnings">'
        yield from (f"<li>{escape(warning)}</li>" for warning in content.warnings)
        yield "</ul>"
    else:
        yield f"<p>{escape(word('no_warnings', content.language))}</p>"
    yield "</section>"


def _pictures(panels: PagePanels, content: PageContent) -> Iterable[str]:
    language = content.language
    yield f"<section>\n<h2>{escape(word('pictures', language))}</h2>"
    scale = _inches_per_mm(panels.all)
    columns = " ".join(f"{panel.width:.0f}fr" for panel in panels.all)
    shape = sum(panel.width for panel in panels.all) / panels.anterior.height
    yield f'<div class="panels" style="--columns: {columns}; --shape: {shape:.3f}">'
    widest = max(panel.width for panel in panels.all)
    yield from (_figure(panel, scale, panel.width / widest) for panel in panels.all)
    yield "</div>"
    yield f'<p class="note">{escape(panels.pet_caption)}</p>'
    if panels.legend:
        yield '<ul class="legend">'
        yield from (_legend_entry(entry) for entry in panels.legend)
        yield "</ul>"
    yield f'<p class="note">{escape(panels.section_caption)}</p>\n</section>'


def _inches_per_mm(panels: Sequence[Panel]) -> float:
    """One scale for all, so that their writing is of one size."""
    return min(PANEL_WIDTH / max(panel.width for panel in panels), PANEL_HEIGHT / panels[0].height)


def _figure(panel: Panel, scale: float, share: float) -> str:
    source = base64.b64encode(_panel_png(panel, scale)).decode("ascii")
    return (
        f'<figure style="--share: {100 * share:.0f}%"><figcaption>'
        f"{escape(panel.title)}</figcaption>"
        f'<img src="data:image/png;base64,{source}" alt="{escape(panel.alt)}"></figure>'
    )


def _panel_png(panel: Panel, scale: float) -> bytes:
    """A panel alone."""
    edge = 2 / PANEL_DPI  # room for the frame's line
    width, height = panel.width * scale, panel.height * scale
    page = width + 2 * edge, height + 2 * edge
    figure = Figure(figsize=page, dpi=PANEL_DPI, facecolor="white")
    FigureCanvasAgg(figure)
    panel.draw(figure.add_axes((edge / page[0], edge / page[1], width / page[0], height / page[1])), scale)
    buffer = BytesIO()
    figure.savefig(buffer, format="png")
    figure.clear()  # its pixels would wait for the garbage collector
    return buffer.getvalue()


def _legend_entry(entry: LegendEntry) -> str:
    swatch = f'<svg viewBox="0 0 11 8" aria-hidden="true"><rect width="11" height="8" fill="{entry.colour}"/></svg>'
    return f"<li>{swatch}{escape(entry.text)}</li>"


def _fields(heading: str, fields: Sequence[Field], content: PageContent) -> Iterable[str]:
    names = [escape(word(key, content.language)) for key in ("measurement", "value", "unit")]
    yield f'<section>\n<h2>{escape(heading)}</h2>\n<div class="scroll"><table>'
    yield (
        f'<thead><tr><th scope="col">{names[0]}</th><th scope="col" class="number">{names[1]}</th>'
        f'<th scope="col">{names[2]}</th></tr></thead>\n<tbody>'
    )
    for field in fields:
        yield (
            f'<tr><th scope="row">{escape(field.label)}</th><td class="number value">{escape(field.value)}</td>'
            f'<td class="unit">{escape(field.unit)}</td></tr>'
        )
    yield "</tbody></table></div>\n</section>"


def _lesions(content: PageContent) -> Iterable[str]:
    yield f"<section>\n<h2>{escape(word('lesions', content.language))}</h2>"
    if content.lesion_rows:
        yield from _lesion_table(content)
    if content.lesion_note:
        yield f'<p class="note">{escape(content.lesion_note)}</p>'
    yield "</section>"


def _lesion_table(content: PageContent) -> Iterable[str]:
    yield '<div class="scroll"><table>\n<thead><tr>'
    for label, unit in content.lesion_head:
        yield f'<th scope="col" class="number">{escape(label)}<br>{escape(unit)}</th>'
    yield "</tr></thead>\n<tbody>"
    for number, *values in content.lesion_rows:
        cells = "".join(f'<td class="number">{escape(value)}</td>' for value in values)
        yield f'<tr><th scope="row" class="number lesion">{escape(number)}</th>{cells}</tr>'
    yield "</tbody></table></div>"


def _provenance(content: PageContent) -> Iterable[str]:
    yield f"<section>\n<h2>{escape(word('provenance', content.language))}</h2>"
    yield _descriptions("provenance", content.provenance)
    yield "</section>"


def _descriptions(kind: str, fields: Sequence[Field], before: str = "", after: str = "") -> str:
    items = (
        f"{before}<dt>{escape(field.label)}</dt><dd>{escape(f'{field.value} {field.unit}'.strip())}</dd>{after}"
        for field in fields
    )
    return f'<dl class="{kind}">{"".join(items)}</dl>'

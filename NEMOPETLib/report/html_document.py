"""The frame of an HTML file that needs nothing else: no network, no script, all in one file."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import NEMOPETLib
from NEMOPETLib.report.words import Language, word

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"

BASE_STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.25rem; max-width: 76rem; background: #fff; color: #1a1a1a;
  font: 1rem/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
header { border-bottom: 3px solid #00558a; padding-bottom: .6rem; }
.kind { margin: 0; color: #00558a; font-weight: 600; }
h1 { margin: .1rem 0 .3rem; font-size: 1.6rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 1.5rem 0 .5rem; font-size: 1.1rem; color: #00558a; border-bottom: 1px solid #00558a; }
.facts { margin: 0; display: flex; flex-wrap: wrap; gap: .1rem 1.4rem; }
.facts div { display: flex; gap: .4rem; }
dt { color: #595f66; }
dd { margin: 0; overflow-wrap: anywhere; }
figure { margin: 0; min-width: 0; }
figcaption { font-weight: 600; margin-bottom: .25rem; }
.note, td.unit, th { color: #595f66; }
.note { margin: .4rem 0 0; font-size: .9rem; }
table { border-collapse: collapse; width: 100%; font-size: .95rem; }
th { font-weight: 400; text-align: left; vertical-align: bottom; }
thead th { font-size: .85rem; border-bottom: 1px solid #c9d1d9; }
th[scope=row] { color: inherit; }
td, th { padding: .16rem .4rem; }
tbody tr:nth-child(odd) { background: #f3f6f9; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td { white-space: nowrap; }
.scroll { overflow-x: auto; }
.warnings li { margin: .15rem 0; overflow-wrap: anywhere; }
.provenance { margin: 0; display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: .15rem 1rem;
  font-size: .9rem; }
footer { margin-top: 1.6rem; padding-top: .6rem; border-top: 1px solid #c9d1d9; display: flex; flex-wrap: wrap;
  justify-content: space-between; gap: .3rem 2rem; }
@media (max-width: 40rem) {
  body { padding: .8rem; } td, th { padding: .16rem .25rem; }
}
@page { size: A4; margin: 11mm; }
@media print {
  html { font-size: 8pt; }
  body { padding: 0; max-width: none; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  h2 { margin: .8rem 0 .3rem; break-after: avoid; }
  figure, tr, li { break-inside: avoid; }
  td, th { padding: .06rem .25rem; }
}
"""


def html_document(title: str, language: Language, style: str, body: Iterable[str]) -> str:
    """A whole document; ``style`` is added to the style that all pages share, ``body`` is HTML."""
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{language}">',
            '<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            f'<meta name="generator" content="NEMO-PET {escape(NEMOPETLib.__version__)}">',
            f"<title>{escape(title)}</title>\n<style>{BASE_STYLE}{style}</style>\n</head>\n<body>",
            *body,
            f"<footer><strong>{escape(word('notice', language))}</strong>",
            f"<span>NEMO-PET {escape(NEMOPETLib.__version__)}</span></footer>",
            "</body>\n</html>\n",
        ]
    )

"""Writes the survival report part by part: headings, sentences, numbered tables and figures."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from html import escape
from pathlib import Path

from NEMOPETLib.report.figure_files import figure_html, save_figure
from NEMOPETLib.report.illustration import Illustration
from NEMOPETLib.report.phrases import Phrases
from NEMOPETLib.report.text_table import Table, table_html


class ReportWriter:
    """A report in the making.

    Parameters
    ----------
    say
        Its language.
    figures
        Folder into which each figure is also written as SVG and PNG.
    pool
        Where figures are drawn beside the writing, or None.
    """

    def __init__(self, say: Phrases, figures: Path, pool: Executor | None = None) -> None:
        self.say = say
        self.contents: list[tuple[str, str]] = []
        self._parts: list[Callable[[], str]] = []
        self._folder = figures
        self._pool = pool
        self._tables = 0
        self._figures = 0
        self._open = False

    def html(self) -> str:
        """All that was written, once every figure is drawn."""
        if self._open:
            self._add("</section>")
        self._open = False
        return "\n".join(part() for part in self._parts)

    def _add(self, html: str) -> None:
        self._parts.append(lambda: html)

    def section(self, heading: str) -> None:
        """Begin a section of the contents."""
        if self._open:
            self._add("</section>")
        identifier = f"section-{len(self.contents) + 1}"
        self.contents.append((identifier, heading))
        self._add(f'<section aria-labelledby="{identifier}">\n<h2 id="{identifier}">{escape(heading)}</h2>')
        self._open = True

    def heading(self, text: str) -> None:
        """A heading within the section."""
        self._add(f"<h3>{escape(text)}</h3>")

    def subheading(self, text: str) -> None:
        """A heading below that."""
        self._add(f"<h4>{escape(text)}</h4>")

    def paragraph(self, *sentences: str, kind: str = "") -> None:
        """A paragraph of those sentences that are not empty."""
        text = " ".join(filter(None, sentences))
        if text:
            self._add(f"<p{_class(kind)}>{escape(text)}</p>")

    def items(self, texts: Sequence[str], kind: str = "") -> None:
        """A list."""
        lines = "\n".join(f"<li>{escape(text)}</li>" for text in texts)
        self._add(f"<ul{_class(kind)}>\n{lines}\n</ul>")

    def facts(self, facts: Mapping[str, str]) -> None:
        """Names with their values."""
        lines = "\n".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts.items())
        self._add(f'<dl class="provenance">\n{lines}\n</dl>')

    def table(self, table: Table) -> None:
        """A table with the next number, if it has rows."""
        if any(body.rows for body in table.bodies):
            self._tables += 1
            self._add(table_html(table, self.say("table_number", n=self._tables)))

    def figures(self, illustrations: Mapping[str, Illustration]) -> None:
        """Figures side by side where there is room; each also as files of its name."""
        if not illustrations:
            return
        self._add('<div class="figures">')
        for name, illustration in illustrations.items():
            self._figures += 1
            number, prefix = self.say("figure_number", n=self._figures), f"f{self._figures}-"
            self._draw(figure_html, illustration, self._folder, file_name(name), number, prefix)
        self._add("</div>")

    def file_only(self, illustrations: Mapping[str, Illustration]) -> None:
        """Figures that are only written as files."""
        for name, illustration in illustrations.items():
            self._draw(_nothing_shown, illustration, self._folder, file_name(name))

    def _draw(self, draw: Callable[..., str], *arguments: object) -> None:
        if self._pool is None:
            self._add(draw(*arguments))
        else:
            self._parts.append(self._pool.submit(draw, *arguments).result)


def _nothing_shown(illustration: Illustration, folder: Path, name: str) -> str:
    save_figure(illustration, folder, name)
    return ""


def file_name(name: str) -> str:
    """A name that every file system takes."""
    return re.sub(r'[<>:"/\\|?*\s\x00-\x1f]+', "_", name)


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""

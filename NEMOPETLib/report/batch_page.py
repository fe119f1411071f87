"""The index of a batch as one HTML file that needs nothing else: every patient small, with numbers and warnings."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from urllib.parse import quote

from NEMOPETLib.measurements.definitions import MEASUREMENTS
from NEMOPETLib.report.html_document import html_document
from NEMOPETLib.report.number_text import decimals_of, number_text
from NEMOPETLib.report.words import Language
from NEMOPETLib.report.words_batch import batch_word
from NEMOPETLib.wording.translated import translated

COLUMNS = ("tmtv_ml", "dmax_mm", "lesion_count", "suv_max", "tlg", "muscle_volume_ml", "spleen_sul_mean")
_UNITS = {one.column: one.unit for one in MEASUREMENTS}

_STYLE = """
.counts { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .4rem 1.6rem; margin: .6rem 0; }
.counts b { font-size: 1.3rem; font-variant-numeric: tabular-nums; }
td.wrap { white-space: normal; overflow-wrap: anywhere; min-width: 10rem; }
td img { display: block; height: 60px; width: auto; background: #fff; }
tr.failed td { color: #a33f00; }
details summary { cursor: pointer; }
details ul { margin: .2rem 0 0; padding-left: 1.1rem; font-size: .9rem; }
"""


@dataclass(frozen=True)
class BatchLine:
    """One study on the page.

    Parameters
    ----------
    standing
        ``done``, ``readers``, ``foreign``, ``changed``, ``failed``, ``left_out`` or ``waiting``.
    folder
        Where its images lie.
    patient_id, date
        Empty if unknown.
    step, reason
        Why it is not done, or not as it was.
    values
        Numbers by column of the table; None where one is missing.
    warnings
        One line each.
    picture
        A small PNG; empty if there is none.
    page
        Path of its own page relative to this one; empty if there is none.
    """

    standing: str
    folder: str
    patient_id: str = ""
    date: str = ""
    step: str = ""
    reason: str = ""
    values: Mapping[str, float | None] = field(default_factory=dict)
    warnings: Sequence[str] = ()
    picture: bytes = b""
    page: str = ""


def batch_page(
    lines: Sequence[BatchLine],
    *,
    archive: str,
    table: str,
    updated: str,
    to_review: int,
    language: Language = "en",
) -> str:
    """The page; every text is escaped."""
    failed = [one for one in lines if one.standing == "failed"]
    others = [one for one in lines if one.standing in ("left_out", "waiting")]
    patients = [one for one in lines if one.standing not in ("failed", "left_out", "waiting")]
    body = [
        f'<header>\n<p class="kind">NEMO-PET · {_word("kind", language)}</p>',
        f"<h1>{_word('title', language)}</h1>",
        _facts({"archive": archive, "table": table, "updated": updated}, language),
        "</header>\n<main>",
        *_counts(lines, to_review, language),
        f"<section>\n<h2>{_word('failures', language)} ({len(failed)})</h2>",
        *(_reasons(failed, language) if failed else [f"<p>{_word('no_failures', language)}</p>"]),
        "</section>",
        f"<section>\n<h2>{_word('patients', language)} ({len(patients)})</h2>",
        *(_patients(patients, language) if patients else [f"<p>{_word('no_patients', language)}</p>"]),
        "</section>",
    ]
    if others:
        body += [f"<section>\n<h2>{_word('others', language)} ({len(others)})</h2>", *_reasons(others, language)]
        body += ["</section>"]
    return html_document(batch_word("title", language), language, _STYLE, [*body, "</main>"])


def _word(key: str, language: Language) -> str:
    return escape(batch_word(key, language))


def _facts(facts: Mapping[str, str], language: Language) -> str:
    told = {key: value for key, value in facts.items() if value}
    items = (f"<div><dt>{_word(key, language)}</dt><dd>{_text(value)}</dd></div>" for key, value in told.items())
    return f'<dl class="facts">{"".join(items)}</dl>'


def _text(text: str) -> str:
    """Escaped; what no file can hold (half a surrogate pair in a file's name) as a code."""
    return escape(text.encode("utf-8", "backslashreplace").decode())


def _message(text: str, language: Language) -> str:
    """What the library says, escaped, in the language of the page."""
    return _text(translated(text, language))


def _counts(lines: Sequence[BatchLine], to_review: int, language: Language) -> Iterable[str]:
    counts = {
        key: sum(one.standing == key for one in lines)
        for key in ("done", "readers", "foreign", "changed", "failed", "waiting", "left_out")
    }
    shown = {key: count for key, count in counts.items() if count or key in ("done", "failed")}
    items = (
        f"<li><b>{count}</b> {_word(key, language)}</li>" for key, count in {**shown, "to_review": to_review}.items()
    )
    yield f'<ul class="counts">{"".join(items)}</ul>'


def _head(names: Iterable[str], numbers: int = 0) -> str:
    names = list(names)
    first_number = len(names) - numbers
    cells = (
        f'<th scope="col"{" class=number" if position >= first_number else ""}>{name}</th>'
        for position, name in enumerate(names)
    )
    return f'<div class="scroll"><table>\n<thead><tr>{"".join(cells)}</tr></thead>\n<tbody>'


def _reasons(lines: Sequence[BatchLine], language: Language) -> Iterable[str]:
    yield _head(_word(key, language) for key in ("folder", "date", "step", "reason"))
    for one in lines:
        yield (
            f'<tr class="{one.standing}"><th scope="row"><bdi>{_text(one.folder)}</bdi></th><td>{_text(one.date)}</td>'
            f'<td>{_word(one.step, language)}</td><td class="wrap">{_message(one.reason, language)}</td></tr>'
        )
    yield "</tbody></table></div>"


def _patients(lines: Sequence[BatchLine], language: Language) -> Iterable[str]:
    names = [_word(key, language) for key in ("picture", "patient", "date", "standing", "warnings")]
    columns = [f"{escape(column)}<br>{escape(_UNITS.get(column, ''))}" for column in COLUMNS]
    yield _head([*names, *columns], len(columns))
    for one in lines:
        numbers = "".join(f'<td class="number">{_number(one, column, language)}</td>' for column in COLUMNS)
        standing = _word(one.standing, language) + (f"<br>{_message(one.reason, language)}" if one.reason else "")
        yield (
            f'<tr><td>{_picture(one, language)}</td><th scope="row">{_link(one, language)}</th>'
            f'<td>{_text(one.date)}</td><td class="wrap">{standing}</td>'
            f'<td class="wrap">{_warnings(one, language)}</td>{numbers}</tr>'
        )
    yield "</tbody></table></div>"


def _number(one: BatchLine, column: str, language: Language) -> str:
    value = one.values.get(column)
    return escape(number_text(value, decimals_of(_UNITS.get(column, ""), value), language))


def _picture(one: BatchLine, language: Language) -> str:
    if not one.picture:
        return ""
    source = base64.b64encode(one.picture).decode("ascii")
    alt = _text(batch_word("mip_of", language, patient=one.patient_id))
    return f'<img src="data:image/png;base64,{source}" alt="{alt}">'


def _link(one: BatchLine, language: Language) -> str:
    name = f"<bdi>{_text(one.patient_id)}</bdi>"
    if not one.page:
        return name
    title = _text(batch_word("page_of", language, patient=one.patient_id))
    return f'<a href="{quote(one.page)}" title="{title}">{name}</a>'


def _warnings(one: BatchLine, language: Language) -> str:
    if not one.warnings:
        return ""
    items = "".join(f"<li>{_message(warning, language)}</li>" for warning in one.warnings)
    return f"<details><summary>{len(one.warnings)}</summary><ul>{items}</ul></details>"

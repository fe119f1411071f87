"""The survival study as a report: one HTML file that needs nothing else, and its figures as files."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from html import escape
from pathlib import Path

import NEMOPETLib
from NEMOPETLib.errors import InputError, why_refused
from NEMOPETLib.report.html_document import html_document
from NEMOPETLib.report.phrases import Phrases
from NEMOPETLib.report.report_writer import ReportWriter
from NEMOPETLib.report.section_cohort import write_cohort
from NEMOPETLib.report.section_comparison import write_comparison
from NEMOPETLib.report.section_further import write_further
from NEMOPETLib.report.section_groups import write_groups
from NEMOPETLib.report.section_models import write_models
from NEMOPETLib.report.section_reporting import write_reporting
from NEMOPETLib.report.section_summary import write_summary
from NEMOPETLib.report.section_validation import write_validation
from NEMOPETLib.report.study_style import STUDY_STYLE
from NEMOPETLib.report.study_view import StudyView
from NEMOPETLib.report.words import checked_language
from NEMOPETLib.survival.study.study_result import StudyResult
from NEMOPETLib.whole_file import write_whole

REPORT_NAME, FIGURES_NAME = "report.html", "figures"

_SECTIONS: tuple[Callable[[ReportWriter, StudyView], None], ...] = (
    write_summary,
    write_cohort,
    write_models,
    write_groups,
    write_comparison,
    write_validation,
    write_further,
    write_reporting,
)


def write_study_report(result: StudyResult, out: Path, language: str = "en", workers: int = 1) -> Path:
    """Write ``figures/*.svg``, ``figures/*.png`` and ``report.html`` into a folder.

    Parameters
    ----------
    result
        The study.
    out
        Made if it does not exist; the report is there only once it is whole.
    language
        ``en`` or ``fr``.
    workers
        Processes that draw the figures.

    Returns
    -------
    report
        Path of ``report.html``.

    Raises
    ------
    InputError
        If the folder cannot be written, or the language is another.
    """
    say = Phrases(checked_language(language))
    view = StudyView(result, say)
    path, figures = out / REPORT_NAME, out / FIGURES_NAME
    try:
        figures.mkdir(parents=True, exist_ok=True)
        with ProcessPoolExecutor(workers) if workers > 1 else nullcontext() as pool:
            report = ReportWriter(say, figures, pool)
            for write in _SECTIONS:
                write(report, view)
            main = report.html()
        body = [*_head(view), *_contents(report), '<main id="main">', main, "</main>"]
        write_whole(path, html_document(say("report_title"), say.language, STUDY_STYLE, body).encode())
    except OSError as error:
        raise InputError(f"{out}: the report cannot be written ({why_refused(error)})") from error
    return path


def _head(view: StudyView) -> list[str]:
    say = view.say
    simulated = f'<p class="simulated">{escape(say("simulated_banner"))}</p>' if view.simulated else ""
    return [
        f'<a class="skip" href="#main">{escape(say("skip"))}</a>',
        f'<header>\n<p class="kind">NEMO-PET {escape(NEMOPETLib.__version__)}</p>',
        f"<h1>{escape(say('report_title'))}</h1>",
        f'<p class="notice">{escape(say("research_only"))}</p>\n{simulated}</header>',
    ]


def _contents(report: ReportWriter) -> list[str]:
    links = "\n".join(
        f'<li><a href="#{identifier}">{escape(heading)}</a></li>' for identifier, heading in report.contents
    )
    label = escape(report.say("contents"), quote=True)
    return [f'<nav aria-label="{label}">\n<ol>\n{links}\n</ol>\n</nav>']

"""The index page of a batch, beside the table."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from pathlib import Path

from NEMOPETLib.batch.summary import BatchSummary, PatientStanding
from NEMOPETLib.errors import InputError, why_refused
from NEMOPETLib.patient import WARNING_SEPARATOR
from NEMOPETLib.report.batch_page import COLUMNS, BatchLine, batch_page
from NEMOPETLib.report.patient_page import HTML_NAME
from NEMOPETLib.report.thumbnail import THUMBNAIL_NAME
from NEMOPETLib.report.words import Language
from NEMOPETLib.whole_file import write_whole


def index_path(cohort: Path) -> Path:
    """Where the index of a table lies."""
    return cohort.parent / f"{cohort.stem}_batch.html"


def write_index(summary: BatchSummary, root: Path | None, cohort: Path, language: Language = "en") -> Path:
    """Write the page, whole or not at all.

    Parameters
    ----------
    root
        The archive; None where patients are hidden: its name may name them, and the hour of the page tells by how much
        the dates of those measured on the day of their scan are moved.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    path = index_path(cohort)
    page = batch_page(
        [_line(one, path.parent) for one in summary.patients],
        archive=str(root or ""),
        table=cohort.name,
        updated=dt.datetime.now().astimezone().isoformat(sep=" ", timespec="minutes") if root else "",
        to_review=len(summary.to_review),
        language=language,
    )
    try:
        write_whole(path, page.encode())
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({why_refused(error)})") from error
    return path


def _line(one: PatientStanding, beside: Path) -> BatchLine:
    row, folder = one.row, one.folder
    page = folder / HTML_NAME if folder is not None else None
    picture = folder / THUMBNAIL_NAME if folder is not None else None
    return BatchLine(
        standing=one.standing,
        folder=one.where,
        patient_id=one.patient_id,
        date=str(row.get("study_date") or ""),
        step=one.step,
        reason=one.reason,
        values={column: _number(row, column) for column in COLUMNS},
        warnings=[each for each in str(row.get("warnings") or "").split(WARNING_SEPARATOR) if each],
        picture=picture.read_bytes() if picture is not None and picture.is_file() else b"",
        page=page.relative_to(beside).as_posix() if page is not None and page.is_file() else "",
    )


def _number(row: Mapping[str, object], column: str) -> float | None:
    """A number of the row, which may hold it as text; None where there is none."""
    try:
        value = float(str(row.get(column)))
    except ValueError:
        return None
    return value if math.isfinite(value) else None

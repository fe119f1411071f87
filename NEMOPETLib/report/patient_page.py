"""One page for each patient, to check by eye what was measured: as a picture and as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import NEMOPETLib
from NEMOPETLib.errors import InputError, why_refused
from NEMOPETLib.measurements.patient_measurements import PatientMeasurements
from NEMOPETLib.report.html_page import html_page
from NEMOPETLib.report.page_content import page_content
from NEMOPETLib.report.page_panels import page_panels
from NEMOPETLib.report.patient_figure import patient_figure
from NEMOPETLib.report.patient_pictures import PatientPictures
from NEMOPETLib.report.words import Language, checked_language
from NEMOPETLib.whole_file import write_whole

PNG_NAME, HTML_NAME = "patient_page.png", "patient_page.html"


@dataclass(frozen=True)
class PatientPage:
    """Where the page was written."""

    png: Path
    html: Path


def write_patient_page(
    folder: Path,
    pictures: PatientPictures,
    row: Mapping[str, object],
    measured: PatientMeasurements,
    language: Language = "en",
) -> PatientPage:
    """Write ``patient_page.png`` and ``patient_page.html`` into a folder, each whole or not at all.

    Parameters
    ----------
    folder
        Made if it does not exist.
    pictures
        What was collected of the images.
    row
        The patient's row of the cohort table: who it is (``patient_id``; never a name), SUV scheme, lean body
        mass formula, engines, a model's result and other provenance are shown where the row has them. Its
        ``warnings`` are lines of text, or a sequence.
    measured
        The numbers, the lesions, and their warnings.
    language
        ``en`` or ``fr``.

    Raises
    ------
    InputError
        If the folder cannot be written, or the language is another.
    """
    language = checked_language(language)
    content = page_content(row, measured, language)
    panels = page_panels(pictures, content.numbered, language)
    buffer = BytesIO()
    software = f"NEMO-PET {NEMOPETLib.__version__}"
    patient_figure(content, panels).savefig(buffer, format="png", metadata={"Software": software})
    page = PatientPage(folder / PNG_NAME, folder / HTML_NAME)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(page.png, buffer.getvalue())
        write_whole(page.html, html_page(content, panels).encode())
    except OSError as error:
        raise InputError(f"{folder}: the patient page cannot be written ({why_refused(error)})") from error
    return page

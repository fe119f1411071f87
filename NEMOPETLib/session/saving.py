"""The reader's work written: masks, page and row, as ``nemopet run`` writes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from NEMOPETLib.cohort.keys import Cells
from NEMOPETLib.cohort.table import CohortTable
from NEMOPETLib.errors import InputError
from NEMOPETLib.patient import PatientMasks, PatientResult, Refusal, check_dicom, write_patient
from NEMOPETLib.privacy.pseudonyms import Pseudonyms
from NEMOPETLib.progress import Progress
from NEMOPETLib.report.patient_pictures import PatientPictures
from NEMOPETLib.report.words import Language
from NEMOPETLib.session.approved_by_another import approved_by_another
from NEMOPETLib.session.mask_set import no_lesions
from NEMOPETLib.session.prediction import score_columns
from NEMOPETLib.session.reading import ReadingSession
from NEMOPETLib.session.scoring import ModelUse, values_for
from NEMOPETLib.session.table_key import table_key


@dataclass(frozen=True)
class Saving:
    """How a reader saves.

    Parameters
    ----------
    reader
        Who answers for the masks.
    approved
        Whether the row needs no further look.
    language
        Of the page.
    use
        The model whose score goes into the row; None empties it, since it was of other numbers.
    replace_reviewed
        Whether a row that another reader has approved may be replaced.
    dicom
        Whether DICOM objects are written too.
    pseudonyms
        Hide the patient in all that is written.
    """

    reader: str
    approved: bool
    language: Language = "en"
    use: ModelUse | None = None
    replace_reviewed: bool = False
    dicom: bool = False
    pseudonyms: Pseudonyms | None = None


def save(
    reading: ReadingSession, cohort: CohortTable, saving: Saving, progress: Progress, committing: Callable[[], None]
) -> PatientResult:
    """Measure what is late, write masks and page into the patient's folder, and the row last.

    Parameters
    ----------
    committing
        Called before the first file is written: from there on it must not be interrupted.

    Raises
    ------
    InputError
        If there is no reader or no lesion mask, another reader has approved the row, or a file cannot be written.
    """
    if not saving.reader.strip():
        raise InputError("give the reader's name: the row says who answers for its masks")
    cohort.check()
    refusal = _refusal(cohort, saving)
    old = cohort.row(*table_key(reading.study.patient, saving.pseudonyms)) or {}
    refusal(old)  # before the long work; asked again as the masks are written
    if saving.dicom:
        check_dicom(reading.study, cohort)
    masks = reading.current.to_write(reading.corrected_segments())
    if masks is None:
        raise InputError("there are no lesions yet: segment them, or say that there are none")
    reading.measure(progress)
    measured = reading.measurements()
    scores: Mapping[str, Any] = {}
    if saving.use is not None:
        scores = score_columns(saving.use, saving.use.score([values_for(reading, saving.use)]))
    pictures = pictures_of(reading, progress)
    options = replace(
        reading.options,
        reader=saving.reader,
        language=saving.language,
        dicom=saving.dicom,
        pseudonyms=saving.pseudonyms,
    )
    automatic = _automatic(reading) if masks.corrected_segments else None
    more = {"reviewed": int(saving.approved), **scores}
    committing()
    return write_patient(
        reading.study,
        cohort,
        masks,
        measured,
        pictures,
        options,
        automatic=automatic,
        more=more,
        with_row=True,
        refusal=refusal,
    )


def pictures_of(reading: ReadingSession, progress: Progress) -> PatientPictures:
    """What the page shows of the images and of the masks as they are now."""
    pictures = PatientPictures(reading.study.pet, reading.study.ct)
    if reading.current.lesions is not None:
        pictures.set_lesions(reading.current.lesions.labels)
    for mask in progress(list(reading.current.tissues.values()), "Drawing the page"):
        pictures.add_tissue(mask.unpacked())
    return pictures


def _automatic(reading: ReadingSession) -> PatientMasks | None:
    """The masks as engines made them; where none looked for lesions, they found none."""
    found = reading.automatic.copy()
    found.lesions = found.lesions or no_lesions(reading.study.pet.grid)
    return found.to_write()


def _refusal(cohort: CohortTable, saving: Saving) -> Refusal:
    """Of a row that another reader has approved, unless it is to be replaced."""

    def refusal(old: Cells) -> None:
        is_anothers = old.get("reviewed", "").strip() == "1" and old.get("reader", "") != saving.reader
        if is_anothers and not saving.replace_reviewed:
            raise approved_by_another(cohort.path)

    return refusal

"""One patient of a batch, in whichever process it is worked on: from files to a row in the journal."""

from __future__ import annotations

import errno
import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import NEMOPETLib
from NEMOPETLib.batch.journal import Entry, Inputs, journal_of, written_file
from NEMOPETLib.batch.study_masks import engines_of_study, mask_files
from NEMOPETLib.cohort.keys import Key
from NEMOPETLib.cohort.table import CohortTable
from NEMOPETLib.engines.engine_choice import EngineChoice
from NEMOPETLib.errors import InputError, refused, why_refused
from NEMOPETLib.patient import PatientOptions, PatientResult, PatientStep, prepare_patient
from NEMOPETLib.privacy.identity_words import identity_words
from NEMOPETLib.privacy.word_filter import REMOVED, without
from NEMOPETLib.report.thumbnail import THUMBNAIL_NAME, write_thumbnail
from NEMOPETLib.studies.archive import ArchivedStudy
from NEMOPETLib.studies.dicom_files import DAMAGE, DAMAGED, DicomFiles, read_header
from NEMOPETLib.studies.file_stamp import content_digest, stamp_of, stamps_digest
from NEMOPETLib.studies.open_study import load_selection
from NEMOPETLib.studies.selection import Selection
from NEMOPETLib.studies.study import Study, only_study, studies_of
from NEMOPETLib.studies.study_source import StudySource
from NEMOPETLib.wording.quoted import quoted, without_quoted

Step = Literal["find", "read"] | PatientStep
Ending = Literal["measured", "failed", "elsewhere"]

MASKS = "*.seg.nrrd"


@dataclass(frozen=True)
class Recipe:
    """What is done with every patient; goes to the processes that do it.

    Parameters
    ----------
    engines
        What finds the masks; ``{study}`` in a file's path stands for the folder of the study.
    options
        How each patient is measured and written.
    pet_series, ct_series
        Series to use where the choice is not the user's.
    weights
        Which weights the engines have, as text that is the same if they are.
    """

    engines: EngineChoice
    options: PatientOptions
    pet_series: str | None = None
    ct_series: str | None = None
    weights: str = ""

    def engines_for(self, study: ArchivedStudy) -> EngineChoice:
        """The engines with the mask files of one study."""
        return engines_of_study(self.engines, study.folder)

    @property
    def options_text(self) -> str:
        """All but the engines on which a row's numbers depend."""
        given = self.options
        dates = (given.pseudonyms.keep_dates,) if given.pseudonyms else ()
        return repr((given.lbm_formula, given.overrides, given.reader, self.pet_series, self.ct_series, *dates))

    @property
    def engines_text(self) -> str:
        """The engines, their options and weights; the device is no matter of choice, and stands in the row."""
        return f"{replace(self.engines, device='auto')!r} {self.weights}"

    def on_device(self, device: str) -> Recipe:
        """The same with the networks on another device."""
        return replace(self, engines=replace(self.engines, device=device))


@dataclass(frozen=True)
class Job:
    """One study to work on: its place in the order of the table, its name in the journal, and what is done."""

    number: int
    key: str
    study: ArchivedStudy = field(repr=False)  # names the patient, and Dask logs what it cannot compute
    cohort: Path
    recipe: Recipe = field(repr=False)

    @property
    def folder(self) -> Path:
        """Where masks and page of the patient lie."""
        return self.cohort.parent / f"{self.cohort.stem}_patients" / self.key

    @property
    def known_as(self) -> Key:
        """Patient and study as the table names them."""
        return known_as(self.study, self.recipe.options)

    def told(self, reason: str) -> str:
        """Why a study failed; where patients are hidden without names: of files, of its folder, of the patient."""
        if self.recipe.options.pseudonyms is None:
            return reason
        masks = [file.path for file in mask_files(self.recipe.engines_for(self.study))]
        for path in sorted({*self.study.files, *masks}, key=lambda one: -len(str(one))):
            reason = reason.replace(str(path), REMOVED)
        below = rf"{re.escape(str(self.study.folder))}([/\\][^:\"]*)?"
        return without(without_quoted(re.sub(below, REMOVED, reason), REMOVED), self._identity())

    def _identity(self) -> tuple[str, ...]:
        """The words that name the patient, of the first file that can be read."""
        for path in self.study.files:
            with suppress(*DAMAGED):
                return identity_words(path)
        return ()


def known_as(study: ArchivedStudy, options: PatientOptions) -> Key:
    """Patient and study as the table names them: by pseudonyms, where patients are hidden."""
    if options.pseudonyms is not None:
        return options.pseudonyms.known_as(study.patient_id, study.study_uid)
    return study.patient_id, study.study_uid


@dataclass(frozen=True)
class Outcome:
    """How a job ended.

    Parameters
    ----------
    ending
        ``elsewhere``: another batch works on this study.
    step, reason
        Where and why it failed.
    row
        What it gave, as in the journal.
    may_pass
        The failure may be over in a while: it is tried again.
    """

    ending: Ending
    step: str = ""
    reason: str = ""
    row: dict[str, Any] = field(default_factory=dict)
    may_pass: bool = False


def stamped_inputs(study: ArchivedStudy, recipe: Recipe) -> Inputs:
    """What the row of a study depends on, without the files' content."""
    masks = _mask_files(study, recipe)
    return Inputs(
        stamps=stamps_digest([*study.files, *masks], [*study.stamps, *map(stamp_of, masks)]),
        content="",
        options=_digest(recipe.options_text),
        engines=_digest(recipe.engines_text),
        software=NEMOPETLib.__version__,
    )


def content_of(study: ArchivedStudy, recipe: Recipe) -> str:
    """Digest of all that is read for a study; raises OSError."""
    return content_digest([*study.files, *_mask_files(study, recipe)])


def _mask_files(study: ArchivedStudy, recipe: Recipe) -> list[Path]:
    """Those that are there."""
    return [file.path for file in mask_files(recipe.engines_for(study)) if file.path.is_file()]


def work_on(job: Job, at: Callable[[Step], None]) -> Outcome:
    """Read, segment, measure and write one patient, and put the row into the journal.

    Never raises for a patient's sake: what goes wrong is in the outcome. ``at`` is told each step as it begins.
    """
    journal = journal_of(job.cohort)
    steps = _Steps(at)
    try:
        with journal.only_worker(job.key) as is_free:
            if not is_free:
                return Outcome("elsewhere")
            with _as_input_error():
                _refuse_changed_masks(job, journal.entry(job.key))
                inputs = replace(stamped_inputs(job.study, job.recipe), content=content_of(job.study, job.recipe))
                result = _prepare(job, steps, lambda: journal.write(job.key, Entry("begun", inputs)))
                masks = {path.name: written_file(path) for path in sorted(result.folder.glob(MASKS))}
                journal.write(job.key, Entry("measured", inputs, result.row, masks))
            return Outcome("measured", row=result.row)
    except InputError as error:
        return Outcome("failed", steps.last, job.told(str(error)), may_pass=may_pass(error) or steps.last == "segment")
    except OSError as error:  # the journal's own folder
        return Outcome("failed", steps.last, why_refused(error), may_pass=True)


def segment_only(job: Job, at: Callable[[Step], None]) -> None:
    """Let the engines do their part, of which they keep the result; what goes wrong shows when it is measured."""
    steps = _Steps(at)
    try:
        with _as_input_error():
            study = _load(job, steps)
            engines = job.recipe.engines_for(job.study)
            steps("segment")
            engines.lesion_engine().segment(study)
            if tissues := engines.tissue_engine():
                tissues.segment(study)
    except InputError:
        return


def may_pass(error: BaseException) -> bool:
    """Whether an error, or what caused it, is the operating system's: a full disk, a share away."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError):
            return True
        cause = cause.__cause__
    return False


class _Steps:
    """Tells each step and remembers the last."""

    def __init__(self, at: Callable[[Step], None]) -> None:
        self._at = at
        self.last: Step = "find"

    def __call__(self, step: Step) -> None:
        self.last = step
        self._at(step)


def changed_masks(folder: Path, entry: Entry | None) -> list[str]:
    """Mask files that are not as the batch wrote them: somebody else did."""
    if entry is None:
        return []
    paths = {name: folder / name for name in entry.masks}
    return [name for name, path in paths.items() if path.is_file() and not entry.masks[name].is_still(path)]


def _refuse_changed_masks(job: Job, entry: Entry | None) -> None:
    changed = changed_masks(job.folder, entry)
    if changed and not job.recipe.options.replace_reviewed:
        names = ", ".join(changed)
        raise InputError(f"{names} was changed since it was written and is kept: give --replace-reviewed to replace it")


def _prepare(job: Job, steps: _Steps, before_writing: Callable[[], None]) -> PatientResult:
    def at(step: PatientStep) -> None:
        if step == "write":
            before_writing()
        steps(step)

    study = _load(job, steps)
    engines = job.recipe.engines_for(job.study)
    result = prepare_patient(
        study, CohortTable(job.cohort), engines.lesion_engine(), engines.tissue_engine(), job.recipe.options, at=at
    )
    write_thumbnail(result.folder / THUMBNAIL_NAME, result.pictures)
    return result


def _load(job: Job, steps: _Steps) -> Study:
    steps("find")
    selection = _select(job)
    steps("read")
    source = StudySource(job.study.folder, None, job.recipe.pet_series, job.recipe.ct_series)
    return load_selection(selection, source, job.recipe.options.overrides)


def _select(job: Job) -> Selection:
    files = DicomFiles(unreadable=list(job.study.damaged))
    for path in job.study.files:
        read_header(path, files)
        if files.unreadable and files.unreadable[-1][0] == path and not files.unreadable[-1][1].startswith(DAMAGE):
            # It could be read a moment ago: without it the study would be another.
            raise InputError(f"{quoted(path.name)}: {files.unreadable[-1][1]}") from OSError(errno.EIO, "out of reach")
    found = studies_of(files, pet_series=job.recipe.pet_series, ct_series=job.recipe.ct_series)
    return only_study(job.study.folder, found, files)


@contextmanager
def _as_input_error() -> Iterator[None]:
    """Turn what a damaged file or a lack of memory raises into one line."""
    try:
        yield
    except InputError:
        raise
    except MemoryError as error:
        raise InputError("not enough memory: give fewer --workers") from error
    except OSError as error:
        raise InputError(refused(error)) from error
    except DAMAGED as error:
        raise InputError(f"a file is damaged in a way that is not known yet ({type(error).__name__})") from error


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()

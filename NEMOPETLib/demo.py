"""The whole way on data with a known answer: a phantom from DICOM to a row, a simulated cohort to a report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from NEMOPETLib.cohort.table import CohortTable
from NEMOPETLib.masks.engine import MaskFile, OrganFiles, ThresholdLesions, TissueFiles
from NEMOPETLib.masks.lesion_rules import FixedThreshold
from NEMOPETLib.measurements.definitions import MEASUREMENTS
from NEMOPETLib.patient import PatientOptions, PatientResult, process_patient
from NEMOPETLib.phantom.images import Variant
from NEMOPETLib.phantom.masks import LESIONS, MEASURED, UPTAKE_ORGANS, write_masks
from NEMOPETLib.phantom.phantom import Phantom, full_phantom, small_phantom
from NEMOPETLib.phantom.study import PhantomStudy, write_phantom_study
from NEMOPETLib.progress import Progress
from NEMOPETLib.report.study_report import write_study_report
from NEMOPETLib.report.words import Language
from NEMOPETLib.studies.study import find_study, load_study
from NEMOPETLib.survival.simulator import simulate_cohort
from NEMOPETLib.survival.study.study_config import ClassifierConfig, nemo_pet_study
from NEMOPETLib.survival.study.study_output import write_study
from NEMOPETLib.survival.study.study_table import read_study_table
from NEMOPETLib.survival.study.survival_study import survival_study

StepProgress = Callable[[int, int], None]


@dataclass(frozen=True)
class Comparison:
    """A column of the row beside its truth; ``measured`` is None if the column is empty."""

    column: str
    unit: str
    truth: float
    measured: float | None


@dataclass(frozen=True)
class DemoPatient:
    """The phantom patient: what was written, what came out, and each number beside its truth."""

    result: PatientResult
    cohort: Path
    comparisons: tuple[Comparison, ...]


def demo_patient(
    folder: Path,
    *,
    full_size: bool = False,
    variant: Variant = "sharp",
    language: Language = "en",
    writing: Callable[[str], StepProgress],
    progress: Progress,
) -> DemoPatient:
    """Write the phantom as a DICOM study with masks, then process it like any patient.

    Parameters
    ----------
    folder
        Gets ``study/``, ``masks/``, ``cohort.csv`` and the patient's page.
    full_size
        CT 512×512×700 and PET 200×200×500 instead of the small twin.
    variant
        ``sharp``, ``blurred`` or ``noisy``.
    writing
        Makes a callback for a step's title, called with how many slices of how many are written.
    progress
        Shows how far reading has come.
    """
    phantom = full_phantom() if full_size else small_phantom()
    written = write_phantom_study(folder / "study", phantom, variant, progress=writing("Writing the phantom"))
    organs = [name for name in UPTAKE_ORGANS if _has(phantom, name) and name != "liver"]
    names = [*MEASURED, *organs]
    files = write_masks(phantom, folder / "masks", names, progress=writing("Writing its masks"))
    masks = {name: MaskFile(path) for name, path in files.items()}
    rule = FixedThreshold()
    lesions = ThresholdLesions(
        lambda *_: rule,
        f"threshold: {rule.description}, 26-connected",
        organs=OrganFiles({name: masks[name] for name in organs}),
    )
    tissues = TissueFiles({name: masks[name] for name in MEASURED if name != LESIONS})
    study = load_study(find_study(folder / "study", progress=progress), progress=progress)
    cohort = folder / "cohort.csv"
    result = process_patient(study, CohortTable(cohort), lesions, tissues, PatientOptions(language=language), progress)
    return DemoPatient(result, cohort, _compare(written, result))


def _has(phantom: Phantom, name: str) -> bool:
    return any(part.name == name for part in phantom.anatomy.parts)


def _compare(written: PhantomStudy, result: PatientResult) -> tuple[Comparison, ...]:
    values = result.measured.values
    return tuple(
        Comparison(one.column, one.unit, written.truth.columns[one.column], values[one.column])
        for one in MEASUREMENTS
        if one.column in written.truth.columns
    )


def demo_cohort(folder: Path, *, language: Language = "en", workers: int = 1, progress: Progress) -> Path:
    """Simulate a cohort like the published one, analyse it and write the report.

    The searched cut-points are corrected by 99 permutations and the optimism estimated by 50 bootstrap samples;
    a real analysis takes more (``nemopet survival``).

    Parameters
    ----------
    folder
        Gets ``simulated_cohort.csv``, the study's tables, figures and models, and ``report.html``.
    workers
        Processes.
    progress
        Shows how far the analysis has come.

    Returns
    -------
    report
        Path of ``report.html``.
    """
    table = folder / "simulated_cohort.csv"
    table.unlink(missing_ok=True)
    rows = simulate_cohort().to_dict("records")
    CohortTable(table).upsert_all({str(column): value for column, value in row.items()} for row in rows)
    config = replace(nemo_pet_study(), bootstraps=50, classifier=ClassifierConfig())
    config = replace(config, stratify=replace(config.stratify, permutations=99))
    result = survival_study(read_study_table(table), config, progress, workers)
    write_study(result, folder)
    return write_study_report(result, folder, language, workers)

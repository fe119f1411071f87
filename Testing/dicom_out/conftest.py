"""A small phantom patient, measured and written as DICOM."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from NEMOPETLib.cohort.table import CohortTable
from NEMOPETLib.masks.engine import MaskFile, OrganFiles, ThresholdLesions, TissueFiles
from NEMOPETLib.masks.lesion_rules import FixedThreshold
from NEMOPETLib.patient import PatientOptions, PatientResult, process_patient
from NEMOPETLib.phantom.masks import LESIONS, MEASURED, UPTAKE_ORGANS, write_masks
from NEMOPETLib.phantom.study import PhantomStudy, write_phantom_study
from NEMOPETLib.studies.study import Study, find_study, load_study


@dataclass(frozen=True)
class Exported:
    """A processed phantom: its files on disk, the study, and the folder of its DICOM objects."""

    written: PhantomStudy
    study: Study
    result: PatientResult
    cohort: Path
    folder: Path
    masks: dict[str, MaskFile]


def export_phantom(root: Path, **phantom: object) -> Exported:
    """Write a phantom study (see ``write_phantom_study``) and process it with ``dicom``."""
    written = write_phantom_study(root / "study", **phantom)
    organs = [name for name in UPTAKE_ORGANS if any(part.name == name for part in written.phantom.anatomy.parts)]
    organs = [name for name in organs if name != "liver"]
    files = write_masks(written.phantom, root / "masks", [*MEASURED, *organs])
    masks = {name: MaskFile(path) for name, path in files.items()}
    rule = FixedThreshold()
    taken_out = OrganFiles({name: masks[name] for name in organs})
    lesions = ThresholdLesions(lambda *_: rule, f"threshold: {rule.description}", organs=taken_out)
    tissues = TissueFiles({name: masks[name] for name in MEASURED if name != LESIONS})
    study = load_study(find_study(root / "study"))
    cohort = root / "cohort.csv"
    result = process_patient(study, CohortTable(cohort), lesions, tissues, PatientOptions(dicom=True))
    return Exported(written, study, result, cohort, result.page.html.parent / "dicom", masks)


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    return export_phantom(tmp_path_factory.mktemp("exported"))


@pytest.fixture
def make_exported(tmp_path: Path) -> Callable[..., Exported]:
    return lambda **phantom: export_phantom(tmp_path / "exported", **phantom)

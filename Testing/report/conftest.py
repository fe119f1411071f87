"""What is reported in the tests: the small phantom, measured, and a small study of simulated patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.measurements.patient_measurements import TISSUES, PatientMeasurements, measure_patient
from NEMOPETLib.phantom.phantom import small_phantom
from NEMOPETLib.phantom.volumes import ct_volume, lesion_label_volume, mask_volume, pet_volume
from NEMOPETLib.report.patient_pictures import PatientPictures
from NEMOPETLib.report.study_report import write_study_report
from NEMOPETLib.studies.volume import Grid, Volume
from NEMOPETLib.survival.simulator import simulate_cohort
from NEMOPETLib.survival.study.attempts import Attempts
from NEMOPETLib.survival.study.classifier_result import ClassifierResult, LearnerResult
from NEMOPETLib.survival.study.frozen_evaluation import evaluate_in_study
from NEMOPETLib.survival.study.study_config import (
    CLINICAL,
    ORGANOMIC,
    RADIOMIC,
    ModelConfig,
    Stratification,
    StudyConfig,
)
from NEMOPETLib.survival.study.study_result import StudyResult
from NEMOPETLib.survival.study.survival_study import survival_study


@dataclass(frozen=True)
class Patient:
    """Images, masks and numbers of the small phantom."""

    pet: Volume
    ct: Volume
    lesions: Volume
    tissues: tuple[Mask, ...]
    measured: PatientMeasurements
    row: dict[str, object]

    def pictures(self, **options: float) -> PatientPictures:
        pictures = PatientPictures(self.pet, self.ct, **options)
        pictures.set_lesions(self.lesions)
        for tissue in self.tissues:
            pictures.add_tissue(tissue)
        return pictures


@dataclass(frozen=True)
class StudyReport:
    """A report of a study on the disk."""

    language: str
    html: Path


@pytest.fixture(scope="session")
def patient() -> Patient:
    phantom = small_phantom()
    pet, ct, lesions = pet_volume(phantom), ct_volume(phantom), lesion_label_volume(phantom)
    tissues = []
    for name in TISSUES:
        mask = mask_volume(phantom, name)
        tissues.append(Mask(name, mask.voxels, mask.grid))
    sources = {"lesions": lambda: lesions} | {mask.name: (lambda mask=mask: mask) for mask in tissues}
    measured = measure_patient(sources, pet=pet, ct=ct, sul_per_suv=0.66)
    row: dict[str, object] = {
        "patient_id": "PHANTOM-001",
        "study_date": "2024-05-14",
        "sex": "F",
        "age_years": 54.3,
        "weight_kg": 68.0,
        "height_m": 1.64,
        "suv_scheme": "BQML START, series time",
        "lbm_formula": "janmahasatian",
        "lesion_engine": "threshold SUVbw ≥ 4.0",
        "software_version": "9.8.7",
    }
    return Patient(pet, ct, lesions, tuple(tissues), measured, row)


def turned(volume: Volume, axes: Sequence[int], flips: Sequence[bool]) -> Volume:
    """The same voxels at the same places in the patient, stored in another order and sense of the array axes."""
    voxels = volume.voxels.transpose(axes)[tuple(slice(None, None, -1 if flip else 1) for flip in flips)]
    columns = [2 - axis for axis in axes][::-1]
    affine = np.eye(4)
    affine[:3, :3] = volume.grid.affine[:3, columns]
    affine[:3, 3] = volume.grid.origin
    for flip, i in zip(flips, (2, 1, 0), strict=True):
        if flip:
            affine[:3, 3] += affine[:3, i] * (voxels.shape[2 - i] - 1)
            affine[:3, i] *= -1
    return Volume(np.ascontiguousarray(voxels), Grid(voxels.shape, affine))


@pytest.fixture(scope="session")
def turn():
    """``turned``."""
    return turned


@pytest.fixture(scope="session")
def study() -> StudyResult:
    """A small study of simulated patients: rows with gaps, three models, models of subtypes, few permutations."""
    table = simulate_cohort(4, 150, 70)
    table.loc[[3, 30, 160], "spleen_sul_mean"] = np.nan
    table.loc[5, "os_months"] = np.nan
    subtypes = [
        ModelConfig(
            f"tmtv_dmax_{subtype}", RADIOMIC, "none", only=("subtype", subtype), ns=8, pool="tmtv_dmax_by_subtype"
        )
        for subtype in ("TNBC", "HR+HER2-")
    ]
    config = StudyConfig(
        stratify=Stratification(("median", "rlr", "rhier"), ns=20, permutations=9),
        models=(
            ModelConfig("clinical", CLINICAL),
            ModelConfig("bci", ORGANOMIC),
            ModelConfig("clinical_radiomic_organomic", (*CLINICAL, *RADIOMIC, "bci", "spleen_sul_mean")),
        ),
        further=tuple(replace(model, methods=("rlr",)) for model in subtypes),
        described=("subtype",),
        bootstraps=4,
    )
    result = survival_study(table, config)
    frozen = evaluate_in_study([result.models["clinical"].frozen], table, config, Attempts())
    return replace(result, classifier=a_classifier(result), frozen=frozen)


def a_classifier(result: StudyResult) -> ClassifierResult:
    """A classifier's result made of a model's, so that no learner needs to be installed."""
    performance = result.models["clinical"].performance
    learner = LearnerResult("random survival forest", {"min_samples_leaf": 8.0}, 0.71, 0.62, 0.81, 0.117, 0.139)
    return ClassifierResult(
        24.0,
        CLINICAL,
        (learner,),
        learner.name,
        {name: 1 - one.predicted[24.0] for name, one in performance.items()},
        {name: scored.rows for name, scored in result.models["clinical"].scores.items()},
        performance,
        (0.0, 1.0),
    )


@pytest.fixture(scope="session", params=["en", "fr"])
def study_report(request, study, tmp_path_factory) -> StudyReport:
    """The study's report in either language, written to the disk."""
    folder = tmp_path_factory.mktemp(f"report_{request.param}") / "new" / "folder"
    return StudyReport(request.param, write_study_report(study, folder, request.param))

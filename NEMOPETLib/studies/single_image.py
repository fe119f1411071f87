"""A PET or a CT by itself: a DICOM series or an image file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from NEMOPETLib.errors import InputError
from NEMOPETLib.progress import Progress, no_progress
from NEMOPETLib.studies import header as h
from NEMOPETLib.studies.dicom_files import read_headers
from NEMOPETLib.studies.image_files import is_image_file, read_image
from NEMOPETLib.studies.overrides import NO_OVERRIDES, Overrides
from NEMOPETLib.studies.patient_data import PatientData, read_patient
from NEMOPETLib.studies.pixels import read_ct, read_pet
from NEMOPETLib.studies.radiopharmaceutical import HALF_LIFE_S, Radiopharmaceutical
from NEMOPETLib.studies.selection import select_ct, select_series
from NEMOPETLib.studies.series import Series, group_series
from NEMOPETLib.studies.study import Study
from NEMOPETLib.studies.suv import SuvScaling, suv_scaling
from NEMOPETLib.studies.volume import Volume


@dataclass(frozen=True)
class ImageFileUnit:
    """What the values of a PET image file are.

    Parameters
    ----------
    name
        ``suvbw``, or ``bqml`` for Bq/ml, which needs weight and dose.
    uptake_min
        For ``bqml``: minutes from the injection to the time that the image is decay-corrected to; 0 if that is
        the injection itself.
    """

    name: Literal["suvbw", "bqml"] = "suvbw"
    uptake_min: float | None = None

    def suvbw_factor(self, overrides: Overrides) -> float:
        """SUVbw per value, by the half-life of F-18. Raises InputError that names the option that is missing."""
        if self.name == "suvbw":
            return 1.0
        needed = {
            "--weight-kg": overrides.weight_kg,
            "--dose-mbq": overrides.dose_mbq,
            "--uptake-min": self.uptake_min,
        }
        missing = [option for option, value in needed.items() if value is None]
        if missing or overrides.weight_kg is None or overrides.dose_mbq is None or self.uptake_min is None:
            raise InputError(f"a PET image file in Bq/ml needs {', '.join(missing)}")
        if not 0 <= self.uptake_min <= 600:
            raise InputError(f"--uptake-min {self.uptake_min:g}: give minutes from 0 to 600")
        remaining = Radiopharmaceutical(None, HALF_LIFE_S["F18"]).remaining(60 * self.uptake_min)
        return overrides.weight_kg * 1000 / (overrides.dose_mbq * 1e6 * remaining)


_HIGHEST_SUV = 500.0
"""Above urine and injection sites: image files in Bq/ml that are taken for SUV reach thousands."""

SUVBW_FILE = ImageFileUnit()


@dataclass(frozen=True, eq=False)
class PetImage:
    """A PET in SUVbw (float32), with what its header says; ``suv`` is None for an image file."""

    volume: Volume
    patient: PatientData
    suv: SuvScaling | None
    frame_of_reference: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class CtImage:
    """A CT in HU, with whose it is; ``patient_id`` and ``frame_of_reference`` are empty if unknown."""

    volume: Volume
    patient_id: str = ""
    frame_of_reference: str = ""
    warnings: tuple[str, ...] = ()


def load_pet(
    path: Path,
    overrides: Overrides = NO_OVERRIDES,
    *,
    series: str | None = None,
    unit: ImageFileUnit = SUVBW_FILE,
    progress: Progress = no_progress,
) -> PetImage:
    """The PET of a DICOM folder or of an image file.

    Parameters
    ----------
    path
        A folder with DICOM files, or a NIfTI, NRRD or MetaImage file.
    overrides
        Patient data: all there is for an image file, else instead of the header's.
    series
        Series Number or UID where the folder holds several PET series.
    unit
        What the values of an image file are; a DICOM series says it itself.

    Raises
    ------
    InputError
        If there is no such PET, or SUV cannot be computed from its header.
    """
    if is_image_file(path):
        volume, factor = read_image(path), unit.suvbw_factor(overrides)
        patient = PatientData(sex=overrides.sex, weight_kg=overrides.weight_kg, height_m=overrides.height_m)
        suv = volume.voxels.astype(np.float32, copy=False)
        suv = suv if factor == 1 else suv * np.float32(factor)
        return PetImage(Volume(suv, volume.grid), patient, None, warnings=_doubts(suv, unit))
    selection = select_series(_of_one_study(path, progress), series)
    stack = selection.pet.stack
    headers = [one.header for one in stack.slices]
    patient = read_patient(headers[0], overrides)
    scaling = suv_scaling(headers, patient, overrides)
    return PetImage(
        read_pet(stack, scaling.factors, progress),
        patient,
        scaling,
        selection.pet.series.frame_of_reference,
        (*stack.warnings, *patient.warnings, *scaling.warnings),
    )


def load_ct(path: Path, *, series: str | None = None, progress: Progress = no_progress) -> CtImage:
    """The CT of a DICOM folder or of an image file in HU.

    Raises
    ------
    InputError
        If there is none that can be used, or several series and none is named.
    """
    if is_image_file(path):
        return CtImage(read_image(path))
    one, warnings = select_ct(_of_one_study(path, progress), series)
    patient_id = h.text(one.series.header, "PatientID")
    volume = read_ct(one.stack, progress)
    return CtImage(volume, patient_id, one.series.frame_of_reference, (*warnings, *one.stack.warnings))


def study_of_image_files(
    pet_path: Path,
    ct_path: Path,
    overrides: Overrides,
    *,
    patient_id: str,
    unit: ImageFileUnit = SUVBW_FILE,
    study_date: str = "",
    age_years: float | None = None,
) -> Study:
    """A study of a PET and a CT image file, with what the user says of the patient.

    Raises
    ------
    InputError
        If a file is no image file, or the unit needs what is not given.
    """
    for path in (pet_path, ct_path):
        if not is_image_file(path):
            raise InputError(f"{path} is not an image file: give NIfTI, NRRD or MetaImage, or a DICOM folder as STUDY")
    pet, ct = load_pet(pet_path, overrides, unit=unit), load_ct(ct_path)
    patient = replace(pet.patient, patient_id=patient_id, study_date=study_date, age_years=age_years)
    scheme = f"image file in {unit.name}"
    scaling = SuvScaling(np.full(pet.volume.grid.shape[0], unit.suvbw_factor(overrides)), unit.name, "", scheme)
    return Study(patient, pet.volume, ct.volume, scaling, "", (*pet.warnings, *ct.warnings))


def _doubts(suv: NDArray[np.float32], unit: ImageFileUnit) -> tuple[str, ...]:
    """A warning where the file can hardly be in the unit that it is said to be in."""
    highest = float(suv.max())
    if highest <= _HIGHEST_SUV:
        return ()
    return (f"the PET reaches SUV {highest:.0f}: are its values {unit.name}? If they are Bq/ml, say --pet-unit bqml",)


def _of_one_study(folder: Path, progress: Progress) -> list[Series]:
    series = group_series(read_headers(folder, progress).headers)
    if len({one.study for one in series}) > 1:
        raise InputError(f"{folder} holds series of several studies: give the folder of one series")
    return series

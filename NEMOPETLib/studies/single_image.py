"""A PET or a CT by itself: a DICOM series or an image file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from NEMOPETLib.errors import InputError
from NEMOPETLib.progress import Progress, no_progress
from NEMOPETLib.studies import header as h
from NEMOPETLib.studies.dicom_files import read_headers
from NEMOPETLib.studies.image_files import is_image_file, read_image
from NEMOPETLib.studies.overrides import NO_OVERRIDES, Overrides
from NEMOPETLib.studies.patient_data import PatientData, read_patient
from NEMOPETLib.studies.pixels import read_ct, read_pet
from NEMOPETLib.studies.selection import only_ct, select_series
from NEMOPETLib.studies.series import Series, group_series
from NEMOPETLib.studies.suv import SuvScaling, suv_scaling
from NEMOPETLib.studies.volume import Volume


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
    progress: Progress = no_progress,
) -> PetImage:
    """The PET of a DICOM folder, or of an image file whose values are SUVbw.

    Parameters
    ----------
    path
        A folder with DICOM files, or a NIfTI, NRRD or MetaImage file.
    overrides
        Patient data: all there is for an image file, else instead of the header's.
    series
        Series Number or UID where the folder holds several PET series.

    Raises
    ------
    InputError
        If there is no such PET, or SUV cannot be computed from its header.
    """
    if is_image_file(path):
        volume = read_image(path)
        patient = PatientData(sex=overrides.sex, weight_kg=overrides.weight_kg, height_m=overrides.height_m)
        return PetImage(Volume(volume.voxels.astype(np.float32, copy=False), volume.grid), patient, None)
    selection = select_series(_of_one_study(path, progress), series)
    stack = selection.pet.stack
    headers = [one.header for one in stack.slices]
    patient = read_patient(headers[:1], overrides)
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
    one = only_ct(_of_one_study(path, progress), series)
    patient_id = h.text(one.series.header, "PatientID")
    return CtImage(read_ct(one.stack, progress), patient_id, one.series.frame_of_reference, one.stack.warnings)


def _of_one_study(folder: Path, progress: Progress) -> list[Series]:
    series = group_series(read_headers(folder, progress).headers)
    if len({one.study for one in series}) > 1:
        raise InputError(f"{folder} holds series of several studies: give the folder of one series")
    return series

"""A study opened from where it lies, whether DICOM or image files, so that the row can say where that is."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from NEMOPETLib.errors import InputError
from NEMOPETLib.progress import Progress, no_progress
from NEMOPETLib.studies.overrides import NO_OVERRIDES, Overrides
from NEMOPETLib.studies.selection import Selection
from NEMOPETLib.studies.single_image import ImageFileUnit, study_of_image_files
from NEMOPETLib.studies.study import Study, find_studies, find_study, load_study
from NEMOPETLib.studies.study_source import StudySource


@dataclass(frozen=True)
class Identity:
    """Whose study image files are, which cannot say it themselves; age in years at the scan, date ISO."""

    patient_id: str = ""
    study_date: str = ""
    age_years: float | None = None


NOBODY = Identity()


def find_selection(source: StudySource, study_uid: str = "", progress: Progress = no_progress) -> Selection:
    """The PET/CT pair of a DICOM folder.

    Parameters
    ----------
    source
        The folder.
    study_uid
        Which study, where the folder may hold several.

    Raises
    ------
    InputError
        If there is no such pair, or more than one.
    """
    if not study_uid:
        return find_study(source.path, pet_series=source.pet_series, ct_series=source.ct_series, progress=progress)
    studies, _ = find_studies(source.path, pet_series=source.pet_series, ct_series=source.ct_series, progress=progress)
    wanted = [study for study in studies if study.series[0].study[1] == study_uid]
    if not wanted:
        raise InputError(f"{source.path}: the study is no longer there: open it by the folder that it lies in now")
    if wanted[0].selection is None:
        raise InputError(f"{source.path}: {wanted[0].problem}")
    return wanted[0].selection


def load_selection(
    selection: Selection, source: StudySource, overrides: Overrides = NO_OVERRIDES, progress: Progress = no_progress
) -> Study:
    """Load a pair; the study's source is the folder that holds both series, however far above it was searched."""
    folders = [one.series.folder for one in (selection.pet, selection.ct) if one is not None]
    narrow = Path(os.path.commonpath([folder.resolve() for folder in folders]))
    return replace(load_study(selection, overrides, progress), source=replace(source, path=narrow))


def open_study(
    source: StudySource,
    overrides: Overrides = NO_OVERRIDES,
    *,
    identity: Identity = NOBODY,
    study_uid: str = "",
    progress: Progress = no_progress,
) -> Study:
    """Find and load a study.

    Parameters
    ----------
    source
        Where it lies.
    overrides
        What replaces the header's values.
    identity
        Whose image files these are; not asked for of DICOM.
    study_uid
        Which study of a folder that may hold several.

    Raises
    ------
    InputError
        As ``find_study``, ``load_study`` and ``study_of_image_files``.
    """
    if source.ct is None:
        return load_selection(find_selection(source, study_uid, progress), source, overrides, progress)
    if not identity.patient_id:
        raise InputError("image files do not say whose they are: give a patient id")
    study = study_of_image_files(
        source.path,
        source.ct,
        overrides,
        unit=ImageFileUnit(source.pet_unit, source.uptake_min),
        patient_id=identity.patient_id,
        study_date=identity.study_date,
        age_years=identity.age_years,
    )
    return replace(study, source=source)

"""One PET/CT study: found on disk, chosen, and loaded as PET in SUVbw, CT in HU and patient."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from NEMOPETLib.errors import InputError
from NEMOPETLib.progress import Progress, no_progress
from NEMOPETLib.studies.dicom_files import DicomFiles, read_headers
from NEMOPETLib.studies.overrides import NO_OVERRIDES, Overrides
from NEMOPETLib.studies.patient_data import PatientData, read_patient
from NEMOPETLib.studies.pixels import read_ct, read_pet
from NEMOPETLib.studies.selection import LeftOut, Selection, select_series
from NEMOPETLib.studies.series import Series, group_series
from NEMOPETLib.studies.study_source import StudySource
from NEMOPETLib.studies.suv import SuvScaling, suv_scaling
from NEMOPETLib.studies.volume import Volume
from NEMOPETLib.wording.quoted import quoted


@dataclass(frozen=True, eq=False)
class FoundStudy:
    """One study below a folder: what would be used of it, or why nothing can.

    Parameters
    ----------
    series
        All its series.
    selection
        The chosen pair; None if no pair can be used.
    problem
        Why no pair can be used, in one line; empty if there is one.
    """

    series: tuple[Series, ...]
    selection: Selection | None
    problem: str

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """The series that are not used."""
        if self.selection is not None:
            return self.selection.left_out
        return tuple(LeftOut(one, self.problem) for one in self.series)


@dataclass(frozen=True, eq=False)
class Study:
    """What the measurements need of one patient's scan.

    ``pet`` in SUVbw (float32), ``ct`` in HU; ``suv`` says how the PET became SUV; ``source`` is where its images
    lie, if that is known; ``selection`` are the series that they were read from, None for image files.
    """

    patient: PatientData
    pet: Volume
    ct: Volume
    suv: SuvScaling
    frame_of_reference: str
    warnings: tuple[str, ...]
    source: StudySource | None = None
    selection: Selection | None = None


def find_studies(
    root: Path,
    *,
    pet_series: str | None = None,
    ct_series: str | None = None,
    progress: Progress = no_progress,
) -> tuple[list[FoundStudy], DicomFiles]:
    """Every study below a folder with the pair that would be used, and what could not be read.

    Raises
    ------
    InputError
        If the folder does not exist or holds no DICOM file.
    """
    files = read_headers(root, progress)
    return studies_of(files, pet_series=pet_series, ct_series=ct_series), files


def studies_of(files: DicomFiles, *, pet_series: str | None = None, ct_series: str | None = None) -> list[FoundStudy]:
    """Every study of some files with the pair that would be used."""
    groups: dict[tuple[str, str], list[Series]] = defaultdict(list)
    for one in group_series(files.headers):
        groups[one.study].append(one)
    return [_found(series, pet_series, ct_series) for series in groups.values()]


def _found(series: Sequence[Series], pet_series: str | None, ct_series: str | None) -> FoundStudy:
    try:
        selection = select_series(series, pet_series, ct_series)
    except InputError as error:
        return FoundStudy(tuple(series), None, str(error))
    if selection.ct is None:
        reasons = "; ".join(
            f"{out.series.label}: {out.reason}" for out in selection.left_out if out.series.modality == "CT"
        )
        return FoundStudy(tuple(series), None, f"no CT fits the PET: {reasons or 'the study has no CT series'}")
    return FoundStudy(tuple(series), selection, "")


def find_study(
    root: Path,
    *,
    pet_series: str | None = None,
    ct_series: str | None = None,
    progress: Progress = no_progress,
) -> Selection:
    """The pair of the only PET/CT study below a folder.

    Raises
    ------
    InputError
        If there is none, with the reason, or more than one.
    """
    studies, files = find_studies(root, pet_series=pet_series, ct_series=ct_series, progress=progress)
    return only_study(root, studies, files)


def only_study(root: Path, studies: Sequence[FoundStudy], files: DicomFiles) -> Selection:
    """The pair of the only PET/CT study of some; raises as ``find_study``, naming the folder."""
    usable = [study.selection for study in studies if study.selection is not None]
    if len(usable) > 1:
        raise InputError(f"{root} holds {len(usable)} PET/CT studies: give the folder of one, or use the batch verb")
    if not usable:
        problems = _other_patients(studies) or "; ".join(sorted({study.problem for study in studies}))
        damaged = f"; {len(files.unreadable)} files could not be read" if files.unreadable else ""
        raise InputError(f"{root}: {problems}{damaged}")
    if files.unreadable:
        first, reason = files.unreadable[0]
        said = f"{len(files.unreadable)} files could not be read, the first: {quoted(first.name)} ({reason})"
        return replace(usable[0], warnings=(*usable[0].warnings, said))
    return usable[0]


def _other_patients(studies: Sequence[FoundStudy]) -> str:
    """What to say where a PET and a CT lie together but belong to different patients or studies."""
    modalities = {one.modality for study in studies for one in study.series}
    if len(studies) < 2 or not {"PT", "CT"} <= modalities:
        return ""
    patients = {one.study[0] for study in studies for one in study.series}
    return f"the PET and the CT are of different {'patients' if len(patients) > 1 else 'studies'}"


def load_study(selection: Selection, overrides: Overrides = NO_OVERRIDES, progress: Progress = no_progress) -> Study:
    """Load a chosen pair.

    Raises
    ------
    InputError
        If SUV cannot be computed (see ``suv_scaling``), the pair has no CT, or pixels cannot be read.
    """
    if selection.ct is None:
        raise InputError(f"no CT fits {selection.pet.series.label}")
    pet, ct = selection.pet.stack, selection.ct.stack
    patient = read_patient(pet.slices[0].header, overrides)
    scaling = suv_scaling([one.header for one in pet.slices], patient, overrides)
    return Study(
        patient=patient,
        pet=read_pet(pet, scaling.factors, progress),
        ct=read_ct(ct, progress),
        suv=scaling,
        frame_of_reference=selection.pet.series.frame_of_reference,
        warnings=(*selection.warnings, *pet.warnings, *ct.warnings, *patient.warnings, *scaling.warnings),
        selection=selection,
    )

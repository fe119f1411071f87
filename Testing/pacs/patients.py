"""Studies as a scanner sends them, of as many patients as are wanted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydicom import dcmread

from NEMOPETLib.phantom.examination import Examination
from NEMOPETLib.phantom.study import PhantomStudy, write_phantom_study


@dataclass(frozen=True)
class Scanned:
    """Of each patient the files, and one of them as written by the phantom."""

    phantom: PhantomStudy
    files: dict[str, tuple[Path, ...]]

    @property
    def all_files(self) -> list[Path]:
        return [file for files in self.files.values() for file in files]


def scanned_patients(root: Path, count: int) -> Scanned:
    """The small phantom's enhanced PET and CT of patients PAT0, PAT1, … ."""
    first = write_phantom_study(root / "phantom", examination=Examination(patient_id="PAT0"), enhanced=True)
    files = {"PAT0": (*first.pet, *first.ct)}
    for number in range(1, count):
        patient = f"PAT{number}"
        folder = root / patient
        folder.mkdir()
        files[patient] = tuple(_of_another(path, folder, patient, number) for path in files["PAT0"])
    return Scanned(first, files)


def images_of(files: list[Path] | tuple[Path, ...]) -> dict[str, tuple[Any, ...]]:
    """Of each image: its UID, and what is in it."""
    images = [dcmread(file) for file in files]
    return {image.SOPInstanceUID: (image.PatientID, image.Modality, image.PixelData) for image in images}


def _of_another(path: Path, folder: Path, patient: str, number: int) -> Path:
    """The same image of another patient, with other UIDs."""
    image = dcmread(path)
    image.PatientID, image.PatientName = patient, f"Patient^{number}"
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID", "SOPInstanceUID"):
        image[keyword].value = f"{image[keyword].value[:56]}.{number}"
    image.file_meta.MediaStorageSOPInstanceUID = image.SOPInstanceUID
    target = folder / path.parent.name
    image.save_as(target, enforce_file_format=True)
    return target

"""The phantom written as a PET/CT study of DICOM files, with its truth."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from pydicom.dataset import Dataset
from pydicom.uid import UID, ExplicitVRLittleEndian

from NEMOPETLib.phantom.ct_series import ct_datasets
from NEMOPETLib.phantom.dicomdir import write_dicomdir
from NEMOPETLib.phantom.distractors import EXTRAS
from NEMOPETLib.phantom.encoding import encode
from NEMOPETLib.phantom.enhanced_ct import enhanced_ct
from NEMOPETLib.phantom.enhanced_pet import enhanced_pet
from NEMOPETLib.phantom.examination import Examination
from NEMOPETLib.phantom.headers import uid
from NEMOPETLib.phantom.images import Variant, ct_slices, pet_slices
from NEMOPETLib.phantom.pet_series import pet_datasets
from NEMOPETLib.phantom.phantom import Phantom, small_phantom
from NEMOPETLib.phantom.truth import Truth, truth_of

Edit = Callable[[Dataset], None]
Progress = Callable[[int, int], None]
Layout = Literal["series", "shuffled", "disc"]
T = TypeVar("T")


@dataclass(frozen=True)
class PhantomStudy:
    """A study on disk and what must be measured on it.

    ``pet`` and ``ct`` are the files from the lowest slice up (one file if enhanced); ``extras`` those of the
    other series, by name.
    """

    folder: Path
    pet: tuple[Path, ...]
    ct: tuple[Path, ...]
    extras: dict[str, tuple[Path, ...]]
    phantom: Phantom
    examination: Examination
    truth: Truth

    @property
    def pet_folder(self) -> Path:
        """Where the PET files lie: alone in the layout ``series``."""
        return self.pet[0].parent

    @property
    def ct_folder(self) -> Path:
        """Where the CT files lie: alone in the layout ``series``."""
        return self.ct[0].parent

    @property
    def study_uid(self) -> str:
        """The StudyInstanceUID."""
        return uid(self.examination, "study")


def write_phantom_study(
    folder: Path,
    phantom: Phantom | None = None,
    variant: Variant = "sharp",
    *,
    examination: Examination | None = None,
    seed: int = 0,
    enhanced: bool = False,
    transfer_syntax: UID = ExplicitVRLittleEndian,
    extras: Sequence[str] = (),
    layout: Layout = "series",
    edit: Edit | None = None,
    progress: Progress | None = None,
) -> PhantomStudy:
    """Write a PET and a CT series, and whatever else a study's folder may hold.

    Parameters
    ----------
    folder
        Made if it is not there.
    phantom
        The small one unless given; ``full_phantom()``, or either's ``with_bed_gaps()``.
    variant, seed
        ``sharp``, ``blurred`` or ``noisy`` (see ``images``), and the seed of the noise.
    examination
        Patient, injection and times.
    enhanced
        One multi-frame object each for PET and CT instead of a file for each slice.
    transfer_syntax
        ``encoding.NATIVE`` or ``encoding.ENCAPSULATED``.
    extras
        Names of ``distractors.EXTRAS``: other series of the same study.
    layout
        ``series``: in ``PET/``, ``CT/`` and a folder for each of ``extras``, as ``0001.dcm`` and so on.
        ``shuffled``: all in ``folder``, with names that tell nothing and have no extension. ``disc``: all in
        ``DICOM/``, without extension, and a DICOMDIR beside it.
    edit
        Called with each object before it is written, to break or change what a test needs.
    progress
        Called with the number of slices written and of all slices of the PET and the CT.
    """
    phantom = phantom or small_phantom()
    examination = examination or Examination()
    folder.mkdir(parents=True, exist_ok=True)
    writer = _Writer(folder, transfer_syntax, layout, edit)
    total = len(phantom.pet.heights) + len(phantom.ct.heights)
    counter = _Counter(total, progress)
    pet_images = counter.counted(pet_slices(phantom, variant, seed))
    ct_images = counter.counted(ct_slices(phantom, variant, seed))
    if enhanced:
        with tempfile.TemporaryFile() as pixels:
            pet = writer.write("PET", [enhanced_pet(phantom.pet, pet_images, examination, pixels)])
        with tempfile.TemporaryFile() as pixels:
            ct = writer.write("CT", [enhanced_ct(phantom.ct, ct_images, examination, pixels)])
    else:
        pet = writer.write("PET", pet_datasets(phantom.pet, pet_images, examination))
        ct = writer.write("CT", ct_datasets(phantom.ct, ct_images, examination))
    others = {name: writer.write(name, EXTRAS[name](phantom, examination)) for name in extras}
    if layout == "disc":
        write_dicomdir(folder, writer.paths)
    truth = truth_of(phantom.anatomy, examination)
    return PhantomStudy(folder, pet, ct, others, phantom, examination, truth)


class _Writer:
    """Writes datasets as files; ``paths`` are all that it has written."""

    def __init__(self, folder: Path, transfer_syntax: UID, layout: Layout, edit: Edit | None) -> None:
        self.paths: list[Path] = []
        self._folder, self._transfer_syntax, self._layout, self._edit = folder, transfer_syntax, layout, edit

    def write(self, series: str, datasets: Iterable[Dataset]) -> tuple[Path, ...]:
        """Write a series' objects; gives their paths in the same order."""
        before = len(self.paths)
        for number, dataset in enumerate(datasets, start=1):
            if self._edit:
                self._edit(dataset)
            if dataset.get("SamplesPerPixel") == 1 and "PixelData" in dataset:
                encode(dataset, self._transfer_syntax)
            path = self._path(series, number)
            path.parent.mkdir(parents=True, exist_ok=True)
            dataset.save_as(path, enforce_file_format=True)
            self.paths.append(path)
        return tuple(self.paths[before:])

    def _path(self, series: str, number: int) -> Path:
        if self._layout == "disc":
            return self._folder / "DICOM" / f"IM{len(self.paths):06d}"
        if self._layout == "shuffled":
            return self._folder / hashlib.sha256(f"{series} {number}".encode()).hexdigest()[:16]
        return self._folder / series / f"{number:04d}.dcm"


class _Counter:
    """Counts slices over several series and tells how many are done."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._done, self._total, self._progress = 0, total, progress

    def counted(self, slices: Iterable[T]) -> Iterator[T]:
        """The same slices; one is done when the next is asked for."""
        for image in slices:
            yield image
            self._done += 1
            if self._progress:
                self._progress(self._done, self._total)

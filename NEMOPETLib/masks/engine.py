"""Where masks come from: the interface of every engine, and the engines that need no network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from NEMOPETLib.masks.lesion_rules import LesionRule
from NEMOPETLib.masks.lesions import LesionMap, segment_lesions
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.masks.mask_files import read_mask
from NEMOPETLib.studies.study import Study
from NEMOPETLib.studies.volume import Grid, Volume


class LesionEngine(Protocol):
    """Finds the lesions of a study."""

    @property
    def description(self) -> str:
        """Name, version and options, as written in the row's ``lesion_engine``."""

    def segment(self, study: Study) -> LesionMap:
        """The lesions on the PET's grid."""


class TissueEngine(Protocol):
    """Finds muscle, fat and spleen of a study."""

    @property
    def description(self) -> str:
        """Name, version, options and mode really used, as written in the row's ``tissue_engine``."""

    def segment(self, study: Study) -> Mapping[str, Callable[[], Mask]]:
        """For each tissue that there is, a function that gives its mask on the CT's grid when it is called."""


@dataclass(frozen=True)
class MaskFile:
    """A mask in a file, and which of its segments is meant if it does not say so itself."""

    path: Path
    segment: str | None = None

    def read(self, name: str, grid: Grid, frame_of_reference: str = "") -> Mask:
        """The mask on a grid; raises InputError as ``read_mask`` does."""
        return read_mask(self.path, name, grid, segment=self.segment, frame_of_reference=frame_of_reference or None)


@dataclass(frozen=True)
class TissueFiles:
    """The engine that reads each tissue from a file."""

    files: Mapping[str, MaskFile]

    @property
    def description(self) -> str:
        """Which files, by name without folder."""
        return "files: " + ", ".join(f"{name}={file.path.name}" for name, file in self.files.items())

    def segment(self, study: Study) -> Mapping[str, Callable[[], Mask]]:
        """The tissues, each read when its turn comes."""

        def reader(name: str, file: MaskFile) -> Callable[[], Mask]:
            return lambda: file.read(name, study.ct.grid, study.frame_of_reference)

        return {name: reader(name, file) for name, file in self.files.items()}


@dataclass(frozen=True)
class LesionFile:
    """The engine that reads the lesions from a file; each connected part is one."""

    file: MaskFile

    @property
    def description(self) -> str:
        """Which file, by name without folder."""
        return f"file: {self.file.path.name}"

    def segment(self, study: Study) -> LesionMap:
        """The lesions, numbered like those found from SUV."""
        mask = self.file.read("lesions", study.pet.grid, study.frame_of_reference)
        found = segment_lesions(study.pet, _Everywhere(), inside=mask)
        return LesionMap(found.labels, (*mask.warnings, *found.warnings))


@dataclass(frozen=True)
class ThresholdLesions:
    """The engine that finds lesions from SUV.

    ``rule`` may need the liver, which is read when the study is known: it is made by a function of the study.
    """

    rule: Callable[[Study], LesionRule]
    description: str
    inside: MaskFile | None = None
    organs: Mapping[str, MaskFile] = field(default_factory=dict)
    min_volume_ml: float = 0.0

    def segment(self, study: Study) -> LesionMap:
        """The lesions on the PET's grid."""

        def read(name: str, file: MaskFile) -> Mask:
            return file.read(name, study.pet.grid, study.frame_of_reference)

        inside = read("inside", self.inside) if self.inside else None
        organs = {name: read(name, file) for name, file in self.organs.items()}
        found = segment_lesions(
            study.pet, self.rule(study), inside=inside, organs=organs, min_volume_ml=self.min_volume_ml
        )
        # That organs drawn on the CT are carried over to the PET is how it must be, so it is not said.
        return LesionMap(found.labels, (*(inside.warnings if inside else ()), *found.warnings))


@dataclass(frozen=True)
class _Everywhere:
    """The rule of a mask that is drawn already: all of it is lesion."""

    description: str = "as drawn"

    def apply(self, pet: Volume, inside: Mask | None) -> NDArray[np.bool_]:
        """The mask itself."""
        return np.ones(pet.grid.shape, dtype=bool) if inside is None else inside.voxels

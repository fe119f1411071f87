"""Where masks come from: the interface of every engine, and the engine that reads them from files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

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


@dataclass(frozen=True, eq=False)
class LesionMap:
    """Lesions as a label map (0 is background) on the PET's grid, and what the reader should know of them."""

    labels: Volume
    warnings: tuple[str, ...] = ()


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

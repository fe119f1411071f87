"""Where masks come from: the interface of every engine, and the engines that need no network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from NEMOPETLib.masks.lesion_rules import LesionRule
from NEMOPETLib.masks.lesions import LesionMap, segment_lesions
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.masks.mask_files import read_mask
from NEMOPETLib.masks.organs import SPILL_OUT_MM, focal_suv, grown
from NEMOPETLib.progress import Progress, no_progress
from NEMOPETLib.studies.study import Study
from NEMOPETLib.studies.volume import Grid, Volume
from NEMOPETLib.wording.quoted import quoted

LIVER = "liver"  # its normal uptake is even and near SUV 2, so that focal uptake in it can be told


@dataclass(frozen=True)
class TissueMasks:
    """The tissues or organs that an engine found.

    Parameters
    ----------
    masks
        For each that there is, a function that gives its mask: one at a time need be in memory.
    description
        What found them: name, version, options and mode really used, as written in the row's ``tissue_engine``.
    warnings
        What the reader should know, one line each: what is missing and why, what looks implausible.
    """

    masks: Mapping[str, Callable[[], Mask]]
    description: str
    warnings: tuple[str, ...] = ()


class LesionEngine(Protocol):
    """Finds the lesions of a study."""

    def segment(self, study: Study, progress: Progress = no_progress) -> LesionMap:
        """The lesions on the PET's grid. Raises ``InputError`` if they cannot be had."""


class TissueEngine(Protocol):
    """Finds muscle, fat and spleen of a study."""

    def segment(self, study: Study, progress: Progress = no_progress) -> TissueMasks:
        """The tissues on the CT's grid. Raises ``InputError`` if none can be had."""


class OrganEngine(Protocol):
    """Finds the organs of physiological uptake, in which a hot region is no lesion."""

    def segment(self, study: Study, progress: Progress = no_progress) -> TissueMasks:
        """The organs on the PET's grid. Raises ``InputError`` if they cannot be had."""


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

    def segment(self, study: Study, progress: Progress = no_progress) -> TissueMasks:  # noqa: ARG002 - the interface
        """The tissues, each read when its turn comes."""
        return _in_files(self.files, study.ct.grid, study.frame_of_reference)


@dataclass(frozen=True)
class OrganFiles:
    """The engine that reads each organ of physiological uptake from a file."""

    files: Mapping[str, MaskFile]

    def segment(self, study: Study, progress: Progress = no_progress) -> TissueMasks:  # noqa: ARG002 - the interface
        """The organs, each read when its turn comes."""
        return _in_files(self.files, study.pet.grid, study.frame_of_reference)


MakeRule = Callable[[Study, Mapping[str, Mask]], LesionRule]
"""Makes the rule for a study, whose organs' masks on the PET it is given."""


def _in_files(files: Mapping[str, MaskFile], grid: Grid, frame_of_reference: str) -> TissueMasks:
    masks = {name: partial(file.read, name, grid, frame_of_reference) for name, file in files.items()}
    return TissueMasks(masks, "files: " + ", ".join(f"{name}={quoted(file.path.name)}" for name, file in files.items()))


@dataclass(frozen=True)
class LesionFile:
    """The engine that reads the lesions from a file; each connected part is one."""

    file: MaskFile

    def segment(self, study: Study, progress: Progress = no_progress) -> LesionMap:  # noqa: ARG002 - the interface
        """The lesions, numbered like those found from SUV."""
        mask = self.file.read("lesions", study.pet.grid, study.frame_of_reference)
        return replace(lesions_as_drawn(study.pet, mask), description=f"file: {quoted(self.file.path.name)}")


def lesions_as_drawn(pet: Volume, mask: Mask) -> LesionMap:
    """The lesions of a mask that is drawn already: each connected part is one, numbered like those from SUV."""
    found = segment_lesions(pet, _Everywhere(), inside=mask)
    return LesionMap(found.labels, (*mask.warnings, *found.warnings))


@dataclass(frozen=True)
class ThresholdLesions:
    """The engine that finds lesions from SUV.

    Parameters
    ----------
    rule
        Makes the rule when the study and the masks of the organs are known: it may need the liver.
    description
        The rule and its options.
    inside
        Where lesions may be.
    organs
        What finds the organs of physiological uptake; none if they are not taken out.
    organ_margin_mm
        How far the organs are grown (``organs.SPILL_OUT_MM`` says why).
    min_volume_ml
        Least volume of a lesion.
    """

    rule: MakeRule
    description: str
    inside: MaskFile | None = None
    organs: OrganEngine | None = None
    organ_margin_mm: float = SPILL_OUT_MM
    min_volume_ml: float = 0.0

    def segment(self, study: Study, progress: Progress = no_progress) -> LesionMap:
        """The lesions on the PET's grid."""
        inside = self.inside.read("inside", study.pet.grid, study.frame_of_reference) if self.inside else None
        organs = self.organs.segment(study, progress) if self.organs else TissueMasks({}, "")
        masks = {name: read() for name, read in organs.masks.items()}
        # On the liver as drawn: around it there is other tissue.
        focal = {LIVER: focal_suv(masks[LIVER], study.pet)} if LIVER in masks else {}
        found = segment_lesions(
            study.pet,
            self.rule(study, masks),
            inside=inside,
            organs={name: grown(mask, self.organ_margin_mm) for name, mask in masks.items()},
            focal_suv=focal,
            min_volume_ml=self.min_volume_ml,
        )
        # That organs drawn on the CT are carried over to the PET is how it must be, so it is not said.
        warnings = (*(inside.warnings if inside else ()), *organs.warnings, *found.warnings)
        return replace(found, warnings=warnings, description=self.description + self._without(organs, focal))

    def _without(self, organs: TissueMasks, focal: Mapping[str, float]) -> str:
        """What the organs did, as written in the row."""
        if not organs.masks:
            return ""
        kept = "".join(f", focal uptake in {name} from SUV {suv:.3g} on kept" for name, suv in focal.items())
        names = ", ".join(organs.masks)
        return f", without {names} grown by {self.organ_margin_mm:g} mm ({organs.description}){kept}"


@dataclass(frozen=True)
class _Everywhere:
    """The rule of a mask that is drawn already: all of it is lesion."""

    description: str = "as drawn"

    def apply(self, pet: Volume, inside: Mask | None) -> NDArray[np.bool_]:
        """The mask itself."""
        return np.ones(pet.grid.shape, dtype=bool) if inside is None else inside.voxels

"""Which PET voxels are lesion: a fixed SUV, a share of each region's maximum, or PERCIST's liver threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.connected import connected_regions
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.masks.organs import focal_suv
from NEMOPETLib.studies.volume import Volume


class LesionRule(Protocol):
    """Says of each voxel whether it is lesion."""

    @property
    def description(self) -> str:
        """The rule with its numbers, as written in the row."""

    def apply(self, pet: Volume, inside: Mask | None) -> NDArray[np.bool_]:
        """The lesion voxels of a PET in SUVbw, within the mask if there is one; shape of the PET."""


@dataclass(frozen=True)
class FixedThreshold:
    """SUVbw ≥ ``suv``; 4.0 is the study's threshold and that of Boellaard et al., J Nucl Med 2024;65:1343."""

    suv: float = 4.0

    def __post_init__(self) -> None:
        """Refuse a threshold that every voxel passes."""
        if not self.suv > 0:
            raise InputError(f"lesion threshold SUV {self.suv:g}: give a number above 0")

    @property
    def description(self) -> str:
        """As ``SUVbw >= 4``."""
        return f"SUVbw >= {self.suv:g}"

    def apply(self, pet: Volume, inside: Mask | None) -> NDArray[np.bool_]:
        """Voxels of at least the threshold."""
        found: NDArray[np.bool_] = pet.voxels >= self.suv
        return found if inside is None else found & inside.voxels


@dataclass(frozen=True)
class PercentOfMaximum:
    """At least ``percent`` of the highest SUV of each region (41 %: Boellaard et al., EJNMMI 2015;42:328).

    The regions are the connected parts of the given mask, as a reader or a network draws around each lesion;
    without one, those of SUVbw ≥ ``start_suv``. A lesion never grows beyond its region.
    """

    percent: float = 41.0
    start_suv: float = 4.0

    def __post_init__(self) -> None:
        """Refuse what is no percentage."""
        if not 0 < self.percent < 100:
            raise InputError(f"lesion threshold {self.percent:g} %: give a number between 0 and 100")

    @property
    def description(self) -> str:
        """As ``>= 41 % of each region's maximum``."""
        return f">= {self.percent:g} % of each region's maximum"

    def apply(self, pet: Volume, inside: Mask | None) -> NDArray[np.bool_]:
        """Voxels of at least their region's threshold."""
        regions = FixedThreshold(self.start_suv).apply(pet, None) if inside is None else inside.voxels
        found = np.zeros(pet.grid.shape, dtype=bool)
        for box, region in connected_regions(regions):
            suv = pet.voxels[box]
            found[box] |= region & (suv >= self.percent / 100 * suv[region].max())
        return found


@dataclass(frozen=True)
class PercistLiver:
    """1.5 × mean + 2 SD of the liver (PERCIST 1.0: Wahl et al., J Nucl Med 2009;50 Suppl 1:122S).

    PERCIST states it in SUL; SUL is a constant times SUVbw, so the same voxels pass in SUVbw. ``liver`` is the
    reference region on the PET grid: a sphere of 3 cm in the right lobe, or a liver mask.
    """

    liver: Mask
    description: ClassVar[str] = ">= 1.5 x mean + 2 SD of the liver"

    def apply(self, pet: Volume, inside: Mask | None) -> NDArray[np.bool_]:
        """Voxels of at least the liver's threshold; raises InputError if its mask is empty or on another grid."""
        check_grid(self.liver, pet)
        reference = pet.voxels[self.liver.voxels]
        if reference.size < 2:
            raise InputError("PERCIST's threshold needs a liver mask that is not empty")
        threshold = 1.5 * reference.mean(dtype=np.float64) + 2 * reference.std(dtype=np.float64, ddof=1)
        return FixedThreshold(float(threshold)).apply(pet, inside)


@dataclass(frozen=True)
class RobustPercistLiver:
    """PERCIST's threshold from a mask of the whole liver, metastases and all: with median and MAD (``focal_suv``)."""

    liver: Mask
    description: ClassVar[str] = ">= 1.5 x median + 2 x 1.4826 x MAD of the liver"

    def apply(self, pet: Volume, inside: Mask | None) -> NDArray[np.bool_]:
        """Voxels of at least the liver's threshold; raises InputError if its mask is empty or on another grid."""
        check_grid(self.liver, pet)
        if not self.liver.voxels.any():
            raise InputError("PERCIST's threshold needs the liver, which is not in the PET: give --liver FILE")
        return FixedThreshold(focal_suv(self.liver, pet)).apply(pet, inside)


def check_grid(mask: Mask, pet: Volume) -> None:
    """Raises ``InputError`` if the mask does not lie on the PET's voxels; ``onto_grid`` carries it there."""
    if not mask.grid.matches(pet.grid):
        raise InputError(f"mask {mask.name} does not lie on the voxel grid of the PET: carry it over first")

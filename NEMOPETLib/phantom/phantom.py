"""The two phantoms: an anatomy with the CT and PET grids that it is imaged on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from NEMOPETLib.phantom.anatomy import small_trunk, whole_body
from NEMOPETLib.phantom.parts import Anatomy
from NEMOPETLib.phantom.sampling import Sampling


def _even(first: float, step: float, number: int) -> tuple[float, ...]:
    return tuple(first + step * k for k in range(number))


@dataclass(frozen=True)
class Phantom:
    """An anatomy and the CT and PET grids that it is imaged on."""

    name: str
    anatomy: Anatomy
    ct: Sampling
    pet: Sampling

    def with_bed_gaps(self) -> Phantom:
        """The same phantom with the uneven PET slice gaps of a scanner that moves its bed."""
        return replace(self, pet=self.pet.with_bed_gaps())


def full_phantom() -> Phantom:
    """Whole body: CT 512×512×700 at 0.9766×0.9766×1.5 mm, PET 200×200×500 at 2.5×2.5×2 mm."""
    ct = Sampling(512, 512, 0.9766, (-249.4, -251.3), _even(-524.25, 1.5, 700))
    pet = Sampling(200, 200, 2.5, (-248.75, -248.75), _even(-499.0, 2.0, 500))
    return Phantom("full", whole_body(), ct, pet)


def small_phantom() -> Phantom:
    """Small trunk: CT 128×128×84 at 3×3×4 mm, PET 96×96×80 at 3.9×3.9×4 mm."""
    ct = Sampling(128, 128, 3.0, (-189.4, -191.2), _even(-165.3, 4.0, 84))
    pet = Sampling(96, 96, 3.9, (-185.25, -185.25), _even(-158.0, 4.0, 80))
    return Phantom("small", small_trunk(), ct, pet)

"""The tree of parts that an anatomy is: each part lies inside its parent and displaces it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from NEMOPETLib.phantom.materials import Material, wall_like
from NEMOPETLib.phantom.solids import Solid, lens_volume_mm3


@dataclass(frozen=True)
class Part:
    """A solid of one material, less the parts inside it.

    ``name`` is the mask that its voxels belong to (several parts may share one); siblings are disjoint,
    but for spheres that overlap in pairs, of which the later one fills the overlap.
    """

    name: str
    solid: Solid
    material: Material
    children: tuple[Part, ...] = ()
    is_lesion: bool = False

    def walk(self) -> Iterator[Part]:
        """This part and all inside it, parents before children: the order in which they are painted."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Anatomy:
    """A whole phantom: the outermost parts, in air."""

    roots: tuple[Part, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        """All parts in the order of painting; the label of a part in a label image is its place + 1."""
        return tuple(part for root in self.roots for part in root.walk())

    @property
    def lesions(self) -> tuple[Part, ...]:
        """The lesions in the order of painting."""
        return tuple(part for part in self.parts if part.is_lesion)

    def part_volumes_mm3(self) -> tuple[float, ...]:
        """Exact volume of each part of ``parts``, without what lies inside it or is painted over it."""
        return tuple(_visible_volumes(self.roots))


def _visible_volumes(siblings: Sequence[Part]) -> Iterator[float]:
    for place, part in enumerate(siblings):
        painted_over = sum(lens_volume_mm3(part.solid, later.solid) for later in siblings[place + 1 :])
        yield part.solid.volume_mm3 - painted_over - union_volume_mm3(part.children)
        yield from _visible_volumes(part.children)


def union_volume_mm3(siblings: Sequence[Part]) -> float:
    """Exact volume that siblings fill together; overlaps of more than two are not meant to be."""
    shared = sum(lens_volume_mm3(a.solid, b.solid) for a, b in combinations(siblings, 2))
    return sum(part.solid.volume_mm3 for part in siblings) - shared


def nest(*layers: Part) -> Part:
    """Put each layer inside the one before it (beside the children that it has already)."""
    inner = layers[-1]
    for outer in reversed(layers[:-1]):
        inner = replace(outer, children=(*outer.children, inner))
    return inner


def walled(part: Part, host: Material, margin: float) -> Part:
    """A part in a wall of connective tissue that has the uptake of its host; margin in mm."""
    return nest(Part("wall", part.solid.grown(margin), wall_like(host)), part)

"""What must be measured on the phantom, by formula: no voxel is ever counted here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from NEMOPETLib.phantom.examination import Examination
from NEMOPETLib.phantom.parts import Anatomy, Part
from NEMOPETLib.phantom.solids import Solid, lens_centroid, lens_volume_mm3

MEASURED_TISSUES = ("muscle", "fat_sc", "fat_v")


@dataclass(frozen=True)
class TissueTruth:
    """One tissue or organ: all parts of that name, without what lies inside them."""

    volume_ml: float
    hu_mean: float
    suv_mean: float
    sul_mean: float


@dataclass(frozen=True)
class LesionTruth:
    """One lesion; of two that overlap, the later one holds the overlap."""

    name: str
    solid: Solid
    volume_ml: float
    centroid: tuple[float, float, float]
    suv: float
    hu: float


@dataclass(frozen=True)
class ComponentTruth:
    """Lesions that touch or overlap one another, so that a connected component holds them all."""

    lesions: tuple[LesionTruth, ...]
    volume_ml: float
    centroid: tuple[float, float, float]

    @property
    def tlg(self) -> float:
        """Total lesion glycolysis: Σ volume × SUV, in ml·g/ml."""
        return sum(lesion.volume_ml * lesion.suv for lesion in self.lesions)

    @property
    def suv_max(self) -> float:
        """Highest SUVbw."""
        return max(lesion.suv for lesion in self.lesions)


@dataclass(frozen=True)
class Truth:
    """The phantom's exact values.

    Parameters
    ----------
    tissues
        By mask name: ``muscle``, ``fat_sc``, ``fat_v``, ``spleen`` and the other organs.
    lesions
        In the order of the phantom's lesion labels 1, 2, ….
    components
        The lesions as connected components see them.
    columns
        The cohort table's columns that image measurement finds, by name.
    """

    tissues: dict[str, TissueTruth]
    lesions: tuple[LesionTruth, ...]
    components: tuple[ComponentTruth, ...]
    columns: dict[str, float]


def truth_of(anatomy: Anatomy, examination: Examination) -> Truth:
    """The exact values of an anatomy in a patient, whose weight and height set SUL."""
    sul_per_suv = examination.lean_body_mass_kg / examination.weight_kg
    tissues = _tissues(anatomy, sul_per_suv)
    lesions = tuple(_lesions(anatomy))
    components = _components(lesions)
    columns = {"bmi": examination.bmi} | _lesion_columns(lesions, components)
    for name in (*MEASURED_TISSUES, "spleen"):
        columns[f"{name}_volume_ml"] = tissues[name].volume_ml
        columns[f"{name}_sul_mean"] = tissues[name].sul_mean
        columns[f"{name}_hu_mean"] = tissues[name].hu_mean
    return Truth(tissues, lesions, components, columns)


def _tissues(anatomy: Anatomy, sul_per_suv: float) -> dict[str, TissueTruth]:
    volumes = anatomy.part_volumes_mm3()
    members: dict[str, list[tuple[float, Part]]] = {}
    for volume, part in zip(volumes, anatomy.parts, strict=True):
        if not part.is_lesion:
            members.setdefault(part.name, []).append((volume / 1000.0, part))
    tissues = {}
    for name, pieces in members.items():
        volume = sum(ml for ml, _ in pieces)
        hu = sum(ml * part.material.hu for ml, part in pieces) / volume
        suv = sum(ml * part.material.suv for ml, part in pieces) / volume
        tissues[name] = TissueTruth(volume, hu, suv, suv * sul_per_suv)
    return tissues


def _lesions(anatomy: Anatomy) -> list[LesionTruth]:
    lesions = anatomy.lesions
    truths = []
    for place, part in enumerate(lesions):
        volume = part.solid.volume_mm3
        moment = volume * np.array(part.solid.centre)
        for later in lesions[place + 1 :]:
            shared = lens_volume_mm3(part.solid, later.solid)
            if shared > 0.0:
                volume -= shared
                moment = moment - shared * lens_centroid(part.solid, later.solid)
        centroid = _triple(moment / volume)
        truths.append(
            LesionTruth(part.name, part.solid, volume / 1000.0, centroid, part.material.suv, part.material.hu)
        )
    return truths


def _components(lesions: Sequence[LesionTruth]) -> tuple[ComponentTruth, ...]:
    groups: list[list[LesionTruth]] = []
    for lesion in lesions:
        touching = [group for group in groups if any(_touch(lesion.solid, other.solid) for other in group)]
        groups = [group for group in groups if group not in touching]
        groups.append([*(member for group in touching for member in group), lesion])
    return tuple(_component(group) for group in groups)


def _component(group: Sequence[LesionTruth]) -> ComponentTruth:
    volume = sum(lesion.volume_ml for lesion in group)
    moment = sum((lesion.volume_ml * np.array(lesion.centroid) for lesion in group), np.zeros(3))
    return ComponentTruth(tuple(group), volume, _triple(moment / volume))


def _touch(first: Solid, second: Solid) -> bool:
    return math.dist(first.centre, second.centre) <= _radius(first) + _radius(second) + 1e-6


def _lesion_columns(lesions: Sequence[LesionTruth], components: Sequence[ComponentTruth]) -> dict[str, float]:
    volume = sum(component.volume_ml for component in components)
    tlg = sum(component.tlg for component in components)
    hottest = max(lesions, key=lambda lesion: lesion.suv)
    return {
        "tmtv_ml": volume,
        "dmax_mm": max(math.dist(a.centroid, b.centroid) for a, b in combinations(components, 2)),
        "dmax_voxel_mm": dmax_of_spheres_mm([lesion.solid for lesion in lesions]),
        "lesion_count": len(components),
        "tlg": tlg,
        "suv_max": hottest.suv,
        "suv_mean": tlg / volume,
        # The sphere of 1 ml (radius 6.2 mm) fits into the hottest lesion, which is homogeneous.
        "suv_peak": hottest.suv,
    }


def dmax_of_spheres_mm(spheres: Sequence[Solid]) -> float:
    """Greatest distance between two points of a set of spheres: |c₁−c₂| + r₁ + r₂, or one's diameter."""
    across = (math.dist(a.centre, b.centre) + _radius(a) + _radius(b) for a, b in combinations(spheres, 2))
    return max(*across, *(2.0 * _radius(ball) for ball in spheres), 0.0)


def _radius(solid: Solid) -> float:
    if solid.radius is None:
        raise ValueError("a lesion of the phantom is a sphere")
    return solid.radius


def _triple(vector: NDArray[np.float64]) -> tuple[float, float, float]:
    x, y, z = (float(value) for value in vector)
    return x, y, z

"""What each part of the phantom is made of: its HU and its SUVbw.

The HU of the measured tissues lie far enough apart for bands of HU to tell them from each other: spleen is
the densest, and between a tissue's HU and that of the wall around it lies no other measured tissue that is
small. Every SUVbw is a multiple of ``SUV_STEP``, so that it can be stored without rounding.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

SUV_STEP = 0.1


@dataclass(frozen=True)
class Material:
    """A homogeneous stuff: CT number in HU and uptake in SUVbw (g/ml)."""

    hu: int
    suv: float


AIR = Material(-1000, 0.0)
LUNG = Material(-800, 0.5)
TRUNK_FAT = Material(-120, 0.4)
SUBCUTANEOUS_FAT = Material(-80, 0.3)
CONNECTIVE = Material(-20, 0.3)
BLADDER = Material(5, 18.0)
BRAIN = Material(25, 8.0)
MUSCLE = Material(55, 0.7)
LESION = Material(80, 0.0)
LIVER = Material(100, 2.2)
HEART = Material(120, 5.0)
KIDNEY = Material(140, 6.0)
BONE = Material(165, 1.1)
SPLEEN = Material(200, 1.8)


def wall_like(material: Material) -> Material:
    """Connective tissue with the uptake of what it encloses or lies in.

    Between two tissues lie two such layers, each as thick as a PET voxel's diagonal: however the PET is
    sampled at a voxel of a tissue (nearest or trilinear), it is that tissue's uptake, and so the mean
    SUL of a tissue's mask has an exact truth.
    """
    return replace(CONNECTIVE, suv=material.suv)


def lesion(suv: float) -> Material:
    """Tumour of a given uptake in SUVbw."""
    return replace(LESION, suv=suv)

"""Solids with a closed-form volume: ellipsoids, elliptic cylinders and the superellipsoids between them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import beta

Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Solid:
    """A superellipsoid along the body axis z: every axial section is an ellipse of the same shape.

    With ρ² = ((x−x₀)/a)² + ((y−y₀)/b)² and t = (z−z₀)/c it is ρᵖ + |t|ᵖ ≤ 1: an ellipsoid for p = 2,
    nearer to an elliptic cylinder the greater p is, and that cylinder for p = ∞.

    Parameters
    ----------
    centre
        x₀, y₀, z₀ in mm (LPS).
    semi_axes
        a, b, c in mm.
    exponent
        p ≥ 2.
    """

    centre: Triple
    semi_axes: Triple
    exponent: float = 2.0

    @property
    def volume_mm3(self) -> float:
        """Exact volume: 2πabc ∫₀¹ (1−tᵖ)^(2/p) dt = 2πabc · B(1/p, 1+2/p) / p."""
        a, b, c = self.semi_axes
        height = 1.0 if math.isinf(self.exponent) else self._height_integral()
        return 2.0 * math.pi * a * b * c * height

    def _height_integral(self) -> float:
        return float(beta(1.0 / self.exponent, 1.0 + 2.0 / self.exponent)) / self.exponent

    def section(self, z: float) -> float:
        """Scale of the elliptic section at height z: 1 at the widest, 0 outside."""
        t = abs(z - self.centre[2]) / self.semi_axes[2]
        if t > 1.0:
            return 0.0
        return 1.0 if math.isinf(self.exponent) else float((1.0 - t**self.exponent) ** (1.0 / self.exponent))

    def contains(self, points: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which points lie inside; shape (n, 3), mm, to (n,)."""
        x, y, z = ((points - np.array(self.centre)) / np.array(self.semi_axes)).T
        rho, t = np.hypot(x, y), np.abs(z)
        if math.isinf(self.exponent):
            return (rho <= 1.0) & (t <= 1.0)
        return rho**self.exponent + t**self.exponent <= 1.0

    def grown(self, margin: float | Triple) -> Solid:
        """The same solid with every semi-axis (or each its own) longer by a margin in mm."""
        steps: NDArray[Any] = np.broadcast_to(margin, 3)
        a, b, c = (float(axis + step) for axis, step in zip(self.semi_axes, steps, strict=True))
        return replace(self, semi_axes=(a, b, c))

    @property
    def radius(self) -> float | None:
        """The radius in mm if it is a sphere."""
        a, b, c = self.semi_axes
        return a if a == b == c and self.exponent == 2.0 else None


def sphere(centre: Triple, radius: float) -> Solid:
    """A ball."""
    return Solid(centre, (radius, radius, radius))


def cylinder(centre: Triple, semi_axes: Triple) -> Solid:
    """An elliptic cylinder along z."""
    return Solid(centre, semi_axes, math.inf)


def lens_volume_mm3(first: Solid, second: Solid) -> float:
    """Volume that two overlapping spheres share; 0 if they do not meet, or if one is not a sphere.

    With radii R, r and distance d: V = π (R+r−d)² (d² + 2d(R+r) − 3(R−r)²) / 12d
    (Weisstein, "Sphere-Sphere Intersection", MathWorld).
    """
    if first.radius is None or second.radius is None:
        return 0.0
    big, small = max(first.radius, second.radius), min(first.radius, second.radius)
    distance = math.dist(first.centre, second.centre)
    if distance >= big + small:
        return 0.0
    if distance <= big - small:
        return second.volume_mm3 if second.radius == small else first.volume_mm3
    depth = big + small - distance
    shape = distance**2 + 2.0 * distance * (big + small) - 3.0 * (big - small) ** 2
    return math.pi * depth**2 * shape / (12.0 * distance)


def lens_centroid(first: Solid, second: Solid) -> NDArray[np.float64]:
    """Centre of gravity in mm of what two overlapping spheres share; shape (3,).

    The lens is two spherical caps that stand on the circle where the spheres meet. A cap of height h of a
    sphere of radius r has the volume πh²(3r−h)/3 and its centroid 3(2r−h)²/4(3r−h) from the centre.
    """
    radii = first.radius, second.radius
    if radii[0] is None or radii[1] is None:
        raise ValueError("a lens is what two spheres share")
    start, end = np.array(first.centre), np.array(second.centre)
    distance = float(np.linalg.norm(end - start))
    plane = (distance**2 + radii[0] ** 2 - radii[1] ** 2) / (2.0 * distance)
    moment = volume = 0.0
    # The cap of the first sphere lies beyond the plane, the cap of the second before it.
    for radius, height, origin, sign in (
        (radii[0], radii[0] - plane, 0.0, 1.0),
        (radii[1], radii[1] - (distance - plane), distance, -1.0),
    ):
        cap = math.pi * height**2 * (3.0 * radius - height) / 3.0
        offset = 3.0 * (2.0 * radius - height) ** 2 / (4.0 * (3.0 * radius - height))
        volume += cap
        moment += cap * (origin + sign * offset)
    return start + (end - start) / distance * (moment / volume)

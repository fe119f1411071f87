import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from NEMOPETLib.phantom.solids import Solid, cylinder, lens_centroid, lens_volume_mm3, sphere

lengths = st.floats(1.0, 50.0)
exponents = st.sampled_from([2.0, 2.5, 4.0, 6.0, 8.0, math.inf])


def test_known_volumes():
    assert sphere((1, 2, 3), 10.0).volume_mm3 == pytest.approx(4000 * math.pi / 3, rel=1e-12)
    assert Solid((0, 0, 0), (2.0, 3.0, 4.0)).volume_mm3 == pytest.approx(32 * math.pi, rel=1e-12)
    assert cylinder((0, 0, 0), (2.0, 3.0, 4.0)).volume_mm3 == pytest.approx(48 * math.pi, rel=1e-12)


@given(st.tuples(lengths, lengths, lengths), exponents)
def test_volume_is_the_integral_of_the_sections(axes, exponent):
    solid = Solid((0.0, 0.0, 5.0), axes, exponent)
    half, _ = quad(lambda z: math.pi * axes[0] * axes[1] * solid.section(z) ** 2, 5.0, 5.0 + axes[2])
    assert solid.volume_mm3 == pytest.approx(2 * half, rel=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.tuples(lengths, lengths, lengths), exponents)
def test_volume_is_the_share_of_points_inside(axes, exponent):
    solid = Solid((-3.0, 7.0, 5.0), axes, exponent)
    points = np.random.default_rng(1).uniform(-1, 1, (200_000, 3)) * axes + solid.centre
    assert solid.contains(points).mean() * 8 * math.prod(axes) == pytest.approx(solid.volume_mm3, rel=0.01)


@given(exponents, st.floats(-0.999, 0.999) | st.floats(1.001, 1.2) | st.floats(-1.2, -1.001))
def test_section_is_where_points_are_inside(exponent, height):
    solid = Solid((1.0, 2.0, 3.0), (10.0, 20.0, 30.0), exponent)
    z = 3.0 + 30.0 * height
    scale = solid.section(z)
    edge = np.array([[1.0 + 10.0 * scale, 2.0, z], [1.0, 2.0 + 20.0 * scale, z]])
    centre = np.array([1.0, 2.0, z])
    assert solid.contains(centre + (edge - centre) * (1 - 1e-6)).all() == (abs(height) <= 1.0)
    assert not solid.contains(centre + (edge - centre) * (1 + 1e-6) + [1e-6, 1e-6, 0]).any()


def test_grown_solid_is_longer_by_the_margin():
    solid = Solid((1.0, 2.0, 3.0), (10.0, 20.0, 30.0), 6.0)
    assert solid.grown(2.0).semi_axes == (12.0, 22.0, 32.0)
    assert solid.grown((-1.0, 0.0, 5.0)) == Solid((1.0, 2.0, 3.0), (9.0, 20.0, 35.0), 6.0)


def test_radius_is_that_of_spheres_only():
    assert sphere((0, 0, 0), 4.0).radius == 4.0
    assert Solid((0, 0, 0), (4.0, 4.0, 5.0)).radius is None
    assert Solid((0, 0, 0), (4.0, 4.0, 4.0), 6.0).radius is None


def test_lens_of_equal_spheres_a_radius_apart_is_the_textbook_value():
    a, b = sphere((0, 0, 0), 6.0), sphere((0, 6.0, 0), 6.0)
    assert lens_volume_mm3(a, b) == pytest.approx(5 * math.pi * 6.0**3 / 12, rel=1e-12)


@pytest.mark.parametrize(("distance", "shared"), [(10.0, 0.0), (30.0, 0.0), (3.0, 36 * math.pi), (4.0, 36 * math.pi)])
def test_lens_at_its_limits(distance, shared):
    big, small = sphere((0, 0, 0), 7.0), sphere((distance, 0, 0), 3.0)
    assert lens_volume_mm3(big, small) == pytest.approx(shared)
    assert lens_volume_mm3(small, big) == pytest.approx(shared)


def test_lens_of_what_is_no_sphere_is_not_known():
    ball, other = sphere((0, 0, 0), 7.0), Solid((0, 0, 0), (1.0, 2.0, 3.0))
    assert lens_volume_mm3(ball, other) == 0.0
    with pytest.raises(ValueError, match="spheres"):
        lens_centroid(ball, other)


@settings(max_examples=20, deadline=None)
@given(st.floats(5.0, 12.0), st.floats(5.0, 12.0), st.floats(0.1, 0.9))
def test_lens_against_points(first, second, depth):
    low = abs(first - second)
    distance = low + depth * (first + second - low)
    direction = np.array([1.0, -2.0, 2.0]) / 3.0
    a = sphere((2.0, 3.0, 4.0), first)
    b = sphere(tuple(np.array(a.centre) + distance * direction), second)
    points = np.random.default_rng(2).uniform(-1, 1, (400_000, 3)) * first + a.centre
    shared = points[a.contains(points) & b.contains(points)]
    tolerance = 4 / math.sqrt(len(shared))
    assert len(shared) / len(points) * (2 * first) ** 3 == pytest.approx(lens_volume_mm3(a, b), rel=tolerance)
    assert lens_centroid(a, b) == pytest.approx(shared.mean(axis=0), abs=tolerance * first)

import numpy as np
import pytest

from NEMOPETLib.phantom.labels import label_slice
from NEMOPETLib.phantom.materials import AIR, SUV_STEP
from NEMOPETLib.phantom.phantom import full_phantom, small_phantom
from NEMOPETLib.phantom.solids import lens_volume_mm3

PHANTOMS = [small_phantom(), full_phantom(), small_phantom().with_bed_gaps(), full_phantom().with_bed_gaps()]
ANATOMIES = [small_phantom().anatomy, full_phantom().anatomy]
MEASURED = ("muscle", "fat_sc", "fat_v", "spleen")


def points_inside(solid, number, rng):
    points = rng.uniform(-1, 1, (number, 3)) * solid.semi_axes + solid.centre
    return points[solid.contains(points)]


def part_numbers(anatomy, points):
    """Like ``label_slice``, but by the solids' own test of points."""
    numbers = np.zeros(len(points), int)
    for number, part in enumerate(anatomy.parts, start=1):
        numbers[part.solid.contains(points)] = number
    return numbers


def families(anatomy):
    yield None, anatomy.roots
    for part in anatomy.parts:
        yield part, part.children


@pytest.mark.parametrize("anatomy", ANATOMIES)
def test_parts_lie_inside_their_parents(anatomy):
    rng = np.random.default_rng(0)
    for parent, children in families(anatomy):
        for child in children:
            if parent is not None:
                assert parent.solid.contains(points_inside(child.solid, 30_000, rng)).all(), child


@pytest.mark.parametrize("anatomy", ANATOMIES)
def test_siblings_are_disjoint_but_for_one_pair_of_spheres(anatomy):
    rng = np.random.default_rng(0)
    overlaps = []
    for _, siblings in families(anatomy):
        for one in siblings:
            inside = points_inside(one.solid, 30_000, rng)
            overlaps += [(one, other) for other in siblings if other is not one and other.solid.contains(inside).any()]
    assert len(overlaps) == 2  # the pair, seen from both sides
    (a, b), _ = overlaps
    assert a.is_lesion
    assert lens_volume_mm3(a.solid, b.solid) > 0


def points_on(solid, number, rng):
    directions = rng.standard_normal((number, 3))
    rho, t = np.hypot(*directions.T[:2]), np.abs(directions[:, 2])
    p = solid.exponent
    length = np.maximum(rho, t) if np.isinf(p) else (rho**p + t**p) ** (1 / p)
    return directions / length[:, np.newaxis] * solid.semi_axes + solid.centre


@pytest.mark.parametrize("phantom", PHANTOMS)
@pytest.mark.parametrize("name", MEASURED)
def test_all_around_every_point_of_a_tissue_the_uptake_is_the_tissues(phantom, name):
    # So trilinear and nearest-neighbour sampling of the sharp PET both give the exact SUL mean.
    rng = np.random.default_rng(0)
    parts = phantom.anatomy.parts
    suv = np.array([AIR.suv, *(part.material.suv for part in parts)])
    voxel = [phantom.pet.pixel_mm, phantom.pet.pixel_mm, max(np.diff(phantom.pet.heights))]
    corners = np.array(np.meshgrid([-1, 1], [-1, 1], [-1, 1])).reshape(3, -1).T * voxel
    for part in parts:
        if part.name == name:
            borders = (part.solid, *(child.solid for child in part.children))
            points = np.concatenate([points_on(border, 4_000, rng) for border in borders])
            for corner in corners:
                near = suv[part_numbers(phantom.anatomy, points + corner)]
                assert (near == part.material.suv).all(), corner


@pytest.mark.parametrize("anatomy", ANATOMIES)
def test_tissues_differ_in_hu_and_suv(anatomy):
    tissues = [part for part in anatomy.parts if part.name != "wall" and not part.is_lesion]
    materials = {part.name: part.material for part in tissues}
    hu = sorted(material.hu for material in materials.values())
    assert min(np.diff(hu)) >= 20
    assert len({material.suv for material in materials.values()}) == len(materials)
    organs = {"liver", "kidney", "urinary_bladder", "bone", "lung"}
    assert set(MEASURED) | organs <= set(materials)


@pytest.mark.parametrize("anatomy", ANATOMIES)
def test_uptake_is_whole_steps(anatomy):
    steps = np.array([part.material.suv for part in anatomy.parts]) / SUV_STEP
    assert np.abs(steps - steps.round()).max() < 1e-9


@pytest.mark.parametrize("anatomy", ANATOMIES)
def test_lesions(anatomy):
    lesions = anatomy.lesions
    assert 6 <= len(lesions) <= 12
    assert all(part.material.suv >= 4.0 for part in lesions)
    assert len({part.name for part in lesions}) == len(lesions)
    gaps = [
        np.linalg.norm(np.subtract(a.solid.centre, b.solid.centre)) - a.solid.radius - b.solid.radius
        for n, a in enumerate(lesions)
        for b in lesions[n + 1 :]
    ]
    assert sum(gap < -1.0 for gap in gaps) == 1
    assert sum(abs(gap) < 1e-9 for gap in gaps) == 1
    assert sum(gap > 5.0 for gap in gaps) == len(gaps) - 2


@pytest.mark.parametrize("phantom", PHANTOMS[:2])
def test_label_slice_is_the_part_at_each_voxel_centre(phantom):
    rng = np.random.default_rng(0)
    for sampling in (phantom.pet, phantom.ct):
        for z in sampling.heights[5 :: len(sampling.heights) // 6]:
            rows = rng.integers(0, sampling.rows, 20_000)
            columns = rng.integers(0, sampling.columns, 20_000)
            points = np.stack([sampling.x[columns], sampling.y[rows], np.full(20_000, z)], axis=1)
            labels = label_slice(phantom.anatomy, sampling, z)
            assert (labels[rows, columns] == part_numbers(phantom.anatomy, points)).all()


@pytest.mark.parametrize("phantom", PHANTOMS[:2])
def test_the_body_lies_inside_both_fields_of_view(phantom):
    for sampling in (phantom.pet, phantom.ct):
        for z in (sampling.heights[0], sampling.heights[-1]):
            assert not label_slice(phantom.anatomy, sampling, z).any()
        for z in sampling.heights[:: len(sampling.heights) // 10]:
            labels = label_slice(phantom.anatomy, sampling, z)
            assert not labels[[0, -1]].any()
            assert not labels[:, [0, -1]].any()

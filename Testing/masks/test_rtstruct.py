from __future__ import annotations

import numpy as np
import pytest
from pydicom import dcmread
from scipy.ndimage import binary_erosion

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.mask_files import read_mask
from NEMOPETLib.studies.volume import Grid

CASES = [f"STS_{n}" for n in ("001", "002", "008", "025")]


def grid_of(spacing, shape, origin=(0.0, 0.0, 0.0)) -> Grid:
    affine = np.diag([*spacing, 1.0])
    affine[:3, 3] = origin
    return Grid(shape, affine)


def square(z, low=1.5, high=6.5):
    return "CLOSED_PLANAR", [[low, low, z], [high, low, z], [high, high, z], [low, high, z]]


@pytest.mark.parametrize("modality", ["CT", "PET"])
@pytest.mark.parametrize("case", CASES)
def test_ibsi_masks_to_the_voxel(reference_data, series_grid, case, modality):
    """The contours of each case give the very mask that IBSI publishes for it."""
    sts = reference_data / "petct_sts"
    grid = series_grid(sts / case / modality / "image")
    mask = read_mask(sts / case / modality / "mask", "lesions", grid)
    published = read_mask(sts / "masks_nifti" / f"{case}_{modality}_mask.nii.gz", "lesions", grid)
    assert np.array_equal(mask.voxels, published.voxels)
    assert mask.warnings == published.warnings == ()


def test_whole_body_and_cropped_image_hold_the_same_lesion(reference_data, series_grid):
    """One patient's contours on the whole-body PET, with its uneven slice gaps, and on IBSI's crop of it."""
    whole = series_grid(reference_data / "wholebody_pet_ge" / "PET")
    crop = series_grid(reference_data / "petct_sts" / "STS_001" / "PET" / "image")
    mask = read_mask(reference_data / "wholebody_pet_ge" / "RTSTRUCT", "lesions", whole, segment="gtv_mass")
    cropped = read_mask(reference_data / "petct_sts" / "STS_001" / "PET" / "mask", "lesions", crop)
    start = np.rint(whole.indices(crop.positions(np.zeros((1, 3))))).astype(int)[0]
    indices = np.argwhere(cropped.voxels) + start
    assert np.array_equal(np.argwhere(mask.voxels), indices)
    assert len(indices) == 5095
    assert mask.warnings == ()


def test_contours_of_the_digital_reference_objects_are_their_mask_less_one_voxel_all_round(suv_dro, series_grid):
    """Contours and mask were not drawn alike: the contours are those of the mask shrunk by a voxel, also in z."""
    for folder in sorted(suv_dro.iterdir()):
        grid = series_grid(folder / "PT")
        region = read_mask(folder / "RS", "lesions", grid).voxels
        shrunk = binary_erosion(read_mask(folder / "mask", "lesions", grid).voxels)
        assert region.sum() == pytest.approx(shrunk.sum(), rel=0.01)
        assert (region & shrunk).sum() > 0.995 * shrunk.sum()


def test_volume_is_what_the_contours_enclose(suv_dro, series_grid):
    """By the areas of the polygons themselves: those of the reference objects leave two slices of their mask out."""
    for folder in sorted(suv_dro.iterdir()):
        grid = series_grid(folder / "PT")
        (file,) = (folder / "RS").iterdir()
        rings = [
            np.array(contour.ContourData, float).reshape(-1, 3).T
            for contour in dcmread(file).ROIContourSequence[0].ContourSequence
        ]
        area_mm2 = sum(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2 for x, y, _ in rings)
        volume_ml = read_mask(file, "lesions", grid).voxels.sum() * grid.voxel_volume_ml
        assert volume_ml == pytest.approx(area_mm2 * grid.spacing[2] / 1000, rel=0.01)


def test_a_slice_takes_the_nearest_plane_within_half_a_spacing(write_rtstruct):
    path = write_rtstruct({"GTV": [square(4.0), square(8.0, high=4.5), square(12.0)]})
    grid = grid_of((1, 1, 1), (20, 10, 10))
    mask = read_mask(path, "lesions", grid)
    per_slice = mask.voxels.sum(axis=(1, 2))
    assert per_slice.tolist() == [0] * 2 + [25] * 4 + [9] * 4 + [25] * 4 + [0] * 6
    assert "other voxels than the image" in mask.warnings[0]


@pytest.mark.parametrize(
    ("planes", "expected"),
    [
        ([2, 17], [2, 17]),  # two small lesions of one region
        ([2, 3, 17], [2, 3, 17]),
        ([2, 4, 6, 17], [1, 2, 3, 4, 5, 6, 16, 17]),  # every second slice: a plane reaches half of the way to the next
        ([2, 4], [1, 2, 3, 4]),
        ([2, 5, 8], list(range(1, 10))),  # of an image with thicker slices
        ([2, 5], [2, 5]),
    ],
)
def test_planes_reach_half_of_what_is_usual(write_rtstruct, planes, expected):
    path = write_rtstruct({"GTV": [square(3.0 * k) for k in planes]})
    mask = read_mask(path, "lesions", grid_of((1, 1, 3), (20, 10, 10)))
    assert np.flatnonzero(mask.voxels.any(axis=(1, 2))).tolist() == expected


def test_uneven_planes_leave_no_gap(write_rtstruct):
    heights = np.cumsum([3.0, 3.19, 3.29, 3.27, 3.2, 3.29])
    path = write_rtstruct({"GTV": [square(float(z)) for z in heights]})
    mask = read_mask(path, "lesions", grid_of((1, 1, 1), (24, 10, 10)))
    assert np.diff(np.flatnonzero(mask.voxels.any(axis=(1, 2)))).max() == 1


def test_an_image_in_another_orientation_gets_the_same_voxels(write_rtstruct):
    rng = np.random.default_rng(3)
    contours = [("CLOSED_PLANAR", [[*point, z] for point in rng.uniform(1, 15, (9, 2)).tolist()]) for z in range(2, 9)]
    path = write_rtstruct({"GTV": contours})
    grid = grid_of((1, 1.2, 1), (12, 16, 18))
    axial = read_mask(path, "lesions", grid).voxels
    turn = np.array([[0, 1, 0, 0], [0, 0, -1, 15], [1, 0, 0, 0], [0, 0, 0, 1.0]])
    sagittal = Grid((16, 18, 12), grid.affine @ turn)
    turned = read_mask(path, "lesions", sagittal)
    assert np.array_equal(turned.voxels, axial.transpose(1, 2, 0)[::-1])
    assert turned.warnings == ()


def test_oblique_contours_keep_their_volume(write_rtstruct):
    """A tube cut at an angle to the image."""
    angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    circle = np.stack([15 * np.cos(angle), 15 * np.sin(angle), np.zeros(60)], 1)
    tilt = np.array([[1, 0, 0], [0, np.cos(0.5), -np.sin(0.5)], [0, np.sin(0.5), np.cos(0.5)]])
    planes = [((circle + np.array([0, 0, z])) @ tilt.T + 40).tolist() for z in range(-10, 11)]
    path = write_rtstruct({"GTV": [("CLOSED_PLANAR", plane) for plane in planes]})
    grid = grid_of((1, 1, 1), (80, 80, 80))
    mask = read_mask(path, "lesions", grid)
    assert mask.voxels.sum() == pytest.approx(np.pi * 15**2 * 21, rel=0.02)


def test_contours_beyond_the_image_are_counted(write_rtstruct):
    path = write_rtstruct({"GTV": [square(float(z)) for z in range(-2, 6)]})
    mask = read_mask(path, "lesions", grid_of((1, 1, 1), (8, 10, 10)))
    assert mask.voxels.sum() == 6 * 25
    assert mask.warnings == (f"25 % of mask 'lesions' (\"{path.name}\") lies outside the image and is left out",)


def test_a_contour_drawn_twice_counts_once(write_rtstruct):
    path = write_rtstruct({"GTV": [square(1.0), square(2.0), square(2.0)]})
    assert read_mask(path, "lesions", grid_of((1, 1, 1), (4, 10, 10))).voxels.sum() == 50


def test_regions_that_overlap_are_united_not_cancelled(write_rtstruct):
    path = write_rtstruct({"GTV 1": [square(1.0)], "GTV 2": [square(1.0, 3.5, 8.5)], "heart": [square(3.0)]})
    mask = read_mask(path, "lesions", grid_of((1, 1, 1), (4, 10, 10)))
    assert mask.voxels.sum() == 25 + 25 - 9
    assert mask.warnings == (f'the lesions of "{path.name}" are these segments together: "1 GTV 1, 2 GTV 2"',)


def test_points_and_open_contours_are_left_out(write_rtstruct):
    contours = [
        square(1.0),
        ("POINT", [[1, 1, 1]]),
        ("OPEN_PLANAR", square(2.0)[1]),
        ("CLOSED_PLANAR", [[1, 1, 1]]),
        ("CLOSED_PLANAR", []),
    ]
    path = write_rtstruct({"GTV": contours, "marker": [("POINT", [[3, 3, 3]])]})
    mask = read_mask(path, "spleen", grid_of((1, 1, 1), (4, 10, 10)))
    assert mask.voxels.sum() == 25
    assert mask.warnings == (f'"{path.name}": 5 points and open contours are left out',)


@pytest.mark.parametrize(
    ("contour", "said"),
    [
        ([[1, 1, 1], [5, 1, 1], [5, 5, 3], [1, 5, 8]], "do not lie in parallel planes"),
        ([[1e6, 1, 1], [5, -1e6, 1], [5, 5, 1], [1, 5, 1]], "of another image"),
    ],
)
def test_contours_that_cannot_be_filled_are_refused(write_rtstruct, contour, said):
    path = write_rtstruct({"GTV": [square(2.0), ("CLOSED_PLANAR", contour)]})
    with pytest.raises(InputError, match=said):
        read_mask(path, "lesions", grid_of((1, 1, 1), (4, 10, 10)))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"1\\2\\3\\4 ", "not a list of points"),
        (b"1\\two\\3 ", "not a list of points"),
        (b"1\\2\\nan\\1\\1\\1 ", "not numbers"),
    ],
)
def test_damaged_coordinates_are_refused(write_rtstruct, data, said):
    path = write_rtstruct({"GTV": [("CLOSED_PLANAR", [[1, 1, 1]])]})
    content = path.read_bytes()
    old = b"1.0000\\1.0000\\1.0000"
    start = content.index(old)
    path.write_bytes(content[:start] + data.ljust(len(old)) + content[start + len(old) :])
    with pytest.raises(InputError, match=said):
        read_mask(path, "lesions", grid_of((1, 1, 1), (4, 10, 10)))


def test_a_structure_set_without_regions_is_refused(write_rtstruct):
    with pytest.raises(InputError, match="has no regions of interest"):
        read_mask(write_rtstruct({}), "lesions", grid_of((1, 1, 1), (4, 10, 10)))


def test_an_empty_region_is_an_empty_mask(write_rtstruct):
    path = write_rtstruct({"GTV": []})
    mask = read_mask(path, "lesions", grid_of((1, 1, 1), (4, 10, 10)))
    assert not mask.voxels.any()
    assert mask.warnings == (f"mask 'lesions' (\"{path.name}\") has no voxel",)


def test_another_frame_of_reference_is_said(write_rtstruct):
    path = write_rtstruct({"GTV": [square(1.0)]}, frame_of_reference="1.2.3")
    grid = grid_of((1, 1, 1), (4, 10, 10))
    assert read_mask(path, "lesions", grid, frame_of_reference="1.2.3").warnings == ()
    assert read_mask(path, "lesions", grid, frame_of_reference="1.2.4").warnings == (
        f'"{path.name}": its frame of reference is not the image\'s: is it of this study?',
    )

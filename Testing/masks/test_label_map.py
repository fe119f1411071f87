from __future__ import annotations

import gzip
import json
import struct
import tracemalloc

import numpy as np
import pytest
import SimpleITK
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.mask_files import read_mask
from NEMOPETLib.studies.volume import Grid, grid_of

ROTATION = (0.8, -0.6, 0.0, 0.6, 0.8, 0.0, 0.0, 0.0, -1.0)
TYPES = ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8"]


@pytest.fixture
def labels() -> np.ndarray:
    return np.random.default_rng(4).integers(0, 3, (5, 6, 7))


def image_of(voxels: np.ndarray, *, vector: bool = False) -> SimpleITK.Image:
    image = SimpleITK.GetImageFromArray(voxels, isVector=vector)
    image.SetSpacing((1.5, 2.0, 3.0))
    image.SetOrigin((-10.0, 20.0, 30.0))
    image.SetDirection(ROTATION)
    return image


@pytest.fixture
def write(tmp_path):
    """Write voxels in a format by its suffix, to a file without one; the path, and the grid of its image."""

    def write_image(voxels, suffix=".nii.gz", *, vector=False, compress=True, keys=None):
        image = image_of(voxels, vector=vector)
        for key, value in (keys or {}).items():
            image.SetMetaData(key, value)
        written = tmp_path / f"mask{suffix}"
        SimpleITK.WriteImage(image, str(written), compress)
        return written.rename(tmp_path / "mask"), grid_of(image)

    return write_image


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz", ".nrrd", "raw.nrrd"])
@pytest.mark.parametrize("dtype", TYPES)
def test_every_pixel_type(write, labels, suffix, dtype):
    path, grid = write(labels.astype(dtype), suffix, compress=suffix != "raw.nrrd")
    mask = read_mask(path, "lesions", grid)
    assert np.array_equal(mask.voxels, labels > 0)
    assert mask.warnings == ()
    assert np.array_equal(read_mask(path, "spleen", grid, segment="2").voxels, labels == 2)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), suffix=st.sampled_from([".nii.gz", ".nrrd"]))
def test_a_mask_of_any_orientation_comes_back_as_itk_places_it(tmp_path, seed, suffix):
    rng = np.random.default_rng(seed)
    voxels = (rng.random(tuple(rng.integers(1, 9, 3))) < 0.4).astype(np.uint8)
    image = SimpleITK.GetImageFromArray(voxels)
    image.SetSpacing(rng.uniform(0.5, 5, 3).tolist())
    image.SetOrigin(rng.uniform(-500, 500, 3).tolist())
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    image.SetDirection(turn.ravel().tolist())
    path = tmp_path / f"mask{suffix}"
    SimpleITK.WriteImage(image, str(path))
    mask = read_mask(path, "lesions", grid_of(image))
    assert np.array_equal(mask.voxels, voxels > 0)
    assert mask.warnings == (() if voxels.any() else (f"mask 'lesions' (\"{path.name}\") has no voxel",))


def test_totalsegmentator_masks_have_their_published_size(reference_data):
    folder = reference_data / "totalsegmentator_ct"
    grid = grid_of(SimpleITK.ReadImage(str(folder / "example_ct_sm.nii.gz")))
    expected = {"muscle": 35293, "fat_sc": 35357, "fat_v": 33969}
    files = {"muscle": "skeletal_muscle", "fat_sc": "subcutaneous_fat", "fat_v": "torso_fat"}
    for name, count in expected.items():
        path = folder / "example_seg_tissue_types" / f"{files[name]}.nii.gz"
        assert read_mask(path, name, grid).voxels.sum() == count


def test_totalsegmentator_label_map_by_its_names(reference_data):
    """The names of its classes stand in the header: the spleen is found without being told its number."""
    folder = reference_data / "totalsegmentator_ct"
    path = folder / "example_seg_fast.nii.gz"
    grid = grid_of(SimpleITK.ReadImage(str(folder / "example_ct_sm.nii.gz")))
    statistics = json.loads((folder / "statistics.json").read_text())
    spleen = read_mask(path, "spleen", grid)
    assert spleen.voxels.sum() * grid.voxel_volume_ml * 1000 == pytest.approx(statistics["spleen"]["volume"])
    liver = read_mask(path, "liver", grid)
    assert liver.voxels.sum() * grid.voxel_volume_ml * 1000 == pytest.approx(statistics["liver"]["volume"])
    for name in ("lesions", "muscle"):
        with pytest.raises(InputError, match=f"which segment is '{name}'; it has: \"1 spleen, 2 kidney_right"):
            read_mask(path, name, grid)


def test_a_label_map_without_names_needs_a_number(write, labels):
    path, grid = write(labels.astype(np.uint8))
    with pytest.raises(InputError, match="which segment is 'spleen'; it has: \"1, 2"):
        read_mask(path, "spleen", grid)
    with pytest.raises(InputError, match="which segment '3' is; it has: \"1, 2"):
        read_mask(path, "spleen", grid, segment="3")
    only, _ = write(np.where(labels == 2, 255, 0).astype(np.uint8))
    assert np.array_equal(read_mask(only, "spleen", grid).voxels, labels == 2)


def test_a_soft_mask_counts_from_one_half(write):
    soft = np.array([[[0.0, 0.2, 0.499, 0.5, 0.501, 1.0]]], np.float32)
    path, grid = write(soft)
    assert read_mask(path, "lesions", grid).voxels.tolist() == [[[False, False, False, True, True, True]]]


def test_scaled_values(write, labels, tmp_path):
    """NIfTI's scl_slope and scl_inter: stored 0, 10, 20 mean 0, 1, 2."""
    path, grid = write((10 * labels).astype(np.int16), ".nii")
    content = bytearray(path.read_bytes())
    struct.pack_into("<2f", content, 112, 0.1, 0.0)
    path.write_bytes(content)
    assert np.array_equal(read_mask(path, "spleen", grid, segment="2").voxels, labels == 2)


def test_big_endian_nifti_and_nrrd(tmp_path, labels):
    big = labels.astype(">i4")
    grid = Grid(labels.shape, np.diag([-1.0, -1.0, 1.0, 1.0]))
    header = bytearray(352)
    struct.pack_into(">i", header, 0, 348)
    struct.pack_into(">8h", header, 40, 3, 7, 6, 5, 1, 1, 1, 1)
    struct.pack_into(">2h", header, 70, 8, 32)
    struct.pack_into(">8f", header, 76, 1, 1, 1, 1, 0, 0, 0, 0)
    struct.pack_into(">3f", header, 108, 352, 1, 0)
    struct.pack_into(">2h", header, 252, 1, 0)
    header[344:348] = b"n+1\0"
    nifti = tmp_path / "nifti"
    nifti.write_bytes(bytes(header) + big.tobytes())
    assert np.array_equal(read_mask(nifti, "a", grid, segment="2").voxels, labels == 2)
    nrrd = tmp_path / "nrrd"
    lines = "NRRD0004\ntype: int\ndimension: 3\nspace: RAS\nsizes: 7 6 5\nendian: big\nencoding: raw\n"
    place = "space directions: (1,0,0) (0,1,0) (0,0,1)\nspace origin: (0,0,0)\n\n"
    nrrd.write_bytes((lines + place).encode() + big.tobytes())
    assert np.array_equal(read_mask(nrrd, "a", grid, segment="2").voxels, labels == 2)


def test_nifti_2_is_refused(tmp_path):
    path = tmp_path / "mask"
    path.write_bytes(struct.pack("<i4s4s", 540, b"n+2\0", b"\r\n\x1a\n") + bytes(600))
    with pytest.raises(InputError, match="save it as NIfTI-1"):
        read_mask(path, "lesions", Grid((5, 6, 7), np.eye(4)))


def test_detached_nrrd(tmp_path, labels):
    (tmp_path / "voxels.gz").write_bytes(gzip.compress(labels.astype(np.uint8).tobytes()))
    header = "NRRD0004\n# made by hand\ntype: uchar\ndimension: 3\nspace: left-posterior-superior\nsizes: 7 6 5\n"
    place = "space directions: (1,0,0) (0,1,0) (0,0,1)\nspace origin: (0,0,0)\nencoding: gz\n"
    path = tmp_path / "mask.nhdr"
    path.write_text(header + place + "data file: voxels.gz\n")
    grid = Grid(labels.shape, np.eye(4))
    assert np.array_equal(read_mask(path, "a", grid, segment="1").voxels, labels == 1)


OVERLAPPING = {
    "Segment0_ID": "Segment_1",
    "Segment0_Name": "Skeletal muscle",
    "Segment0_LabelValue": "1",
    "Segment0_Layer": "0",
    "Segment1_ID": "Segment_2",
    "Segment1_Name": "spleen",
    "Segment1_LabelValue": "2",
    "Segment1_Layer": "0",
    "Segment2_ID": "Segment_3",
    "Segment2_Name": "Tumour, left \\ right",
    "Segment2_LabelValue": "1",
    "Segment2_Layer": "1",
}


def test_overlapping_layers(write, labels):
    layers = np.stack([labels, np.random.default_rng(5).integers(0, 2, labels.shape)], -1).astype(np.uint8)
    path, grid = write(layers, ".seg.nrrd", vector=True, keys=OVERLAPPING)
    assert np.array_equal(read_mask(path, "muscle", grid).voxels, labels == 1)
    assert np.array_equal(read_mask(path, "spleen", grid).voxels, labels == 2)
    assert np.array_equal(read_mask(path, "lesions", grid).voxels, layers[..., 1] == 1)
    assert np.array_equal(read_mask(path, "fat_v", grid, segment="3").voxels, layers[..., 1] == 1)
    with pytest.raises(InputError, match="which segment is 'fat_v'; it has: \"1 Skeletal muscle, 2 spleen, 3 Tum"):
        read_mask(path, "fat_v", grid)


def test_segmentations_from_before_shared_layers(write, labels):
    """Neither Layer nor LabelValue: each segment is 1 in a layer of its own."""
    layers = np.stack([labels == 1, labels == 2], -1).astype(np.uint8)
    keys = {"Segment0_Name": "muscle", "Segment1_Name": "spleen"}
    path, grid = write(layers, ".seg.nrrd", vector=True, keys=keys)
    assert np.array_equal(read_mask(path, "spleen", grid).voxels, labels == 2)


@pytest.mark.parametrize(
    ("voxels", "said"),
    [
        (np.full((2, 3, 4), np.nan), "not numbers"),
        (np.full((2, 3, 4), np.inf), "infinite"),
        (np.full((2, 3, 4), -1000, np.int16), "go down to -1000: an image, not a mask"),
        (np.full((2, 3, 4), 3.7), "not whole numbers: an image, not a mask"),
        (np.full((2, 3, 4), -0.5), "go down to -0.5"),
        (np.ones((5, 2, 3, 4), np.uint8), "4 × 3 × 2 × 5 voxels, where a mask has three axes"),
        (np.ones((3, 4), np.uint8), "4 × 3 voxels, where a mask has three axes"),
    ],
)
def test_images_that_are_no_mask_are_refused(tmp_path, voxels, said):
    path = tmp_path / "mask.nii.gz"
    SimpleITK.WriteImage(SimpleITK.GetImageFromArray(voxels, isVector=False), str(path))
    with pytest.raises(InputError, match=said):
        read_mask(path, "lesions", Grid((2, 3, 4), np.eye(4)))


def test_colours_are_refused(write):
    path, grid = write(np.ones((2, 3, 4, 3), np.uint8), ".nrrd", vector=True)
    with pytest.raises(InputError, match="3 values per voxel and no segments"):
        read_mask(path, "lesions", grid)
    path, _ = write(np.ones((2, 3, 4, 3), np.uint8), ".nii.gz", vector=True)
    with pytest.raises(InputError, match="4 × 3 × 2 × 1 × 3 voxels, where a mask"):
        read_mask(path, "lesions", grid)


def test_a_fourth_axis_of_one_is_no_matter(tmp_path, labels):
    path = tmp_path / "mask.nii.gz"
    SimpleITK.WriteImage(SimpleITK.JoinSeries([image_of(labels.astype(np.uint8))]), str(path))
    grid = grid_of(image_of(labels))
    assert np.array_equal(read_mask(path, "lesions", grid).voxels, labels > 0)


@pytest.mark.parametrize(("suffix", "compress"), [(".nii", True), (".nii.gz", True), (".nrrd", True), (".nrrd", False)])
@pytest.mark.parametrize("cut", [10, 0.3])
def test_truncated_files_are_refused(write, suffix, compress, cut):
    noise = np.random.default_rng(6).integers(0, 255, (20, 20, 20)).astype(np.uint8)
    path, grid = write(noise, suffix, compress=compress)
    content = path.read_bytes()
    path.write_bytes(content[: -cut if cut >= 1 else int(cut * len(content))])
    with pytest.raises(InputError, match=r"mask: .* truncated or damaged"):
        read_mask(path, "lesions", grid)


def test_damaged_compression_is_refused(write):
    noise = np.random.default_rng(6).integers(0, 255, (20, 20, 20)).astype(np.uint8)
    path, grid = write(noise, ".nii.gz")
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 200] = bytes(200)
    path.write_bytes(content)
    with pytest.raises(InputError, match="truncated or damaged"):
        read_mask(path, "lesions", grid)


NRRD = "NRRD0004\ntype: {type}\ndimension: 3\nspace: LPS\nsizes: {sizes}\nencoding: {encoding}\n{more}\n\n"
GOOD = {
    "type": "uchar",
    "sizes": "2 2 2",
    "encoding": "raw",
    "more": "space directions: (1,0,0) (0,1,0) (0,0,1)\nspace origin: (0,0,0)",
}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"type": "block"}, "not NRRD type 'block'"),
        ({"encoding": "ascii"}, "encoding 'ascii': save it as gzip or raw"),
        ({"sizes": "2 2 two"}, "one number per voxel"),
        ({"more": GOOD["more"] + "\nbyte skip: 3"}, "save it as one file"),
        ({"more": GOOD["more"] + "\ndata file: LIST"}, "save it as one file"),
        ({"more": GOOD["more"] + "\ndata file: absent.raw"}, "cannot be read"),
        (
            {"more": "space directions: (1,0,0) (0,0,0) (0,0,1)\nspace origin: (0,0,0)"},
            "header is damaged|geometry",
        ),
    ],
)
def test_nrrd_headers_that_cannot_be_used_are_refused(tmp_path, changed, said):
    path = tmp_path / "mask"
    path.write_bytes(NRRD.format(**{**GOOD, **changed}).encode() + bytes(8))
    with pytest.raises(InputError, match=said):
        read_mask(path, "lesions", Grid((2, 2, 2), np.eye(4)))


def test_a_segment_in_no_layer_is_refused(write, labels):
    path, grid = write(labels.astype(np.uint8), ".seg.nrrd", keys={"Segment0_Name": "a", "Segment0_Layer": "3"})
    with pytest.raises(InputError, match="its segment 'a' has no voxels"):
        read_mask(path, "lesions", grid)


def test_a_wide_pixel_type_costs_no_memory(write):
    """The bool result, and a slab of the file at a time: not the 8 bytes of each voxel."""
    path, grid = write(np.zeros((60, 256, 256), np.float64))
    tracemalloc.start()
    read_mask(path, "lesions", grid)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    voxels = 60 * 256 * 256
    assert peak < voxels + 16e6 < 8 * voxels

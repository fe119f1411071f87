from __future__ import annotations

import json
from copy import deepcopy
from io import BytesIO

import highdicom
import numpy as np
import pytest
from PIL import Image
from pydicom import dcmread
from pydicom.encaps import encapsulate
from pydicom.pixels import pack_bits
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLSLossless,
    RLELossless,
)

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.mask_files import read_mask
from NEMOPETLib.studies.volume import Grid

NAMES = ("muscle", "fat_sc")


@pytest.fixture
def voxels() -> np.ndarray:
    """Two overlapping segments, each absent from some slices; 13 × 11 pixels are no whole number of bytes."""
    voxels = np.random.default_rng(1).random((6, 13, 11, 2)) < 0.3
    voxels[0] = voxels[3, :, :, 1] = voxels[5, :, :, 0] = False
    return voxels


def ct_of_three_slices(folder):
    slices = sorted((dcmread(file) for file in folder.iterdir()), key=lambda h: float(h.ImagePositionPatient[2]))
    return np.stack([s.pixel_array * float(s.RescaleSlope) + float(s.RescaleIntercept) for s in slices])


def test_liver_as_dcmqi_publishes_it(reference_data, series_grid):
    folder = reference_data / "dcmqi_seg_sr"
    expected = json.loads((folder / "EXPECTED.json").read_text())
    grid = series_grid(folder / "ct-3slice")
    mask = read_mask(folder / "liver.dcm", "liver", grid)
    hu = ct_of_three_slices(folder / "ct-3slice")[mask.voxels]
    assert mask.warnings == ()
    assert hu.size == expected["scout"]["liver_3slice"]["voxels"] == 107098
    assert hu.mean() == pytest.approx(37.3289, abs=5e-5)
    assert (hu.min(), hu.max()) == (-778, 221)
    assert hu.size * grid.voxel_volume_ml * 1000 == pytest.approx(70361.934, abs=5e-4)


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_overlapping_segments_as_highdicom_reads_them(reference_data, series_grid, number):
    folder = reference_data / "dcmqi_seg_sr"
    grid = series_grid(folder / "ct-3slice")
    path = folder / "partial_overlaps.dcm"
    mask = read_mask(path, "spleen", grid, segment=str(number))
    theirs = highdicom.seg.segread(path).get_volume(segment_numbers=[number])
    own = Grid(theirs.spatial_shape, theirs.affine[:, [2, 1, 0, 3]])
    indices = np.rint(grid.indices(own.positions(np.argwhere(theirs.array[..., 0])))).astype(int)
    assert np.array_equal(np.argwhere(mask.voxels), indices[np.lexsort(indices.T[::-1])])
    assert mask.warnings == ()


def test_tumour_volume_of_the_published_report(reference_data):
    """Its PET is not here: the grid is the segmentation's own, with slices above and below."""
    path = reference_data / "dcmqi_seg_sr" / "sr-example" / "seg.dcm"
    theirs = highdicom.seg.segread(path).get_volume()
    affine = theirs.affine[:, [2, 1, 0, 3]].copy()
    affine[:3, 3] -= 5 * affine[:3, 2]
    grid = Grid((40, *theirs.spatial_shape[1:]), affine)
    mask = read_mask(path, "lesions", grid)
    assert mask.voxels.sum() * grid.voxel_volume_ml == pytest.approx(33.5824, abs=5e-5)
    assert mask.warnings == ()


@pytest.mark.parametrize("number", [1, 2])
def test_binary_frames_that_share_bytes(write_seg, voxels, number):
    path, grid = write_seg(voxels, "BINARY", NAMES)
    mask = read_mask(path, "muscle", grid, segment=str(number))
    assert np.array_equal(mask.voxels, voxels[..., number - 1])
    assert mask.warnings == ()


def test_frames_in_any_order(write_seg, voxels):
    path, grid = write_seg(voxels[:, :12, :10], "BINARY", NAMES)
    seg = dcmread(path)
    size = 12 * 10 // 8
    frames = [seg.PixelData[i : i + size] for i in range(0, seg.NumberOfFrames * size, size)]
    order = np.random.default_rng(2).permutation(seg.NumberOfFrames)
    seg.PixelData = b"".join(frames[i] for i in order)
    groups = seg.PerFrameFunctionalGroupsSequence
    seg.PerFrameFunctionalGroupsSequence = [groups[i] for i in order]
    seg.save_as(path)
    for number, name in enumerate(NAMES):
        assert np.array_equal(read_mask(path, name, grid).voxels, voxels[:, :12, :10, number])


@pytest.mark.parametrize("syntax", [None, JPEGLSLossless, RLELossless])
def test_fractions_count_from_one_half(write_seg, syntax):
    fractions = np.random.default_rng(1).random((6, 16, 16, 1))
    options = {"transfer_syntax_uid": syntax} if syntax else {}
    path, grid = write_seg(fractions, "FRACTIONAL", ["muscle"], max_fractional_value=200, **options)
    mask = read_mask(path, "muscle", grid)
    assert np.array_equal(mask.voxels, np.around(fractions[..., 0] * 200) >= 100)


def test_label_map(write_seg, voxels):
    labels = np.where(voxels[..., 0], 1, np.where(voxels[..., 1], 2, 0)).astype(np.uint8)
    path, grid = write_seg(labels, "LABELMAP", NAMES)
    assert np.array_equal(read_mask(path, "muscle", grid).voxels, labels == 1)
    assert np.array_equal(read_mask(path, "fat_sc", grid).voxels, labels == 2)


def test_frames_a_little_off_their_image(write_seg, voxels):
    path, grid = write_seg(voxels, "BINARY", NAMES)
    seg = dcmread(path)
    for shift, groups in enumerate(seg.PerFrameFunctionalGroupsSequence):
        position = groups.PlanePositionSequence[0]
        position.ImagePositionPatient = [float(value) + 0.03 * (-1) ** shift for value in position.ImagePositionPatient]
    seg.save_as(path)
    mask = read_mask(path, "muscle", grid)
    assert np.array_equal(mask.voxels, voxels[..., 0])
    assert mask.warnings == ()


@pytest.mark.parametrize("pixels", [(13, 11), (12, 10)])
def test_deflated(write_seg, voxels, pixels):
    voxels = voxels[:, : pixels[0], : pixels[1]]
    path, grid = write_seg(voxels, "BINARY", NAMES)
    seg = dcmread(path)
    seg.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    seg.save_as(path)
    assert np.array_equal(read_mask(path, "fat_sc", grid).voxels, voxels[..., 1])


def encapsulate_frames(path, encode, syntax):
    """Write each frame of single bits as a stream of its own."""
    seg = dcmread(path)
    seg.PixelData = encapsulate([encode(frame) for frame in seg.pixel_array])
    seg["PixelData"].VR, seg["PixelData"].is_undefined_length = "OB", True
    seg.file_meta.TransferSyntaxUID = syntax
    seg.save_as(path)


def jpeg_2000(frame):
    stream = BytesIO()
    Image.fromarray(frame.astype(np.uint8)).save(stream, "JPEG2000", irreversible=False, no_jp2=True)
    return stream.getvalue()


@pytest.mark.parametrize("pixels", [(13, 11), (12, 10)])
def test_compressed_single_bits(write_seg, voxels, pixels):
    """As highdicom writes them, whether or not the pixels of a frame would fill whole bytes."""
    voxels = voxels[:, : pixels[0], : pixels[1]]
    path, grid = write_seg(voxels, "BINARY", NAMES)
    encapsulate_frames(path, jpeg_2000, JPEG2000Lossless)
    for number, name in enumerate(NAMES):
        assert np.array_equal(read_mask(path, name, grid).voxels, voxels[..., number])


@pytest.mark.parametrize("syntax", [RLELossless, UID("1.2.840.10008.1.2.1.98")], ids=["RLE", "uncompressed"])
def test_single_bits_in_a_form_that_cannot_be_decoded_are_refused(write_seg, voxels, syntax):
    path, grid = write_seg(voxels, "BINARY", NAMES)
    encapsulate_frames(path, lambda frame: pack_bits(frame.ravel()), syntax)
    with pytest.raises(InputError, match="cannot be decoded"):
        read_mask(path, "muscle", grid)


def test_a_single_slice(write_seg, voxels):
    voxels[np.arange(6) != 2] = False
    path, grid = write_seg(voxels, "BINARY", NAMES)
    assert np.array_equal(read_mask(path, "muscle", grid).voxels, voxels[..., 0])


@pytest.mark.parametrize("slices", [[0, 2, 4], [1, 5], [0, 1, 4]])
@pytest.mark.parametrize("stated", ["SpacingBetweenSlices", "SliceThickness"])
def test_slices_without_a_frame_stay_empty(write_seg, voxels, slices, stated):
    """Also where only the slices' thickness is stated, 2.5 mm here, which is not the 2 mm from one to the next."""
    voxels[[k for k in range(6) if k not in slices]] = False
    path, grid = write_seg(voxels, "BINARY", NAMES)
    seg = dcmread(path)
    measures = seg.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    if stated == "SpacingBetweenSlices":
        measures.SpacingBetweenSlices = 2.0
    else:
        measures.pop("SpacingBetweenSlices", None)
    seg.save_as(path)
    assert np.array_equal(read_mask(path, "muscle", grid).voxels, voxels[..., 0])


def test_frames_that_do_not_state_their_spacing_reach_to_the_next(write_seg, voxels):
    path, grid = write_seg(voxels, "BINARY", NAMES)
    seg = dcmread(path)
    measures = seg.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    del measures.SliceThickness
    measures.pop("SpacingBetweenSlices", None)
    seg.save_as(path)
    mask = read_mask(path, "muscle", grid)
    assert np.array_equal(mask.voxels, voxels[..., 0])
    assert mask.warnings == ()


def test_another_frame_of_reference_is_said(write_seg, voxels):
    path, grid = write_seg(voxels, "BINARY", NAMES)
    own = dcmread(path).FrameOfReferenceUID
    assert read_mask(path, "muscle", grid, frame_of_reference=own).warnings == ()
    (said,) = read_mask(path, "muscle", grid, frame_of_reference="1.2.4").warnings
    assert "frame of reference is not the image's" in said


def test_segments_are_listed_where_none_is_meant(write_seg, voxels):
    path, grid = write_seg(voxels, "BINARY", NAMES)
    with pytest.raises(InputError, match="which segment is 'spleen'; it has: \"1 muscle, 2 fat_sc"):
        read_mask(path, "spleen", grid)
    with pytest.raises(InputError, match="which segment 'heart' is; it has"):
        read_mask(path, "spleen", grid, segment="heart")


@pytest.mark.parametrize(
    ("pixels", "kind", "syntax"),
    [
        ((13, 11), "BINARY", ExplicitVRLittleEndian),
        ((16, 16), "BINARY", ExplicitVRLittleEndian),
        ((16, 16), "FRACTIONAL", JPEGLSLossless),
        ((16, 16), "FRACTIONAL", RLELossless),
    ],
)
def test_truncated_frames_are_refused(write_seg, pixels, kind, syntax):
    path, grid = write_seg(np.ones((6, *pixels, 1)), kind, ["muscle"], transfer_syntax_uid=syntax)
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(InputError, match="truncated"):
        read_mask(path, "muscle", grid)


def test_frames_without_a_place_are_refused(write_seg, voxels):
    path, grid = write_seg(voxels, "BINARY", NAMES)
    seg = dcmread(path)
    del seg.PerFrameFunctionalGroupsSequence[1].PlanePositionSequence
    seg.save_as(path)
    with pytest.raises(InputError, match="frame 2 has no PlanePositionSequence"):
        read_mask(path, "muscle", grid)


def test_mixed_orientations_are_refused(write_seg, voxels):
    path, grid = write_seg(voxels, "BINARY", NAMES)
    seg = dcmread(path)
    orientation = seg.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence
    for number, groups in enumerate(seg.PerFrameFunctionalGroupsSequence):
        groups.PlaneOrientationSequence = [deepcopy(orientation[0])]
        if number == 1:
            groups.PlaneOrientationSequence[0].ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    seg.save_as(path)
    with pytest.raises(InputError, match="several orientations"):
        read_mask(path, "muscle", grid)


@pytest.mark.parametrize(
    ("sequence", "keyword", "value", "said"),
    [
        ("PixelMeasures", "PixelSpacing", [1, 2, 3], "PixelSpacing is not 2 numbers"),
        ("PixelMeasures", "PixelSpacing", None, "has no PixelSpacing"),
        ("PixelMeasures", "PixelSpacing", [0, 1], "PixelSpacing or Image"),
        ("PlaneOrientation", "ImageOrientationPatient", 1, "Patient is not 6 numbers"),
        ("PlaneOrientation", "ImageOrientationPatient", [1, 0, 0, 1, 0, 0], "Patient cannot be right"),
    ],
)
def test_an_unusable_place_is_refused(write_seg, voxels, sequence, keyword, value, said):
    path, grid = write_seg(voxels, "BINARY", NAMES)
    seg = dcmread(path)
    setattr(seg.SharedFunctionalGroupsSequence[0][f"{sequence}Sequence"].value[0], keyword, value)
    seg.save_as(path)
    with pytest.raises(InputError, match=said):
        read_mask(path, "muscle", grid)


def test_a_segmentation_without_segments_is_refused(write_seg, voxels):
    path, grid = write_seg(voxels, "BINARY", NAMES)
    seg = dcmread(path)
    del seg.SegmentSequence
    seg.save_as(path)
    with pytest.raises(InputError, match="has no SegmentSequence"):
        read_mask(path, "muscle", grid)

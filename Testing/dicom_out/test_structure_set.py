from __future__ import annotations

import numpy as np
import pytest
from matplotlib.path import Path as Polygon
from pydicom import dcmread

from NEMOPETLib.masks.mask_files import read_mask

TISSUES = ("muscle", "fat_sc", "fat_v", "spleen")


def rings(region) -> list[np.ndarray]:
    return [np.array(contour.ContourData, float).reshape(-1, 3) for contour in region.ContourSequence]


def area_mm2(ring) -> float:
    x, y = ring.T[:2]
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2


@pytest.mark.parametrize("name", TISSUES)
def test_areas_of_the_contours_amount_to_the_row_volume(exported, name):
    written = dcmread(exported.folder / "tissues_rtstruct.dcm")
    region = written.ROIContourSequence[TISSUES.index(name)]
    volume = sum(map(area_mm2, rings(region))) * exported.study.ct.grid.spacing[2] / 1000
    assert volume == pytest.approx(exported.result.row[f"{name}_volume_ml"], rel=1e-4)


def test_areas_of_each_lesion(exported):
    written = dcmread(exported.folder / "lesions_rtstruct.dcm")
    spacing = exported.study.pet.grid.spacing[2]
    volumes = [sum(map(area_mm2, rings(region))) * spacing / 1000 for region in written.ROIContourSequence]
    assert volumes == pytest.approx([one.volume_ml for one in exported.result.measured.lesions], rel=1e-3)


@pytest.mark.parametrize("name", ["lesions", *TISSUES])
def test_every_voxel_comes_back(exported, name):
    image = exported.study.pet if name == "lesions" else exported.study.ct
    file = exported.folder / ("lesions_rtstruct.dcm" if name == "lesions" else "tissues_rtstruct.dcm")
    expected = read_mask(exported.masks[name].path, name, image.grid).voxels
    mask = read_mask(file, name, image.grid, frame_of_reference=exported.study.frame_of_reference)
    assert np.array_equal(mask.voxels, expected)
    united = f'the lesions of "{file.name}" are these segments together'
    assert all(warning.startswith(united) for warning in mask.warnings)


def test_contours_of_one_plane_as_matplotlib_fills_them(exported):
    written = dcmread(exported.folder / "tissues_rtstruct.dcm")
    grid = exported.study.ct.grid
    expected = read_mask(exported.masks["fat_sc"].path, "fat_sc", grid).voxels
    by_plane: dict[int, list[np.ndarray]] = {}
    for ring in rings(written.ROIContourSequence[1]):
        by_plane.setdefault(round(grid.indices(ring[:1])[0, 0]), []).append(grid.indices(ring)[:, :0:-1])
    assert sorted(by_plane) == np.flatnonzero(expected.any(axis=(1, 2))).tolist()
    k = max(by_plane, key=lambda plane: sum(map(len, by_plane[plane])))
    rows, columns = np.indices(expected.shape[1:])
    centres = np.stack([columns.ravel(), rows.ravel()], axis=1)
    inside = [Polygon(np.concatenate([ring, ring[:1]]), closed=True).contains_points(centres) for ring in by_plane[k]]
    assert np.array_equal(np.any(inside, axis=0).reshape(rows.shape), expected[k])


@pytest.mark.parametrize("file", ["lesions_rtstruct.dcm", "tissues_rtstruct.dcm"])
def test_dciodvfy_finds_no_error(exported, program, file):
    assert "Error" not in program("dciodvfy", exported.folder / file)


def test_contours_name_their_slices(exported):
    written = dcmread(exported.folder / "lesions_rtstruct.dcm")
    heights = {
        header.SOPInstanceUID: float(header.ImagePositionPatient[2])
        for header in (dcmread(path, stop_before_pixels=True) for path in exported.written.pet)
    }
    for region in written.ROIContourSequence:
        for contour in region.ContourSequence:
            height = heights[contour.ContourImageSequence[0].ReferencedSOPInstanceUID]
            assert np.allclose(np.array(contour.ContourData[2::3], float), height, rtol=0, atol=1e-3)
    assert written.StructureSetROISequence[0].ReferencedFrameOfReferenceUID == exported.study.frame_of_reference

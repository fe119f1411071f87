"""Masks of a few slices far apart: what comes back has no voxel in between."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from NEMOPETLib.dicom_out import segmentation_object, structure_set
from NEMOPETLib.dicom_out.findings import tissue_findings
from NEMOPETLib.dicom_out.origin import Origin
from NEMOPETLib.dicom_out.source_series import SourceImage, SourceSeries
from NEMOPETLib.dicom_out.written_object import Identity, write_object
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.masks.mask_files import read_mask
from NEMOPETLib.studies.volume import Grid

SHAPE = (31, 5, 7)
KINDS = {
    "SEG": (segmentation_object.segmentation_object, segmentation_object.TRANSFER_SYNTAX),
    "RTSTRUCT": (structure_set.structure_set, structure_set.TRANSFER_SYNTAX),
}
few_slices = st.sets(st.integers(0, SHAPE[0] - 1), min_size=1, max_size=5)
slice_spacings = st.sampled_from([1.25, 3.0, 3.27, 5.0])


def grid(spacing: float) -> Grid:
    """Slices from the head downwards, oblique to the patient."""
    tilt = np.array([[0.8, -0.6, 0], [0.6, 0.8, 0], [0, 0, 1.0]])
    affine = np.eye(4)
    affine[:3, :3] = tilt @ np.diag([4.0, 3.0, spacing])
    affine[:3, 3] = 13.7, -220.1, -841.3
    return Grid(SHAPE, affine)


def come_back(kind: str, voxels: np.ndarray, grid: Grid, file: Path):
    """Voxels written and read again; ``fat_v`` is but a name."""
    images = tuple(SourceImage("1.2.840.10008.5.1.4.1.1.2", f"1.2.3.{k}") for k in range(SHAPE[0]))
    source = SourceSeries({"StudyInstanceUID": "1.2"}, "CT", "1.2.3", "1.2.4", grid, images)
    make, syntax = KINDS[kind]
    findings = tissue_findings([Mask("fat_v", voxels, grid)], {"fat_v": "1.2.5"})
    identity = Identity("1.2", dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "1.0")
    write_object(file, make(findings, source, identity, Origin("test"), 1), syntax)
    return read_mask(file, "fat_v", grid)


@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None, max_examples=40)
@given(slices=few_slices, plane=arrays(bool, SHAPE[1:]), spacing=slice_spacings)
def test_voxels_on_any_slices_come_back(tmp_path_factory, kind, slices, plane, spacing):
    plane[2, 3] = True
    voxels = np.zeros(SHAPE, bool)
    voxels[sorted(slices)] = plane
    mask = come_back(kind, voxels, grid(spacing), tmp_path_factory.getbasetemp() / kind)
    assert np.array_equal(mask.voxels, voxels)
    assert mask.warnings == ()


@pytest.mark.parametrize("kind", KINDS)
def test_two_lesions_of_one_slice_far_apart(tmp_path, kind):
    voxels = np.zeros(SHAPE, bool)
    voxels[[0, 30], :4, :4] = True
    assert come_back(kind, voxels, grid(3.0), tmp_path / "mask").voxels.sum() == 32

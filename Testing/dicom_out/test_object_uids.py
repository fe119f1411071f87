from __future__ import annotations

import numpy as np
import pytest
from pydicom import dcmread

from NEMOPETLib.dicom_out.object_uids import listed, results_uid, tracking_uids
from NEMOPETLib.measurements.lesions import measure_lesions
from NEMOPETLib.studies.volume import Grid, Volume

STUDY = "1.2.840.1"


def grid() -> Grid:
    return Grid((6, 9, 9), np.diag([4.0, 4.0, 3.0, 1.0]))


@pytest.fixture
def pet() -> Volume:
    return Volume(np.random.default_rng(4).uniform(1, 5, grid().shape).astype(np.float32), grid())


@pytest.fixture
def labels() -> np.ndarray:
    labels = np.zeros(grid().shape, np.uint16)
    labels[1:3, 1:3, 1:3], labels[4, 5:8, 5:8] = 1, 2
    return labels


def lesions(labels, pet):
    return measure_lesions(Volume(labels, grid()), pet).lesions


def test_each_finding_has_an_id_of_its_own(labels, pet):
    uids = tracking_uids(STUDY, lesions(labels, pet))
    assert {*uids} == {"lesion 1", "lesion 2", "all lesions", "muscle", "fat_sc", "fat_v", "spleen", "patient"}
    assert len({*uids.values(), *tracking_uids("1.2.840.2", lesions(labels, pet)).values()}) == 2 * len(uids)


def test_a_changed_lesion_leaves_the_others_their_ids(labels, pet):
    before = tracking_uids(STUDY, lesions(labels, pet))
    labels[4, 4, 5] = 2
    pet.voxels[4, 4, 5] = 90  # another hottest voxel: another lesion
    after = tracking_uids(STUDY, lesions(labels, pet))
    assert [name for name in before if before[name] != after[name]] == ["lesion 2"]


def test_a_lesion_stays_the_same_when_its_border_is_corrected(labels, pet):
    before = lesions(labels, pet)
    labels[4, 4, 5] = 2
    pet.voxels[4, 4, 5] = 0.5
    after = lesions(labels, pet)
    assert before[1].voxel_count + 1 == after[1].voxel_count
    assert tracking_uids(STUDY, before) == tracking_uids(STUDY, after)
    assert results_uid(STUDY, before) != results_uid(STUDY, after)


def test_a_lesion_stays_the_same_under_another_number(labels, pet):
    before = tracking_uids(STUDY, lesions(labels, pet))
    renumbered = tracking_uids(STUDY, lesions(np.choose(labels, [0, 0, 1]).astype(np.uint16), pet))
    assert renumbered["lesion 1"] == before["lesion 2"]


def test_lesions_without_a_finite_suv_are_known_by_their_centres(labels, pet):
    pet.voxels[:] = np.nan
    uids = tracking_uids(STUDY, lesions(labels, pet))
    assert uids["lesion 1"] != uids["lesion 2"]


def test_the_hottest_voxel(labels, pet):
    pet.voxels[2, 2, 1], pet.voxels[2, 1, 1], pet.voxels[3, 3, 3] = 6, np.nan, 9
    assert lesions(labels, pet)[0].suv_max_lps_mm == (4.0, 8.0, 6.0)


def test_the_row_has_the_ids_of_the_objects(exported):
    cell = exported.result.row["finding_uids"]
    named = dict(part.split("=") for part in cell.split("; "))
    assert listed(named) == cell
    for file in ("lesions_seg.dcm", "tissues_seg.dcm"):
        for segment in dcmread(exported.folder / file).SegmentSequence:
            assert named[segment.TrackingID] == segment.TrackingUID

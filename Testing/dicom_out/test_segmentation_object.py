from __future__ import annotations

import highdicom
import numpy as np
import pytest
import SimpleITK
from pydicom import dcmread

from NEMOPETLib.masks.mask_files import read_mask
from NEMOPETLib.masks.segment_terms import SEGMENT_TERMS
from NEMOPETLib.phantom.phantom import small_phantom
from NEMOPETLib.studies.volume import Grid, grid_of

TISSUES = ("muscle", "fat_sc", "fat_v", "spleen")


def image_of(exported, name):
    return exported.study.pet if name == "lesions" else exported.study.ct


def measured_mask(exported, name):
    """What the phantom says the mask is; the phantom's lesions are what the threshold finds."""
    return read_mask(exported.masks[name].path, name, image_of(exported, name).grid).voxels


@pytest.mark.parametrize("name", ["lesions", *TISSUES])
def test_every_voxel_comes_back(exported, name):
    file = exported.folder / ("lesions_seg.dcm" if name == "lesions" else "tissues_seg.dcm")
    image = image_of(exported, name)
    mask = read_mask(file, name, image.grid, frame_of_reference=exported.study.frame_of_reference)
    assert np.array_equal(mask.voxels, measured_mask(exported, name))
    assert mask.warnings == ()


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_as_highdicom_reads_it(exported, number):
    seg = highdicom.seg.segread(exported.folder / "tissues_seg.dcm")
    theirs = seg.get_volume(segment_numbers=[number])
    expected = measured_mask(exported, TISSUES[number - 1])
    own = Grid(theirs.spatial_shape, theirs.affine[:, [2, 1, 0, 3]])
    places = exported.study.ct.grid.indices(own.positions(np.argwhere(theirs.array[..., 0])))
    assert places == pytest.approx(np.rint(places), abs=1e-6)
    indices = np.rint(places).astype(int)
    assert np.array_equal(np.argwhere(expected), indices[np.lexsort(indices.T[::-1])])


@pytest.mark.parametrize(("file", "names"), [("lesions_seg.dcm", ["lesions"]), ("tissues_seg.dcm", TISSUES)])
def test_as_dcmqi_reads_it(exported, program, tmp_path, file, names):
    program(
        "segimage2itkimage",
        *("--inputDICOM", exported.folder / file, "--outputDirectory", tmp_path, "--outputType", "nrrd"),
    )
    segments = sorted(tmp_path.glob("*.nrrd"), key=lambda path: int(path.stem))
    united = np.zeros(image_of(exported, names[0]).grid.shape, bool)
    for position, path in enumerate(segments):
        theirs = SimpleITK.ReadImage(str(path))
        own = image_of(exported, names[0]).grid
        start = np.rint(own.indices(grid_of(theirs).origin[None]))[0].astype(int)
        voxels = SimpleITK.GetArrayFromImage(theirs) > 0
        placed = np.zeros(own.shape, bool)
        placed[tuple(slice(a, a + n) for a, n in zip(start, voxels.shape, strict=True))] = voxels
        if names[0] != "lesions":
            assert np.array_equal(placed, measured_mask(exported, names[position]))
        united |= placed
    if names[0] == "lesions":
        assert len(segments) == exported.result.row["lesion_count"]
        assert np.array_equal(united, measured_mask(exported, "lesions"))


@pytest.mark.parametrize("file", ["lesions_seg.dcm", "tissues_seg.dcm"])
def test_dciodvfy_finds_no_error(exported, program, file):
    assert "Error" not in program("dciodvfy", exported.folder / file)


@pytest.mark.parametrize("file", ["lesions_seg.dcm", "tissues_seg.dcm"])
def test_each_frame_names_the_slice_that_lies_where_it_does(exported, file):
    seg = dcmread(exported.folder / file)
    files = exported.written.pet if file.startswith("lesions") else exported.written.ct
    sources = {header.SOPInstanceUID: header for header in (dcmread(path, stop_before_pixels=True) for path in files)}
    for groups in seg.PerFrameFunctionalGroupsSequence:
        drawn_on = groups.DerivationImageSequence[0].SourceImageSequence[0]
        source = sources[drawn_on.ReferencedSOPInstanceUID]
        assert groups.PlanePositionSequence[0].ImagePositionPatient == pytest.approx(source.ImagePositionPatient)
    first = next(iter(sources.values()))
    for keyword in ("PatientID", "PatientName", "PatientBirthDate", "StudyInstanceUID", "FrameOfReferenceUID"):
        assert seg[keyword].value == first[keyword].value
    (series,) = seg.ReferencedSeriesSequence
    assert series.SeriesInstanceUID == first.SeriesInstanceUID
    assert {one.ReferencedSOPInstanceUID for one in series.ReferencedInstanceSequence} == set(sources)


def test_segments_say_what_they_are(exported):
    seg = dcmread(exported.folder / "tissues_seg.dcm")
    for segment, name in zip(seg.SegmentSequence, TISSUES, strict=True):
        term, kind = SEGMENT_TERMS[name], segment.SegmentedPropertyTypeCodeSequence[0]
        assert (kind.CodeValue, kind.CodingSchemeDesignator) == (term.type.value, "SCT")
        assert segment.SegmentLabel == term.name
        assert "Read from a file" in segment.SegmentDescription
    assert seg.SegmentSequence[2].AnatomicRegionSequence[0].CodeValue == "22943007"
    lesions = dcmread(exported.folder / "lesions_seg.dcm").SegmentSequence
    assert [one.SegmentNumber for one in lesions] == [lesion.label for lesion in exported.result.measured.lesions]
    assert {one.SegmentAlgorithmType for one in lesions} == {"AUTOMATIC"}
    assert {one.SegmentAlgorithmName for one in lesions} == {"threshold"}


@pytest.mark.parametrize("enhanced", [False, True])
def test_uneven_slices_and_frames_of_one_file(make_exported, program, enhanced):
    """Slices that lie unevenly are taken as even: so are the frames. Enhanced images are named with their frame."""
    phantom = small_phantom() if enhanced else small_phantom().with_bed_gaps()
    exported = make_exported(phantom=phantom, enhanced=enhanced)
    mask = read_mask(exported.folder / "lesions_seg.dcm", "lesions", exported.study.pet.grid)
    assert mask.voxels.sum() == sum(one.voxel_count for one in exported.result.measured.lesions)
    assert mask.warnings == ()
    seg = dcmread(exported.folder / "lesions_seg.dcm")
    for groups in seg.PerFrameFunctionalGroupsSequence:
        drawn_on = groups.DerivationImageSequence[0].SourceImageSequence[0]
        plane = exported.study.pet.grid.indices(np.array([groups.PlanePositionSequence[0].ImagePositionPatient]))[0, 0]
        assert drawn_on.get("ReferencedFrameNumber") == (round(plane) + 1 if enhanced else None)
    for file in sorted(exported.folder.iterdir()):
        assert "Error" not in program("dciodvfy", file)

import shutil
import subprocess
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pydicom
import pytest
import SimpleITK
from pydicom.uid import ExplicitVRLittleEndian

from NEMOPETLib.phantom.distractors import EXTRAS
from NEMOPETLib.phantom.encoding import ENCAPSULATED, NATIVE
from NEMOPETLib.phantom.examination import Examination
from NEMOPETLib.phantom.phantom import full_phantom, small_phantom
from NEMOPETLib.phantom.study import write_phantom_study
from NEMOPETLib.phantom.truth import truth_of
from NEMOPETLib.phantom.volumes import ct_volume, pet_volume


@pytest.fixture(scope="module")
def phantom():
    """The small phantom's middle slices: enough for headers and pixels."""
    return cut(small_phantom(), 30, 42)


def cut(phantom, first, last):
    def some(sampling):
        return replace(sampling, heights=sampling.heights[first:last])

    return replace(phantom, ct=some(phantom.ct), pet=some(phantom.pet))


def suvbw_factor(dataset):
    """g/ml per Bq/ml from the header alone, by the vendors' common definition (QIBA SUV, START)."""
    injection = dataset.RadiopharmaceuticalInformationSequence[0]
    start = datetime.strptime(dataset.SeriesDate + dataset.SeriesTime, "%Y%m%d%H%M%S.%f")
    injected = datetime.strptime(injection.RadiopharmaceuticalStartDateTime, "%Y%m%d%H%M%S.%f")
    seconds = (start - injected).total_seconds()
    decayed = float(injection.RadionuclideTotalDose) * np.exp(
        -np.log(2) * seconds / float(injection.RadionuclideHalfLife)
    )
    return 1000 * float(dataset.PatientWeight) / decayed


def read(paths):
    return [pydicom.dcmread(path) for path in paths]


def rescaled(dataset):
    return dataset.pixel_array * float(dataset.RescaleSlope) + float(dataset.RescaleIntercept)


@pytest.mark.parametrize("variant", ["sharp", "noisy"])
def test_suv_and_hu_come_back(phantom, variant, tmp_path):
    study = write_phantom_study(tmp_path, phantom, variant, seed=3)
    suv = np.stack([rescaled(one) * suvbw_factor(one) for one in read(study.pet)])
    expected = pet_volume(phantom, variant, seed=3).voxels
    step = expected.max(axis=(1, 2), keepdims=True) / 32767
    tolerance = {"sharp": 1e-6, "noisy": 0.51 * step}[variant]
    assert (np.abs(suv - expected) <= tolerance).all()
    hu = np.stack([rescaled(one) for one in read(study.ct)])
    assert (hu == ct_volume(phantom, variant, seed=3).voxels).all()


def test_suv_comes_back_for_any_examination(phantom, tmp_path):
    night = Examination(
        sex="O",
        weight_kg=103.7,
        height_m=1.88,
        dose_bq=3.217e8,
        injected_at=datetime(2024, 2, 29, 23, 31, 7),
        scanned_at=datetime(2024, 3, 1, 0, 44, 59),
    )
    study = write_phantom_study(tmp_path, phantom, examination=night)
    suv = np.stack([rescaled(one) * suvbw_factor(one) for one in read(study.pet)])
    np.testing.assert_allclose(suv, pet_volume(phantom).voxels, atol=1e-6)
    header = pydicom.dcmread(study.pet[0])
    assert (header.PatientSex, header.PatientWeight, header.PatientSize) == ("O", 103.7, 1.88)
    assert study.truth == truth_of(phantom.anatomy, night)


def test_geometry_as_itk_reads_it(phantom, tmp_path):
    study = write_phantom_study(tmp_path, phantom)
    for folder, sampling in ((study.pet_folder, phantom.pet), (study.ct_folder, phantom.ct)):
        files = SimpleITK.ImageSeriesReader.GetGDCMSeriesFileNames(str(folder))
        image = SimpleITK.ReadImage(files)
        assert image.GetSize()[::-1] == sampling.grid.shape
        assert image.GetSpacing() == pytest.approx(sampling.grid.spacing)
        assert image.GetOrigin() == pytest.approx(sampling.grid.origin)
        assert image.GetDirection() == pytest.approx(np.eye(3).ravel())


def test_the_two_series_belong_together(phantom, tmp_path):
    study = write_phantom_study(tmp_path, phantom)
    pet, ct = read(study.pet), read(study.ct)
    for keyword in ("StudyInstanceUID", "FrameOfReferenceUID", "PatientID", "PatientName"):
        assert len({one[keyword].value for one in pet + ct}) == 1
    assert study.study_uid == pet[0].StudyInstanceUID
    assert len({one.SeriesInstanceUID for one in pet + ct}) == 2
    assert len({one.SOPInstanceUID for one in pet + ct}) == len(pet + ct)
    assert [one.InstanceNumber for one in pet] == list(range(len(pet), 0, -1))


def test_pet_headers(tmp_path):
    study = write_phantom_study(tmp_path, small_phantom())
    pet = read(study.pet)
    assert {one.Units for one in pet} == {"BQML"}
    assert {one.DecayCorrection for one in pet} == {"START"}
    assert all({"ATTN", "SCAT", "DECY"} <= set(one.CorrectedImage) for one in pet)
    assert len({one.RescaleSlope for one in pet}) > 5
    assert all(one.SeriesTime <= one.AcquisitionTime for one in pet)
    assert len({one.AcquisitionTime for one in pet}) == 2  # bed positions
    assert len(study.truth.lesions) == 7


def test_ct_slices_are_thicker_than_they_lie_apart(phantom, tmp_path):
    first, second = read(write_phantom_study(tmp_path, phantom).ct[:2])
    gap = second.ImagePositionPatient[2] - first.ImagePositionPatient[2]
    assert first.SliceThickness > gap


def test_bed_gaps_are_in_the_headers(tmp_path):
    study = write_phantom_study(tmp_path, cut(small_phantom().with_bed_gaps(), 40, 50))
    heights = [one.ImagePositionPatient[2] for one in read(study.pet)]
    assert set(np.diff(heights).round(2)) == {3.27, 3.29}


def test_the_same_study_is_written_the_same(phantom, tmp_path):
    first = write_phantom_study(tmp_path / "a", phantom, "noisy", seed=1)
    again = write_phantom_study(tmp_path / "b", phantom, "noisy", seed=1)
    for one, other in zip(first.pet + first.ct, again.pet + again.ct, strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_other_patients_and_times_have_other_uids(phantom, tmp_path):
    first = Examination()
    others = [
        replace(first, patient_id="PHANTOM-2"),
        replace(first, scanned_at=first.scanned_at + timedelta(days=90)),
    ]
    headers = [
        pydicom.dcmread(write_phantom_study(tmp_path, cut(phantom, 0, 2), examination=one).pet[0])
        for one in (first, *others)
    ]
    for keyword in ("SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID", "FrameOfReferenceUID"):
        assert len({one[keyword].value for one in headers}) == 3


def test_edit_sees_and_changes_every_object(phantom, tmp_path):
    seen = []

    def edit(dataset):
        seen.append(dataset.Modality)
        del dataset.PatientWeight

    study = write_phantom_study(tmp_path, phantom, edit=edit, extras=["localizer"])
    assert seen == ["PT"] * 12 + ["CT"] * 12 + ["CT"]
    assert not any("PatientWeight" in one for one in read([*study.pet, *study.ct, *study.extras["localizer"]]))


def test_progress_counts_slices(phantom, tmp_path):
    calls = []
    write_phantom_study(tmp_path, phantom, progress=lambda done, total: calls.append((done, total)))
    assert calls == [(n, 24) for n in range(1, 25)]


def test_layout_shuffled(phantom, tmp_path):
    study = write_phantom_study(tmp_path, phantom, layout="shuffled", extras=["nac"])
    files = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert set(files) == {*study.pet, *study.ct, *study.extras["nac"]}
    assert all(path.parent == tmp_path and not path.suffix for path in files)
    heights = [one.ImagePositionPatient[2] for one in read(path for path in files if path in study.pet)]
    assert heights != sorted(heights)


def test_layout_disc_has_an_index_of_all_files(phantom, tmp_path):
    study = write_phantom_study(tmp_path, phantom, layout="disc", extras=list(EXTRAS))
    records = pydicom.dcmread(tmp_path / "DICOMDIR").DirectoryRecordSequence
    listed = {
        tmp_path.joinpath(*record.ReferencedFileID) for record in records if record.DirectoryRecordType == "IMAGE"
    }
    written = {*study.pet, *study.ct, *(path for paths in study.extras.values() for path in paths)}
    assert listed == written
    assert [record.DirectoryRecordType for record in records].count("SERIES") == 2 + len(EXTRAS)


def test_extras_can_be_told_from_the_pet_and_the_ct(phantom, tmp_path):
    study = write_phantom_study(tmp_path, phantom, extras=list(EXTRAS))
    others = {name: pydicom.dcmread(paths[0]) for name, paths in study.extras.items()}
    pet = pydicom.dcmread(study.pet[0])
    assert {one.StudyInstanceUID for one in others.values()} == {study.study_uid}
    assert len({one.SeriesInstanceUID for one in others.values()} | {pet.SeriesInstanceUID}) == 7
    assert "ATTN" not in others["nac"].CorrectedImage
    assert others["nac"].SOPClassUID == others["second_pet"].SOPClassUID == pet.SOPClassUID
    assert others["localizer"].ImageType[2] == "LOCALIZER"
    assert others["localizer"].ImageOrientationPatient[5] == -1
    assert others["localizer"].pixel_array.max() > 1000
    assert others["fused"].SOPClassUID.name.startswith("Secondary Capture")
    assert others["fused"].pixel_array.shape[2] == 3
    assert others["mr"].Modality == "MR"
    assert others["mr"].FrameOfReferenceUID != pet.FrameOfReferenceUID
    assert len(study.extras["second_ct"]) == len(study.ct) // 2


def test_nac_pet_is_lower(phantom, tmp_path):
    study = write_phantom_study(tmp_path, phantom, extras=["nac"])
    corrected, raw = read(study.pet), read(study.extras["nac"])
    assert sum(rescaled(one).sum() for one in raw) < 0.5 * sum(rescaled(one).sum() for one in corrected)


@pytest.mark.parametrize("enhanced", [False, True])
@pytest.mark.parametrize("syntax", NATIVE + ENCAPSULATED)
def test_transfer_syntaxes_keep_every_pixel(phantom, syntax, enhanced, tmp_path):
    plain = write_phantom_study(tmp_path / "plain", phantom, "noisy", enhanced=enhanced)
    coded = write_phantom_study(tmp_path / "coded", phantom, "noisy", enhanced=enhanced, transfer_syntax=syntax)
    for one, other in zip(plain.pet + plain.ct, coded.pet + coded.ct, strict=True):
        native, decoded = pydicom.dcmread(one), pydicom.dcmread(other)
        assert native.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
        assert decoded.file_meta.TransferSyntaxUID == syntax
        assert (native.pixel_array == decoded.pixel_array).all()


def test_compressed_files_are_read_by_itk(phantom, tmp_path):
    for syntax in ENCAPSULATED:
        study = write_phantom_study(tmp_path / syntax, phantom, transfer_syntax=syntax)
        image = SimpleITK.ReadImage([str(path) for path in study.ct])
        assert (SimpleITK.GetArrayViewFromImage(image) == ct_volume(phantom).voxels).all()


def test_enhanced_objects_hold_the_same_images(phantom, tmp_path):
    study = write_phantom_study(tmp_path, phantom, enhanced=True)
    (pet,), (ct,) = read(study.pet), read(study.ct)
    frames = pet.PerFrameFunctionalGroupsSequence
    maps = [frame.RealWorldValueMappingSequence[0] for frame in frames]
    assert {one.MeasurementUnitsCodeSequence[0].CodeValue for one in maps} == {"Bq/ml"}
    slopes = np.array([one.RealWorldValueSlope for one in maps])
    assert slopes == pytest.approx([float(frame.PixelValueTransformationSequence[0].RescaleSlope) for frame in frames])
    suv = pet.pixel_array * slopes[:, None, None] * suvbw_factor(pet)
    np.testing.assert_allclose(suv, pet_volume(phantom).voxels, atol=1e-6)
    heights = [frame.PlanePositionSequence[0].ImagePositionPatient[2] for frame in frames]
    assert heights == pytest.approx(list(phantom.pet.heights))
    transform = ct.SharedFunctionalGroupsSequence[0].PixelValueTransformationSequence[0]
    hu = ct.pixel_array * float(transform.RescaleSlope) + float(transform.RescaleIntercept)
    assert (hu == ct_volume(phantom).voxels).all()
    assert pet.FrameOfReferenceUID == ct.FrameOfReferenceUID


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy (dicom3tools) is not installed")
@pytest.mark.parametrize("enhanced", [False, True])
def test_all_objects_are_valid(phantom, enhanced, tmp_path):
    study = write_phantom_study(tmp_path, phantom, enhanced=enhanced, extras=list(EXTRAS))
    firsts = [study.pet[0], study.ct[0], *(paths[0] for paths in study.extras.values())]
    for path in firsts:
        report = subprocess.run(["dciodvfy", path], capture_output=True, text=True, check=False)
        assert "Error" not in report.stderr + report.stdout, report.stderr


def test_a_full_size_slice(tmp_path):
    study = write_phantom_study(tmp_path, cut(full_phantom(), 200, 203), enhanced=False)
    pet, ct = pydicom.dcmread(study.pet[0]), pydicom.dcmread(study.ct[0])
    assert (pet.Rows, pet.Columns, ct.Rows, ct.Columns) == (200, 200, 512, 512)
    assert pet.PixelSpacing == [2.5, 2.5]

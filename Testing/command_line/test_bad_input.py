"""Whatever is wrong with the input, a person gets one line that says so, or a named warning; never a traceback."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK
from pydicom import dcmread
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from NEMOPETLib.command_line import main
from NEMOPETLib.phantom.masks import write_masks
from NEMOPETLib.phantom.study import PhantomStudy, write_phantom_study

Break = Callable[[Path], None]


@pytest.fixture(scope="session")
def whole_study(tmp_path_factory: pytest.TempPathFactory) -> PhantomStudy:
    return write_phantom_study(tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="session")
def whole_masks(tmp_path_factory: pytest.TempPathFactory, whole_study: PhantomStudy) -> dict[str, Path]:
    return write_masks(whole_study.phantom, tmp_path_factory.mktemp("masks"))


@pytest.fixture
def study(whole_study: PhantomStudy, tmp_path: Path) -> Path:
    """A copy of the phantom study that a test may break."""
    folder = tmp_path / "study"
    shutil.copytree(whole_study.folder, folder, copy_function=os.link)
    return folder


def edit(folder: Path, change: Callable[[Dataset], None], modality: str = "PET", only: int | None = None) -> None:
    """Change the headers of a series' files (or of one of them), whatever the standard says of the value."""
    files = sorted((folder / modality).iterdir())
    for path in files if only is None else [files[only]]:
        dataset = dcmread(path)
        change(dataset)
        path.unlink()  # the copy is a hard link
        dataset.save_as(path)


def setting(keyword: str, value: Any, **where: Any) -> Break:
    """A break that sets an element (None deletes it); ``Radionuclide…`` ones lie in the radiopharmaceutical's item."""

    def change(dataset: Dataset) -> None:
        target = dataset
        if keyword.startswith("Radionuclide"):
            target = dataset.RadiopharmaceuticalInformationSequence[0]
        if value is None:
            target.pop(keyword, None)
        else:
            vr = target[keyword].VR if keyword in target else "LO"
            target[keyword] = DataElement(keyword, vr, value, validation_mode=0)

    return lambda folder: edit(folder, change, **where)


def in_item(change: Callable[[Dataset], None]) -> Break:
    """A break of the radiopharmaceutical's item."""
    return lambda folder: edit(folder, lambda dataset: change(dataset.RadiopharmaceuticalInformationSequence[0]))


def injected_after_the_scan(folder: Path) -> None:
    def change(item: Dataset) -> None:
        item.RadiopharmaceuticalStartDateTime = str(item.RadiopharmaceuticalStartDateTime)[:8] + "235900"

    in_item(change)(folder)


def without_injection_time(folder: Path) -> None:
    def change(item: Dataset) -> None:
        item.pop("RadiopharmaceuticalStartDateTime", None)
        item.pop("RadiopharmaceuticalStartTime", None)

    in_item(change)(folder)


def remove(pattern: str) -> Break:
    def apply(folder: Path) -> None:
        for path in sorted(folder.glob(pattern)):
            path.unlink()

    return apply


def overwrite(pattern: str, content: Callable[[bytes], bytes]) -> Break:
    def apply(folder: Path) -> None:
        for path in sorted(folder.glob(pattern)):
            data = path.read_bytes()
            path.unlink()
            path.write_bytes(content(data))

    return apply


def call(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Exit status, stdout and stderr of a call."""
    capsys.readouterr()
    status = main([str(each) for each in arguments])
    streams = capsys.readouterr()
    return status, streams.out, streams.err


def assert_refused(outcome: tuple[int, str, str], named: str) -> None:
    status, _, err = outcome
    lines = [line for line in err.splitlines() if line.startswith("nemopet: error: ")]
    assert status == 2
    assert len(lines) == 1, err
    assert named.lower() in lines[0].lower()
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        (remove("PET/*"), "no PET series"),
        (remove("CT/*"), "no CT series"),
        (remove("*/*"), "no DICOM image"),
        (remove("PET/0011.dcm"), 'missing between "0010.dcm" and "0012.dcm"'),
        (remove("CT/002[0-3].dcm"), 'missing between "0019.dcm" and "0024.dcm"'),
        (overwrite("*/*", lambda _: b"not an image"), "no DICOM image"),
        (overwrite("*/*", lambda _: b""), "no DICOM image"),
        (overwrite("*/*", lambda data: data[:300]), "damaged"),
        (overwrite("CT/0007.dcm", lambda data: data[:-500]), "0007.dcm"),
        (overwrite("PET/0007.dcm", lambda data: data[:-500]), "0007.dcm"),
        (overwrite("PET/0007.dcm", lambda _: b""), 'missing between "0006.dcm" and "0008.dcm"'),
        (setting("PatientID", "another", modality="CT"), "different patients"),
        (setting("StudyInstanceUID", "1.2.3", modality="CT"), "different studies"),
        (setting("FrameOfReferenceUID", "1.2.3", modality="CT"), "another frame of reference"),
        (setting("CorrectedImage", ["DECY", "SCAT"]), "not attenuation-corrected"),
        (setting("SeriesType", ["DYNAMIC", "IMAGE"]), "dynamic"),
        (setting("ImageType", ["ORIGINAL", "PRIMARY", "LOCALIZER"], modality="CT"), "scout"),
        (setting("SOPClassUID", "1.2.840.10008.5.1.4.1.1.7"), "secondary capture"),
        (setting("PatientWeight", None), "--weight-kg"),
        (setting("PatientWeight", "0"), "--weight-kg"),
        (setting("PatientWeight", "-60"), "--weight-kg"),
        (setting("PatientWeight", "65000"), "--weight-kg"),
        (setting("RadionuclideTotalDose", None), "--dose-mbq"),
        (setting("RadionuclideTotalDose", "-3e8"), "--dose-mbq"),
        (setting("RadionuclideTotalDose", "0"), "--dose-mbq"),
        (setting("RadiopharmaceuticalInformationSequence", None), "half-life"),
        (injected_after_the_scan, "after the scan"),
        (without_injection_time, "--injection-time"),
        (setting("Units", "PROPCNTS"), "PROPCNTS"),
        (setting("Units", "CNTS"), "(7053,1000)"),
        (setting("Units", None), "(none)"),
        (setting("Units", "GML", only=3), "mixes"),
        (setting("ImagePositionPatient", None, only=4), "no position"),
        (setting("ImageOrientationPatient", None, only=4), "no orientation"),
        (setting("ImageOrientationPatient", [0, 1, 0, 1, 0, 0], only=4), "another orientation"),
        (setting("PixelSpacing", [3.0, 3.0], only=4), "another size or pixel spacing"),
        (setting("PixelSpacing", [0.0, 0.0]), "no orientation, pixel spacing or size"),
        (setting("Rows", 17, only=4), "another size"),
    ],
)
def test_a_broken_study_is_refused(
    study: Path, broken: Break, named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken(study)
    cohort = tmp_path / "cohort.csv"
    assert_refused(call(capsys, "run", study, "--cohort", cohort), named)
    assert not cohort.exists()


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (setting("PatientSize", None), "SUL"),
        (setting("PatientSex", ""), "SUL"),
        (setting("PatientSize", "165"), "centimetres"),
        (setting("RadionuclideTotalDose", "300"), "taken as MBq"),
        (setting("RadionuclideHalfLife", None), "half-life"),
        (setting("FrameOfReferenceUID", "", modality="CT"), "frame of reference"),
        (lambda folder: shutil.copytree(folder / "CT", folder / "copy"), "found twice"),
        (setting("DecayCorrection", None), "DECY"),
        (overwrite("PET/0001.dcm", lambda data: data[:300]), "could not be read"),
    ],
)
def test_what_can_be_mended_is_said(
    study: Path, broken: Break, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken(study)
    status, out, err = call(capsys, "run", study, "--cohort", tmp_path / "cohort.csv", "--json")
    assert status == 0, err
    assert said in json.loads(out)["warnings"]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--weight-kg", "0"], "--weight-kg"),
        (["--weight-kg", "-3"], "--weight-kg"),
        (["--weight-kg", "nan"], "--weight-kg"),
        (["--weight-kg", "heavy"], "--weight-kg"),
        (["--height-m", "165"], "--height-m"),
        (["--dose-mbq", "3e8"], "--dose-mbq"),
        (["--sex", "X"], "--sex"),
        (["--injection-time", "noon"], "--injection-time"),
        (["--lesions", "percist"], "--liver"),
        (["--lesions", "percist", "--organs", "brain=b.nii.gz"], "--liver"),
        (["--device", "abacus"], "device abacus"),
        (["--engine-silence-min", "0"], "--engine-silence-min"),
        (["--engine-silence-min", "long"], "--engine-silence-min"),
        (["--lesions", "nowhere.nii.gz"], "nowhere.nii.gz"),
        (["--suv-threshold", "0"], "threshold"),
        (["--lesions", "percent", "--percent", "141"], "141 %"),
        (["--tissues", "muscle"], "NAME=FILE"),
        (["--tissues", "bone=x.nii.gz"], "bone"),
        (["--tissues", "lesions=x.nii.gz"], "--lesions"),
        (["--tissues", "muscle=a.nii", "muscle=b.nii"], "twice"),
        (["--tissues", "muscle=nowhere.nii.gz"], "nowhere.nii.gz"),
        (["--pet-series", "99"], "no PT series 99"),
        (["--pet", "p.nii.gz"], "either STUDY or --pet"),
        (["--bogus"], "--bogus"),
    ],
)
def test_senseless_options_are_refused(
    whole_study: PhantomStudy, options: list[str], named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cohort = tmp_path / "cohort.csv"
    assert_refused(call(capsys, "run", whole_study.folder, "--cohort", cohort, *options), named)
    assert not cohort.exists()


def a_mask(path: Path, voxels: np.ndarray, spacing: float = 3.0, origin: float = 0.0) -> Path:
    image = SimpleITK.GetImageFromArray(voxels)
    image.SetSpacing([spacing] * 3)
    image.SetOrigin([origin] * 3)
    SimpleITK.WriteImage(image, str(path))
    return path


def test_masks_that_do_not_fit(
    whole_study: PhantomStudy, whole_masks: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ones = np.ones((8, 9, 10), np.uint8)
    pet = ["measure", "--pet", whole_study.pet_folder]
    ct = ["measure", "--ct", whole_study.ct_folder]
    elsewhere = a_mask(tmp_path / "elsewhere.nii.gz", ones, origin=5000)
    assert_refused(call(capsys, *ct, "--mask", f"muscle={elsewhere}"), "outside")
    coarse = a_mask(tmp_path / "coarse.nii.gz", ones, spacing=7.0)
    status, out, _ = call(capsys, *ct, "--mask", f"muscle={coarse}", "--json")
    assert (status, "nearest neighbour" in out) == (0, True)
    several = a_mask(tmp_path / "several.nii.gz", (np.arange(720) % 3).astype(np.uint8).reshape(8, 9, 10))
    assert_refused(call(capsys, *ct, "--mask", f"muscle={several}"), "several.nii.gz")
    assert_refused(call(capsys, *ct, "--mask", f"muscle={several}#7"), "7")
    empty = a_mask(tmp_path / "empty.nii.gz", np.zeros_like(ones))
    status, out, _ = call(capsys, *pet, "--mask", f"lesions={empty}", "--json")
    found = json.loads(out)
    assert (status, found["lesion_count"], found["suv_max"]) == (0, 0, None)
    cut = tmp_path / "cut.nii.gz"
    cut.write_bytes(whole_masks["muscle"].read_bytes()[:-200])
    assert_refused(call(capsys, *ct, "--mask", f"muscle={cut}"), "cut.nii.gz")
    text = tmp_path / "text.nii.gz"
    text.write_text("hello")
    assert_refused(call(capsys, *ct, "--mask", f"muscle={text}"), "text.nii.gz")
    assert_refused(call(capsys, *ct, "--mask", f"muscle={whole_study.ct[0]}"), whole_study.ct[0].name)
    assert_refused(call(capsys, *ct, "--mask", f"lesions={coarse}"), "PET")
    assert_refused(call(capsys, "measure", "--mask", f"lesions={coarse}"), "--pet")


def test_image_files_that_cannot_be_used(
    whole_masks: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mask = f"lesions={whole_masks['lesions']}"
    cut = tmp_path / "cut.nii.gz"
    cut.write_bytes(whole_masks["lesions"].read_bytes()[:100])
    assert_refused(call(capsys, "measure", "--pet", cut, "--mask", mask), "cut.nii.gz")
    four = tmp_path / "four.nii.gz"
    SimpleITK.WriteImage(SimpleITK.Image([4, 4, 4, 2], SimpleITK.sitkFloat32), str(four))
    assert_refused(call(capsys, "measure", "--pet", four, "--mask", mask), "four.nii.gz")
    vector = tmp_path / "vector.nrrd"
    SimpleITK.WriteImage(SimpleITK.Image([4, 4, 4], SimpleITK.sitkVectorFloat32, 3), str(vector))
    assert_refused(call(capsys, "measure", "--pet", vector, "--mask", mask), "vector.nrrd")
    nan = a_mask(tmp_path / "nan.nrrd", np.full((4, 4, 4), np.nan, np.float32))
    assert_refused(call(capsys, "measure", "--pet", nan, "--mask", mask), "nan.nrrd")
    whole = whole_masks["lesions"]
    assert_refused(call(capsys, "measure", "--pet", whole, "--pet-unit", "bqml", "--mask", mask), "--uptake-min")
    assert_refused(call(capsys, "measure", "--pet", tmp_path / "gone.nii.gz", "--mask", mask), "gone.nii.gz")


def test_cohort_tables_that_cannot_be_written(
    whole_study: PhantomStudy, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ["run", whole_study.folder, "--cohort"]
    assert_refused(call(capsys, *run, tmp_path / "cohort.xlsx"), "xlsx")
    assert_refused(call(capsys, *run, tmp_path), str(tmp_path.name))
    twice = tmp_path / "twice.csv"
    twice.write_text("patient_id,study_uid\nA,1\nA,1\n")
    before = twice.read_bytes()
    assert_refused(call(capsys, *run, twice), "twice.csv")
    assert twice.read_bytes() == before
    approved = tmp_path / "approved.csv"
    status, _, _ = call(capsys, *run, approved)
    assert status == 0
    approved.write_text(approved.read_text().replace(",0,approved_patients/", ",1,approved_patients/"))
    before = approved.read_bytes()
    assert_refused(call(capsys, *run, approved), "--replace-reviewed")
    assert approved.read_bytes() == before
    status, _, _ = call(capsys, *run, approved, "--replace-reviewed")
    assert status == 0

    def full(_fd: int, *_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    before = approved.read_bytes()
    assert_refused(call(capsys, *run, approved, "--replace-reviewed"), "No space left")
    assert approved.read_bytes() == before


def test_names_in_any_script_and_very_long_paths(
    whole_study: PhantomStudy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deep = tmp_path / "Прохождение 研究 é & 'quote'" / ("x" * 100) / ("y" * 100)
    shutil.copytree(whole_study.folder, deep, copy_function=os.link)
    (deep / "loop").symlink_to(deep.parent, target_is_directory=True)
    status, out, err = call(capsys, "run", deep.parent, "--cohort", tmp_path / "Kohorte ü.csv", "--json")
    assert status == 0, err
    assert (tmp_path / json.loads(out)["masks_path"]).is_dir()


def test_nothing_or_nonsense_asked(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert_refused(call(capsys), "VERB")
    assert_refused(call(capsys, "bogus"), "bogus")
    assert_refused(call(capsys, "run", "--cohort", tmp_path / "c.csv"), "study")
    assert_refused(call(capsys, "run", tmp_path), "--cohort")
    assert_refused(call(capsys, "run", tmp_path / "gone", "--cohort", tmp_path / "c.csv"), "does not exist")
    assert_refused(call(capsys, "suv", tmp_path), "no DICOM image")
    assert_refused(call(capsys, "studies", tmp_path / "gone"), "does not exist")


def test_errors_hold_no_identity(study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for broken in (setting("PatientWeight", None), setting("PatientID", "SECRET-ID", modality="CT")):
        broken(study)
        _, out, err = call(capsys, "run", study, "--cohort", tmp_path / "c.csv")
        assert "SECRET" not in out + err
        assert "PHANTOM" not in err

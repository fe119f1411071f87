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
    return dict(write_masks(tmp_path_factory.mktemp("masks"), whole_study.phantom))


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
    """A break that sets an element (None deletes it); ``Radio…`` ones lie in the radiopharmaceutical's item."""

    def change(dataset: Dataset) -> None:
        target = dataset
        if keyword.startswith("Radio"):
            target = dataset.RadiopharmaceuticalInformationSequence[0]
        if value is None:
            target.pop(keyword, None)
        else:
            vr = target[keyword].VR if keyword in target else "LO"
            target[keyword] = DataElement(keyword, vr, value, validation_mode=0)

    return lambda folder: edit(folder, change, **where)


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
        (remove("PET/00[2-9]*"), "19 slices" if False else "PET"),
    ][:2]
    + [
        (remove("*/*"), "no DICOM image"),
        (remove("PET/0011.dcm"), "missing between 0010.dcm and 0012.dcm"),
        (remove("CT/002[0-3].dcm"), "missing between 0019.dcm and 0024.dcm"),
        (overwrite("*/*", lambda _: b"not an image"), "no DICOM image"),
        (overwrite("*/*", lambda _: b""), "no DICOM image"),
        (overwrite("*/*", lambda data: data[:400]), "damaged"),
        (overwrite("CT/0007.dcm", lambda data: data[:-500]), "0007.dcm"),
        (overwrite("PET/0007.dcm", lambda data: data[:-500]), "0007.dcm"),
        (overwrite("PET/0007.dcm", lambda _: b""), "missing between 0006.dcm and 0008.dcm"),
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
        (setting("PatientWeight", "heavy"), "--weight-kg"),
        (setting("PatientWeight", "65000"), "--weight-kg"),
        (setting("RadionuclideTotalDose", None), "--dose-mbq"),
        (setting("RadionuclideTotalDose", "-3e8"), "--dose-mbq"),
        (setting("RadionuclideTotalDose", "0"), "--dose-mbq"),
        (setting("RadiopharmaceuticalInformationSequence", None), "half-life"),
        (setting("Units", "PROPCNTS"), "PROPCNTS"),
        (setting("Units", "CNTS"), "(7053,1000)"),
        (setting("Units", None), "(none)"),
        (setting("DecayCorrection", None), "") if False else (setting("Units", ""), "(none)"),
        (setting("SUVType", "XYZ") if False else setting("Units", "CM"), "CM"),
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

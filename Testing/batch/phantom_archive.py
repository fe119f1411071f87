"""An archive of many small phantom studies, some of them broken, each in a way of its own."""

from __future__ import annotations

import functools
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import Dataset
from pydicom.uid import generate_uid

from NEMOPETLib.phantom.anatomy import small_trunk
from NEMOPETLib.phantom.masks import MEASURED, write_masks
from NEMOPETLib.phantom.phantom import Phantom
from NEMOPETLib.phantom.sampling import Sampling
from NEMOPETLib.phantom.study import write_phantom_study

MASK_OPTIONS = [
    "--lesions", "{study}/masks/lesions.nii.gz",
    "--tissues", *(f"{name}={{study}}/masks/{name}.nii.gz" for name in MEASURED if name != "lesions"),
]  # fmt: skip
_UIDS = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "FrameOfReferenceUID")
Breaker = Callable[[Path], None]
Edit = Callable[[Dataset], None]


def tiny_phantom() -> Phantom:
    """The small trunk in a few thousand voxels."""
    ct = Sampling(40, 40, 9.0, (-175.5, -175.5), tuple(-165.0 + 14.0 * k for k in range(25)))
    pet = Sampling(32, 32, 11.0, (-170.5, -170.5), tuple(-158.0 + 14.0 * k for k in range(24)))
    return Phantom("tiny", small_trunk(), ct, pet)


@dataclass(frozen=True)
class PhantomPatient:
    """A patient of the archive: its folder, how it is broken, and the SUV of the template times this."""

    folder: Path
    patient_id: str
    uptake: float
    broken: str = ""


def write_template(folder: Path) -> Path:
    """The study that all others are copies of, with its masks."""
    phantom = tiny_phantom()
    write_phantom_study(folder, phantom)
    write_masks(phantom, folder / "masks")
    return folder


def write_archive(root: Path, template: Path, count: int, broken: dict[str, Breaker]) -> list[PhantomPatient]:
    """``count`` patients below a folder, the broken ones spread among them."""
    ways = list(broken.items())
    step = count / len(ways) if ways else 1.0
    places = {int(number * step + step / 2): way for number, way in enumerate(ways)}
    patients = []
    for number in range(count):
        name, breaker = places.get(number, ("", None))
        patient = PhantomPatient(root / f"p{number:04d}", f"P{number:04d}", 1 + number / 1000, name)
        copy_patient(template, patient)
        if breaker:
            breaker(patient.folder)
        patients.append(patient)
    return patients


def copy_patient(template: Path, patient: PhantomPatient) -> None:
    """Copy a study under another identity, with the uptake times a factor."""
    for path in sorted(template.rglob("*.dcm")):
        dataset = _read(path, path.stat().st_mtime_ns)
        new = pydicom.dcmread(path) if dataset is None else dataset
        new.PatientID = patient.patient_id
        for keyword in _UIDS:
            setattr(new, keyword, generate_uid(entropy_srcs=[patient.patient_id, str(_uids(path)[keyword])]))
        new.file_meta.MediaStorageSOPInstanceUID = new.SOPInstanceUID
        if new.Modality == "PT":
            new.RescaleSlope = f"{_slope(path) * patient.uptake:.10g}"
        target = patient.folder / path.relative_to(template)
        target.parent.mkdir(parents=True, exist_ok=True)
        new.save_as(target, enforce_file_format=True)
    if (template / "masks").is_dir():
        shutil.copytree(template / "masks", patient.folder / "masks")


@functools.cache
def _read(path: Path, _: int) -> Dataset:
    return pydicom.dcmread(path)


@functools.cache
def _uids(path: Path) -> dict[str, str]:
    header = pydicom.dcmread(path, stop_before_pixels=True)
    return {keyword: str(header[keyword].value) for keyword in _UIDS}


@functools.cache
def _slope(path: Path) -> float:
    return float(pydicom.dcmread(path, stop_before_pixels=True).RescaleSlope)


def files(folder: Path, series: str) -> list[Path]:
    """The files of ``PET`` or ``CT`` from the lowest slice up."""
    return sorted((folder / series).iterdir())


def edit(series: str, change: Edit, only: slice = slice(None)) -> Breaker:
    """Change the headers of a series."""

    def breaker(folder: Path) -> None:
        for path in files(folder, series)[only]:
            dataset = pydicom.dcmread(path)
            change(dataset)
            dataset.save_as(path)

    return breaker


def put(series: str, keyword: str, value: object, only: slice = slice(None)) -> Breaker:
    """Set one element; None removes it."""

    def change(dataset: Dataset) -> None:
        if value is None:
            del dataset[keyword]
        else:
            setattr(dataset, keyword, value)

    return edit(series, change, only)


def injection(keyword: str, value: object) -> Breaker:
    """Set one element of the injection."""

    def change(dataset: Dataset) -> None:
        item = dataset.RadiopharmaceuticalInformationSequence[0]
        if value is None:
            del item[keyword]
        else:
            setattr(item, keyword, value)

    return edit("PET", change)


def _no_injection_time(dataset: Dataset) -> None:
    item = dataset.RadiopharmaceuticalInformationSequence[0]
    for keyword in ("RadiopharmaceuticalStartDateTime", "RadiopharmaceuticalStartTime"):
        if keyword in item:
            del item[keyword]


def _content(series: str, content: bytes | None, length: int = 0, only: slice = slice(None)) -> Breaker:
    """Other bytes instead of each file, or only its beginning."""

    def breaker(folder: Path) -> None:
        for path in files(folder, series)[only]:
            path.write_bytes(path.read_bytes()[:length] if content is None else content)

    return breaker


def both(first: Breaker, second: Breaker) -> Breaker:
    """One after the other."""

    def breaker(folder: Path) -> None:
        first(folder)
        second(folder)

    return breaker


def remove(series: str, only: slice = slice(None)) -> Breaker:
    """Take files away."""

    def breaker(folder: Path) -> None:
        for path in files(folder, series)[only]:
            path.unlink()

    return breaker


def _empty(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def _circle(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "again").symlink_to(folder)


def _dangling(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "0001.dcm").symlink_to(folder / "nowhere.dcm")


def _shift(millimetres: float) -> Edit:
    def change(dataset: Dataset) -> None:
        x, y, z = dataset.ImagePositionPatient
        dataset.ImagePositionPatient = [x, y, float(z) + millimetres]

    return change


def _same_place(dataset: Dataset) -> None:
    dataset.ImagePositionPatient = [0.0, 0.0, 0.0]


def _after_the_scan(dataset: Dataset) -> None:
    item = dataset.RadiopharmaceuticalInformationSequence[0]
    item.RadiopharmaceuticalStartTime = "235500"
    if "RadiopharmaceuticalStartDateTime" in item:
        item.RadiopharmaceuticalStartDateTime = f"{dataset.StudyDate}235500"


_TAIL = slice(-1, None)
_MIDDLE = slice(10, 12)


def _unknown_syntax(folder: Path) -> None:
    for path in files(folder, "PET"):
        path.write_bytes(path.read_bytes().replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.9.9\0"))


BROKEN: dict[str, Breaker] = {
    "no PET": remove("PET"),
    "no CT": remove("CT"),
    "empty PET files": _content("PET", b""),
    "empty CT files": _content("CT", b""),
    "all files empty": both(_content("PET", b""), _content("CT", b"")),
    "all files cut in the preamble": both(_content("PET", None, 100), _content("CT", None, 100)),
    "all files cut in the header": both(_content("PET", None, 300), _content("CT", None, 300)),
    "all files noise": both(
        _content("PET", np.random.default_rng(0).bytes(5000)), _content("CT", np.random.default_rng(1).bytes(5000))
    ),
    "PET pixels cut": edit("PET", lambda d: setattr(d, "PixelData", d.PixelData[:100]), _MIDDLE),
    "CT pixels cut": edit("CT", lambda d: setattr(d, "PixelData", d.PixelData[:100]), _MIDDLE),
    "PET file cut in the pixels": _content("PET", None, 3000, _MIDDLE),
    "PET slice missing": remove("PET", _MIDDLE),
    "CT slice missing": remove("CT", _MIDDLE),
    "no dose": injection("RadionuclideTotalDose", None),
    "dose of nothing": injection("RadionuclideTotalDose", 0),
    "no injection time": edit("PET", _no_injection_time),
    "injected after the scan": edit("PET", _after_the_scan),
    "no injection": put("PET", "RadiopharmaceuticalInformationSequence", None),
    "no weight": put("PET", "PatientWeight", None),
    "weight of a truck": put("PET", "PatientWeight", 7000),
    "counts without factor": put("PET", "Units", "CNTS"),
    "units of another world": put("PET", "Units", "BANANA"),
    "not attenuation-corrected": put("PET", "CorrectedImage", ["DECY", "RAN"]),
    "dynamic": put("PET", "SeriesType", ["DYNAMIC", "IMAGE"]),
    "another frame of reference": put("CT", "FrameOfReferenceUID", "1.2.3.4"),
    "CT beside the PET": edit("CT", _shift(3000.0)),
    "PET slices at one place": edit("PET", _same_place),
    "CT slices at one place": edit("CT", _same_place),
    "PET without position": put("PET", "ImagePositionPatient", None),
    "PET without spacing": put("PET", "PixelSpacing", None),
    "CT without spacing": put("CT", "PixelSpacing", None),
    "CT spacing of nothing": put("CT", "PixelSpacing", [0.0, 0.0]),
    "sagittal PET": put("PET", "ImageOrientationPatient", [0, 1, 0, 0, 0, -1]),
    "PET of other size in places": edit("PET", lambda d: setattr(d, "Rows", 16), _MIDDLE),
    "PET said to be something else": put("PET", "Modality", "OT"),
    "CT is a capture": put("CT", "SOPClassUID", "1.2.840.10008.5.1.4.1.1.7"),
    "PET of another patient": put("PET", "PatientID", "SOMEBODY ELSE"),
    "CT of another study": put("CT", "StudyInstanceUID", "1.2.3.5"),
    "unknown compression": _unknown_syntax,
    "colour CT": put("CT", "SamplesPerPixel", 3),
    "MIP": put("PET", "ImageType", ["DERIVED", "PRIMARY", "MIP"]),
    "empty folder": _empty,
    "circle of links": _circle,
    "links to nowhere": _dangling,
}
"""By name: what is done to a study's folder so that no row can come of it."""


def same_but_for_times(table: Path) -> str:
    """A table's text without the times of measuring and the table's own name."""
    text = table.read_bytes().decode()
    return _TIME.sub("", text).replace(f"{table.stem}_patients", "patients")


_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")

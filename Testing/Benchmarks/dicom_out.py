"""The DICOM objects of the full-size phantom: seconds and size of each, and whether every voxel comes back.

    python3 Testing/run.py python Testing/Benchmarks/dicom_out.py

Writes about 0.6 GB into a temporary folder. Five masks: the lesions on the PET and four tissues on the CT. Fails if a
voxel does not come back, by our own reader or by dcmqi's, if the segmentations take more than 10 s of the processor to
write, which other work on the machine does not lengthen, or if dciodvfy finds an error; a program that is not
installed is named.
"""

from __future__ import annotations

import datetime as dt
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import SimpleITK

from NEMOPETLib import __version__
from NEMOPETLib.demo import demo_patient
from NEMOPETLib.dicom_out import segmentation_object, structure_set
from NEMOPETLib.dicom_out.findings import lesion_findings, tissue_findings
from NEMOPETLib.dicom_out.object_uids import tracking_uids
from NEMOPETLib.dicom_out.origin import Origin
from NEMOPETLib.dicom_out.source_series import source_series
from NEMOPETLib.dicom_out.written_object import Identity, write_object
from NEMOPETLib.masks.connected import label_regions
from NEMOPETLib.masks.mask import Mask, PackedMask
from NEMOPETLib.masks.mask_files import read_mask
from NEMOPETLib.measurements.patient_measurements import TISSUES
from NEMOPETLib.progress import no_progress
from NEMOPETLib.studies.study import find_study
from NEMOPETLib.studies.volume import Grid, Volume, grid_of

KINDS = (("SEG", segmentation_object.segmentation_object, segmentation_object.TRANSFER_SYNTAX),
         ("RTSTRUCT", structure_set.structure_set, structure_set.TRANSFER_SYNTAX))  # fmt: skip
MOST_SECONDS = {"SEG": 10.0}


def show(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def main() -> int:
    """Measure, and give how many of the bounds do not hold."""
    show(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as name:
        failures = list(_failures(Path(name)))
    for failure in failures:
        show(f"FAILED: {failure}")
    return min(len(failures), 1)


def _failures(root: Path) -> Iterator[str]:
    done = demo_patient(root, full_size=True, writing=lambda _: lambda *_: None, progress=no_progress)
    selection = find_study(root / "study")
    assert selection.ct is not None
    pet, ct = source_series(selection.pet), source_series(selection.ct)
    masks = {tissue: read_mask(done.result.folder / "tissues.seg.nrrd", tissue, ct.grid) for tissue in TISSUES}
    lesions = read_mask(done.result.folder / "lesions.seg.nrrd", "lesions", pet.grid)
    labels = Volume(label_regions(lesions.voxels)[0], pet.grid)
    identity, origin = Identity("1.2.3", dt.datetime.now(dt.UTC), __version__), Origin("benchmark")
    uids = tracking_uids("1.2.3", done.result.measured.lesions)
    packed = [PackedMask(mask) for mask in masks.values()]
    for kind, make, syntax in KINDS:
        begun, worked = time.perf_counter(), time.process_time()
        files = {"lesions": root / f"lesions.{kind}", "tissues": root / f"tissues.{kind}"}
        write_object(files["lesions"], make(lesion_findings(labels, uids), pet, identity, origin, 1), syntax)
        write_object(files["tissues"], make(tissue_findings(packed, uids), ct, identity, origin, 2), syntax)
        seconds, worked = time.perf_counter() - begun, time.process_time() - worked
        size = sum(file.stat().st_size for file in files.values()) / 1e6
        back = [np.array_equal(read_mask(files["lesions"], "lesions", pet.grid).voxels, lesions.voxels)]
        for tissue, mask in masks.items():
            back.append(np.array_equal(read_mask(files["tissues"], tissue, ct.grid).voxels, mask.voxels))
        show(f"{kind} of 5 masks: {seconds:.1f} s ({worked:.1f} s of the processor), {size:.0f} MB")
        show(f"{kind}: {sum(back)} of 5 masks come back to the voxel")
        if not all(back):
            yield f"{kind}: {5 - sum(back)} of 5 masks are not the same again"
        if worked > MOST_SECONDS.get(kind, np.inf):
            yield f"{kind}: {worked:.1f} s of the processor to write, at most {MOST_SECONDS[kind]:g} s are allowed"
        for file in files.values():
            yield from _validated(file)
    yield from _read_by_dcmqi(root / "lesions.SEG", [lesions], united=True)
    yield from _read_by_dcmqi(root / "tissues.SEG", list(masks.values()), united=False)


def _program(name: str) -> str | None:
    found = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
    if found is None:
        show(f"{name} is not installed: not checked with it")
    return found


def _validated(file: Path) -> Iterator[str]:
    """What dciodvfy says against an object."""
    program = _program("dciodvfy")
    if program:
        said = subprocess.run([program, str(file)], capture_output=True, text=True, errors="replace").stderr
        errors = [line for line in said.splitlines() if line.startswith("Error")]
        show(f"{file.name}: {len(errors)} errors by dciodvfy")
        if errors:
            yield f"{file.name}: {errors[0]}"


def _read_by_dcmqi(file: Path, masks: list[Mask], *, united: bool) -> Iterator[str]:
    """Where dcmqi's voxels are not those of the masks, one a segment, or of one mask whose segments are united."""
    program = _program("segimage2itkimage")
    if program is None:
        return
    folder = file.with_suffix(".dcmqi")
    folder.mkdir()
    subprocess.run(
        [program, "--inputDICOM", str(file), "--outputDirectory", str(folder), "--outputType", "nrrd"],
        check=True,
        capture_output=True,
    )
    segments = sorted(folder.glob("*.nrrd"), key=lambda path: int(path.stem))
    theirs = [_placed(path, masks[0].grid) for path in segments]
    if united:
        theirs = [np.any(theirs, axis=0)]
    same = [np.array_equal(one, mask.voxels) for one, mask in zip(theirs, masks, strict=True)]
    show(f"{file.name}: {sum(same)} of {len(masks)} masks are the same as dcmqi reads them")
    if not all(same):
        yield f"{file.name}: dcmqi reads other voxels"


def _placed(path: Path, grid: Grid) -> np.ndarray:
    """A segment as dcmqi crops it, on the whole grid."""
    image = SimpleITK.ReadImage(str(path))
    start = np.rint(grid.indices(grid_of(image).origin[None]))[0].astype(int)
    voxels = SimpleITK.GetArrayFromImage(image) > 0
    placed = np.zeros(grid.shape, bool)
    placed[tuple(slice(first, first + size) for first, size in zip(start, voxels.shape, strict=True))] = voxels
    return placed


if __name__ == "__main__":
    sys.exit(main())

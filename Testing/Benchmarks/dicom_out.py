"""The DICOM objects of the full-size phantom: seconds and size of each, and whether every voxel comes back.

    python3 Testing/run.py python Testing/Benchmarks/dicom_out.py

Writes about 0.6 GB into a temporary folder. Five masks: the lesions on the PET and four tissues on the CT.
"""

from __future__ import annotations

import datetime as dt
import platform
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from NEMOPETLib import __version__
from NEMOPETLib.demo import demo_patient
from NEMOPETLib.dicom_out import segmentation_object, structure_set
from NEMOPETLib.dicom_out.findings import lesion_findings, tissue_findings
from NEMOPETLib.dicom_out.object_uids import tracking_uids
from NEMOPETLib.dicom_out.origin import Origin
from NEMOPETLib.dicom_out.source_series import source_series
from NEMOPETLib.dicom_out.written_object import Identity, write_object
from NEMOPETLib.masks.connected import label_regions
from NEMOPETLib.masks.mask import PackedMask
from NEMOPETLib.masks.mask_files import read_mask
from NEMOPETLib.measurements.patient_measurements import TISSUES
from NEMOPETLib.progress import no_progress
from NEMOPETLib.studies.study import find_study
from NEMOPETLib.studies.volume import Volume

KINDS = (("SEG", segmentation_object.segmentation_object, segmentation_object.TRANSFER_SYNTAX),
         ("RTSTRUCT", structure_set.structure_set, structure_set.TRANSFER_SYNTAX))  # fmt: skip


def show(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def main() -> None:
    show(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
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
            begun = time.perf_counter()
            files = {"lesions": root / f"lesions.{kind}", "tissues": root / f"tissues.{kind}"}
            write_object(files["lesions"], make(lesion_findings(labels, uids), pet, identity, origin, 1), syntax)
            write_object(files["tissues"], make(tissue_findings(packed, uids), ct, identity, origin, 2), syntax)
            seconds = time.perf_counter() - begun
            size = sum(file.stat().st_size for file in files.values()) / 1e6
            back = [np.array_equal(read_mask(files["lesions"], "lesions", pet.grid).voxels, lesions.voxels)]
            for tissue, mask in masks.items():
                back.append(np.array_equal(read_mask(files["tissues"], tissue, ct.grid).voxels, mask.voxels))
            show(f"{kind} of 5 masks: {seconds:.1f} s, {size:.0f} MB, {sum(back)} of 5 masks come back to the voxel")


if __name__ == "__main__":
    main()

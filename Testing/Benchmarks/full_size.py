"""``nemopet measure`` and ``nemopet run`` on the full-size phantom: time, peak memory as a ratio, truth beside.

    python3 Testing/run.py python Testing/Benchmarks/full_size.py
    python3 Testing/run.py python Testing/Benchmarks/full_size.py --peers PYTHON    (which has dicom2nifti and mirp)

Peers: dicom2nifti, then MIRP's statistical, morphological and local intensity families, which hold our columns, of
the same DICOM files and masks, all in one process; SUL is the mean SUV times a factor. MIRP needs more memory than
most machines have for 700 slices, so a part of the body is measured by both: ``--slices`` of its CT. Writes about
0.5 GB into a temporary folder. The peak is that of the process less that of a process which has only
imported what it needs; the ratio is to CT (int16) + PET (float32) + one label map (uint8). Linux and macOS.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from NEMOPETLib.phantom.masks import MEASURED, UPTAKE_ORGANS, write_masks
from NEMOPETLib.phantom.phantom import full_phantom
from NEMOPETLib.phantom.study import write_phantom_study

ROOT = Path(__file__).resolve().parents[2]
IMAGES_BYTES = 512 * 512 * 700 * (2 + 1) + 200 * 200 * 500 * 4
# Runs the command line in a child and prints its peak memory in the unit of the system.
MEASURED_CALL = """
import resource, sys
sys.path.insert(0, {root!r})
from NEMOPETLib.command_line import main
from NEMOPETLib.command_line import measure_verb, run_verb
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
status = main({arguments!r})
print(before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, status, file=sys.stderr)
"""


def peak_and_seconds(arguments: list[str]) -> tuple[float, float]:
    """Peak memory in bytes above the imports, and seconds, of a call in its own process."""
    code = MEASURED_CALL.format(root=str(ROOT), arguments=arguments)
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - begun
    before, after, status = done.stderr.split("\n")[-2].split()
    if status != "0":
        raise SystemExit(done.stderr)
    unit = 1 if sys.platform == "darwin" else 1024
    return (int(after) - int(before)) * unit, seconds


def report(name: str, arguments: list[str]) -> None:
    peak, seconds = peak_and_seconds(arguments)
    print(f"{name}: {seconds:.1f} s, {peak / 1e6:.0f} MB = {peak / IMAGES_BYTES:.2f} x the images")  # noqa: T201


PEER_CALL = """
import sys
from pathlib import Path
import dicom2nifti, mirp

pet, ct, out, masks = sys.argv[1], sys.argv[2], Path(sys.argv[3]), dict(each.split("=", 1) for each in sys.argv[4:])
dicom2nifti.dicom_series_to_nifti(pet, out / "pet.nii.gz", reorient_nifti=False)
dicom2nifti.dicom_series_to_nifti(ct, out / "ct.nii.gz", reorient_nifti=False)
both = ["statistics", "morphological"]
mirp.extract_features(image=str(out / "pet.nii.gz"), mask=masks.pop("lesions"), image_modality="pet",
                      base_feature_families=[*both, "local_intensity"])
for mask in masks.values():
    mirp.extract_features(image=str(out / "ct.nii.gz"), mask=mask, image_modality="ct", base_feature_families=both)
"""


def compare_with_peers(python: str, slices: int, folder: Path) -> None:
    """Both ways on a slab of the body, from DICOM files and masks to the columns."""
    whole = full_phantom()
    first = (len(whole.ct.heights) - slices) // 2
    ct = replace(whole.ct, heights=whole.ct.heights[first : first + slices])
    inside = tuple(z for z in whole.pet.heights if ct.heights[0] <= z <= ct.heights[-1])
    slab = replace(whole, ct=ct, pet=replace(whole.pet, heights=inside))
    written = write_phantom_study(folder / "slab", slab)
    files = write_masks(slab, folder / "slab_masks", MEASURED)
    masks = [f"{mask}={files[mask]}" for mask in MEASURED]
    images = ["--pet", str(written.pet_folder), "--ct", str(written.ct_folder)]
    memory, ours = peak_and_seconds(["measure", *images, "--mask", *masks, "--json", str(folder / "slab.json")])
    begun = time.perf_counter()
    arguments = [str(written.pet_folder), str(written.ct_folder), str(folder), *masks]
    done = subprocess.run([python, "-c", PEER_CALL, *arguments], capture_output=True, text=True, check=False)
    theirs = time.perf_counter() - begun
    if done.returncode:
        raise SystemExit(done.stderr)
    print(f"{slices} of {len(whole.ct.heights)} CT slices, {len(inside)} PET slices:")  # noqa: T201
    print(f"  nemopet measure {ours:.1f} s, {memory / 1e6:.0f} MB above the imports")  # noqa: T201
    print(f"  dicom2nifti + MIRP {theirs:.1f} s = {theirs / ours:.1f} x as long")  # noqa: T201


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", metavar="PYTHON", help="compare with dicom2nifti and MIRP of this Python")
    parser.add_argument("--slices", type=int, default=40, help="CT slices for both (default: %(default)s)")
    options = parser.parse_args()
    if options.peers:
        with tempfile.TemporaryDirectory() as name:
            compare_with_peers(options.peers, options.slices, Path(name))
        return
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")  # noqa: T201
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        phantom = full_phantom()
        written = write_phantom_study(folder / "study", phantom)
        files = write_masks(phantom, folder / "masks", [*MEASURED, *UPTAKE_ORGANS])
        masks = [f"{mask}={files[mask]}" for mask in MEASURED]
        result = folder / "measured.json"
        images = ["--pet", str(written.pet_folder), "--ct", str(written.ct_folder)]
        report("measure", ["measure", *images, "--mask", *masks, "--json", str(result)])
        organs = [f"{organ}={files[organ]}" for organ in UPTAKE_ORGANS if organ != "liver"]
        run = ["run", str(written.folder), "--cohort", str(folder / "cohort.csv"), "--tissues", *masks[1:]]
        report("run", [*run, "--organs", *organs, "--json", str(folder / "run.json")])
        found = json.loads(result.read_text())
        for column, truth in written.truth.columns.items():
            if column in found:
                difference = 100 * (found[column] / truth - 1)
                print(f"{column:20}{truth:14.4f}{found[column]:14.4f}{difference:+9.3f} %")  # noqa: T201


if __name__ == "__main__":
    main()

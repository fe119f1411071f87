"""Everything around a segmentation engine on the full-size phantom: time and peak memory of our side.

    python3 Testing/run.py python Testing/Benchmarks/engine_overhead.py

``nemopet run`` from image files with TotalSegmentator replaced by a program that only copies prepared label maps:
handing over the CT three times, the checks, reading back, the lesions less the organs, measuring, the page and the
row. Reading the study's files is timed on its own and is no part of the sum. The peak is that of the process less
that of one which has only imported what it needs; the ratio is to CT (int16) + PET (float32) + one label map (uint8).
"""

from __future__ import annotations

import gzip
import json
import os
import platform
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from NEMOPETLib.engines.weights import TISSUE_TYPES, TOTAL, TOTAL_3_MM, TOTAL_6_MM
from NEMOPETLib.phantom.labels import label_slices
from NEMOPETLib.phantom.masks import mask_table
from NEMOPETLib.phantom.phantom import Phantom, full_phantom, small_phantom
from NEMOPETLib.phantom.sampling import Sampling
from NEMOPETLib.phantom.study import PhantomStudy, write_phantom_study
from Testing.engines.label_file import label_header

ROOT = Path(__file__).resolve().parents[2]
IMAGES_BYTES = 512 * 512 * 700 * (2 + 1) + 200 * 200 * 500 * 4
TASKS = {
    "spleen": {1: ("spleen", "spleen")},
    "tissues": {
        1: ("fat_sc", "subcutaneous_fat"),
        2: ("fat_v", "torso_fat"),
        3: ("muscle", "skeletal_muscle"),
    },
    "organs": {
        2: ("kidney", "kidney_right"),
        5: ("liver", "liver"),
        21: ("urinary_bladder", "urinary_bladder"),
        51: ("heart", "heart"),
        90: ("brain", "brain"),
    },
}
FAKE = """#!/bin/sh
case "$*" in
*" -c "*|"-c "*) echo '{"TotalSegmentator": "2.18.0", "nnunetv2": "2.8.1", "torch": "2.13.0"}'; exit 0 ;;
*tissue_types*) labels=tissues ;;
*spleen*) labels=spleen ;;
*) labels=organs ;;
esac
while [ $# -gt 0 ]; do
  case "$1" in -o) output=$2 ;; --report) report=$2 ;; esac
  shift
done
cp "$LABELS/$labels.nii.gz" "$output"
echo '{"device": "cpu", "runtime_seconds": 0}' > "$report"
"""
# Runs the command line in a child: times what comes after the images are read, and prints its peak memory.
MEASURED_CALL = """
import resource, sys, time
sys.path.insert(0, {root!r})
from NEMOPETLib.command_line import main, run_verb
real = run_verb.process_patient
def timed(*arguments, **named):
    global begun, worked
    begun, worked = time.perf_counter(), time.process_time()
    return real(*arguments, **named)
run_verb.process_patient = timed
first = time.perf_counter()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
status = main({arguments!r})
done = time.perf_counter()
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(before, after, begun - first, done - begun, time.process_time() - worked, status, file=sys.stderr)
"""


def write_labels(path: Path, phantom: Phantom, sampling: Sampling, classes: dict[int, tuple[str, str]]) -> None:
    """A label map of the phantom as TotalSegmentator writes it, slice by slice."""
    table = np.zeros(len(phantom.anatomy.parts) + 1, np.uint8)
    for number, (name, _) in classes.items():
        try:
            table[mask_table(phantom, name) > 0] = number
        except KeyError:
            continue
    names = {number: name for number, (_, name) in classes.items()}
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(label_header(sampling.grid, names))
        for labels in label_slices(phantom.anatomy, sampling):
            file.write(table[labels].tobytes())


def coarse(sampling: Sampling, step: float = 3.0) -> Sampling:
    """The grid of 3 mm on which the fast network leaves its result."""
    length, width = sampling.heights[-1] - sampling.heights[0], sampling.columns * sampling.pixel_mm
    heights = tuple(sampling.heights[0] + step * place for place in range(int(length / step)))
    pixels = int(width / step)
    return Sampling(pixels, pixels, step, sampling.corner, heights)


def prepare(folder: Path, study: PhantomStudy) -> dict[str, str]:
    """The stand-in, its label maps and weights; gives the environment that makes it the engine."""
    phantom = study.phantom
    grids = {"spleen": phantom.ct, "tissues": phantom.ct, "organs": coarse(phantom.ct)}
    for task, classes in TASKS.items():
        write_labels(folder / f"{task}.nii.gz", phantom, grids[task], classes)
    for one in (*TOTAL, TOTAL_3_MM, TOTAL_6_MM, TISSUE_TYPES):
        for file in one.files(folder / "weights"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("weights")
    python = folder / "python"
    python.write_text(FAKE)
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    return {
        **os.environ,
        "LABELS": str(folder),
        "NEMOPET_TOTALSEGMENTATOR_PYTHON": str(python),
        "TOTALSEG_WEIGHTS_PATH": str(folder / "weights"),
        "NEMOPET_CACHE": str(folder / "cache"),
    }


def report(title: str, code: str, environment: dict[str, str]) -> None:
    """Run once in a process of its own and say how long it took and how much memory."""
    call = [sys.executable, "-c", code]
    done = subprocess.run(call, env=environment, capture_output=True, text=True, check=True)
    before, after, reading, around, processor, status = done.stderr.split("\n")[-2].split()
    if status != "0":
        raise SystemExit(done.stderr)
    peak = (int(after) - int(before)) * (1 if sys.platform == "darwin" else 1024)
    say(f"{title}: {float(around):.1f} s around the engine ({float(processor):.1f} s of processor time)")
    say(f"  reading {float(reading):.1f} s, peak {peak / 1e6:.0f} MB = {peak / IMAGES_BYTES:.2f} x the images")


def main() -> None:
    """The phantom with and without the cache, then its numbers beside their truth."""
    phantom = small_phantom() if "--small" in sys.argv else full_phantom()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        study = write_phantom_study(folder / "study", phantom)
        environment = prepare(folder, study)
        engines = ["--tissues", "totalsegmentator", "--organs", "totalsegmentator", "--device", "cpu"]
        arguments = ["run", str(study.folder), "--cohort", str(folder / "cohort.csv"), *engines]
        code = MEASURED_CALL.format(root=str(ROOT), arguments=[*arguments, "--json", str(folder / "row.json")])
        say(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
        report("first run", code, environment)
        report("again, from the cache", code, environment)
        row = json.loads((folder / "row.json").read_text())
        for column, truth in study.truth.columns.items():
            if row.get(column) is not None:
                say(f"{column:20}{truth:14.4f}{row[column]:14.4f}{100 * (row[column] / truth - 1):+9.3f} %")


def say(line: str) -> None:
    """A line of the result."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

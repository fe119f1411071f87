"""How fast, and in how much memory, a whole-body PET/CT is measured, beside SimpleITK and MIRP.

    python Testing/Benchmarks/measuring.py --mirp-python ~/venv-mirp/bin/python    (pip install mirp there)
    python Testing/Benchmarks/measuring.py --small

Every contender runs in a process of its own on the same synthetic study, made slice by slice. Times are
of the measuring alone; memory is the peak of the process, images and masks included, less what the
interpreter and its imports took. For Linux and macOS.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
MB = 1e6
CT_SPACING, PET_SPACING = (0.9765625, 0.9765625, 1.5), (4.0, 4.0, 2.1)
BODY = (210.0, 140.0)  # half axes of the trunk's ellipse, mm
TISSUES = {"fat_sc": (0.85, 1.0), "muscle": (0.6, 0.85), "fat_v": (0.35, 0.6)}  # shells of it
SPLEEN = ((90.0, 40.0, 0.1), (35.0, 25.0, 55.0))  # centre x, y and z as part of the length; half axes
MEMORY_LIMIT = 1.5


@dataclass(frozen=True)
class Study:
    """Shapes (k, j, i) of a study; its CT and PET cover the same length, both centred on the body."""

    ct: tuple[int, int, int]
    pet: tuple[int, int, int]

    def affine(self, shape: tuple[int, int, int], spacing: tuple[float, float, float]) -> np.ndarray:
        affine = np.diag([*spacing, 1.0])
        affine[:3, 3] = -0.5 * (np.array(shape[::-1]) - 1) * spacing
        return affine

    def axes(self, shape: tuple[int, int, int], spacing: tuple[float, float, float]) -> list[np.ndarray]:
        """Positions in mm along z, y and x."""
        counts = zip(shape, spacing[::-1], strict=True)
        return [((np.arange(count) - (count - 1) / 2) * step).astype(np.float32) for count, step in counts]

    def ct_voxels(self) -> np.ndarray:
        noise = np.random.default_rng(0).integers(-60, 60, self.ct[1:]).astype(np.int16)
        voxels = np.empty(self.ct, dtype=np.int16)
        for k in range(self.ct[0]):
            np.add(noise, np.int16(k % 50 - 25), out=voxels[k])
        return voxels

    def pet_voxels(self) -> np.ndarray:
        voxels = np.random.default_rng(1).random(self.pet, dtype=np.float32)
        voxels[self.lesions()] += 5
        return voxels

    def mask(self, name: str) -> np.ndarray:
        """A tissue on the CT grid."""
        z, y, x = self.axes(self.ct, CT_SPACING)
        voxels = np.zeros(self.ct, dtype=bool)
        if name == "spleen":
            (cx, cy, part), (rx, ry, rz) = SPLEEN
            plane = ((x - cx) / rx) ** 2 + ((y[:, None] - cy) / ry) ** 2
            for k, height in enumerate(z):
                voxels[k] = plane + ((height - part * z[-1]) / rz) ** 2 <= 1
            return voxels
        inner, outer = TISSUES[name]
        radius = np.hypot(x / BODY[0], y[:, None] / BODY[1])
        voxels[:] = (radius > inner) & (radius <= outer)
        return voxels

    def lesions(self) -> np.ndarray:
        """Twenty ellipsoids along the body, as a mask on the PET grid."""
        z, y, x = self.axes(self.pet, PET_SPACING)
        voxels = np.zeros(self.pet, dtype=bool)
        random = np.random.default_rng(2)
        for part in np.linspace(-0.9, 0.9, 20):
            cx, cy, rx, ry, rz = random.uniform((-90, -60, 8, 8, 8), (90, 60, 40, 30, 30))
            plane = ((x - cx) / rx) ** 2 + ((y[:, None] - cy) / ry) ** 2
            for k in np.flatnonzero(np.abs(z - part * z[-1]) <= rz):
                voxels[k] |= plane + ((z[k] - part * z[-1]) / rz) ** 2 <= 1
        return voxels

    @property
    def memory_limit(self) -> float:
        """In bytes: 1.5 times CT (int16), PET (float32) and one label map (uint8) on the CT grid."""
        return MEMORY_LIMIT * (3 * np.prod(self.ct) + 4 * np.prod(self.pet))


NAMES = (*TISSUES, "spleen")
FULL, SMALL = Study((700, 512, 512), (500, 200, 200)), Study((70, 160, 160), (50, 100, 100))


# Contenders: each prepares what it measures (untimed) and returns what is timed.


def nemopet(study: Study, *, all_columns: bool) -> list[Callable[[], Any]]:
    """Tissues, then lesions; with all columns also the SUL of the tissues."""
    from NEMOPETLib.masks.mask import Mask
    from NEMOPETLib.measurements.lesions import measure_lesions
    from NEMOPETLib.measurements.tissues import measure_tissue
    from NEMOPETLib.studies.volume import Grid, Volume

    baseline()
    ct = Volume(study.ct_voxels(), Grid(study.ct, study.affine(study.ct, CT_SPACING)))
    pet = Volume(study.pet_voxels(), Grid(study.pet, study.affine(study.pet, PET_SPACING)))

    def tissue(name: str) -> Callable[[], Any]:
        mask = Mask(name, study.mask(name), ct.grid)
        return lambda: measure_tissue(mask, ct, pet if all_columns else None, 0.7)

    def lesions() -> Callable[[], Any]:
        mask = Mask("lesions", study.lesions(), pet.grid)
        return lambda: measure_lesions(mask, pet)

    return [*(partial(tissue, name) for name in NAMES), lesions]


def simpleitk(study: Study) -> list[Callable[[], Any]]:
    """Count, volume and mean of the tissues; count, volume, mean, maximum and centroid of the lesions."""
    import SimpleITK

    baseline()
    ct, pet = map(SimpleITK.GetImageFromArray, (study.ct_voxels(), study.pet_voxels()))

    def tissue(name: str) -> Callable[[], Any]:
        mask = SimpleITK.GetImageFromArray(study.mask(name).view(np.uint8))
        statistics = SimpleITK.LabelStatisticsImageFilter()
        statistics.UseHistogramsOff()
        return lambda: statistics.Execute(ct, mask)

    def lesions() -> Callable[[], Any]:
        mask = SimpleITK.GetImageFromArray(study.lesions().view(np.uint8))
        statistics = SimpleITK.LabelIntensityStatisticsImageFilter()
        return lambda: statistics.Execute(SimpleITK.ConnectedComponent(mask, True), pet)

    return [*(partial(tissue, name) for name in NAMES), lesions]


def mirp(study: Study) -> list[Callable[[], Any]]:
    """Statistical and morphological families of every mask."""
    import mirp as package

    baseline()
    ct, pet = study.ct_voxels(), study.pet_voxels()
    extract = partial(package.extract_features, base_feature_families=["statistics", "morphological"])

    def tissue(name: str) -> Callable[[], Any]:
        mask = study.mask(name)
        return lambda: extract(image=ct, mask=mask, image_modality="ct")

    def lesions() -> Callable[[], Any]:
        mask = study.lesions()
        return lambda: extract(image=pet, mask=mask, image_modality="pt")

    return [*(partial(tissue, name) for name in NAMES), lesions]


CONTENDERS: dict[str, Callable[[Study], list[Callable[[], Any]]]] = {
    "NEMO-PET, all columns": partial(nemopet, all_columns=True),
    "NEMO-PET, without SUL": partial(nemopet, all_columns=False),
    "SimpleITK label statistics": simpleitk,
    "MIRP": mirp,
}

_baseline: list[float] = []


def baseline() -> None:
    """Note the memory that the interpreter and its imports take."""
    _baseline.append(peak_memory())


def peak_memory() -> float:
    """Highest resident memory of this process so far, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():  # there, a child's ru_maxrss begins at its parent's
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return float(line.split()[1]) * 1024
    import resource  # not on Windows

    unit = 1 if sys.platform == "darwin" else 1024
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) * unit


def contend(name: str, study: Study, repeat: int) -> dict[str, float]:
    """Run one contender in this process, one mask at a time: seconds (best of ``repeat``), peak bytes."""
    seconds = {"tissues": 0.0, "lesions": 0.0}
    jobs = CONTENDERS[name](study)
    for number, prepare in enumerate(jobs, start=1):
        measure = prepare()
        times = []
        for _ in range(repeat):
            start = time.perf_counter()
            measure()
            times.append(time.perf_counter() - start)
        seconds["lesions" if number == len(jobs) else "tissues"] += min(times)
        del measure
    return {**seconds, "bytes": peak_memory() - _baseline[0]}


def in_own_process(name: str, study: Study, repeat: int, python: str = sys.executable) -> dict[str, float]:
    """Run one contender in a fresh process."""
    shapes = json.dumps([study.ct, study.pet])
    command = [python, __file__, "--contender", name, "--shapes", shapes, "--repeat", str(repeat)]
    run = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"},
    )
    return json.loads(run.stdout.splitlines()[-1])


def machine() -> str:
    """Processor, cores and Python."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    processor = models[0] if models else platform.processor() or platform.machine()
    return f"{processor}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def row(name: str, result: dict[str, float], note: str = "") -> str:
    """One line of the table."""
    total = result["tissues"] + result["lesions"]
    times = "".join(f"{seconds:10.2f}" for seconds in (result["tissues"], result["lesions"], total))
    return f"  {name:<28}{times}{result['bytes'] / MB:10.0f}  {note}\n"


def shown(study: Study, title: str) -> str:
    """Head of a table."""
    ct, pet = ("×".join(map(str, reversed(shape))) for shape in (study.ct, study.pet))
    heads = "".join(f"{head:>10}" for head in ("tissues s", "lesions s", "all s", "peak MB"))
    return f"\n{title}: CT {ct}, PET {pet}; 4 tissues, 20 lesions\n  {'':<28}{heads}\n"


def compare(study: Study, slab: Study, repeat: int, mirp_python: str | None) -> None:
    """Run all contenders and write the tables."""
    say = partial(sys.stdout.writelines)
    say([f"{machine()}\n", shown(study, "Whole body")])
    ours = in_own_process("NEMO-PET, all columns", study, repeat)
    limit = f"{ours['bytes'] / study.memory_limit:.0%} of the limit of {study.memory_limit / MB:.0f} MB"
    say([row("NEMO-PET, all columns", ours, limit)])
    basic = in_own_process("NEMO-PET, without SUL", study, repeat)
    say([row("NEMO-PET, without SUL", basic)])
    itk = in_own_process("SimpleITK label statistics", study, repeat)
    ratios = ", ".join(f"{part} {itk[part] / basic[part]:.1f}×" for part in ("tissues", "lesions"))
    say([row("SimpleITK label statistics", itk, f"its time ÷ ours without SUL: {ratios}")])
    if mirp_python is None:
        say(["\nMIRP skipped: no --mirp-python (an interpreter in whose environment mirp is installed)\n"])
        return
    say([shown(slab, "Slab that MIRP can hold")])
    ours = in_own_process("NEMO-PET, all columns", slab, repeat)
    say([row("NEMO-PET, all columns", ours)])
    other = in_own_process("MIRP", slab, repeat, mirp_python)
    ratio = (other["tissues"] + other["lesions"]) / (ours["tissues"] + ours["lesions"])
    say([row("MIRP", other, f"its time ÷ ours: {ratio:.1f}×")])


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", action="store_true", help="a small study, for a quick look")
    parser.add_argument("--repeat", type=int, default=1, help="take the best time of so many")
    parser.add_argument("--mirp-python", help="Python interpreter that has mirp")
    parser.add_argument("--mirp-slices", type=int, default=40, help="CT slices for MIRP (700 need 26 GB)")
    parser.add_argument("--contender", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--shapes", type=json.loads, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.contender:
        study = Study(*(tuple(shape) for shape in options.shapes))
        sys.stdout.write(json.dumps(contend(options.contender, study, options.repeat)) + "\n")
        return
    study = SMALL if options.small else FULL
    slices = min(options.mirp_slices, study.ct[0])
    length = max(1, round(slices * CT_SPACING[2] / PET_SPACING[2]))
    slab = Study((slices, *study.ct[1:]), (length, *study.pet[1:]))
    compare(study, slab, options.repeat, options.mirp_python)


if __name__ == "__main__":
    main()

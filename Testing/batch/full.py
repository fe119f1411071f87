"""The batch in full size: hundreds of studies, hundreds of kills, clusters. By one command each, Linux:

    python3 Testing/run.py python Testing/batch/full.py broken       300 studies, 40 of them broken in 40 ways
    python3 Testing/run.py python Testing/batch/full.py kills        200 kills of batch, workers and engines
    python3 Testing/run.py python Testing/batch/full.py together     two batches and a reader on one table
    python3 Testing/run.py python Testing/batch/full.py cluster      Dask with 1, 2, 4 workers; one killed; no scheduler
    python3 Testing/run.py python Testing/batch/full.py places       disk full, read-only, share away, 5000 files (root)
    python3 Testing/run.py python Testing/batch/full.py memory       peak memory of 2 and of 6 full-size patients

Prints what it measured and ends with status 1 where something is not as it must be. The tests run small sizes.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from NEMOPETLib.cohort.table import CohortTable, read_cohort
from NEMOPETLib.phantom.phantom import Phantom, full_phantom
from NEMOPETLib.phantom.sampling import Sampling
from NEMOPETLib.phantom.study import write_phantom_study
from Testing.batch.phantom_archive import (
    BROKEN,
    PhantomPatient,
    copy_patient,
    same_but_for_times,
    tiny_phantom,
    write_archive,
    write_template,
)
from Testing.batch.scenarios import (
    NETWORK_OPTIONS,
    BatchCall,
    Kills,
    below,
    dask_cluster,
    fake_network,
    under_fire,
    until_row,
)

WORKERS = ["--workers", "2"]
SCALED = ("suv_max", "suv_mean", "tlg", "suv_peak", "muscle_sul_mean", "fat_sc_sul_mean", "spleen_sul_mean")
SAME = ("tmtv_ml", "dmax_mm", "lesion_count", "muscle_volume_ml", "muscle_hu_mean", "spleen_volume_ml")
_faults: list[str] = []


def tell(text: str) -> None:
    """A line of the result."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def must(holds: object, text: str) -> None:
    """Say whether something holds, and remember if it does not."""
    tell(f"  {'ok' if holds else 'NOT SO'}: {text}")
    if not holds:
        _faults.append(text)


def broken(folder: Path, count: int) -> None:
    """Whole studies give right rows, broken ones named failures."""
    ways = dict(list(BROKEN.items())[-40:])
    template = write_template(folder / "template")
    patients = write_archive(folder / "studies", template, count, ways)
    call = BatchCall(folder / "studies", folder / "cohort.csv", WORKERS)
    begun = time.monotonic()
    status, result, said = call.run()
    tell(f"{count} studies in {time.monotonic() - begun:.0f} s: {result['counts'] if result else said}")
    must(status == 1, f"exit status {status}")
    failed = [one for one in result["patients"] if one["standing"] == "failed"]
    must(len(failed) == len(ways), f"{len(failed)} named failures of {len(ways)} broken studies")
    must(len({one["reason"].split(": ", 1)[-1] for one in failed}) >= 20, "with reasons of their own")
    whole = [one for one in patients if not one.broken]
    table = read_cohort(call.cohort).set_index("patient_id")
    must(list(table.index) == [one.patient_id for one in whole], f"{len(table)} rows of {len(whole)} whole studies")
    first = table.loc[whole[0].patient_id]
    right = 0
    for one in whole:
        row = table.loc[one.patient_id]
        factor = one.uptake / whole[0].uptake
        suv = all(
            abs(row[name] / (first[name] * factor) - 1) < 1e-4 for name in ("suv_max", "suv_mean", "tlg", "suv_peak")
        )
        sul = all(
            abs(row[f"{name}_sul_mean"] / (first[f"{name}_sul_mean"] * factor) - 1) < 1e-4
            for name in ("muscle", "spleen")
        )
        right += suv and sul and row["tmtv_ml"] == first["tmtv_ml"] and row["dmax_mm"] == first["dmax_mm"]
    must(right == len(whole), f"{right} right rows")
    before = call.cohort.read_bytes()
    begun = time.monotonic()
    call.run()
    must(call.cohort.read_bytes() == before, f"again, {time.monotonic() - begun:.0f} s: nothing is repeated")


def kills(folder: Path, count: int) -> None:
    """The same table however often batch, workers and engines are killed."""
    template = write_template(folder / "template")
    write_archive(folder / "studies", template, 24, {"no dose": BROKEN["no dose"]})
    network = fake_network(folder / "fake", 0.5)
    undisturbed = BatchCall(folder / "studies", folder / "undisturbed.csv", WORKERS, NETWORK_OPTIONS, network)
    begun = time.monotonic()
    undisturbed.run()
    alone = time.monotonic() - begun
    tell(f"undisturbed: {alone:.0f} s")
    expected = same_but_for_times(undisturbed.cohort)
    total, rounds = Kills(), 0
    while total.total < count:
        rounds += 1
        cache = {**network, "NEMOPET_CACHE": str(folder / f"cache{rounds}")}
        call = BatchCall(folder / "studies", folder / f"round{rounds}.csv", WORKERS, NETWORK_OPTIONS, cache)
        done = under_fire(call, folder / "log", count - total.total, seed=rounds, longest_s=min(alone / 6, 12.0))
        for name in ("batch", "worker", "engine"):
            setattr(total, name, getattr(total, name) + getattr(done, name))
        _, result, _ = call.run()
        same = same_but_for_times(call.cohort) == expected
        must(same, f"round {rounds}, {done}: {result['counts']}, the same table byte for byte but for times")
    tell(f"{total.total} kills: {total}")
    left = [
        path for path in (folder / "fake" / "temporary").rglob("*") if path.is_dir() and path.name.startswith("run-")
    ]
    must(not left, "no engine's folder is left")
    must(not list(folder.glob("round*/**/.*.[0-9]*")), "no unfinished file is left")


def together(folder: Path, count: int) -> None:
    """Two batches and a reader who approves and corrects."""
    template = write_template(folder / "template")
    write_archive(folder / "studies", template, count, {})
    call = BatchCall(folder / "studies", folder / "cohort.csv", ["--workers", "1"])
    batches = [call.start(folder / "log"), call.start(folder / "log")]
    chance = random.Random(0)
    marks: dict[tuple[str, str], float] = {}

    def read() -> None:
        table = CohortTable(call.cohort)
        while any(batch.poll() is None for batch in batches):
            for key, row in table.rows().items() if call.cohort.exists() else ():
                if key not in marks and chance.random() < 0.5:
                    marks[key] = chance.random()
                    names = {"patient_id": key[0], "study_uid": key[1]}
                    kind = {"reviewed": 1} if chance.random() < 0.5 else {"corrected_segments": "lesions +1 -0 voxels"}
                    table.upsert({**names, **kind, "tmtv_ml": marks[key]})
                    mask = call.cohort.parent / row["masks_path"] / "lesions.seg.nrrd"
                    mask.write_bytes(str(marks[key]).encode())
            time.sleep(0.1)

    reader = threading.Thread(target=read)
    reader.start()
    statuses = [batch.wait() for batch in batches]
    reader.join()
    must(statuses == [0, 0], f"both end with 0: {statuses}")
    _, result, _ = BatchCall(call.root, call.cohort, ["--redo-changed", "--lbm-formula", "james128"]).run()
    rows = CohortTable(call.cohort).rows()
    must(len(rows) == count, f"{len(rows)} rows, none lost or doubled")
    kept = [key for key, mark in marks.items() if float(rows[key]["tmtv_ml"]) == mark]
    must(
        len(kept) == len(marks),
        f"{len(kept)} of {len(marks)} rows of the reader are as he left them, also after redoing",
    )
    masks = [(call.cohort.parent / rows[key]["masks_path"] / "lesions.seg.nrrd").read_text() for key in marks]
    must(masks == [str(mark) for mark in marks.values()], "and so are his masks")
    must(result["counts"].get("readers", 0) == len(marks), f"{result['counts']}")


def cluster(folder: Path, count: int) -> None:
    """A Dask cluster of one, two and four workers."""
    template = write_template(folder / "template")
    write_archive(folder / "studies", template, count, {"no dose": BROKEN["no dose"]})
    alone = BatchCall(folder / "studies", folder / "alone.csv", WORKERS)
    alone.run()
    expected = same_but_for_times(alone.cohort)
    seconds: dict[int, float] = {}
    for workers in (1, 2, 4):
        with dask_cluster(workers) as (address, _, _):
            _warm(folder, address)
            call = BatchCall(alone.root, folder / f"dask{workers}.csv", ["--scheduler", address])
            begun = time.monotonic()
            call.run()
            seconds[workers] = time.monotonic() - begun
            must(
                same_but_for_times(call.cohort) == expected,
                f"{workers} workers, {seconds[workers]:.1f} s: the same table",
            )
    gain = seconds[1] / seconds[2]
    must(gain >= 1.7, f"from 1 to 2 workers {gain:.2f} x the throughput")
    with dask_cluster(2) as (address, _, crew):
        call = BatchCall(alone.root, folder / "killed.csv", ["--scheduler", address])
        process = call.start(folder / "log")
        until_row(call, process)
        crew[0].kill()
        process.wait()
        must(same_but_for_times(call.cohort) == expected, "one of two workers killed: the same table")
    with dask_cluster(2) as (address, scheduler, _):
        call = BatchCall(alone.root, folder / "lost.csv", ["--scheduler", address])
        process = call.start(folder / "log")
        until_row(call, process)
        scheduler.kill()
        begun = time.monotonic()
        status = process.wait()
        must(status == 2, f"the scheduler is gone: status {status} after {time.monotonic() - begun:.0f} s")
        must("the scheduler is gone" in (folder / "log").read_text(), "and that is said")
    BatchCall(alone.root, call.cohort, WORKERS).run()
    must(same_but_for_times(call.cohort) == expected, "gone on with on one machine: the same table")


def _warm(folder: Path, address: str) -> None:
    """Let every worker import what it needs."""
    template = folder / "template"
    for number in range(4):
        target = folder / "warm" / f"w{number}"
        if not target.exists():
            copy_patient(template, PhantomPatient(target, f"W{number}", 1.0))
    cohort = folder / f"warm{time.monotonic_ns()}.csv"
    BatchCall(folder / "warm", cohort, ["--scheduler", address]).run()


def places(folder: Path, count: int) -> None:
    """Where things lie: full, read-only, away, huge."""
    template = write_template(folder / "template")
    write_archive(folder / "studies", template, count, {})
    alone = BatchCall(folder / "studies", folder / "alone.csv", WORKERS)
    alone.run()
    expected = same_but_for_times(alone.cohort)
    disk = folder / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=201m", "tmpfs", str(disk)], check=True)
    try:
        call = BatchCall(alone.root, disk / "alone.csv", [*WORKERS, "--wait-min", "2"])
        process = call.start(folder / "full.log")
        _until_said(folder / "full.log", "is full: waiting")
        subprocess.run(["mount", "-o", "remount,size=400m", str(disk)], check=True)
        must(process.wait() == 0, "the disk was full for a while")
        must(_elsewhere(call.cohort) == _elsewhere(alone.cohort), "the same table")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        status, _, said = BatchCall(alone.root, disk / "other.csv", WORKERS).run()
        must(status == 2 and "Read-only" in said and "Traceback" not in said, "a read-only folder is said")
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    call = BatchCall(alone.root, folder / "away.csv", [*WORKERS, "--wait-min", "2"])
    process = call.start(folder / "away.log")
    until_row(call, process)
    alone.root.rename(folder / "gone")
    alone.root.mkdir()
    _until_said(folder / "away.log", "out of reach")
    alone.root.rmdir()
    (folder / "gone").rename(alone.root)
    must(process.wait() == 0, "the share was away for a while")
    must(same_but_for_times(call.cohort) == expected, "the same table")
    _many_files(folder)


def _many_files(folder: Path) -> None:
    phantom = tiny_phantom()
    first, last = phantom.ct.heights[0], phantom.ct.heights[-1]
    heights = tuple(first + (last - first) * k / 4999 for k in range(5000))
    ct = Sampling(phantom.ct.columns, phantom.ct.rows, phantom.ct.pixel_mm, phantom.ct.corner, heights)
    write_phantom_study(folder / "huge" / "p0", Phantom("huge", phantom.anatomy, ct, phantom.pet))
    call = BatchCall(folder / "huge", folder / "huge.csv", WORKERS, [])
    begun = time.monotonic()
    status, result, said = call.run()
    must(
        status == 0,
        f"a series of 5000 files in {time.monotonic() - begun:.0f} s: {result['counts'] if result else said}",
    )


def memory(folder: Path, count: int) -> None:
    """The memory that a batch takes at once does not grow with its patients."""
    phantom = full_phantom()
    template = write_phantom_study(folder / "template", phantom).folder
    peaks: dict[int, int] = {}
    for number in (2, count):
        for one in range(number):
            target = folder / "studies" / f"p{one}"
            if not target.exists():
                copy_patient(template, PhantomPatient(target, f"P{one}", 1 + one / 100))
        call = BatchCall(folder / "studies", folder / f"of{number}.csv", ["--workers", "1"], ["--lesions", "threshold"])
        process = call.start(folder / "log")
        peaks[number] = 0
        while process.poll() is None:
            peaks[number] = max(peaks[number], _resident_bytes([process.pid, *(pid for pid, _ in below(process.pid))]))
            time.sleep(0.05)
        must(process.returncode == 0, f"{number} patients: at most {peaks[number] / 1e6:.0f} MB at once, with Python")
    growth = peaks[count] / peaks[2] - 1
    must(growth < 0.1, f"from 2 to {count} patients {growth:+.1%}")


def _resident_bytes(processes: Sequence[int]) -> int:
    """Of private pages: those that processes share are counted once, by none."""
    total = 0
    for process in processes:
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) * 1024
    return total


def _elsewhere(cohort: Path) -> list[str]:
    """The rows without the path of the study, which is relative to the table."""
    return [f"{row['patient_id']} {row['tmtv_ml']} {row['tlg']}" for row in CohortTable(cohort).rows().values()]


def _until_said(log: Path, words: str) -> None:
    until = time.monotonic() + 600
    while words not in log.read_text() and time.monotonic() < until:
        time.sleep(0.2)


SCENARIOS: dict[str, tuple[Callable[[Path, int], None], int]] = {
    "broken": (broken, 300),
    "kills": (kills, 200),
    "together": (together, 30),
    "cluster": (cluster, 24),
    "places": (places, 12),
    "memory": (memory, 6),
}


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", choices=SCENARIOS)
    parser.add_argument("--count", type=int, help="studies, or kills")
    options = parser.parse_args()
    run, count = SCENARIOS[options.scenario]
    with tempfile.TemporaryDirectory() as name:
        run(Path(name), options.count or count)
    tell(f"{len(_faults)} things are not as they must be" if _faults else "all as it must be")
    return 1 if _faults else 0


if __name__ == "__main__":
    raise SystemExit(main())

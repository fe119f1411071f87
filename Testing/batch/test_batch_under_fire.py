"""Batches that are killed, doubled or left by their cluster: the same table."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from NEMOPETLib.cohort.table import CohortTable, read_cohort
from Testing.batch.phantom_archive import BROKEN, same_but_for_times, write_archive
from Testing.batch.scenarios import NETWORK_OPTIONS, BatchCall, below, dask_cluster, fake_network, under_fire, until_row

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Path:
    root = tmp_path_factory.mktemp("archive")
    write_archive(root, template, 8, {"no dose": BROKEN["no dose"]})
    return root


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, archive: Path) -> str:
    cohort = tmp_path_factory.mktemp("undisturbed") / "cohort.csv"
    status, _, said = BatchCall(archive, cohort, ["--workers", "2"]).run()
    assert status == 1, said
    return same_but_for_times(cohort)


def test_killed_at_random_moments(archive: Path, undisturbed: str, tmp_path: Path) -> None:
    call = BatchCall(archive, tmp_path / "cohort.csv", ["--workers", "2"])
    kills = under_fire(call, tmp_path / "log", kills=6, seed=0, longest_s=6.0)
    assert kills.total
    status, result, said = call.run()
    assert status == 1, said
    assert result["counts"] == {"done": 7, "failed": 1}
    assert same_but_for_times(call.cohort) == undisturbed
    unfinished = [path.name for path in tmp_path.rglob(".*.[0-9]*")]
    assert not unfinished


def test_nothing_lives_on_after_the_batch_is_killed(archive: Path, tmp_path: Path) -> None:
    call = BatchCall(archive, tmp_path / "cohort.csv", ["--workers", "2"])
    process = call.start(tmp_path / "log")
    until = time.monotonic() + 60
    while not (workers := [pid for pid, name in below(process.pid) if "spawn_main" in name]):
        assert time.monotonic() < until
        time.sleep(0.1)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    until = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in workers) and time.monotonic() < until:
        time.sleep(0.1)
    assert not [pid for pid in workers if Path(f"/proc/{pid}").exists()]


def test_a_killed_engine_is_run_again_in_the_same_way(template: Path, tmp_path: Path) -> None:
    write_archive(tmp_path / "studies", template, 1, {})
    network = fake_network(tmp_path / "fake", 1.0)
    calls = [
        BatchCall(tmp_path / "studies", tmp_path / name, ["--workers", "1"], NETWORK_OPTIONS, network | more)
        for name, more in (("a.csv", {}), ("b.csv", {"NEMOPET_CACHE": str(tmp_path / "other cache")}))
    ]
    status, result, said = calls[0].run()
    assert status == 0, (result, said)
    process = calls[1].start(tmp_path / "log")
    until = time.monotonic() + 90
    while not (engines := [pid for pid, name in below(process.pid) if "fake_totalsegmentator.py -m" in name]):
        assert time.monotonic() < until
        time.sleep(0.02)
    os.kill(engines[0], signal.SIGKILL)
    assert process.wait(timeout=120) == 0
    assert "tried again" in (tmp_path / "log").read_text()
    assert same_but_for_times(calls[0].cohort) == same_but_for_times(calls[1].cohort)
    assert not list(Path(network["TMPDIR"]).rglob("run-*/"))
    shutil.rmtree(network["TMPDIR"])


def test_stopped_by_the_user(archive: Path, undisturbed: str, tmp_path: Path) -> None:
    call = BatchCall(archive, tmp_path / "cohort.csv", ["--workers", "2"])
    process = call.start(tmp_path / "log")
    until_row(call, process, 60)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(timeout=30) == 130
    assert "Traceback" not in (tmp_path / "log").read_text()
    assert call.run()[0] == 1
    assert same_but_for_times(call.cohort) == undisturbed


@pytest.mark.parametrize("year", [1971, 2099])
def test_a_clock_that_jumps_changes_nothing(archive: Path, undisturbed: str, tmp_path: Path, year: int) -> None:
    """Stopped half-way, and all that was written by then bears the time of another century."""
    call = BatchCall(archive, tmp_path / "cohort.csv", ["--workers", "1"])
    process = call.start(tmp_path / "log")
    until_row(call, process, 60)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    moment = (year - 1970) * 365.25 * 86400
    for path in tmp_path.rglob("*"):
        os.utime(path, (moment, moment))
    assert call.run()[0] == 1
    assert same_but_for_times(call.cohort) == undisturbed


def test_two_batches_and_a_reader_on_one_table(archive: Path, undisturbed: str, tmp_path: Path) -> None:
    call = BatchCall(archive, tmp_path / "cohort.csv", ["--workers", "1"])
    first, second = call.start(tmp_path / "log"), call.start(tmp_path / "log")
    approved: list[str] = []

    def read() -> None:
        while first.poll() is None or second.poll() is None:
            if call.cohort.exists():
                for key, row in CohortTable(call.cohort).rows().items():
                    if row["reviewed"] != "1":
                        names = dict(zip(("patient_id", "study_uid"), key, strict=True))
                        CohortTable(call.cohort).upsert({**names, "reviewed": 1, "reader": "R"})
                        approved.append(key[0])
            time.sleep(0.2)

    reader = threading.Thread(target=read)
    reader.start()
    assert (first.wait(), second.wait()) == (1, 1), (tmp_path / "log").read_text()
    reader.join()
    table = read_cohort(call.cohort)
    assert sorted(table["patient_id"]) == sorted(line.split(",")[0] for line in undisturbed.splitlines()[1:])
    assert len(approved) == len(set(approved))  # no approval was undone
    assert set(table["patient_id"][table["reviewed"] == 1]) == set(approved)


def test_a_cluster_makes_the_same_table(archive: Path, undisturbed: str, tmp_path: Path) -> None:
    with dask_cluster(2) as (address, _, workers):
        call = BatchCall(archive, tmp_path / "cohort.csv", ["--scheduler", address])
        process = call.start(tmp_path / "log")
        until_row(call, process, 90)
        workers[0].kill()
        assert process.wait(timeout=300) == 1, (tmp_path / "log").read_text()
    assert same_but_for_times(call.cohort) == undisturbed


def test_a_lost_scheduler_is_a_clear_end(archive: Path, undisturbed: str, tmp_path: Path) -> None:
    call = BatchCall(archive, tmp_path / "cohort.csv")
    with dask_cluster(1) as (address, scheduler, _):
        process = BatchCall(archive, call.cohort, ["--scheduler", address]).start(tmp_path / "log")
        until_row(call, process, 90)
        scheduler.kill()
        assert process.wait(timeout=120) == 2
    said = (tmp_path / "log").read_text()
    assert "the scheduler is gone" in said
    assert "Traceback" not in said
    assert call.run()[0] == 1
    assert same_but_for_times(call.cohort) == undisturbed

"""Writers that are killed, starved of disk or shut out: run by test_cohort_faults in a process of its own.

    python faults.py SCENARIO FOLDER

Each scenario forks writers, which needs a process without threads, and ends with an AssertionError where the
table is not what it must be.
"""

from __future__ import annotations

import os
import random
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from NEMOPETLib.cohort import committed_file
from NEMOPETLib.cohort.table import CohortTable, read_cohort
from NEMOPETLib.errors import InputError

KILLS = 40
NOBODY = 65534
TEXT = 'a warning, "quoted", of many\nwords ' * 4


def row(number: int, value: float) -> dict[str, object]:
    return {
        "patient_id": f"{number:04d}",
        "study_uid": "1",
        "tmtv_ml": value,
        "dmax_mm": value,
        "warnings": TEXT,
    }


def state(path: Path) -> dict[str, float]:
    """The value of each patient, having checked that every row is whole."""
    if not path.exists():
        return {}
    frame = read_cohort(path)
    assert frame.patient_id.is_unique
    assert (frame.warnings == TEXT).all()
    assert (frame.tmtv_ml == frame.dmax_mm).all()
    return dict(zip(frame.patient_id, frame.tmtv_ml, strict=True))


@contextmanager
def child(act: Callable[[], object]) -> Iterator[int]:
    """A forked process that does something; killed at the latest when the block ends."""
    process = os.fork()
    if process == 0:
        try:
            act()
        except BaseException as error:  # noqa: BLE001 (what goes wrong in a child must not run on in its parent)
            print(f"{type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201
            os._exit(1)
        os._exit(0)
    try:
        yield process
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)


def exit_code(process: int) -> int:
    """Wait for a child without taking it from the block that started it."""
    result = os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
    assert result is not None
    return result.si_status


def killed_at_random(folder: Path) -> None:
    """Writers that add and change rows are killed: what they were told is done stays done."""
    path, done = folder / "cohort.csv", folder / "done"
    dice = random.Random(0)

    def write(first: int) -> None:
        table = CohortTable(path)
        with done.open("a") as log:
            for number in range(first, first + 1000):
                table.upsert(row(number, number))
                log.write(f"{number}\n")
                log.flush()
                table.upsert(row(0, number))

    for kill in range(KILLS):
        with child(lambda first=1 + 1000 * kill: write(first)):
            time.sleep(dice.uniform(0.0, 0.25))
    CohortTable(path).upsert(row(0, -1))
    told = {f"{int(line):04d}" for line in done.read_text().split()}
    found = state(path)
    assert told
    assert told <= set(found)
    assert len(found) <= len(told) + KILLS + 1
    assert found["0000"] == -1


def killed_at_every_step(folder: Path) -> None:
    """A writer is killed before, in the midst of and after each thing that it does to the disk."""
    added, changed, widened = row(5, 5), row(1, 10), {**row(2, 20), "new": 1}
    for rows, change in ((0, added), (3, added), (3, changed), (3, widened)):
        steps = 0
        code = 9
        while code == 9:
            path = folder / f"{rows}-{change['patient_id']}-{steps}" / "cohort.csv"
            path.parent.mkdir()
            for number in range(rows):
                CohortTable(path).upsert(row(number, number))
            before = state(path)
            after = {**before, str(change["patient_id"]): change["tmtv_ml"]}

            def write(path: Path = path, change: dict[str, object] = change, steps: int = steps) -> None:
                die_after(steps)
                CohortTable(path).upsert(change)

            with child(write) as process:
                code = exit_code(process)
            assert code in (0, 9)
            assert state(path) in ((before, after) if code else (after,)), (change, steps)
            CohortTable(path).upsert(row(9, 9))
            assert state(path) in ({**before, "0009": 9}, {**after, "0009": 9}), (change, steps)
            assert not path.with_name("cohort.csv.journal").exists()
            steps += 1
        assert steps > 8


def die_after(steps: int) -> None:
    """Make this process end like a killed one when it has done so many things to the disk."""
    left = steps

    def step() -> None:
        nonlocal left
        if left == 0:
            os._exit(9)
        left -= 1

    def stepping(act: Callable) -> Callable:
        def stepped(*arguments: object, **options: object) -> object:
            step()
            result = act(*arguments, **options)
            step()
            return result

        return stepped

    def write_all(file, data: bytes) -> None:
        middle = len(data) // 2
        for part in (data[:middle], data[middle:]):
            step()
            file.write(part)
        step()
        os.fsync(file.fileno())

    committed_file._write_all = write_all
    committed_file._sync_folder = stepping(committed_file._sync_folder)
    for name in ("replace", "unlink"):
        setattr(Path, name, stepping(getattr(Path, name)))


def many_writers(folder: Path) -> None:
    """Four writers and a reader at once: no row lost, doubled or half."""
    path = folder / "cohort.csv"

    def write(name: int) -> None:
        for i in range(20):
            CohortTable(path).upsert(row(100 * name + i, i))
            CohortTable(path).upsert({"patient_id": "shared", "study_uid": "1", f"writer_{name}": i} | shared)

    shared = {key: value for key, value in row(0, 0).items() if key not in ("patient_id", "study_uid")}
    processes = []
    for name in range(1, 5):
        process = os.fork()
        if process == 0:
            write(name)
            os._exit(0)
        processes.append(process)
    seen: set[str] = set()
    while processes:
        found = set(state(path))
        assert seen <= found
        seen = found
        finished, status = os.waitpid(-1, os.WNOHANG)
        if finished:
            assert status == 0
            processes.remove(finished)
    expected = {f"{100 * name + i:04d}" for name in range(1, 5) for i in range(20)} | {"shared"}
    assert set(state(path)) == expected
    frame = read_cohort(path).set_index("patient_id")
    assert frame.loc["shared", [f"writer_{name}" for name in range(1, 5)]].tolist() == [19] * 4


def disk_full(folder: Path) -> None:
    """The disk takes a part of a row, or of the file, and no more."""
    path = folder / "cohort.csv"
    for number in range(20):
        CohortTable(path).upsert(row(number, number))
    before = path.read_bytes()

    def write(limit: int, change: dict[str, object]) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        with pytest.raises(InputError, match=r"cohort\.csv: cannot be read or written: File too large"):
            CohortTable(path).upsert(change)

    longer = row(1, 12345.678)
    widened = {**row(1, 1), "new": 1}
    half, whole = len(before) // 2, len(before)
    attempts = [(limit, change) for limit in (10, half, whole) for change in (row(99, 99), longer, widened)]
    for limit, change in [*attempts, (whole + 40, row(99, 99))]:
        with child(lambda limit=limit, change=change: write(limit, change)) as process:
            assert exit_code(process) == 0, (limit, change)
        assert path.read_bytes() == before
        assert {file.name for file in folder.iterdir()} <= {"cohort.csv", "cohort.csv.bak", "cohort.csv.lock"}
    CohortTable(path).upsert(row(99, 99))
    assert len(state(path)) == 21


def not_allowed(folder: Path) -> None:
    """A read-only folder or table is read, not written; tried as a user who has not all rights."""
    path = folder / "cohort.csv"
    CohortTable(path).upsert(row(1, 1))
    before = path.read_bytes()

    def write() -> None:
        if os.geteuid() == 0:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        assert state(path) == {"0001": 1}
        table = CohortTable(path, lock_timeout_s=1.0)
        for write_it in (table.check, lambda: table.upsert(row(2, 2)), lambda: table.upsert(row(1, 2))):
            with pytest.raises(InputError, match=r"cohort\.csv: cannot be read or written: Permission denied"):
                write_it()

    for folder_mode, file_mode, lock_mode in (
        (0o555, 0o666, 0o666),
        (0o777, 0o444, 0o666),
        (0o777, 0o666, 0o444),
    ):
        folder.chmod(folder_mode)
        path.chmod(file_mode)
        path.with_name("cohort.csv.lock").chmod(lock_mode)
        with child(write) as process:
            assert exit_code(process) == 0, (folder_mode, file_mode, lock_mode)
        folder.chmod(0o777)
        assert path.read_bytes() == before


def lock_of_a_killed_writer(folder: Path) -> None:
    """A writer is killed while it holds the lock: the next one does not wait."""
    path = folder / "cohort.csv"

    def hold() -> None:
        with committed_file.locked(path, 1.0):
            (folder / "held").touch()
            time.sleep(60)

    with child(hold):
        while not (folder / "held").exists():
            time.sleep(0.01)
        with pytest.raises(InputError, match="in use by another program"):
            CohortTable(path, lock_timeout_s=0.1).upsert(row(1, 1))
    CohortTable(path, lock_timeout_s=1.0).upsert(row(1, 1))


SCENARIOS = {
    scenario.__name__: scenario
    for scenario in (
        killed_at_random,
        killed_at_every_step,
        many_writers,
        disk_full,
        not_allowed,
        lock_of_a_killed_writer,
    )
}

if __name__ == "__main__":
    SCENARIOS[sys.argv[1]](Path(sys.argv[2]))

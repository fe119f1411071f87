"""Engine runs leave no process and no file, whoever is killed and when."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from NEMOPETLib.engines import process
from NEMOPETLib.engines.process import EngineRun, engine_environment, engine_run, one_at_a_time, run_folders
from NEMOPETLib.errors import InputError

PYTHON = Path(sys.executable)
POSIX = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")

# An engine with two children and a grandchild, all of which would run for a minute.
FAMILY = """
import subprocess, sys, time, pathlib, os
grandchild = "import time; time.sleep(60)"
child = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {grandchild!r}]); time.sleep(60)"
for _ in range(2):
    subprocess.Popen([sys.executable, "-c", child])
pathlib.Path(os.environ["TMPDIR"], "left.bin").write_bytes(bytes(100))
print("working", flush=True)
time.sleep(60)
"""

# What the product does, as a process that can be killed.
PRODUCT = f"""
import sys
from pathlib import Path
from NEMOPETLib.engines.process import engine_environment, engine_run
python = Path(sys.executable)
with engine_run() as run:
    Path(run.folder, "ct.nii").write_bytes(bytes(1000))
    print("ready", flush=True)
    run.execute([str(python), "-c", {FAMILY!r}], engine_environment(python, NEMOPET_TEST_MARK=sys.argv[1]), print, 60)
"""


pytestmark = pytest.mark.usefixtures("temporary")


@pytest.fixture
def run() -> Iterator[EngineRun]:
    with engine_run() as one:
        yield one


def execute(run: EngineRun, code: str, silence_limit_s: float = 60, **more: str) -> tuple[int, list[str]]:
    lines: list[str] = []
    arguments = [str(PYTHON), "-c", code]
    ending = run.execute(arguments, engine_environment(PYTHON, **more), lines.append, silence_limit_s)
    return ending.status, lines


def living(mark: str) -> list[int]:
    """Processes that have the mark in their environment (Linux)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"NEMOPET_TEST_MARK={mark}\0".encode() in entry.read_bytes():
                found.append(int(entry.parent.name))
        except OSError:
            continue
    return found


def wait_until(condition: object, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)


def test_lines_of_both_streams_and_of_a_bar(run: EngineRun) -> None:
    code = r"import sys; print('a'); sys.stderr.write('\r 1/2\r 2/2\n'); sys.stderr.flush(); print('é'); sys.exit(3)"
    status, lines = execute(run, code)
    assert status == 3
    assert sorted(line.strip() for line in lines) == ["1/2", "2/2", "a", "é"]


def test_commands_one_after_the_other_in_one_folder(run: EngineRun) -> None:
    assert execute(run, "open('x', 'w').write('1')")[0] == 0
    assert execute(run, "print(open('x').read())") == (0, ["1"])
    assert (run.folder / "x").is_file()


def test_temporary_files_go_into_the_folder_and_with_it(temporary: Path) -> None:
    with engine_run() as run:
        _, lines = execute(run, "import tempfile; print(tempfile.mkdtemp())")
        assert Path(lines[0]).is_relative_to(run.folder)
        if os.name != "nt":
            assert run.folder.stat().st_mode & 0o077 == 0
    assert not run_folders()


@POSIX
def test_killed_engine_says_by_what(run: EngineRun) -> None:
    assert execute(run, "import os; os.kill(os.getpid(), 9)")[0] == -signal.SIGKILL


def test_program_that_is_not_there(run: EngineRun) -> None:
    with pytest.raises(InputError, match="cannot be started: No such file"):
        run.execute(["/no/such/program"], engine_environment(PYTHON), print, 60)


def test_hanging_engine_is_stopped(temporary: Path) -> None:
    mark = "hanging"
    with pytest.raises(InputError, match=r"no sign of life for 0\.0167 min"), engine_run() as run:
        execute(run, FAMILY, 1, NEMOPET_TEST_MARK=mark)
    assert not run_folders()
    wait_until(lambda: not living(mark))


def test_children_left_behind_are_killed(run: EngineRun) -> None:
    code = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])"
    begin = time.monotonic()
    assert execute(run, code, NEMOPET_TEST_MARK="left")[0] == 0
    assert time.monotonic() - begin < 50
    wait_until(lambda: not living("left"))


def test_interrupted(temporary: Path) -> None:
    def interrupt(line: str) -> None:
        raise KeyboardInterrupt

    environment = engine_environment(PYTHON, NEMOPET_TEST_MARK="interrupted")
    with pytest.raises(KeyboardInterrupt), engine_run() as run:
        run.execute([str(PYTHON), "-c", FAMILY], environment, interrupt, 60)
    assert not run_folders()
    wait_until(lambda: not living("interrupted"))


@POSIX
def test_supervisor_killed(temporary: Path) -> None:
    def kill(line: str) -> None:
        run._supervisor.kill()

    environment = engine_environment(PYTHON, NEMOPET_TEST_MARK="supervisor")
    with pytest.raises(InputError, match="supervisor was killed"), engine_run() as run:
        run.execute([str(PYTHON), "-c", FAMILY], environment, kill, 60)
    assert not run_folders()
    wait_until(lambda: not living("supervisor"))


@POSIX
def test_killed_at_twenty_random_moments(temporary: Path) -> None:
    """SIGKILL to the product itself: nothing of ours can run any more, only the supervisor."""
    moments = random.Random(4)
    products = []
    for number in range(20):
        mark = f"random-{number}"
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        product = subprocess.Popen(
            [sys.executable, "-c", PRODUCT, mark], stdout=subprocess.PIPE, env=environment, text=True
        )
        assert product.stdout is not None
        product.stdout.readline()
        time.sleep(moments.uniform(0, 0.5))
        product.kill()
        product.wait()
        product.stdout.close()
        products.append(mark)
    for mark in products:
        wait_until(lambda mark=mark: not living(mark))
    wait_until(lambda: not run_folders())


def test_what_a_crash_of_the_machine_left_is_removed_by_the_next_run(temporary: Path) -> None:
    with engine_run() as run:
        dead = run.folder.parent / "r-dead"
        dead.mkdir()
        (dead / "ct.nii").write_bytes(bytes(10))
        with engine_run() as second:
            assert not dead.exists()
            assert run.folder.is_dir()
            assert execute(run, "print(1)") == execute(second, "print(1)") == (0, ["1"])


def test_no_place_for_temporary_files(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(temporary / "missing"))
    with pytest.raises(InputError, match="set TMPDIR"), engine_run():
        pass


def test_the_first_gpu_of_a_process_that_sees_another_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def progress(items, title):
        told.append(title)
        return items

    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    with one_at_a_time("gpu", progress, "first"):
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
        with one_at_a_time("gpu:0", progress, "second"):
            assert told == []


def test_one_engine_at_a_time_on_a_device() -> None:
    order: list[str] = []
    held = threading.Event()

    def progress(items, title):
        order.append(title)
        yield from items
        order.append("waited")

    def first() -> None:
        with one_at_a_time("gpu:0", progress, "first"):
            held.set()
            time.sleep(0.5)
            order.append("first done")

    thread = threading.Thread(target=first)
    thread.start()
    held.wait()
    with one_at_a_time("cpu", progress, "on the processor"):
        order.append("cpu runs beside it")
    with one_at_a_time("gpu:0", progress, "second"):
        order.append("second runs")
    thread.join()
    assert order == [
        "cpu runs beside it",
        "second, waiting for another run",
        "first done",
        "waited",
        "second runs",
    ]


def test_another_python_does_not_inherit_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PYTHONPATH", "PYTHONHOME", "SLICER_HOME", "LD_LIBRARY_PATH"):
        monkeypatch.setenv(name, "/somewhere")
    other = engine_environment(Path("/other/python"), MORE="1")
    assert not {"PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH"} & set(other)
    assert other["MORE"] == "1"
    assert engine_environment(PYTHON)["PYTHONPATH"] == "/somewhere"


@POSIX
def test_place_for_temporary_files_too_long_for_sockets(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = temporary / "of-a-job" / ("1" * 40)
    long.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    with pytest.raises(InputError, match="too long a path for an engine's sockets"), engine_run():
        pass


def test_longest_place_for_temporary_files_does(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine's workers can open their socket in the longest folder that is allowed."""
    uid = len(str(os.getuid())) if hasattr(os, "getuid") else 4
    long = temporary / ("1" * (process._LONGEST_FOLDER - len(f"/nemopet-/r-12345678{temporary}/") - uid))
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    with engine_run() as run:
        assert len(str(run.folder)) == process._LONGEST_FOLDER
        status, lines = execute(
            run, "import multiprocessing.connection as c; print(c.Listener(family=c.default_family).address)"
        )
        assert status == 0, lines

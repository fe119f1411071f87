"""The worker as a panel sees it: lines in, lines out, cancelling, leaving."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from NEMOPETLib.phantom.study import PhantomStudy
from NEMOPETLib.session.approved_by_another import APPROVED_BY_ANOTHER
from NEMOPETLib.session.verbs import VERBS


def test_says_what_it_can_do(panel: Any) -> None:
    said = panel.ask("hello")
    assert said["protocol"] == 1
    assert set(said["verbs"]) == {*VERBS, "cancel"}


def test_imports_nothing_heavy_before_it_is_asked() -> None:
    code = (
        "import sys, NEMOPETLib.session.worker;"
        "print([name for name in ('numpy', 'pandas', 'SimpleITK', 'pydicom', 'matplotlib') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("no json", "this line is none"),
        ("[1, 2]", "says what to do"),
        ('{"id": 1}', "says what to do"),
        ('{"id": 1, "do": 7}', "says what to do"),
        ('{"id": 1, "do": "hello", "arguments": [1]}', "no JSON object"),
        ('{"id": 1, "do": "hello"', "this line is none"),
        ("\udcff", "this line is none"),
    ],
)
def test_a_line_that_is_no_request_is_refused_and_the_next_one_is_done(panel: Any, line: str, error: str) -> None:
    panel.process.stdin.write(line.encode("utf-8", "surrogateescape") + b"\n")
    panel.process.stdin.flush()
    message = panel.receive()
    assert message["id"] is None
    assert error in message["error"]
    assert panel.ask("hello")["protocol"] == 1


def test_empty_lines_are_nothing(panel: Any) -> None:
    panel.send_line("")
    panel.send_line("   ")
    assert panel.ask("hello")["protocol"] == 1


def test_unknown_verbs_and_arguments_are_refused(panel: Any, tmp_path: Path) -> None:
    assert "unknown verb dance" in panel.refused("dance")
    assert "unknown argument tempo" in panel.refused("hello", tempo=3)
    assert "argument root is missing" in panel.refused("studies")
    assert "absolute path" in panel.refused("studies", root="here")
    assert "path of a file or folder" in panel.refused("studies", root=5)
    assert "does not exist" in panel.refused("studies", root=tmp_path / "away")
    assert "must be a number" in panel.refused("open", work_folder=tmp_path, pet=tmp_path, ct=tmp_path, uptake_min="x")
    assert "must be one of" in panel.refused("open", work_folder=tmp_path, study=tmp_path, pet_unit="furlong")
    assert "must be an object" in panel.refused("measure", masks=[1])


@pytest.mark.parametrize("verb", ["segment", "measure", "sensitivity", "predict", "percentiles", "save"])
def test_without_a_patient_there_is_nothing_to_do(panel: Any, verb: str, tmp_path: Path) -> None:
    arguments = {
        "predict": {"model": tmp_path},
        "percentiles": {"cohort": tmp_path},
        "save": {"cohort": tmp_path / "c.csv", "reader": "r", "approved": True},
    }
    assert "no patient is open" in panel.refused(verb, **arguments.get(verb, {}))


def test_an_error_has_a_kind_only_where_a_panel_can_do_something(
    panel: Any, phantom_study: PhantomStudy, tmp_path: Path
) -> None:
    panel.ask("open", study=phantom_study.folder, work_folder=tmp_path / "work")
    panel.ask("segment", lesions="threshold")
    panel.ask("measure")
    save = {"cohort": tmp_path / "c.csv", "approved": True}
    panel.ask("save", reader="A", **save)
    number = panel.send("save", {"reader": "B", **save})
    refused = panel.answer()
    assert (refused["id"], refused["kind"]) == (number, APPROVED_BY_ANOTHER)
    assert "another reader has approved" in refused["error"]
    panel.send("save", {"reader": "", **save})
    assert panel.answer().keys() == {"id", "error"}


def test_progress_comes_before_the_answer_and_counts_up(panel: Any, phantom_study: PhantomStudy) -> None:
    panel.ask("studies", root=phantom_study.folder)
    steps = [step for step in panel.progress if step["title"] == "Reading headers"]
    assert steps[0]["done"] == 0
    assert steps[-1]["done"] == steps[-1]["total"] > 100
    assert [step["done"] for step in steps] == sorted(step["done"] for step in steps)
    assert steps[0]["seconds_left"] is None
    assert all(step["seconds_left"] >= 0 for step in steps[1:])


def test_a_folder_whose_name_is_no_text_does_not_end_the_session(panel: Any, tmp_path: Path) -> None:
    """As on a disc written in Latin-1."""
    folder = tmp_path / "\udce9tude"
    assert f"{folder} does not exist" in panel.refused("studies", root=folder)
    assert panel.ask("hello")["protocol"] == 1


def test_cancel_interrupts_what_runs_and_leaves_nothing(
    panel: Any, phantom_study: PhantomStudy, tmp_path: Path
) -> None:
    work = tmp_path / "work"
    number = panel.send("open", {"study": phantom_study.folder, "work_folder": work})
    while panel.receive().get("progress", {}).get("title") != "Reading PET":
        pass
    panel.send_line('{"do": "cancel"}')
    assert panel.answer() == {"id": number, "cancelled": True}
    assert not work.exists() or not list(work.iterdir())
    assert "no patient is open" in panel.refused("measure")
    assert panel.ask("open", study=phantom_study.folder, work_folder=work)["patient"]["patient_id"] == "PHANTOM-1"


def test_cancel_cancels_what_waits_too_but_nothing_that_comes_later(panel: Any, phantom_study: PhantomStudy) -> None:
    first = panel.send("studies", {"root": phantom_study.folder})
    second = panel.send("studies", {"root": phantom_study.folder})
    stop = panel.send("cancel")
    last = panel.send("hello")
    answers = {message["id"]: message for message in (panel.answer() for _ in range(4))}
    assert answers[first].keys() >= {"cancelled"} or "result" in answers[first]
    assert answers[second] == {"id": second, "cancelled": True}
    assert answers[stop] == {"id": stop, "result": {}}
    assert answers[last]["result"]["protocol"] == 1


def test_cancel_with_nothing_to_cancel_does_nothing(panel: Any) -> None:
    for _ in range(20):
        panel.send_line('{"do": "cancel"}')
    assert panel.ask("hello")["protocol"] == 1
    assert panel.leave() == 0


def test_cancelling_at_any_moment_gives_one_answer_each(panel: Any, phantom_study: PhantomStudy) -> None:
    panel.ask("studies", root=phantom_study.folder)
    for delay in (0.0, 0.001, 0.01, 0.05, 0.1, 0.15, 0.2, 0.3):
        number = panel.send("studies", {"root": phantom_study.folder})
        time.sleep(delay)
        panel.send_line('{"do": "cancel"}')
        message = panel.answer()
        assert message["id"] == number
        assert ("cancelled" in message) != ("result" in message)
    assert panel.ask("hello")["protocol"] == 1


def test_the_end_of_input_ends_it_whatever_runs(panel: Any, phantom_study: PhantomStudy, tmp_path: Path) -> None:
    panel.send("open", {"study": phantom_study.folder, "work_folder": tmp_path / "work"})
    panel.receive()
    begun = time.monotonic()
    assert panel.leave() == 0
    assert time.monotonic() - begun < 5
    lines = panel.process.stdout.read().splitlines()
    assert all(isinstance(json.loads(line), dict) for line in lines)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to catch")
def test_a_termination_signal_ends_it(panel: Any, phantom_study: PhantomStudy, tmp_path: Path) -> None:
    panel.send("open", {"study": phantom_study.folder, "work_folder": tmp_path / "work"})
    panel.receive()
    panel.process.send_signal(signal.SIGTERM)
    assert panel.process.wait(timeout=10) == 0


def test_a_panel_that_stops_reading_ends_it(panel: Any, phantom_study: PhantomStudy, tmp_path: Path) -> None:
    panel.process.stdout.close()
    panel.send("open", {"study": phantom_study.folder, "work_folder": tmp_path / "work"})
    assert panel.process.wait(timeout=20) == 1


def test_nothing_but_answers_is_on_stdout(tmp_path: Path) -> None:
    code = (
        "import os, sys, runpy;"
        "sys.stdin = None;"
        "from NEMOPETLib.session import hello_verb as verb;"
        "old = verb.execute;"
        "verb.execute = lambda d, p: (print('chatter'), os.system('echo loud; cat'), old(d, p))[2];"
        "from NEMOPETLib.session.worker import serve;"
        "sys.exit(serve())"
    )
    root = Path(__file__).resolve().parents[2]
    requests = b'{"id": 1, "do": "hello"}\n{"id": 2, "do": "hello"}\n'
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdin.write(requests)
    process.stdin.flush()
    answers = [json.loads(process.stdout.readline()) for _ in range(2)]
    process.stdin.close()
    assert process.wait(timeout=10) == 0
    assert [answer["id"] for answer in answers] == [1, 2]
    assert process.stdout.read() == b""
    said = process.stderr.read()
    assert said.count(b"loud") == said.count(b"chatter") == 2
    process.stdout.close()
    process.stderr.close()


def test_a_defect_costs_one_request_not_the_session(start_panel: Callable[..., Any]) -> None:
    code = (
        "import sys;"
        "from NEMOPETLib.session import close_verb as verb;"
        "verb.execute = lambda d, p: 1 / 0;"
        "from NEMOPETLib.session.worker import serve;"
        "sys.exit(serve())"
    )
    panel = start_panel("-c", code)
    assert "ZeroDivisionError" in panel.refused("close")
    assert panel.ask("hello")["protocol"] == 1


def test_a_missing_package_is_named(start_panel: Callable[..., Any], tmp_path: Path) -> None:
    code = "import sys;sys.modules['SimpleITK'] = None;from NEMOPETLib.session.worker import serve;sys.exit(serve())"
    panel = start_panel("-c", code)
    assert panel.ask("hello")["protocol"] == 1
    assert "package SimpleITK is not installed" in panel.refused("studies", root=tmp_path)
    assert panel.ask("hello")["protocol"] == 1


def test_two_workers_do_not_know_of_each_other(
    start_panel: Callable[[], Any], phantom_study: PhantomStudy, phantom_masks: dict[str, Path], tmp_path: Path
) -> None:
    one, two = start_panel(), start_panel()
    for name, panel in (("one", one), ("two", two)):
        panel.ask("open", study=phantom_study.folder, work_folder=tmp_path / name)
    first = one.ask("measure", masks={"spleen": phantom_masks["spleen"]})
    assert first["changed"] == ["spleen"]
    assert two.ask("measure")["changed"] == []
    assert one.leave() == 0
    second = two.ask("measure", masks={"spleen": phantom_masks["spleen"]})
    assert second["values"] == first["values"]


ENGINE_PROGRAM = """
import os, sys, time
from pathlib import Path
from NEMOPETLib.engines.engine_choice import EngineChoice
from NEMOPETLib.engines.process import engine_environment, engine_run

class Endless:
    def segment(self, study, progress):
        with engine_run() as run:
            code = "import os, time; print(os.getpid(), flush=True); time.sleep(300)"
            told = lambda line: Path(sys.argv[1]).write_text(f"{line} {run.folder}")
            run.execute([sys.executable, "-c", code], engine_environment(Path(sys.executable)), told, 300)

EngineChoice.lesion_engine = lambda self: Endless()
from NEMOPETLib.session.worker import serve
sys.exit(serve())
"""


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(os.name == "nt", reason="asks for processes as POSIX does")
@pytest.mark.parametrize("how", ["cancel", "end of input", "termination", "kill"])
def test_an_engine_ends_with_its_request(
    start_panel: Callable[..., Any], phantom_study: PhantomStudy, tmp_path: Path, how: str
) -> None:
    panel = start_panel("-c", ENGINE_PROGRAM, str(tmp_path / "engine"))
    panel.ask("open", study=phantom_study.folder, work_folder=tmp_path / "work")
    number = panel.send("segment", {"lesions": "threshold"})
    assert wait_for(lambda: (tmp_path / "engine").is_file() and (tmp_path / "engine").read_text().count(" ") > 0)
    engine, folder = (tmp_path / "engine").read_text().split(" ", 1)
    assert is_alive(int(engine))
    if how == "cancel":
        panel.send_line('{"do": "cancel"}')
        assert panel.answer() == {"id": number, "cancelled": True}
        assert panel.ask("measure")["changed"] == []
    elif how == "end of input":
        assert panel.leave() == 0
    else:
        panel.process.send_signal(signal.SIGTERM if how == "termination" else signal.SIGKILL)
        panel.process.wait(timeout=20)
    assert wait_for(lambda: not is_alive(int(engine)))
    assert wait_for(lambda: not Path(folder).exists())

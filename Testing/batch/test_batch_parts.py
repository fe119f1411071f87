"""Memory before the start, rows in order, the journal, waiting, and the device of each worker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from NEMOPETLib.batch.job import Job, Outcome, Recipe, may_pass, work_on
from NEMOPETLib.batch.journal import Entry, Inputs, Journal, written_file
from NEMOPETLib.batch.memory import WORKER_BYTES, need_bytes, plan_memory
from NEMOPETLib.batch.places import Places
from NEMOPETLib.batch.process_crew import ProcessCrew
from NEMOPETLib.batch.row_queue import RowQueue
from NEMOPETLib.cohort.table import CohortTable
from NEMOPETLib.engines.engine_choice import EngineChoice
from NEMOPETLib.engines.machine import free_memory_bytes
from NEMOPETLib.errors import InputError
from NEMOPETLib.patient import PatientOptions
from NEMOPETLib.studies.archive import ArchivedStudy

INPUTS = Inputs("stamps", "content", "options", "engines", "0")


def study(ct: int = 0, pet: int = 0) -> ArchivedStudy:
    return ArchivedStudy("P", "1.2", (), (), (), {"CT": ct, "PT": pet})


def job(number: int, cohort: Path) -> Job:
    return Job(number, f"K{number}", study(), cohort, Recipe(EngineChoice(), PatientOptions()))


@given(
    voxels=st.lists(st.integers(0, 400_000_000), min_size=1, max_size=20),
    wanted=st.integers(1, 40),
    free=st.floats(1e8, 1e11),
)
def test_memory_is_bounded_whatever_is_asked_for(voxels: list[int], wanted: int, free: float) -> None:
    studies = [study(ct=count) for count in voxels]
    plan = plan_memory(studies, wanted, free=free)
    assert 1 <= plan.workers <= min(wanted, len(studies))
    running: list[Job] = []
    for number, one in enumerate(studies):
        candidate = Job(number, "", one, Path(), Recipe(EngineChoice(), PatientOptions()))
        if len(running) < plan.workers and plan.has_room(running, candidate):
            running.append(candidate)
    total = sum(need_bytes(one.study) for one in running)
    assert total <= plan.limit_bytes or len(running) == 1


def test_what_is_said_of_memory() -> None:
    studies = [study(ct=512 * 512 * 700, pet=200 * 200 * 500)] * 10
    assert "4 at once; memory: up to 1.4 GB a patient, 5.4 GB in all" in plan_memory(studies, 4, free=20e9).described()
    assert "2 at once instead of 4, for lack of memory" in plan_memory(studies, 4, free=4e9).described()
    assert "may be too large" in plan_memory(studies, 4, free=1e9).described()
    assert plan_memory(studies, 4, engine_bytes=12e9, free=20e9).workers == 2
    assert free_memory_bytes() > WORKER_BYTES / 10


def row(number: int) -> dict[str, Any]:
    return {"patient_id": f"P{number}", "study_uid": "1", "tmtv_ml": float(number)}


@settings(deadline=None, max_examples=25)  # each row is brought to the disk
@given(order=st.permutations(range(6)), without=st.sets(st.integers(0, 5)))
def test_rows_come_in_order_whichever_is_ready_first(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], without: set[int]
) -> None:
    cohort = CohortTable(tmp_path_factory.mktemp("queue") / "cohort.csv")
    journal = Journal(cohort.path.parent / "journal")
    journal.make()
    jobs = [job(number, cohort.path) for number in range(6)]
    queue = RowQueue(jobs, cohort, journal, replace_reviewed=False)
    written = []
    for number in order:
        queue.ready(jobs[number], None if number in without else row(number))
        written += [one.number for one, _, _ in queue.flush()]
    expected = [number for number in range(6) if number not in without]
    assert written == expected
    assert [key[0] for key in cohort.rows()] == [f"P{number}" for number in expected]


def test_a_late_row_goes_where_it_belongs(tmp_path: Path) -> None:
    cohort = CohortTable(tmp_path / "cohort.csv")
    cohort.upsert_all([row(0), row(3)])
    assert cohort.upsert(row(1), before=("P3", "1"))
    assert cohort.upsert({**row(2), "new column": "x"}, before=("P3", "1"))
    assert cohort.upsert(row(4), before=("P9", "1"))
    assert [key[0] for key in cohort.rows()] == ["P0", "P1", "P2", "P3", "P4"]
    found = cohort.row("P2", "1")
    assert found is not None
    assert found["new column"] == "x"


def test_a_readers_row_is_not_replaced_by_the_queue(tmp_path: Path) -> None:
    cohort = CohortTable(tmp_path / "cohort.csv")
    cohort.upsert({**row(0), "reviewed": 1, "tmtv_ml": 5.0})
    journal = Journal(tmp_path / "journal")
    journal.make()
    queue = RowQueue([job(0, cohort.path)], cohort, journal, replace_reviewed=False)
    queue.ready(job(0, cohort.path), row(0))
    assert [is_written for _, _, is_written in queue.flush()] == [False]
    found = cohort.row("P0", "1")
    assert found is not None
    assert found["tmtv_ml"] == "5.0"
    assert cohort.row("P9", "1") is None


def test_the_journal_gives_back_what_it_was_told(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.make()
    mask = tmp_path / "mask"
    mask.write_bytes(b"mask")
    entry = Entry("measured", INPUTS, {"tmtv_ml": 0.1 + 0.2, "name": "患者"}, {"mask": written_file(mask)})
    with journal.only_worker("K") as free:
        assert free
        assert journal.is_worked_on("K")
        journal.write("K", entry)
    assert not journal.is_worked_on("K")
    assert journal.entry("K") == entry
    assert entry.masks["mask"].is_still(mask)
    mask.write_bytes(b"MASK")
    assert not entry.masks["mask"].is_still(mask)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"state": "done"}', b"\xff\xfe"])
def test_a_damaged_journal_is_not_believed(content: bytes, tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    (tmp_path / "K.json").write_bytes(content)
    (tmp_path / "files.json").write_bytes(content)
    assert journal.entry("K") is None
    assert journal.known_files() == {}


def test_what_a_killed_program_left_unfinished_goes_away(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.make()
    (journal.folder / ".K.json.123").write_bytes(b"half")
    journal.write("K", Entry("begun", INPUTS))
    assert [path.name for path in journal.folder.glob(".*")] == []


def test_waiting_ends_when_all_is_well_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("NEMOPETLib.batch.places._TICK_S", 0.01)
    monkeypatch.setattr("NEMOPETLib.batch.places._POLL_S", 0.02)
    root = tmp_path / "root"
    (root / "p").mkdir(parents=True)
    places = Places(root, tmp_path / "cohort.csv", limit_s=10)
    assert places.trouble() == ""
    root.rename(tmp_path / "away")
    root.mkdir()  # an unmounted share
    said: list[str] = []
    for number, _ in enumerate(places.wait(said.append)):
        if number == 2:
            root.rmdir()
            (tmp_path / "away").rename(root)
    assert said[0].endswith("is out of reach: waiting for up to 0.167 min")
    assert said[1] == "all is in reach again, going on"


def test_waiting_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("NEMOPETLib.batch.places._TICK_S", 0.01)
    monkeypatch.setattr("NEMOPETLib.batch.places._POLL_S", 0.02)
    monkeypatch.setattr("NEMOPETLib.batch.places.LEAST_FREE_BYTES", 1e18)
    places = Places(tmp_path, tmp_path / "cohort.csv", limit_s=0.1)
    with pytest.raises(InputError, match=r"the disk of .* is full, also after"):
        list(places.wait(lambda _: None))


def test_what_may_pass() -> None:
    error = InputError("cannot be written")
    assert not may_pass(error)
    error.__cause__ = OSError(28, "No space left on device")
    assert may_pass(error)


def test_a_study_that_another_batch_works_on_is_left_to_it(tmp_path: Path) -> None:
    one = job(0, tmp_path / "cohort.csv")
    journal = Journal(tmp_path / "cohort_batch")
    journal.make()
    with journal.only_worker(one.key):
        assert work_on(one, lambda _: None) == Outcome("elsewhere")


def test_each_worker_has_its_gpu() -> None:
    plan = plan_memory([study()], 1, free=1e10)
    assert ProcessCrew(plan, gpus=1)._device() == ""
    assert ProcessCrew(plan, gpus=2)._device() == "gpu:0"
    recipe = Recipe(EngineChoice(tissues="totalsegmentator"), PatientOptions())
    there = recipe.on_device("gpu:1")
    assert there.engines.device == "gpu:1"
    assert there.engines_text == recipe.engines_text

"""The batch as a user starts it: what it finds, names, leaves alone, and goes on with."""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from pathlib import Path
from typing import Any

import pydicom
import pytest

from NEMOPETLib.batch import batch as batch_module
from NEMOPETLib.cohort.table import CohortTable, read_cohort
from NEMOPETLib.command_line import main
from Testing.batch.phantom_archive import (
    BROKEN,
    MASK_OPTIONS,
    PhantomPatient,
    files,
    same_but_for_times,
    write_archive,
)

EIGHT = {
    name: BROKEN[name]
    for name in (
        "no CT", "all files empty", "no dose", "CT pixels cut", "PET slice missing", "another frame of reference",
        "all files noise", "circle of links",
    )
}  # fmt: skip


def call(root: Path, cohort: Path, *options: str) -> list[str]:
    return ["batch", str(root), "--cohort", str(cohort), *MASK_OPTIONS, "--workers", "1", *options]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any, str]:
    capsys.readouterr()
    status = main([*arguments, "--json"])
    streams = capsys.readouterr()
    return status, json.loads(streams.out) if streams.out else None, streams.err


def assert_done(ended: tuple[int, Any, str]) -> None:
    """Exit status 0; what was said if it is not."""
    assert ended[0] == 0, (ended[2], ended[1])


def standings(result: Any) -> dict[str, str]:
    """Standing by the first part of the folder."""
    return {one["folder"].split("/")[0]: one["standing"] for one in result["patients"]}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, template: Path) -> tuple[Path, list[PhantomPatient]]:
    root = tmp_path_factory.mktemp("archive")
    return root, write_archive(root, template, 12, EIGHT)


@pytest.fixture
def small(tmp_path: Path, template: Path) -> Path:
    root = tmp_path / "studies"
    write_archive(root, template, 2, {})
    return root


def test_whole_and_broken_studies(
    archive: tuple[Path, list[PhantomPatient]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, patients = archive
    cohort = tmp_path / "cohort.csv"
    status, result, said = run(capsys, *call(root, cohort, "--workers", "2"))
    assert status == 1, said
    found = standings(result)
    assert found == {one.folder.name: "failed" if one.broken else "done" for one in patients}
    failed = [one for one in result["patients"] if one["standing"] == "failed"]
    assert len(failed) == len(EIGHT)
    assert all(one["reason"] and one["step"] for one in failed)
    table = read_cohort(cohort).set_index("patient_id")
    whole = [one for one in patients if not one.broken]
    assert list(table.index) == [one.patient_id for one in whole]
    first = whole[0]
    for one in whole:
        for column in ("suv_max", "suv_mean", "tlg", "muscle_sul_mean", "spleen_sul_mean"):
            assert table[column][one.patient_id] * first.uptake == pytest.approx(
                table[column][first.patient_id] * one.uptake, rel=1e-4
            )
        assert table["tmtv_ml"][one.patient_id] == pytest.approx(42.3, rel=0.1)  # of the phantom's formula, voxelised
    page = (tmp_path / "cohort_batch.html").read_text(encoding="utf-8")
    assert all(one["reason"].split(":")[0].split("/")[-1] in page for one in failed)
    assert page.count("data:image/png;base64") == len(whole)


def test_the_row_is_that_of_the_run_verb(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    batch, single = tmp_path / "a.csv", tmp_path / "b.csv"
    assert run(capsys, "batch", str(small), "--cohort", str(batch), "--workers", "1")[0] == 0
    for folder in sorted(small.iterdir()):
        assert main(["run", str(folder), "--cohort", str(single)]) == 0
    assert same_but_for_times(batch) == same_but_for_times(single)


def test_finished_work_is_not_repeated(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cohort = tmp_path / "cohort.csv"
    assert run(capsys, *call(small, cohort))[0] == 0
    before = cohort.read_bytes()
    status, result, said = run(capsys, *call(small, cohort))
    assert status == 0
    assert not any(one["new"] for one in result["patients"])
    assert cohort.read_bytes() == before
    assert "at once" not in said  # no worker was started


def test_what_changed_is_said_and_redone_only_if_asked(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cohort = tmp_path / "cohort.csv"
    assert_done(run(capsys, *call(small, cohort)))
    before = cohort.read_bytes()
    for path in files(small / "p0000", "PET"):
        dataset = pydicom.dcmread(path)
        dataset.PatientWeight = 50
        dataset.save_as(path)
    for path in files(small / "p0001", "PET"):
        os.utime(path)  # copied elsewhere and back: the content is the same
    _, result, _ = run(capsys, *call(small, cohort))
    assert [(one["standing"], one["reason"]) for one in result["patients"]] == [
        ("changed", "changed since it was written: input"),
        ("done", ""),
    ]
    assert cohort.read_bytes() == before
    _, result, _ = run(capsys, *call(small, cohort, "--redo-changed"))
    assert [one["new"] for one in result["patients"]] == [True, False]
    assert read_cohort(cohort)["weight_kg"].tolist() == [50.0, 66.0]
    _, result, _ = run(capsys, *call(small, cohort, "--lbm-formula", "james128"))
    assert {one["reason"] for one in result["patients"]} == {"changed since it was written: options"}


def test_missing_masks_are_made_again(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cohort = tmp_path / "cohort.csv"
    assert_done(run(capsys, *call(small, cohort)))
    before = same_but_for_times(cohort)
    mask = next((tmp_path / "cohort_patients").glob("P0001*/lesions.seg.nrrd"))
    mask.unlink()
    _, result, _ = run(capsys, *call(small, cohort))
    assert [one["new"] for one in result["patients"]] == [False, True]
    assert mask.is_file()
    assert same_but_for_times(cohort) == before


@pytest.mark.parametrize("cell", ["reviewed", "corrected_segments"])
def test_a_readers_row_and_masks_stay(
    cell: str, small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cohort = tmp_path / "cohort.csv"
    assert_done(run(capsys, *call(small, cohort)))
    row = CohortTable(cohort).rows()[next(key for key in CohortTable(cohort).keys() if key[0] == "P0000")]  # noqa: SIM118
    value = 1 if cell == "reviewed" else "lesions +3 -0 voxels Dice 0.99"
    key = {name: row[name] for name in ("patient_id", "study_uid")}
    CohortTable(cohort).upsert({**key, cell: value, "tmtv_ml": 7.5})
    mask = next((tmp_path / "cohort_patients").glob("P0000*/lesions.seg.nrrd"))
    mask.write_bytes(b"drawn by hand")
    options = ("--redo-changed", "--lbm-formula", "james128")
    _, result, _ = run(capsys, *call(small, cohort, *options))
    assert [one["standing"] for one in result["patients"]] == ["readers", "done"]
    assert read_cohort(cohort)["tmtv_ml"][0] == 7.5
    assert mask.read_bytes() == b"drawn by hand"
    _, result, _ = run(capsys, *call(small, cohort, *options, "--replace-reviewed"))
    assert [one["standing"] for one in result["patients"]] == ["done", "done"]
    assert mask.read_bytes() != b"drawn by hand"


def test_a_mask_changed_without_a_word_is_not_overwritten(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cohort = tmp_path / "cohort.csv"
    assert_done(run(capsys, *call(small, cohort)))
    mask = next((tmp_path / "cohort_patients").glob("P0000*/lesions.seg.nrrd"))
    mask.write_bytes(b"drawn by hand")
    for _ in range(2):
        status, result, _ = run(capsys, *call(small, cohort, "--redo-changed", "--lbm-formula", "james128"))
        assert status == 0
        assert [one["standing"] for one in result["patients"]] == ["readers", "done"]
        assert result["patients"][0]["reason"] == "changed since it was written: lesions.seg.nrrd"
        assert mask.read_bytes() == b"drawn by hand"
    run(capsys, *call(small, cohort, "--replace-reviewed", "--redo-changed", "--lbm-formula", "james128"))
    assert mask.read_bytes() != b"drawn by hand"


def test_names_in_any_script_and_links(template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tmp_path / "Ärchiv 病院 أرشيف"
    names = ["Łódź", "患者一", "مريض", "a'b\"c;d", "-rf", "📷"]
    for number, name in enumerate(names):
        write_archive(root / name, template, 1, {})
        for path in (root / name).rglob("*.dcm"):
            dataset = pydicom.dcmread(path)
            dataset.SpecificCharacterSet = "ISO_IR 192"
            dataset.PatientID = f"{name}{number}"
            dataset.save_as(path)
    (root / names[0] / "up").symlink_to(root)
    (root / "self").symlink_to("self")
    if os.name == "posix":
        os.mkfifo(root / "pipe")
        (root / os.fsdecode(b"bad\xff.dcm")).write_bytes(b"x")
    cohort = tmp_path / "table 表.csv"
    status, result, said = run(capsys, *call(root, cohort))
    assert sum(one["standing"] == "done" for one in result["patients"]) == len(names), said
    assert status == 1  # the file that is no DICOM though it is called so
    assert sorted(read_cohort(cohort)["patient_id"]) == sorted(f"{name}{n}" for n, name in enumerate(names))


def test_a_share_that_goes_away_is_waited_for(
    template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("NEMOPETLib.batch.places._POLL_S", 0.5)
    root = tmp_path / "studies"
    write_archive(root, template, 4, {})
    cohort = tmp_path / "cohort.csv"

    def unplug() -> None:
        until = time.monotonic() + 60
        while not cohort.exists() and time.monotonic() < until:
            time.sleep(0.05)
        root.rename(tmp_path / "away")
        root.mkdir()  # what an unmounted share leaves
        time.sleep(4)
        root.rmdir()
        (tmp_path / "away").rename(root)

    thread = threading.Thread(target=unplug)
    thread.start()
    status, result, said = run(capsys, *call(root, cohort, "--workers", "1"))
    thread.join()
    assert status == 0, said
    assert len(read_cohort(cohort)) == 4
    assert "out of reach" in said
    assert {one["standing"] for one in result["patients"]} == {"done"}


def test_a_share_that_stays_away_ends_it(
    template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "studies"
    write_archive(root, template, 1, {})
    monkeypatch.setattr(batch_module.Places, "trouble", lambda self: f"{self.root} is out of reach")
    shutil.rmtree(root / "p0000" / "CT")
    status, _, said = run(capsys, *call(root, tmp_path / "cohort.csv", "--wait-min", "0.01"))
    assert status == 2
    assert "out of reach, also after" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "is no folder"),
        ([".", "--workers", "0"], "--workers"),
        ([".", "--scheduler", "tcp://127.0.0.1:1"], "no scheduler answers"),
    ],
)
def test_unusable_arguments(
    arguments: list[str], message: str, small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("NEMOPETLib.batch.cluster_crew._CONNECT_S", 1.0)
    monkeypatch.chdir(small)
    status, _, said = run(capsys, "batch", *arguments, "--cohort", str(tmp_path / "cohort.csv"))
    assert status == 2
    assert message in said


def test_a_table_that_cannot_be_written(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, said = run(capsys, *call(small, tmp_path / "nowhere" / "cohort.csv"))
    assert status == 2
    assert "its folder does not exist" in said
    (tmp_path / "cohort_batch").write_text("in the way")
    status, _, said = run(capsys, *call(small, tmp_path / "cohort.csv"))
    assert status == 2
    assert "cohort_batch cannot be written" in said


def test_french(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, *call(small, tmp_path / "cohort.csv", "--language", "fr"))
    page = (tmp_path / "cohort_batch.html").read_text(encoding="utf-8")
    assert '<html lang="fr">' in page
    assert "Échecs" in page
    assert "à relire" in page

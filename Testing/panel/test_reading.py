"""The open patient of the panel, with the worker's verbs and real MRML: numbers follow masks, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("slicer", reason="slicer-core is not installed")

from NEMOPETLib.masks.cropped_mask import crop
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.phantom.examination import Examination
from NEMOPETLib.phantom.masks import write_masks
from NEMOPETLib.phantom.phantom import small_phantom
from NEMOPETLib.phantom.study import write_phantom_study
from NEMOPETLib.scene.review import set_status, status_of
from NEMOPETLib.scene.segments import get_mask, set_mask
from Testing.panel.without_a_window import Clock, Parameters, WorkerInside, panel_modules
from Testing.scene.conftest import new_application


class Desk:
    """A reading without a window, and what it said."""

    def __init__(self, clock: Clock, cohort: Path) -> None:
        from NEMOPETPanel.reading import Reading

        self.clock, self.cohort = clock, cohort
        self.failures: list[str] = []
        self.ended = 0
        self.done: list[Any] = []
        self.reading = Reading(lambda: None, lambda _line: None)
        self.worker = self.reading.worker = WorkerInside(clock, lambda: None)
        self.reading.set_parameters(Parameters())

    def open(self, study: Path, **overrides: float) -> None:
        self._begin(self.reading.open, {"study": str(study), "overrides": overrides})

    def review(self, patient_id: str) -> None:
        facts = next(one for one in self.rows() if one["patient_id"] == patient_id)
        asked = {"cohort": str(self.cohort), "patient_id": patient_id, "study_uid": facts["study_uid"]}
        self._begin(self.reading.review, asked)

    def segment(self, **arguments: Any) -> None:
        self._begin(self.reading.segment, {"lesions": "threshold", **arguments})

    def save(self) -> None:
        asked = {"cohort": str(self.cohort), "reader": "R", "approved": True, "language": "en"}
        self.reading.save(asked, self.done.append, self.failures.append)
        self.clock.run(5000)

    def rows(self) -> list[dict[str, Any]]:
        answers: list[dict[str, Any]] = []
        self.reading.ask("cohort", {"cohort": str(self.cohort)}, answers.append, self.failures.append)
        self.clock.run(5000)
        return answers[0]["rows"]

    def less_a_voxel(self, name: str) -> None:
        """What a stroke of the eraser does."""
        mask = get_mask(self.reading.nodes, name).whole()
        voxels = mask.voxels.copy()
        voxels[tuple(np.argwhere(voxels)[0])] = False
        set_mask(self.reading.nodes, crop(Mask(name, voxels, mask.grid)))
        set_status(self.reading.nodes, name, "corrected")

    def until_measuring(self) -> None:
        """Until the worker has masks to measure and has not answered."""
        for _ in range(1000):
            if self.worker.busy == "measure":
                return
            self.clock.run(10)
        raise AssertionError("nothing is measured")

    def voxels(self, name: str) -> int:
        return int(get_mask(self.reading.nodes, name).whole().voxels.sum())

    @property
    def tmtv_ml(self) -> float:
        return float(self.reading.measured["values"]["tmtv_ml"])

    def _begin(self, how: Any, arguments: dict[str, Any]) -> None:
        how(arguments, self.done.append if how != self.reading.segment else lambda: self.done.append(None),
            self.failures.append, lambda _told: None, self._on_end)  # fmt: skip
        self.clock.run(5000)

    def _on_end(self) -> None:
        self.ended += 1


@pytest.fixture(scope="module")
def studies(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("studies")
    return [write_phantom_study(folder / name, examination=Examination(patient_id=name)).folder for name in ("A", "B")]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    application, clock = new_application(tmp_path), Clock()
    with panel_modules(application.scene, clock):
        monkeypatch.setattr("NEMOPETPanel.in_step.ensure_packages", lambda: "")
        desk = Desk(clock, tmp_path / "cohort.csv")
        yield desk
        desk.reading.close()


@pytest.fixture
def read(desk: Desk, studies: list[Path]) -> Desk:
    """A patient with lesions that are measured."""
    desk.open(studies[0])
    desk.segment()
    assert desk.failures == []
    assert desk.reading.stale == ()
    assert desk.tmtv_ml > 0
    return desk


def test_numbers_follow_an_edit(read: Desk) -> None:
    before = read.tmtv_ml
    read.less_a_voxel("lesions")
    read.clock.run(400)
    assert read.reading.stale == ("lesions",)
    read.clock.run(5000)
    assert read.reading.stale == ()
    assert read.tmtv_ml < before


def test_numbers_that_did_not_come_are_not_taken_for_those_of_the_mask(read: Desk) -> None:
    before = read.tmtv_ml
    read.less_a_voxel("lesions")
    read.worker.refusing = "measure"
    read.clock.run(5000)
    assert read.reading.trouble == "measure was made to fail"
    assert read.reading.stale == ("lesions",)
    assert read.tmtv_ml == before
    read.reading.measure()
    read.clock.run(5000)
    assert (read.reading.trouble, read.reading.stale) == ("", ())
    assert read.tmtv_ml < before


def test_a_lost_worker_is_brought_back_and_measures(read: Desk) -> None:
    before = read.tmtv_ml
    read.less_a_voxel("lesions")
    read.until_measuring()
    read.worker.lose()
    read.reading.measure()
    read.clock.run(5000)
    assert read.reading.stale == ()
    assert read.tmtv_ml < before
    assert read.worker.did[-3:] == ["open", "resume", "measure"]


def test_an_edit_while_measuring_stays_out_of_date(read: Desk) -> None:
    read.less_a_voxel("lesions")
    read.until_measuring()
    read.less_a_voxel("lesions")
    read.reading.touched(["lesions"])
    read.clock.run(60)
    assert read.worker.busy == ""
    assert read.reading.stale == ("lesions",)
    read.clock.run(5000)
    assert read.reading.stale == ()


def test_a_row_is_not_saved_with_a_stroke_that_was_not_looked_at(read: Desk) -> None:
    read.less_a_voxel("lesions")
    read.reading.save({}, read.done.append, read.failures.append)
    assert "A mask has just changed" in read.failures[-1]


def test_a_failed_opening_leaves_the_patient_to_be_worked_on(read: Desk, tmp_path: Path) -> None:
    read.less_a_voxel("lesions")
    read.clock.run(5000)
    volume = read.tmtv_ml
    read.open(tmp_path / "nothing")
    read.failures.clear()
    read.open(tmp_path / "nothing")
    assert len(read.failures) == 1
    assert read.reading.is_open
    read.save()
    assert [one["state"] for one in read.rows()] == ["approved"]
    assert float(read.rows()[0]["cells"]["tmtv_ml"]) == pytest.approx(volume)


def test_changes_that_are_not_saved_are_warned_of_once(read: Desk, studies: list[Path]) -> None:
    read.less_a_voxel("lesions")
    read.clock.run(5000)
    patient, ended = read.reading.facts["patient"]["patient_id"], read.ended
    read.open(studies[1])
    assert "Changes are not saved (Lesions)" in read.failures[-1]
    assert read.ended == ended + 1
    assert read.reading.facts["patient"]["patient_id"] == patient
    read.open(studies[1])
    assert read.reading.facts["patient"]["patient_id"] == "B"


def test_a_further_edit_is_warned_of_anew(read: Desk, studies: list[Path]) -> None:
    read.less_a_voxel("lesions")
    read.clock.run(5000)
    read.open(studies[1])
    read.less_a_voxel("lesions")
    read.clock.run(5000)
    read.open(studies[1])
    assert read.reading.facts["patient"]["patient_id"] == "A"
    assert len(read.failures) == 2


def test_what_is_saved_or_never_touched_is_left_without_a_word(read: Desk, studies: list[Path]) -> None:
    read.less_a_voxel("lesions")
    read.clock.run(5000)
    read.save()
    read.open(studies[1])
    read.segment()
    read.open(studies[0])
    read.review("A")
    assert read.reading.unsaved == ()
    assert status_of(read.reading.nodes, "lesions") == "corrected"
    read.open(studies[1])
    assert read.failures == []


def test_a_reviewed_patient_that_is_edited_is_warned_of(read: Desk, studies: list[Path]) -> None:
    read.save()
    read.review("A")
    assert read.reading.unsaved == ()
    read.less_a_voxel("lesions")
    read.clock.run(5000)
    assert read.reading.unsaved == ("lesions",)
    read.review("A")
    assert "Changes are not saved" in read.failures[-1]


def test_other_values_keep_the_masks(read: Desk) -> None:
    read.less_a_voxel("lesions")
    read.clock.run(5000)
    count, before = read.voxels("lesions"), dict(read.reading.measured["values"])
    weight = read.reading.facts["patient"]["weight_kg"]
    read.reading.open_with(
        {"weight_kg": 2 * weight}, read.done.append, read.failures.append, lambda _told: None, lambda: None
    )
    read.clock.run(8000)
    assert read.failures == []
    assert read.reading.facts["overrides"] == {"weight_kg": 2 * weight}
    assert (read.voxels("lesions"), status_of(read.reading.nodes, "lesions")) == (count, "corrected")
    after = read.reading.measured["values"]
    assert after["tmtv_ml"] == pytest.approx(before["tmtv_ml"])
    assert after["suv_max"] == pytest.approx(2 * before["suv_max"], rel=1e-4)
    read.save()
    assert "lesions" in read.rows()[0]["cells"]["corrected_segments"]


def test_lesions_again_leave_a_corrected_tissue(desk: Desk, studies: list[Path], tmp_path: Path) -> None:
    files = write_masks(small_phantom(), tmp_path / "masks", ("muscle",))
    desk.open(studies[0])
    desk.segment(tissues={"muscle": str(files["muscle"])}, organs={})
    desk.less_a_voxel("muscle")
    desk.clock.run(5000)
    count = desk.voxels("muscle")
    desk.segment(suv_threshold=6.0)
    desk.segment(suv_threshold=6.0)
    assert (desk.voxels("muscle"), status_of(desk.reading.nodes, "muscle")) == (count, "corrected")


def test_only_the_images_of_the_open_patient_stay_on_disk(read: Desk, studies: list[Path]) -> None:
    read.open(studies[1])
    read.open(studies[0])
    root = read.reading._folder.parent
    assert [folder.name for folder in root.iterdir()] == [read.reading._folder.name]


def test_a_scene_that_closes_ends_what_waits(read: Desk) -> None:
    read.worker.lose()
    read.reading.sensitivity({}, read.done.append, read.failures.append, lambda _told: None, read._on_end)
    ended = read.ended
    read.reading.set_parameters(None)
    assert (read.ended, read.failures[-1]) == (ended + 1, "The scene was closed")


def test_a_patient_deleted_while_the_worker_comes_back_is_let_go(read: Desk) -> None:
    read.worker.lose()
    read.less_a_voxel("lesions")
    read.reading.measure()
    read.clock.run(10)
    assert read.worker.busy == "open"
    scene = read.reading.nodes.scene
    for node in read.reading.nodes.segmentations:
        scene.RemoveNode(node)
    read.clock.run(10_000)
    assert not read.reading.is_open
    assert read.worker.busy == ""

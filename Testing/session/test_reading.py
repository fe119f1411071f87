"""A patient from study to approved row through the session's verbs, against what the command line writes."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK
from pydicom import dcmread

from NEMOPETLib import patient
from NEMOPETLib.cohort.table import CohortTable
from NEMOPETLib.command_line import main
from NEMOPETLib.engines.engine_choice import EngineChoice
from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.mask_files import read_mask
from NEMOPETLib.patient import PatientOptions
from NEMOPETLib.phantom.study import PhantomStudy, write_phantom_study
from NEMOPETLib.privacy.pseudonyms import Pseudonyms
from NEMOPETLib.progress import no_progress
from NEMOPETLib.report.patient_page import PatientPage
from NEMOPETLib.session import reading as reading_module
from NEMOPETLib.session import review_verb, segment_verb
from NEMOPETLib.session.approved_by_another import APPROVED_BY_ANOTHER
from NEMOPETLib.session.raw_nrrd import write_raw_nrrd
from NEMOPETLib.session.verbs import Desk, perform
from NEMOPETLib.studies.open_study import open_study
from NEMOPETLib.studies.study import Study
from NEMOPETLib.studies.study_source import StudySource
from NEMOPETLib.studies.volume import Grid, Volume

TISSUES = ("muscle", "fat_sc", "fat_v", "spleen")
ORGANS = ("kidney", "urinary_bladder")
WITH_PAGE = {"test_the_row_is_the_one_that_run_writes"}
NOT_COMPARED = {"measured_at", "reader", "reviewed"}


class Reader:
    """Asks the verbs in this process."""

    def __init__(self) -> None:
        self.committed = 0
        self.desk = Desk(self._commit)

    def _commit(self) -> None:
        self.committed += 1

    def ask(self, verb: str, **arguments: Any) -> Any:
        plain = json.loads(json.dumps(arguments, default=str))
        return json.loads(json.dumps(perform(self.desk, verb, plain, no_progress), default=str))


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture(scope="module")
def loaded(phantom_study: PhantomStudy) -> Study:
    """The phantom's images, loaded once."""
    return open_study(StudySource(phantom_study.folder))


@pytest.fixture(autouse=True)
def quick_page(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """No page, which takes the longest of all and has tests of its own, but in tests that are marked."""

    def write(folder: Path, *_: object) -> PatientPage:
        page = PatientPage(folder / "patient_page.png", folder / "patient_page.html")
        page.html.write_text("page")
        return page

    if request.node.name not in WITH_PAGE:
        monkeypatch.setattr(patient, "write_patient_page", write)


@pytest.fixture
def segmented(reader: Reader, loaded: Study, phantom_masks: Mapping[str, Path], tmp_path: Path) -> Iterator[Reader]:
    """The phantom opened and segmented."""
    reader.desk.reading = reading_module.ReadingSession(loaded, PatientOptions(), tmp_path / "work")
    reader.ask(
        "segment", lesions="threshold", tissues=files(phantom_masks, TISSUES), organs=files(phantom_masks, ORGANS)
    )
    reader.ask("measure")
    reader.committed = 0
    yield reader
    reader.desk.reading = None


def files(masks: Mapping[str, Path], names: tuple[str, ...]) -> dict[str, str]:
    return {name: str(masks[name]) for name in names}


def run(*arguments: object) -> int:
    return main(["run", *map(str, arguments)])


def row_of(cohort: Path) -> dict[str, str]:
    with cohort.open(newline="") as file:
        (row,) = csv.DictReader(file)
    return row


def compared(row: Mapping[str, str], *less: str) -> dict[str, str]:
    return {name: cell for name, cell in row.items() if name not in NOT_COMPARED | set(less)}


def write_cropped(path: Path, voxels: np.ndarray, grid: Grid) -> Path:
    """A mask as the panel sends it: raw NRRD, cut to the box that holds its voxels."""
    where = np.argwhere(voxels)
    low, high = where.min(axis=0), where.max(axis=0) + 1
    part = voxels[tuple(slice(a, b) for a, b in zip(low, high, strict=True))]
    image = SimpleITK.GetImageFromArray(part.astype(np.uint8))
    image.SetSpacing(grid.spacing.tolist())
    image.SetDirection(grid.direction.ravel().tolist())
    image.SetOrigin(grid.positions(low).tolist())
    SimpleITK.WriteImage(image, str(path), useCompression=False)
    return path


def edited(segmented: Reader, tmp_path: Path) -> Path:
    """The lesions without the second one, and with a block that the reader drew."""
    reading = segmented.desk.opened()
    assert reading.current.lesions is not None
    labels = reading.current.lesions.labels
    voxels = (labels.voxels > 0) & (labels.voxels != 2)
    voxels[40:43, 46:49, 46:50] = True
    return write_cropped(tmp_path / "edited.nrrd", voxels, labels.grid)


def test_images_for_slicer_are_those_of_the_study(reader: Reader, phantom_study: PhantomStudy, tmp_path: Path) -> None:
    found = reader.ask("open", study=phantom_study.folder, work_folder=tmp_path / "w")
    study = reader.desk.opened().study
    for name, volume, kind in (("pet", study.pet, SimpleITK.sitkFloat32), ("ct", study.ct, SimpleITK.sitkInt16)):
        image = SimpleITK.ReadImage(found["files"][name])
        assert image.GetPixelID() == kind
        np.testing.assert_array_equal(SimpleITK.GetArrayViewFromImage(image), volume.voxels)
        np.testing.assert_allclose(image.GetOrigin(), volume.grid.origin)
        np.testing.assert_allclose(image.GetSpacing(), volume.grid.spacing)
        np.testing.assert_allclose(np.reshape(image.GetDirection(), (3, 3)), volume.grid.direction, atol=1e-12)
    assert sorted(path.name for path in (tmp_path / "w").iterdir()) == ["ct.nrrd", "pet.nrrd"]
    assert found["injection"]["uptake_min"] == 62.0
    assert {one["reason"] for one in found["left_out"]} == {"not attenuation-corrected", "a scout view"}


def test_the_row_is_the_one_that_run_writes(
    segmented: Reader, phantom_study: PhantomStudy, phantom_masks: Mapping[str, Path], tmp_path: Path
) -> None:
    for name in ("session", "run"):
        (tmp_path / name).mkdir()
    segmented.ask("save", cohort=tmp_path / "session" / "c.csv", reader="R", approved=True)
    named = [f"{name}={path}" for name, path in files(phantom_masks, TISSUES).items()]
    organs = [f"{name}={path}" for name, path in files(phantom_masks, ORGANS).items()]
    assert (
        run(phantom_study.folder, "--cohort", tmp_path / "run" / "c.csv", "--tissues", *named, "--organs", *organs) == 0
    )
    saved, ran = row_of(tmp_path / "session" / "c.csv"), row_of(tmp_path / "run" / "c.csv")
    assert compared(saved) == compared(ran)
    assert (saved["reviewed"], saved["reader"], saved["corrected_segments"]) == ("1", "R", "")
    for one in (tmp_path / "run" / ran["masks_path"]).glob("*.seg.nrrd"):
        assert one.read_bytes() == (tmp_path / "session" / saved["masks_path"] / one.name).read_bytes()
    pages = [
        (tmp_path / name / row["masks_path"] / "patient_page.png") for name, row in (("session", saved), ("run", ran))
    ]
    assert all(page.stat().st_size > 10_000 for page in pages)


def test_after_a_correction_the_row_is_what_run_gives_for_the_saved_masks(
    segmented: Reader, phantom_study: PhantomStudy, tmp_path: Path
) -> None:
    changed = segmented.ask("measure", masks={"lesions": edited(segmented, tmp_path)})
    assert changed["changed"] == ["lesions"]
    for name in ("session", "run"):
        (tmp_path / name).mkdir()
    cohort = tmp_path / "session" / "c.csv"
    segmented.ask("save", cohort=cohort, reader="R", approved=True)
    saved = row_of(cohort)
    masks = cohort.parent / saved["masks_path"]
    tissues = [f"{name}={masks / 'tissues.seg.nrrd'}" for name in TISSUES]
    arguments = ("--cohort", tmp_path / "run" / "c.csv", "--lesions", masks / "lesions.seg.nrrd", "--tissues", *tissues)
    assert run(phantom_study.folder, *arguments) == 0
    ran = row_of(tmp_path / "run" / "c.csv")
    less = ("lesion_engine", "tissue_engine", "corrected_segments")
    assert compared(saved, *less) == compared(ran, *less)
    assert {name: float(saved[name]) for name in changed["values"] if saved[name]} == pytest.approx(
        {name: value for name, value in changed["values"].items() if value is not None}, rel=1e-12
    )


def test_what_was_corrected_is_said_and_the_automatic_masks_stay(segmented: Reader, tmp_path: Path) -> None:
    before = segmented.desk.opened().automatic.lesions
    assert before is not None
    automatic = before.labels.voxels > 0
    said = segmented.ask("measure", masks={"lesions": edited(segmented, tmp_path)})
    removed = int(np.count_nonzero(before.labels.voxels == 2))
    assert said["corrected"]["lesions"].startswith(f"+36 -{removed} voxels Dice 0.")
    flags = {flag for lesion in said["lesions"] for flag in lesion["flags"]}
    assert "added" in flags
    cohort = tmp_path / "c.csv"
    row = segmented.ask("save", cohort=cohort, reader="R", approved=False)["row"]
    assert row["corrected_segments"] == f"lesions {said['corrected']['lesions']}"
    folder = tmp_path / row["masks_path"]
    kept = read_mask(folder / "automatic" / "lesions.seg.nrrd", "lesions", before.labels.grid)
    np.testing.assert_array_equal(kept.voxels, automatic)


def test_dicom_objects_say_what_was_corrected(segmented: Reader, tmp_path: Path) -> None:
    segmented.ask("measure", masks={"lesions": edited(segmented, tmp_path)})
    row = segmented.ask("save", cohort=tmp_path / "c.csv", reader="R", approved=True, dicom=True)["row"]
    folder = tmp_path / row["masks_path"] / "dicom"
    lesions, tissues = (dcmread(folder / f"{name}_seg.dcm").SegmentSequence for name in ("lesions", "tissues"))
    assert {one.SegmentAlgorithmType for one in lesions} == {"SEMIAUTOMATIC"}
    assert f"corrected by a reader ({row['corrected_segments']})" in lesions[0].SegmentDescription
    assert not any("corrected" in one.SegmentDescription for one in tissues)
    segmented.ask("save", cohort=tmp_path / "c.csv", reader="R", approved=True)
    assert not folder.exists()


def test_dicom_objects_among_the_images_are_refused_before_the_work(
    segmented: Reader, phantom_study: PhantomStudy
) -> None:
    with pytest.raises(InputError, match="among the study's own files"):
        segmented.ask("save", cohort=phantom_study.folder / "c.csv", reader="R", approved=True, dicom=True)
    assert segmented.committed == 0
    assert not (phantom_study.folder / "c_patients").exists()


def test_a_later_automatic_run_leaves_a_reader_s_masks_alone(
    segmented: Reader, phantom_study: PhantomStudy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    segmented.ask("measure", masks={"lesions": edited(segmented, tmp_path)})
    cohort = tmp_path / "c.csv"
    row = segmented.ask("save", cohort=cohort, reader="R", approved=False)["row"]
    folder = tmp_path / row["masks_path"]
    before = {path: path.read_bytes() for path in folder.rglob("*.seg.nrrd")}
    table = cohort.read_bytes()
    assert run(phantom_study.folder, "--cohort", cohort) == 2
    assert "approved or corrected by a reader" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in folder.rglob("*.seg.nrrd")} == before
    assert cohort.read_bytes() == table
    assert run(phantom_study.folder, "--cohort", cohort, "--replace-reviewed") == 0
    assert not (folder / "automatic").exists()
    assert row_of(cohort)["corrected_segments"] == ""


def test_going_back_to_the_automatic_mask_is_no_correction(segmented: Reader, tmp_path: Path) -> None:
    first = segmented.ask("save", cohort=tmp_path / "a.csv", reader="R", approved=True)["row"]
    segmented.ask("measure", masks={"lesions": edited(segmented, tmp_path), "spleen": None})
    back = {"lesions": tmp_path / "work" / "lesions.seg.nrrd", "spleen": tmp_path / "work" / "tissues.seg.nrrd"}
    said = segmented.ask("measure", masks=back)
    assert said["changed"] == ["lesions", "spleen"]
    assert said["corrected"] == {}
    again = segmented.ask("save", cohort=tmp_path / "b.csv", reader="R", approved=True)["row"]
    less = {"measured_at", "masks_path"}
    assert {k: v for k, v in first.items() if k not in less} == {k: v for k, v in again.items() if k not in less}


def test_only_what_changed_is_measured_again(
    segmented: Reader, phantom_masks: Mapping[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[str] = []
    real = reading_module.measure_mask

    def spy(name: str, *given: Any, **more: Any) -> Any:
        measured.append(name)
        return real(name, *given, **more)

    monkeypatch.setattr(reading_module, "measure_mask", spy)
    same = segmented.ask(
        "measure", masks={"lesions": tmp_path / "work" / "lesions.seg.nrrd", "spleen": phantom_masks["spleen"]}
    )
    assert (same["changed"], same["values"], same["lesions"], measured) == ([], {}, None, [])
    other = segmented.ask("measure", masks={"spleen": phantom_masks["fat_v"]})
    assert other["changed"] == measured == ["spleen"]
    assert set(other["values"]) == {"spleen_volume_ml", "spleen_sul_mean", "spleen_hu_mean"}
    segmented.ask("sensitivity")
    measured.clear()
    segmented.ask("sensitivity")
    assert measured == []
    segmented.ask("measure", masks={"spleen": phantom_masks["spleen"]})
    segmented.ask("sensitivity")
    assert measured == ["spleen"] * 3


def test_a_patient_without_lesions_and_without_a_spleen(segmented: Reader, tmp_path: Path) -> None:
    said = segmented.ask("measure", masks={"lesions": None, "spleen": None})
    assert said["values"]["tmtv_ml"] == said["values"]["lesion_count"] == 0
    assert said["values"]["spleen_volume_ml"] is None
    assert said["lesions"] == []
    row = segmented.ask("save", cohort=tmp_path / "c.csv", reader="R", approved=True)["row"]
    assert row["tmtv_ml"] == 0
    assert row["spleen_hu_mean"] is None
    assert "spleen" in row["corrected_segments"]
    queue = segmented.ask("cohort", cohort=tmp_path / "c.csv")["rows"]
    key = {name: queue[0][name] for name in ("patient_id", "study_uid")}
    found = segmented.ask("review", cohort=tmp_path / "c.csv", work_folder=tmp_path / "again", **key)
    assert found["masks"]["lesions"] is not None
    assert segmented.ask("measure")["values"]["lesion_count"] == 0


def test_a_mask_that_cannot_be_read_changes_nothing(segmented: Reader, tmp_path: Path) -> None:
    (tmp_path / "bad.nrrd").write_text("no mask")
    with pytest.raises(InputError, match=r"bad\.nrrd"):
        segmented.ask("measure", masks={"lesions": edited(segmented, tmp_path), "spleen": tmp_path / "bad.nrrd"})
    assert segmented.ask("measure")["changed"] == []
    assert segmented.ask("measure")["corrected"] == {}
    with pytest.raises(InputError, match="unknown mask liver"):
        segmented.ask("measure", masks={"liver": tmp_path / "bad.nrrd"})


def test_the_hottest_voxel_lies_in_its_lesion(segmented: Reader) -> None:
    reading = segmented.desk.opened()
    assert reading.current.lesions is not None
    labels, pet = reading.current.lesions.labels, reading.study.pet
    segmented.ask("measure", masks={"lesions": None})
    lesions = segmented.ask("measure", masks={"lesions": reading.work_folder / "lesions.seg.nrrd"})["lesions"]
    assert [one["number"] for one in lesions] == list(range(1, len(lesions) + 1))
    for one in lesions:
        index = tuple(np.rint(pet.grid.indices(np.array(one["inside_lps_mm"]))).astype(int))
        assert labels.voxels[index] == one["number"]
        assert pet.voxels[index] == pytest.approx(one["suv_max"])


def test_what_was_removed_as_physiological_is_kept_apart(segmented: Reader, tmp_path: Path) -> None:
    apart = segmented.desk.opened().current.physiological
    assert apart is not None
    uptake = segmented.desk.opened().study.pet.voxels[apart.unpacked().voxels]
    assert uptake.size
    assert uptake.min() >= 4
    row = segmented.ask("save", cohort=tmp_path / "c.csv", reader="R", approved=False)["row"]
    assert (tmp_path / row["masks_path"] / "physiological.seg.nrrd").is_file()
    both = read_mask(tmp_path / "work" / "lesions.seg.nrrd", "lesions", apart.grid).voxels | apart.unpacked().voxels
    said = segmented.ask(
        "measure", masks={"lesions": write_cropped(tmp_path / "l.nrrd", both, apart.grid), "physiological": None}
    )
    assert said["values"]["lesion_count"] > row["lesion_count"]
    assert segmented.desk.opened().current.physiological is None


@pytest.mark.parametrize("corrected", [False, True])
def test_a_row_is_reviewed_with_its_masks_and_written_again_as_it_was(
    segmented: Reader, tmp_path: Path, corrected: bool
) -> None:
    if corrected:
        segmented.ask("measure", masks={"lesions": edited(segmented, tmp_path)})
    cohort = tmp_path / "c.csv"
    first = segmented.ask("save", cohort=cohort, reader="R", approved=False)["row"]
    queue = segmented.ask("cohort", cohort=cohort)
    assert queue["counts"] == {"failed": 0, "measured": 0, "to review": 1, "approved": 0}
    key = {name: queue["rows"][queue["next"]][name] for name in ("patient_id", "study_uid")}
    again = Reader()
    found = again.ask("review", cohort=cohort, work_folder=tmp_path / "again", **key)
    assert found["row"]["reader"] == "R"
    said = again.ask("measure")
    assert bool(said["corrected"]) == corrected
    row = again.ask("save", cohort=cohort, reader="R", approved=True)["row"]
    less = {"measured_at", "reviewed", "warnings"} if corrected else {"measured_at", "reviewed"}
    assert {k: v for k, v in row.items() if k not in less} == {k: v for k, v in first.items() if k not in less}
    assert again.ask("cohort", cohort=cohort)["counts"]["approved"] == 1
    assert again.ask("cohort", cohort=cohort)["next"] is None
    automatic = read_mask(Path(found["automatic"]["lesions"]), "lesions", again.desk.opened().study.pet.grid)
    original = segmented.desk.opened().automatic.lesions
    assert original is not None
    np.testing.assert_array_equal(automatic.voxels, original.labels.voxels > 0)


def test_another_reader_s_approval_is_not_replaced_unasked(segmented: Reader, tmp_path: Path) -> None:
    cohort = tmp_path / "c.csv"
    segmented.ask("save", cohort=cohort, reader="A", approved=True)
    table = cohort.read_bytes()
    with pytest.raises(InputError, match="another reader has approved") as refused:
        segmented.ask("save", cohort=cohort, reader="B", approved=True)
    assert cohort.read_bytes() == table
    assert refused.value.kind == APPROVED_BY_ANOTHER, "so that a panel can offer it"
    segmented.ask("save", cohort=cohort, reader="A", approved=True)
    segmented.ask("save", cohort=cohort, reader="B", approved=True, replace_reviewed=True)
    assert row_of(cohort)["reader"] == "B"


def files_of(cohort: Path) -> dict[str, bytes]:
    """Table, masks and page as they are."""
    paths = [cohort, *cohort.parent.glob(f"{cohort.stem}_patients/*/**/*")]
    return {str(path): path.read_bytes() for path in paths if path.is_file()}


@pytest.fixture
def other(loaded: Study, tmp_path: Path) -> Iterator[Reader]:
    """A second reader of the same patient, who has found no lesion."""
    reader = Reader()
    reader.desk.reading = reading_module.ReadingSession(loaded, PatientOptions(), tmp_path / "other")
    reader.ask("measure", masks={"lesions": None})
    yield reader
    reader.desk.reading = None


@pytest.mark.parametrize("pseudonymised", [False, True])
def test_a_row_that_another_approves_while_this_one_is_being_saved_keeps_its_masks(
    segmented: Reader, other: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pseudonymised: bool
) -> None:
    cohort, written = tmp_path / "c.csv", []
    more = {"pseudonymise": tmp_path / "key.json"} if pseudonymised else {}

    def the_other_is_faster() -> None:
        other.ask("save", cohort=cohort, reader="B", approved=True, **more)
        written.append(files_of(cohort))

    monkeypatch.setattr(segmented.desk, "committing", the_other_is_faster)
    with pytest.raises(InputError, match="another reader has approved") as refused:
        segmented.ask("save", cohort=cohort, reader="A", approved=True, **more)
    assert refused.value.kind == APPROVED_BY_ANOTHER, "so that a panel can offer it"
    assert [files_of(cohort)] == written
    assert row_of(cohort)["reader"] == "B"


def test_nobody_writes_the_masks_of_a_row_that_is_being_written(
    segmented: Reader, other: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cohort, asked = tmp_path / "c.csv", []
    upsert = CohortTable.upsert

    def upsert_when_the_other_has_tried(table: CohortTable, *arguments: Any) -> bool:
        if not asked:
            asked.append("B")
            with pytest.raises(InputError, match="in use by another program"):
                other.ask("save", cohort=cohort, reader="B", approved=False)
        return upsert(table, *arguments)

    monkeypatch.setattr(patient, "_LOCK_TIMEOUT_S", 0.0)
    monkeypatch.setattr(CohortTable, "upsert", upsert_when_the_other_has_tried)
    said = segmented.ask("save", cohort=cohort, reader="A", approved=True)
    assert asked
    row = row_of(cohort)
    assert (row["reader"], float(row["tmtv_ml"])) == ("A", said["row"]["tmtv_ml"])
    grid = segmented.desk.opened().study.pet.grid
    assert read_mask(cohort.parent / row["masks_path"] / patient.LESIONS_FILE, "lesions", grid).voxels.any()


def test_a_row_that_became_a_reader_s_while_it_was_written_is_left(
    segmented: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a program that writes rows without masks, as whoever edits the table does."""
    cohort = tmp_path / "c.csv"
    row = segmented.ask("save", cohort=cohort, reader="A", approved=False)["row"]
    key = {name: row[name] for name in ("patient_id", "study_uid")}
    write = patient.write_masks

    def write_and_approve(folder: Path, masks: patient.PatientMasks) -> None:
        write(folder, masks)
        CohortTable(cohort).upsert({**key, "reader": "B", "reviewed": 1})

    monkeypatch.setattr(patient, "write_masks", write_and_approve)
    with pytest.raises(InputError, match="another reader has approved"):
        segmented.ask("save", cohort=cohort, reader="A", approved=True)
    engine = EngineChoice(lesions="threshold", suv_threshold=6.0).lesion_engine()
    CohortTable(cohort).upsert({**key, "reviewed": 0})
    with pytest.raises(InputError, match="approved or corrected by a reader"):
        patient.process_patient(segmented.desk.opened().study, CohortTable(cohort), engine, None, PatientOptions())
    assert row_of(cohort)["tmtv_ml"] == str(row["tmtv_ml"])


def test_what_cannot_be_saved_writes_nothing(reader: Reader, phantom_study: PhantomStudy, tmp_path: Path) -> None:
    reader.ask("open", study=phantom_study.folder, work_folder=tmp_path / "w")
    cohort = tmp_path / "out" / "c.csv"
    cohort.parent.mkdir()
    with pytest.raises(InputError, match="there are no lesions yet"):
        reader.ask("save", cohort=cohort, reader="R", approved=True)
    reader.ask("measure", masks={"lesions": None})
    with pytest.raises(InputError, match="reader's name"):
        reader.ask("save", cohort=cohort, reader=" ", approved=True)
    with pytest.raises(InputError, match="CSV only"):
        reader.ask("save", cohort=cohort.with_suffix(".xlsx"), reader="R", approved=True)
    assert {path.name for path in cohort.parent.iterdir()} <= {"c.csv.lock"}
    assert reader.committed == 0


def test_a_save_that_is_cancelled_before_it_writes_leaves_nothing(
    segmented: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    (tmp_path / "out").mkdir()
    monkeypatch.setattr(segmented.desk, "committing", stop)
    with pytest.raises(KeyboardInterrupt):
        segmented.ask("save", cohort=tmp_path / "out" / "c.csv", reader="R", approved=True)
    assert {path.name for path in (tmp_path / "out").iterdir()} <= {"c.csv.lock"}


def test_what_the_header_lacks_is_named_and_can_be_given(reader: Reader, tmp_path: Path) -> None:
    def without(dataset: Any) -> None:
        for keyword in ("PatientWeight", "PatientSize"):
            if keyword in dataset:
                del dataset[keyword]

    study = write_phantom_study(tmp_path / "study", edit=without)
    found = reader.ask("inspect", study=study.folder)
    assert found["missing"] == ["weight_kg", "height_m"]
    assert "no patient weight" in found["problem"]
    with pytest.raises(InputError, match="no patient weight"):
        reader.ask("open", study=study.folder, work_folder=tmp_path / "w")
    given = {"weight_kg": 66, "height_m": 1.65}
    assert reader.ask("inspect", study=study.folder, overrides=given)["problem"] == ""
    opened = reader.ask("open", study=study.folder, work_folder=tmp_path / "w", overrides=given, lbm_formula="james128")
    assert opened["overrides"] == {"weight_kg": 66.0, "height_m": 1.65}
    assert opened["missing"] == []
    reader.ask("segment", lesions="threshold")
    row = reader.ask("save", cohort=tmp_path / "c.csv", reader="R", approved=False)["row"]
    assert row["overrides"] == "weight_kg=66.0; height_m=1.65"
    again = reader.ask(
        "review",
        cohort=tmp_path / "c.csv",
        patient_id=row["patient_id"],
        study_uid=row["study_uid"],
        work_folder=tmp_path / "w",
    )
    assert again["overrides"] == opened["overrides"]
    assert reader.ask("save", cohort=tmp_path / "c.csv", reader="R", approved=True)["row"]["lbm_formula"] == "james128"


@pytest.mark.parametrize(
    ("overrides", "error"),
    [
        ({"weight_kg": "heavy"}, "must be numbers"),
        ({"weight_kg": 5000}, "--weight-kg 5000"),
        ({"sex": "X"}, "must be F, M or O"),
        ({"shoe_size": 42}, "no override shoe_size"),
        ({"injection_time": 9}, "must be text"),
        ({"injection_time": "noon"}, "--injection-time noon"),
    ],
)
def test_impossible_overrides_are_refused(
    reader: Reader, phantom_study: PhantomStudy, tmp_path: Path, overrides: dict[str, Any], error: str
) -> None:
    with pytest.raises(InputError, match=error):
        reader.ask("open", study=phantom_study.folder, work_folder=tmp_path, overrides=overrides)
    assert reader.desk.reading is None


def test_a_pet_file_in_bq_per_ml_is_opened_with_what_is_given_and_lacks_nothing_else(
    reader: Reader, tmp_path: Path
) -> None:
    pet, ct, grid = tmp_path / "bq.nrrd", tmp_path / "ct.nrrd", Grid((4, 5, 6), np.eye(4))
    write_raw_nrrd(pet, Volume(np.full(grid.shape, 5000, np.float32), grid), np.float32)
    write_raw_nrrd(ct, Volume(np.zeros(grid.shape, np.int16), grid), np.int16)
    asked = {"pet": pet, "ct": ct, "work_folder": tmp_path / "w", "patient_id": "P 1"}
    doubted = reader.ask("open", **asked)
    assert any("--pet-unit bqml" in text for text in doubted["warnings"])
    assert doubted["missing"] == ["sex", "weight_kg", "height_m"], "a PET in SUV needs no dose and no time"
    given = {"weight_kg": 70, "dose_mbq": 300}
    opened = reader.ask("open", **asked, pet_unit="bqml", uptake_min=60, overrides=given)
    suv = 5000 / (300e6 * 2 ** (-60 / 109.77) / 70e3)  # decay-corrected to 60 minutes after the injection
    image = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(opened["files"]["pet"]))
    np.testing.assert_allclose(image, suv, rtol=1e-4)
    assert opened["injection"]["dose_mbq"] == 300
    assert opened["injection"]["uptake_min"] == 60
    assert opened["missing"] == ["sex", "height_m"]
    assert not any("--pet-unit" in text for text in opened["warnings"])


def test_image_files_are_read_and_reviewed_like_dicom(
    segmented: Reader, phantom_masks: Mapping[str, Path], tmp_path: Path
) -> None:
    whose = {"patient_id": "P 1", "study_date": "2024-05-06", "age_years": 50}
    work, images = tmp_path / "work", segmented.desk.opened().study
    write_raw_nrrd(work / "pet.nrrd", images.pet, np.float32)
    write_raw_nrrd(work / "ct.nrrd", images.ct, np.int16)
    reader = Reader()
    overrides = {"sex": "F", "weight_kg": 66, "height_m": 1.65}
    opened = reader.ask(
        "open", pet=work / "pet.nrrd", ct=work / "ct.nrrd", work_folder=tmp_path / "w", overrides=overrides, **whose
    )
    assert opened["patient"]["age_years"] == 50
    assert opened["injection"]["dose_mbq"] is None
    reader.ask(
        "segment", lesions="threshold", tissues=files(phantom_masks, TISSUES), organs=files(phantom_masks, ORGANS)
    )
    cohort = tmp_path / "files.csv"
    said = reader.ask("save", cohort=cohort, reader="R", approved=False, dicom=True)
    row = said["row"]
    assert said["dicom"] == [], "there are no DICOM images that objects could refer to"
    assert not (tmp_path / row["masks_path"] / "dicom").exists()
    dicom = segmented.ask("save", cohort=tmp_path / "dicom.csv", reader="R", approved=False)["row"]
    numbers = [name for name in row if name.endswith(("_ml", "_mm", "_mean")) or name in ("tlg", "suv_max", "suv_peak")]
    assert {name: row[name] for name in numbers} == pytest.approx({name: dicom[name] for name in numbers}, rel=1e-6)
    again = Reader().ask("review", cohort=cohort, patient_id="P 1", study_uid="", work_folder=tmp_path / "again")
    assert again["patient"] == opened["patient"]
    with pytest.raises(InputError, match="give a patient id"):
        reader.ask("open", pet=work / "pet.nrrd", ct=work / "ct.nrrd", work_folder=tmp_path / "w")
    with pytest.raises(InputError, match="either study, or pet and ct"):
        reader.ask("open", pet=work / "pet.nrrd", work_folder=tmp_path / "w")


@pytest.mark.parametrize(
    ("cells", "error"),
    [
        ({"study_path": ""}, "does not say where its images lie"),
        ({"study_path": "nowhere"}, "does not exist"),
        ({"masks_path": ""}, "names no masks"),
        ({"masks_path": "nowhere"}, "moved or removed"),
        ({"lbm_formula": "guess"}, "lbm_formula guess"),
        ({"study_uid": "1.2.3"}, "no longer there"),
    ],
)
def test_a_row_that_cannot_be_reviewed_says_why(
    segmented: Reader, tmp_path: Path, cells: dict[str, str], error: str
) -> None:
    cohort = tmp_path / "c.csv"
    segmented.ask("save", cohort=cohort, reader="R", approved=False)
    row = {**row_of(cohort), **cells}
    with cohort.open("w", newline="") as file:
        writer = csv.DictWriter(file, row)
        writer.writeheader()
        writer.writerow(row)
    key = {name: row[name] for name in ("patient_id", "study_uid")}
    with pytest.raises(InputError, match=error):
        segmented.ask("review", cohort=cohort, work_folder=tmp_path / "r", **key)
    with pytest.raises(InputError, match="no such patient"):
        segmented.ask("review", cohort=cohort, work_folder=tmp_path / "r", patient_id="nobody", study_uid="1")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({}, "say what to find"),
        ({"lesions": "guess"}, "must be one of"),
        ({"lesions": "/nowhere.nii"}, "nowhere"),
        ({"lesions": "percist"}, "reference region"),
        ({"lesions": "threshold", "suv_threshold": -1}, "above 0"),
        ({"lesions": "threshold", "organs": "magic"}, "must be totalsegmentator"),
        ({"tissues": {"liver": "/nowhere.nii"}}, "no tissue liver"),
        ({"lesions": "lion", "organs": "totalsegmentator"}, "LION tells the organs"),
        ({"lesions": "threshold", "device": "abacus"}, "device abacus"),
        ({"tissues": {"spleen": "/nowhere.nii"}}, "nowhere"),
    ],
)
def test_a_segmentation_that_fails_leaves_the_masks(segmented: Reader, arguments: dict[str, Any], error: str) -> None:
    before = dict(vars(segmented.desk.opened().current))
    with pytest.raises(InputError, match=error):
        segmented.ask("segment", **arguments)
    assert vars(segmented.desk.opened().current) == before
    assert segmented.ask("measure")["changed"] == []


def test_numbers_that_a_stopped_measurement_did_not_tell_come_with_the_next(
    segmented: Reader, phantom_masks: Mapping[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lesions were measured when the reader stopped it; the panel hands the same masks over again."""
    masks = {"lesions": edited(segmented, tmp_path), "spleen": phantom_masks["fat_v"]}
    real = reading_module.measure_mask

    def stopped(name: str, *given: Any, **more: Any) -> Any:
        if name == "spleen":
            raise KeyboardInterrupt
        return real(name, *given, **more)

    with monkeypatch.context() as patch:
        patch.setattr(reading_module, "measure_mask", stopped)
        with pytest.raises(KeyboardInterrupt):
            segmented.ask("measure", masks=masks)
    said = segmented.ask("measure", masks=masks)
    assert said["changed"] == ["lesions", "spleen"]
    assert said["values"]["tmtv_ml"] == segmented.desk.opened().measurements().values["tmtv_ml"]
    assert len(said["lesions"]) == said["values"]["lesion_count"]
    assert segmented.ask("measure")["changed"] == []


@pytest.mark.parametrize("error", [KeyboardInterrupt(), InputError("the disk is full")], ids=["stopped", "failed"])
def test_masks_that_could_not_be_written_are_not_taken(
    segmented: Reader, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    before = dict(vars(segmented.desk.opened().current))

    def fail(*_: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(segment_verb, "write_cropped_files", fail)
        with pytest.raises(type(error)):
            segmented.ask("segment", lesions="threshold", suv_threshold=8)
    assert vars(segmented.desk.opened().current) == before
    assert segmented.ask("measure")["changed"] == []


def test_a_review_whose_masks_could_not_be_written_opens_nobody(
    segmented: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = segmented.ask("save", cohort=tmp_path / "c.csv", reader="R", approved=True)["row"]
    key = {name: row[name] for name in ("patient_id", "study_uid")}

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(review_verb, "write_mask_files", fail)
    with pytest.raises(KeyboardInterrupt):
        segmented.ask("review", cohort=tmp_path / "c.csv", work_folder=tmp_path / "again", **key)
    assert segmented.desk.reading is None


def test_lesions_again_leave_the_tissues(segmented: Reader) -> None:
    segmented.ask("segment", lesions="percent", percent=60)
    said = segmented.ask("measure")
    assert said["changed"] == ["lesions"]
    assert said["corrected"] == {}
    masks = segmented.desk.opened().automatic.to_write()
    assert masks is not None
    assert masks.lesions.description.startswith("percent")


def test_masks_kept_in_a_scene_are_the_automatic_ones_again(segmented: Reader, loaded: Study, tmp_path: Path) -> None:
    said = segmented.ask("segment", lesions="threshold")
    segmented.ask("measure", masks={"lesions": edited(segmented, tmp_path)})
    first = segmented.ask("save", cohort=tmp_path / "a.csv", reader="R", approved=True)["row"]
    again = Reader()
    again.desk.reading = reading_module.ReadingSession(loaded, PatientOptions(), tmp_path / "again")
    again.ask(
        "resume",
        automatic=said["cropped"],
        lesion_engine=said["lesion_engine"],
        tissue_engine=said["tissue_engine"],
        warnings=said["warnings"],
    )
    assert again.ask("measure")["corrected"] == {}
    again.ask("measure", masks={"lesions": tmp_path / "edited.nrrd"})
    row = again.ask("save", cohort=tmp_path / "a.csv", reader="R", approved=True)["row"]
    less = {"measured_at", "warnings"}
    assert {k: v for k, v in row.items() if k not in less} == {k: v for k, v in first.items() if k not in less}
    with pytest.raises(InputError, match="unknown mask liver"):
        again.ask("resume", automatic={"liver": said["cropped"]["lesions"]})


def test_cropped_files_hold_the_masks(segmented: Reader) -> None:
    said = segmented.ask("segment", lesions="threshold")
    reading = segmented.desk.opened()
    assert set(said["cropped"]) == {"lesions", *TISSUES}  # no organs this time, so nothing is physiological
    assert said["replaced"] == ["lesions", "physiological"]  # the tissues are as the reader left them
    for name, path in said["cropped"].items():
        grid = reading.study.pet.grid if name == "lesions" else reading.study.ct.grid
        kept = reading.current.packed(name)
        assert kept is not None
        np.testing.assert_array_equal(read_mask(Path(path), name, grid).voxels, kept.unpacked().voxels)
        assert Path(path).stat().st_size <= kept.unpacked().voxels.size + 2000


def test_values_that_int16_cannot_hold_are_rounded_and_held(tmp_path: Path) -> None:
    grid = Grid((1, 1, 4), np.eye(4))
    write_raw_nrrd(tmp_path / "ct.nrrd", Volume(np.array([[[-1e6, -0.6, 1.4, 1e6]]], np.float32), grid), np.int16)
    image = SimpleITK.ReadImage(str(tmp_path / "ct.nrrd"))
    assert SimpleITK.GetArrayFromImage(image).ravel().tolist() == [-32768, -1, 1, 32767]
    with pytest.raises(InputError, match="cannot be written"):
        write_raw_nrrd(tmp_path / "away" / "ct.nrrd", Volume(np.zeros((1, 1, 4), np.int16), grid), np.int16)


def test_sensitivity_of_a_patient_without_lesions(segmented: Reader) -> None:
    segmented.ask("measure", masks={"lesions": None})
    moved = segmented.ask("sensitivity")["values"]
    assert moved["tmtv_ml"] == {"value": 0.0, "shrunk": 0.0, "grown": 0.0, "threshold": [0.0, 0.0]}
    assert moved["suv_max"] == {"value": None, "shrunk": None, "grown": None, "threshold": [None, None]}


def test_pseudonyms_hide_the_patient_in_all_that_is_saved(segmented: Reader, tmp_path: Path) -> None:
    """The row is the one that ``run --pseudonymise`` names; saved again it is found by its pseudonym."""
    whose, key, cohort = segmented.desk.opened().study.patient, tmp_path / "key.json", tmp_path / "out" / "c.csv"
    cohort.parent.mkdir()
    arguments = {"cohort": cohort, "reader": "R", "dicom": True, "pseudonymise": key}
    said = segmented.ask("save", approved=True, **arguments)
    pseudonyms = Pseudonyms.open(key)
    assert (said["row"]["patient_id"], said["row"]["study_uid"]) == pseudonyms.known_as(
        whose.patient_id, whose.study_uid
    )
    assert said["row"]["study_date"] != whose.study_date
    assert len(said["dicom"]) >= 3
    assert {dcmread(path).PatientID for path in said["dicom"]} == {said["row"]["patient_id"]}
    written = [path for path in cohort.parent.rglob("*") if path.is_file()]
    assert not [path for path in written if whose.patient_id.encode() in path.read_bytes() + str(path).encode()]
    with pytest.raises(InputError, match="another reader has approved this row"):
        segmented.ask("save", approved=True, **{**arguments, "reader": "S"})
    again = segmented.ask("save", approved=False, keep_dates=True, **arguments)
    assert row_of(cohort)["study_date"] == again["row"]["study_date"] == whose.study_date
    own = segmented.ask("percentiles", cohort=cohort, pseudonymise=key)["percentiles"]["tmtv_ml"]
    assert own == {"percentile": None, "n": 0}, "the patient is not compared with itself"
    (tmp_path / "clinical.csv").write_text(f"patient_id,hr\n{whose.patient_id},1\n")
    merge = {"cohort": cohort, "clinical": tmp_path / "clinical.csv"}
    assert segmented.ask("merge_clinical", **merge)["merged_rows"] == 0
    assert segmented.ask("merge_clinical", pseudonymise=key, **merge)["merged_rows"] == 1


def test_a_key_file_is_made_only_to_write_pseudonyms(segmented: Reader, tmp_path: Path) -> None:
    key, cohort = tmp_path / "key.json", tmp_path / "c.csv"
    with pytest.raises(InputError, match="keep_dates is of use with pseudonymise only"):
        segmented.ask("save", cohort=cohort, reader="R", approved=True, keep_dates=True)
    assert not cohort.exists()
    segmented.ask("save", cohort=cohort, reader="R", approved=True)
    segmented.ask("percentiles", cohort=cohort, pseudonymise=key)
    assert not key.exists()


def test_lesions_drawn_without_an_engine_stay_a_correction(
    reader: Reader, loaded: Study, phantom_masks: Mapping[str, Path], tmp_path: Path
) -> None:
    """Tissues are an engine's and one is corrected; the lesions are all the reader's."""
    reader.desk.reading = reading_module.ReadingSession(loaded, PatientOptions(), tmp_path / "work")
    reader.ask("segment", tissues=files(phantom_masks, ("muscle", "spleen")))
    reader.ask("measure", masks={"lesions": phantom_masks["lesions"], "spleen": phantom_masks["fat_v"]})
    cohort = tmp_path / "c.csv"
    first = reader.ask("save", cohort=cohort, reader="R", approved=True)["row"]
    key = {name: first[name] for name in ("patient_id", "study_uid")}
    reader.ask("review", cohort=cohort, work_folder=tmp_path / "again", **key)
    assert set(reader.ask("measure")["corrected"]) == {"lesions", "spleen"}
    again = reader.ask("save", cohort=cohort, reader="R", approved=True)["row"]
    assert (again["corrected_segments"], again["lesion_engine"]) == (
        first["corrected_segments"],
        "drawn by the reader",
    )


def test_a_warning_that_no_longer_holds_is_not_kept(
    segmented: Reader, phantom_masks: Mapping[str, Path], tmp_path: Path
) -> None:
    cohort, none = tmp_path / "c.csv", "no lesion was found: look at the PET"
    segmented.ask("measure", masks={"lesions": None})
    first = segmented.ask("save", cohort=cohort, reader="R", approved=True)["row"]
    assert none in first["warnings"]
    key = {name: first[name] for name in ("patient_id", "study_uid")}
    segmented.ask("review", cohort=cohort, work_folder=tmp_path / "again", **key)
    segmented.ask("measure", masks={"lesions": phantom_masks["lesions"]})
    assert none not in segmented.ask("save", cohort=cohort, reader="R", approved=True)["row"]["warnings"]


def test_a_score_goes_with_the_numbers_that_it_is_of(segmented: Reader, tmp_path: Path) -> None:
    """A run on a row that was scored, which no reader has approved."""
    table = CohortTable(tmp_path / "c.csv")
    row = segmented.ask("save", cohort=table.path, reader="R", approved=False)["row"]
    table.upsert({"patient_id": row["patient_id"], "study_uid": row["study_uid"], "risk_score": 2.5, "model_id": "m"})
    engine = EngineChoice(lesions="threshold", suv_threshold=6.0).lesion_engine()
    patient.process_patient(segmented.desk.opened().study, table, engine, None, PatientOptions())
    again = row_of(table.path)
    assert again["tmtv_ml"] != str(row["tmtv_ml"])
    assert (again["risk_score"], again["model_id"]) == ("", "")

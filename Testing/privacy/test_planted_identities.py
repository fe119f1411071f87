"""What names a patient is planted in the headers; nothing that is written may hold it, but for the key file."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import shutil
import unicodedata
import zipfile
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path

import pydicom
import pytest
import SimpleITK
from pydicom import dcmread
from pydicom.valuerep import PersonName

from NEMOPETLib.batch.job import Job, Recipe
from NEMOPETLib.cohort.clinical import merge_clinical
from NEMOPETLib.command_line import main
from NEMOPETLib.engines.engine_choice import EngineChoice
from NEMOPETLib.engines.run_log import RunLog
from NEMOPETLib.patient import PatientOptions
from NEMOPETLib.phantom.examination import Examination
from NEMOPETLib.phantom.masks import write_masks
from NEMOPETLib.phantom.study import PhantomStudy, write_phantom_study
from NEMOPETLib.session import worker
from NEMOPETLib.session.cancellation import Request
from NEMOPETLib.session.channel import Channel
from NEMOPETLib.studies.archive import scan_archive

PATIENT_ID = "ZQ-884219073265/Ünïq"
PLANTED = {
    "PatientName": "Zwölfzyx^Ærwin=王小東^山田=ザイク",
    "OtherPatientNames": "Wxyzanka^Ольга",
    "PatientBirthDate": "19371203",
    "AccessionNumber": "ACC776655X",
    "InstitutionName": "Hôpital Qwertzui",
    "InstitutionAddress": "Rue Vbnmklo 5",
    "ReferringPhysicianName": "Doktor^Xylofonix",
    "OperatorsName": "Opqrst^Uvw",
    "PatientAddress": "Yxcvbnm 12",
    "PatientTelephoneNumbers": "+33-555-0199",
    "StudyID": "SID99881",
    "StudyDescription": "PET of Zwölfzyx",
    "SeriesDescription": "WxyzankaJean2 03.12.1937 whole body",
    "PatientComments": "Fghjklo",
}
WORDS = (
    *("Zwölfzyx", "Zwolfzyx", "Zwoelfzyx", unicodedata.normalize("NFD", "Zwölfzyx"), "Ærwin", "Aerwin"),
    *("王小東", "山田", "ザイク", "Wxyzanka", "Ольга", "ACC776655X"),
    *("19371203", "1937-12-03", "03/12/1937", "03.12.1937", "03121937", "12/03/1937", "12.03.1937", "12031937"),
    *("Qwertzui", "Vbnmklo", "Xylofonix", "Opqrst", "Yxcvbnm", "555-0199", "SID99881", "Fghjklo", "884219073265"),
)
ENCODINGS = ("utf-8", "utf-16-le", "latin-1", "iso2022_jp", "gb18030", "koi8-r", "cp932")


def plant(dataset) -> None:
    dataset.SpecificCharacterSet = "ISO_IR 192"
    for keyword, value in PLANTED.items():
        setattr(dataset, keyword, PersonName(value) if "Name" in keyword and "Institution" not in keyword else value)


def found_in(folder, words, leave_out=()) -> list[str]:
    """File and word for each word that is in a file below a folder or in its name, in any encoding."""
    hits = []
    for path in sorted(folder.rglob("*")):
        content = path.read_bytes().lower() if path.is_file() else b""
        for word in words:
            named = word.lower() in path.name.lower()
            if (named or any(each in content for each in _encoded(word))) and path not in leave_out:
                hits.append(f"{path.relative_to(folder)}: {word}")
    return hits


def _encoded(word: str) -> list[bytes]:
    forms = [word, word.lower(), json.dumps(word)[1:-1], "".join(f"&#{ord(letter)};" for letter in word)]
    encoded = []
    for form in forms:
        for encoding in ENCODINGS:
            try:
                encoded.append(form.encode(encoding).lower())
            except UnicodeEncodeError:
                continue
    return encoded


@dataclass(frozen=True)
class Planted:
    """A study, its masks (whose names name the patient too), and where the key file and what is written lie."""

    written: PhantomStudy
    masks: dict[str, Path]
    key: Path
    out: Path

    def run(self, *more: str) -> int:
        """Measure it and write everything there is."""
        return main(
            [
                *("run", str(self.written.folder), "--cohort", str(self.out / "cohort.csv"), "--dicom"),
                *("--lesions", str(self.masks["lesions"]), "--tissues", f"muscle={self.masks['muscle']}"),
                *("--json", str(self.out / "run.json"), *more),
            ]
        )


def plant_study(root: Path) -> Planted:
    """A study that is scanned today, so that the hour of its measurement is that of its scan."""
    now = dt.datetime.now().replace(microsecond=0)
    then = {"injected_at": now - dt.timedelta(hours=1), "scanned_at": now}
    examination = replace(Examination(), patient_id=PATIENT_ID, **then)
    written = write_phantom_study(root / "AerwinZwolfzyx 12031937", examination=examination, edit=plant)
    masks = write_masks(written.phantom, root / "masks", ["lesions", "muscle"])
    named = {
        "lesions": masks["lesions"].with_name(unicodedata.normalize("NFD", "ÆrwinZwölfzyx_03.12.1937_1.nii.gz")),
        "muscle": masks["muscle"].with_name("zwoelfzyx1, zwolfzyxMuscle 03121937.nii.gz"),
    }
    for name, path in masks.items():
        path.rename(named[name])
    _move_a_little(named["lesions"])
    (root / "secret").mkdir()
    (root / "out").mkdir()
    return Planted(written, named, root / "secret" / "key.json", root / "out")


def _move_a_little(mask: Path) -> None:
    """Half a millimetre beside the voxels of the image: a warning, with the name of the file."""
    image = SimpleITK.ReadImage(mask)
    image.SetOrigin([place + 0.5 for place in image.GetOrigin()])
    SimpleITK.WriteImage(image, mask, useCompression=True)


@pytest.fixture(scope="module")
def hidden(tmp_path_factory) -> Planted:
    """Measured and exported with pseudonyms; what was said on stdout and stderr is a file too."""
    planted = plant_study(tmp_path_factory.mktemp("hidden"))
    hide = ("--pseudonymise", str(planted.key))
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(said):
        patch.setenv("NEMOPET_CACHE", str(planted.out / "cache"))
        patch.setenv("TMPDIR", str(planted.out))
        assert planted.run(*hide) == 0
        cohort = str(planted.out / "cohort.csv")
        assert main(["export", str(planted.written.folder), "--cohort", cohort, *hide]) == 0
    (planted.out / "said.txt").write_text(said.getvalue(), "utf-8")
    return planted


def measured_at(planted: Planted) -> dt.datetime:
    """When the one row says that it was measured."""
    with (planted.out / "cohort.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    return dt.datetime.fromisoformat(row["measured_at"])


def test_the_search_finds_what_is_there(tmp_path):
    """Without pseudonyms ids and names are where they belong: the search would find them."""
    planted = plant_study(tmp_path)
    assert planted.run("--keep-dates", "--pseudonymise", str(planted.key)) == 0
    seg = dcmread(next(planted.out.rglob("lesions_seg.dcm")))
    assert seg.StudyDate == planted.written.examination.scanned_at.strftime("%Y%m%d")
    assert seg.LongitudinalTemporalInformationModified == "UNMODIFIED"
    measured = measured_at(planted)
    assert abs(measured - dt.datetime.now(dt.UTC)) < dt.timedelta(hours=1)
    assert seg.SeriesDate == f"{measured:%Y%m%d}"
    assert planted.run() == 0
    hits = "\n".join(found_in(planted.out, WORDS))
    for where in (
        "cohort.csv: 884219073265",
        "lesions_seg.dcm: 王小東",
        "measurements_sr.dcm: 19371203",
        "cohort.csv: Zwoelfzyx",
        unicodedata.normalize("NFD", "cohort.csv: Zwölfzyx"),
    ):
        assert where in hits


def test_nothing_that_is_written_names_the_patient(hidden):
    written = hidden.written
    true_uids = [written.study_uid, *(dcmread(file).SOPInstanceUID for file in (written.pet[0], written.ct[0]))]
    true_uids += [dcmread(written.pet[0]).SeriesInstanceUID, dcmread(written.pet[0]).FrameOfReferenceUID]
    dates = [written.examination.scanned_at.strftime(form) for form in ("%Y%m%d", "%Y-%m-%d")]
    assert len(list(hidden.out.rglob("*"))) > 10
    assert found_in(hidden.out, [*WORDS, *true_uids, *dates]) == []
    with (hidden.out / "cohort.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["lesion_engine"] == "file: (removed)"
    assert row["tissue_engine"] == "files: muscle=(removed)"
    assert "mask 'lesions' ((removed)) lies on other voxels" in row["warnings"]
    assert json.loads(hidden.key.read_text("utf-8"))["studies"].popitem()[1] == written.study_uid


def test_age_and_weight_stay_and_dates_move(hidden):
    with (hidden.out / "cohort.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    scanned = hidden.written.examination.scanned_at.date()
    (noted,) = json.loads(hidden.key.read_text("utf-8"))["patients"].values()
    assert dt.date.fromisoformat(row["study_date"]) == scanned - dt.timedelta(days=noted["shift_days"])
    assert float(row["age_years"]) == scanned.year - 1937 - ((scanned.month, scanned.day) < (12, 3))
    seg = dcmread(next(hidden.out.rglob("lesions_seg.dcm")))
    assert (seg.PatientID, seg.StudyInstanceUID) == (row["patient_id"], row["study_uid"])
    assert (seg.PatientIdentityRemoved, seg.LongitudinalTemporalInformationModified) == ("YES", "MODIFIED")
    assert seg.StudyDate == row["study_date"].replace("-", "")
    shifted = dt.datetime.now(dt.UTC) - dt.timedelta(days=noted["shift_days"])
    assert abs(measured_at(hidden) - shifted) < dt.timedelta(hours=1), "the day of the measurement gives no shift away"
    for file in hidden.out.rglob("*.dcm"):
        written = dcmread(file)
        dates = {element.value for element in written.iterall() if element.VR == "DA" and element.value}
        assert dates == {written.StudyDate, f"{measured_at(hidden):%Y%m%d}"}


def test_pseudonymous_objects_are_legal(hidden, program):
    for file in sorted(hidden.out.rglob("*.dcm")):
        assert "Error" not in program("dciodvfy", file)


def test_the_clinical_table_still_finds_its_patients(hidden, tmp_path, capsys):
    cohort, clinical = tmp_path / "cohort.csv", tmp_path / "clinical.csv"
    shutil.copy(hidden.out / "cohort.csv", cohort)
    clinical.write_text(f"patient_id,os_months,os_event\n{PATIENT_ID},12,1\n", "utf-8")
    assert merge_clinical(cohort, clinical).merged_rows == 0
    assert main(["clinical", str(clinical), "--cohort", str(cohort), "--pseudonymise", str(hidden.key)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "1 rows merged"
    assert PATIENT_ID not in cohort.read_text("utf-8")


def test_a_row_of_true_ids_is_exported_under_the_pseudonym(hidden, tmp_path, capsys):
    """The row stays as it is; the objects are those of a row with pseudonyms, but for the hour of measuring."""
    planted, folder = replace(hidden, out=tmp_path), str(hidden.written.folder)
    assert planted.run() == 0
    table = (tmp_path / "cohort.csv").read_bytes()
    before = {*tmp_path.rglob("*")}
    capsys.readouterr()
    assert main(["export", folder, "--cohort", str(tmp_path / "cohort.csv"), "--pseudonymise", str(hidden.key)]) == 0
    said = capsys.readouterr()
    (tmp_path / "said.txt").write_text(said.out + said.err, "utf-8")
    assert (tmp_path / "cohort.csv").read_bytes() == table
    scanned = hidden.written.examination.scanned_at
    dates = [f"{scanned:%Y%m%d}", f"{scanned:%Y-%m-%d}"]
    assert found_in(tmp_path, [*WORDS, *dates, hidden.written.study_uid], before) == []
    true_uids = re.findall(rb"2\.25\.\d+", table)
    assert len(true_uids) > 5
    assert found_in(tmp_path, [uid.decode() for uid in true_uids], before) == []
    for file in hidden.out.rglob("*.dcm"):
        (twin,) = (path for path in tmp_path.rglob(file.name) if path not in before)
        assert twin.relative_to(tmp_path) == file.relative_to(hidden.out)
        one, other = dcmread(file), dcmread(twin)
        assert one.PatientID == other.PatientID
        assert one.StudyDate == other.StudyDate
        assert tracking_uids(one) == tracking_uids(other)


def tracking_uids(written) -> set[str]:
    """All that findings are known by."""
    segments = written.get("SegmentSequence", ())
    return {segment.TrackingUID for segment in segments}


def test_a_bundle_names_neither_patient_nor_user(tmp_path, monkeypatch, capsys):
    """The folders of home, cache and temporary files name a patient, and so does what an engine prints of them."""
    home, cache, run_folder = tmp_path / "Xylofonix", tmp_path / "Zwölfzyx cache", tmp_path / "Ærwin tmp" / "run"
    run_folder.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.setenv("USER", "opqrst")
    monkeypatch.setenv("NEMOPET_CACHE", str(cache))
    monkeypatch.setenv("NEMOPET_HOME", str(home / "NEMO-PET"))
    monkeypatch.setattr("tempfile.tempdir", str(run_folder.parent))
    with RunLog("totalsegmentator-total", run_folder) as log:
        log.write(f"reading {run_folder / 'image.nii.gz'} and {run_folder.parent / 'other'}")
        log.write(f"weights in {home / 'weights'}, cache {cache}, Opqrst's licence")
    bundle = tmp_path / "bundle.zip"
    assert main(["doctor", "--bundle", str(bundle)]) in (0, 1)
    assert "holds what a bug report needs" in capsys.readouterr().err
    with zipfile.ZipFile(bundle) as packed:
        packed.extractall(tmp_path / "unpacked")
    (tmp_path / "unpacked" / "names").write_text("\n".join(packed.namelist()), "utf-8")
    assert found_in(tmp_path / "unpacked", [*WORDS, str(tmp_path)]) == []
    (logged,) = (tmp_path / "unpacked" / "logs").iterdir()
    assert logged.read_text("utf-8").splitlines()[-2:] == [
        "reading RUN/image.nii.gz and TMP/other",
        "weights in ~/weights, cache CACHE, USER's licence",
    ]
    versions = json.loads((tmp_path / "unpacked" / "versions.json").read_text("utf-8"))
    assert versions["packages"]["pydicom"] == pydicom.__version__
    doctor = json.loads((tmp_path / "unpacked" / "doctor.json").read_text("utf-8"))
    assert {"name", "ready", "found", "mend", "needed"} == set(doctor["checks"][0])


def test_a_bundle_that_cannot_be_written_is_said(tmp_path, capsys):
    assert main(["doctor", "--bundle", str(tmp_path / "absent" / "bundle.zip")]) == 2
    assert "bundle.zip cannot be written" in capsys.readouterr().err


def test_a_defect_is_logged_without_the_words_of_the_header(monkeypatch, capsys):
    def fail(*_) -> None:
        raise ValueError(f"invalid value {WORDS[0]!r}")

    monkeypatch.setattr(worker, "perform", fail)
    answer = worker.Worker(Channel(io.BytesIO(), 1))._answer(Request(1, "hello"))
    assert "defect of this program (ValueError)" in answer["error"]
    logged = capsys.readouterr().err
    assert "in fail" in logged
    assert logged.endswith("\nValueError\n")


def test_dates_of_row_and_objects_are_treated_alike(hidden, capsys):
    """A true date beside a moved one would tell how far all dates of the patient are moved."""
    arguments = ["--cohort", str(hidden.out / "cohort.csv"), "--pseudonymise", str(hidden.key), "--keep-dates"]
    assert main(["export", str(hidden.written.folder), *arguments]) == 2
    assert "leave out --keep-dates" in capsys.readouterr().err


def test_a_job_is_shown_without_its_patient(hidden):
    (study,) = scan_archive(hidden.written.folder).studies
    assert PATIENT_ID in repr(study)
    job = Job(0, "P-1", study, hidden.out / "cohort.csv", Recipe(EngineChoice(), PatientOptions()))
    assert not [word for word in (*WORDS, hidden.written.study_uid) if word in repr(job)]


def test_keep_dates_alone_means_nothing(hidden, tmp_path, capsys):
    cohort = str(tmp_path / "cohort.csv")
    assert main(["run", str(hidden.written.folder), "--cohort", cohort, "--keep-dates"]) == 2
    assert "with --pseudonymise only" in capsys.readouterr().err


def test_a_batch_names_nobody_and_knows_everybody_again(hidden, tmp_path, capfd, monkeypatch):
    """One patient is measured; another, in folders that name her, has no CT that fits; a third cannot be read."""
    monkeypatch.setenv("NEMOPET_CACHE", str(tmp_path / "out" / "cache"))
    root, out = tmp_path / "Zwölfzyx archive", tmp_path / "out"
    shutil.copytree(hidden.written.folder, root / "Wxyzanka Ольга")
    lonely = root / "Fghjklo" / "Xylofonix PET"
    lonely.mkdir(parents=True)
    for file in hidden.written.pet:
        image = dcmread(file)
        image.PatientID, image.StudyInstanceUID = "QQ-884219073265", "1.2.3.4"
        image.save_as(lonely / f"王小東{file.name}")
    for file in hidden.written.ct:
        image = dcmread(file)
        image.PatientID, image.StudyInstanceUID, image.FrameOfReferenceUID = "QQ-884219073265", "1.2.3.4", "1.2.3.5"
        image.save_as(lonely / f"Zwolfzyx{file.name}")
    (root / "Vbnmklo" / "CT").mkdir(parents=True)
    (root / "Vbnmklo" / "CT" / "Opqrst1.dcm").write_bytes(b"")
    out.mkdir()
    arguments = [
        *("batch", str(root), "--cohort", str(out / "cohort.csv"), "--dicom", "--workers", "1"),
        *("--lesions", str(hidden.masks["lesions"]), "--tissues", f"muscle={hidden.masks['muscle']}"),
        *("--pseudonymise", str(hidden.key), "--json", str(out / "batch.json")),
    ]
    assert main(arguments) == 1
    said = capfd.readouterr()
    (out / "said.txt").write_text(said.out + said.err, "utf-8")
    scanned = hidden.written.examination.scanned_at
    dates = [f"{scanned:%Y%m%d}", f"{scanned:%Y-%m-%d}"]
    assert found_in(out, [*WORDS, *dates, hidden.written.study_uid]) == []
    patients = json.loads((out / "batch.json").read_text("utf-8"))["patients"]
    standings = {one["standing"]: one for one in patients}
    assert standings["done"]["patient_id"] in json.loads(hidden.key.read_text("utf-8"))["patients"]
    unfit, unreadable = sorted(one["reason"] for one in patients if one["standing"] == "failed")
    assert "((removed)): another frame of reference than the PET" in unfit
    assert unreadable == "no image can be read, of 1 files the first: (removed) (empty)"
    alone = ["--cohort", str(out / "alone.csv"), "--pseudonymise", str(hidden.key)]
    assert main(["run", str(lonely), *alone]) == 2
    assert "((removed)): another frame of reference" in capfd.readouterr().err
    assert main(arguments) == 1
    again = {one["standing"]: one for one in json.loads((out / "batch.json").read_text("utf-8"))["patients"]}
    assert again["done"]["patient_id"] == standings["done"]["patient_id"]
    assert not again["done"]["new"]

"""PET/CT out of a real PACS and results back, by both ways; and what happens when it fails."""

from __future__ import annotations

import dataclasses
import json

import pytest
from pydicom import dcmread

from NEMOPETLib.command_line import main
from NEMOPETLib.incoming import INCOMING
from NEMOPETLib.pacs.archive import PacsError, Query, short_name
from NEMOPETLib.pacs.dicomweb import DicomWeb
from NEMOPETLib.pacs.dimse import Dimse
from NEMOPETLib.pacs.pacs_config import PASSWORD_VARIABLE
from NEMOPETLib.pacs.transfer import fetch_studies, store_results
from NEMOPETLib.phantom.masks import write_masks
from NEMOPETLib.progress import no_progress
from Testing.pacs.patients import images_of

# pynetdicom forgets to close the socket of a connection that was refused.
pytestmark = pytest.mark.filterwarnings("ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning")


def content(folder) -> dict[str, tuple]:
    """The images below a folder."""
    return images_of(list(folder.rglob("*.dcm")))


def sent(scanned, patient) -> dict[str, tuple]:
    return images_of(scanned.files[patient])


@pytest.fixture(params=["dicomweb", "dimse"])
def empty_archive_and_server(request, start_orthanc):
    """An archive, in the way that is tested, and its server."""
    if request.param == "dimse":
        pytest.importorskip("pynetdicom")
    server = start_orthanc(tls=request.param == "dicomweb")
    return DicomWeb(server.dicomweb) if request.param == "dicomweb" else Dimse(server.dimse), server


@pytest.fixture
def archive_and_server(empty_archive_and_server, scanned):
    """An archive with the five patients in it, and its server."""
    archive, server = empty_archive_and_server
    assert store_results(archive, scanned.all_files) == ()
    return archive, server


def test_what_was_sent_is_found_and_fetched(archive_and_server, scanned, tmp_path):
    archive, _ = archive_and_server
    day = scanned.phantom.examination.scanned_at.strftime("%Y%m%d")
    assert len(archive.studies(Query(study_date=f"{day}-{day}"))) == 5
    assert archive.studies(Query(study_date="19990101")) == []
    (uid,) = archive.studies(Query(patient_id="PAT0"))
    assert uid == scanned.phantom.study_uid
    fetched = fetch_studies(archive, [Query(patient_id="PAT0"), Query(patient_id="PAT3")], tmp_path / "studies")
    assert fetched.failures == ()
    for folder, patient in zip(fetched.folders, ("PAT0", "PAT3"), strict=True):
        assert content(folder) == sent(scanned, patient)
    assert not (tmp_path / "studies" / INCOMING).exists()
    assert not any(word in str(file) for file in (tmp_path / "studies").rglob("*") for word in ("PAT", uid))


def test_only_pet_and_ct_are_fetched(archive_and_server, scanned, tmp_path):
    archive, _ = archive_and_server
    report = dcmread(scanned.files["PAT0"][0])
    report.Modality, report.SeriesInstanceUID = "SR", "1.2.3.4"
    report.SOPInstanceUID = report.file_meta.MediaStorageSOPInstanceUID = "1.2.3.5"
    report.save_as(tmp_path / "report.dcm")
    archive.store([tmp_path / "report.dcm"], no_progress)
    fetched = fetch_studies(archive, [Query(patient_id="PAT0")], tmp_path / "studies")
    assert content(fetched.folders[0]) == sent(scanned, "PAT0")


def test_a_server_that_stops_half_way(archive_and_server, scanned, tmp_path):
    """What is whole stays, the rest is named, and comes when the server is there again."""
    archive, server = archive_and_server
    fetch, calls = type(archive).fetch, []

    @dataclasses.dataclass(frozen=True)
    class StopsAfterTwo(type(archive)):
        def fetch(self, study_uid, folder, progress):
            calls.append(study_uid)
            if len(calls) == 3:
                server.stop()
            fetch(self, study_uid, folder, progress)

    root = tmp_path / "studies"
    first = fetch_studies(StopsAfterTwo(archive.config), [Query()], root)
    assert len(first.folders) == 2
    assert len(first.failures) == 3
    for name, reason in first.failures:
        assert name not in [folder.name for folder in first.folders]
        assert "the PACS localhost" in reason
        assert not (root / name).exists()
    server.start()
    again = fetch_studies(archive, [Query()], root)
    assert again.failures == ()
    assert {uid: image for folder in again.folders for uid, image in content(folder).items()} == {
        uid: image for patient in scanned.files for uid, image in sent(scanned, patient).items()
    }


def test_a_server_that_stops_while_results_are_stored(empty_archive_and_server, scanned):
    """The folders after that are named, and are stored when the server is there again."""
    archive, server = empty_archive_and_server
    store, calls = type(archive).store, []

    @dataclasses.dataclass(frozen=True)
    class StopsAfterTwo(type(archive)):
        def store(self, files, progress):
            calls.append(files)
            if len(calls) == 3:
                server.stop()
            store(self, files, progress)

    files = scanned.all_files
    folders = list(dict.fromkeys(file.parent for file in files))
    failed = store_results(StopsAfterTwo(archive.config), files)
    for line, folder in zip(failed, folders[2:], strict=True):
        assert line.startswith(f"{folder}: the PACS localhost cannot be reached")
    server.start()
    assert server.object_count() == sum(file.parent in folders[:2] for file in files)
    assert store_results(archive, files) == ()
    assert server.object_count() == len(files)
    for uid, image in images_of(files).items():
        held = server.held(uid)
        assert (held.PatientID, held.Modality, held.PixelData) == image


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"password": "wrong-Pässword"}, "refused the user or the password"), ({"ca_file": ""}, "is not trusted")],
)
def test_nothing_is_stored_with_a_wrong_password_or_certificate(start_orthanc, scanned, wrong, said):
    server = start_orthanc(tls=True)
    failed = store_results(DicomWeb(dataclasses.replace(server.dicomweb, **wrong)), scanned.all_files)
    assert len(failed) == len({file.parent for file in scanned.all_files})
    assert all(said in line and "wrong" not in line for line in failed)
    assert server.object_count() == 0
    assert store_results(DicomWeb(server.dicomweb), scanned.all_files) == ()
    assert server.object_count() == len(scanned.all_files)


def test_images_that_came_are_not_fetched_again(start_orthanc, scanned, tmp_path):
    server = start_orthanc()
    archive = DicomWeb(server.dicomweb)
    assert store_results(archive, scanned.files["PAT0"]) == ()
    server.stop()
    with pytest.raises(PacsError, match="cannot be reached or stopped answering"):
        archive.fetch(scanned.phantom.study_uid, tmp_path, no_progress)
    assert not list(tmp_path.rglob("*.dcm"))
    server.start()
    archive.fetch(scanned.phantom.study_uid, tmp_path, no_progress)
    before = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.dcm")}
    archive.fetch(scanned.phantom.study_uid, tmp_path, no_progress)
    assert {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.dcm")} == before


def test_a_wrong_password_is_named_and_never_shown(start_orthanc):
    server = start_orthanc()
    wrong = dataclasses.replace(server.dicomweb, password="wrong-Pässword")
    with pytest.raises(PacsError, match="refused the user or the password") as raised:
        DicomWeb(wrong).studies(Query())
    assert "wrong" not in str(raised.value) + repr(wrong)


def test_a_certificate_that_is_not_trusted_is_named(start_orthanc):
    server = start_orthanc(tls=True)
    with pytest.raises(PacsError, match=r"certificate is not trusted .*self.signed.*give its ca_file"):
        DicomWeb(dataclasses.replace(server.dicomweb, ca_file="")).studies(Query())
    other = dataclasses.replace(server.dicomweb, url=server.dicomweb.url.replace("localhost", "127.0.0.1"))
    with pytest.raises(PacsError, match="certificate is not trusted"):
        DicomWeb(other).studies(Query())


def test_another_page_than_dicomweb_is_named(start_orthanc):
    server = start_orthanc()
    elsewhere = dataclasses.replace(server.dicomweb, url=server.dicomweb.url.replace("dicom-web", "app"))
    with pytest.raises(PacsError, match="DICOMweb"):
        DicomWeb(elsewhere).studies(Query())


def test_a_pacs_that_does_not_know_us_is_named(start_orthanc, scanned, tmp_path):
    pytest.importorskip("pynetdicom")
    server = start_orthanc()
    archive = Dimse(server.dimse)
    archive.store(scanned.files["PAT0"], no_progress)
    stranger = Dimse(dataclasses.replace(server.dimse, calling_aet="STRANGER"))
    with pytest.raises(PacsError, match="the PACS localhost"):
        stranger.fetch(scanned.phantom.study_uid, tmp_path, no_progress)
    with pytest.raises(PacsError, match="check host, port, tls and AE titles"):
        Dimse(dataclasses.replace(server.dimse, port=server.receive_port)).studies(Query())


def test_dimse_over_tls_and_its_certificate(start_orthanc, scanned):
    pytest.importorskip("pynetdicom")
    server = start_orthanc(dicom_tls=True)
    archive = Dimse(server.dimse)
    archive.store(scanned.files["PAT0"], no_progress)
    assert archive.studies(Query(patient_id="PAT0")) == [scanned.phantom.study_uid]
    for wrong in ({"ca_file": ""}, {"tls": False}):
        with pytest.raises(PacsError, match="cannot be reached, or is not trusted"):
            Dimse(dataclasses.replace(server.dimse, **wrong)).studies(Query())


def test_the_whole_way(start_orthanc, scanned, tmp_path, monkeypatch, capsys):
    """Fetched, measured, results stored, read again: they are what was written."""
    server = start_orthanc(tls=True)
    archive = DicomWeb(server.dicomweb)
    assert store_results(archive, scanned.all_files) == ()
    config = tmp_path / "pacs.toml"
    config.write_text(
        f'[dicomweb]\nurl = "{server.dicomweb.url}"\nuser = "{server.dicomweb.user}"\nca_file = "{server.ca_file}"\n'
    )
    monkeypatch.setenv(PASSWORD_VARIABLE, server.dicomweb.password)
    studies, cohort = tmp_path / "studies", tmp_path / "cohort.csv"
    fetch = ["pacs", "fetch", str(studies), "--config", str(config), "--patient-id", "PAT0", "--json"]
    assert main(fetch) == 0
    (study,) = json.loads(capsys.readouterr().out)["studies"]
    lesions = write_masks(scanned.phantom.phantom, tmp_path / "masks", ["lesions"])["lesions"]
    assert main(["run", study, "--cohort", str(cohort), "--lesions", str(lesions), "--dicom"]) == 0
    assert main(["pacs", "store", str(tmp_path / "cohort_patients"), "--config", str(config)]) == 0
    said = capsys.readouterr()
    assert server.dicomweb.password not in said.out + said.err + (server.folder / "log").read_text(errors="replace")
    written = {dcmread(file).SOPInstanceUID: dcmread(file) for file in tmp_path.rglob("dicom/*.dcm")}
    assert {one.Modality for one in written.values()} == {"SEG", "SR", "RTSTRUCT"}
    for uid, ours in written.items():
        theirs = server.held(uid)
        assert theirs.SOPInstanceUID == uid
        del ours.file_meta, theirs.file_meta
        assert theirs == ours


def test_names_of_folders_say_nothing():
    assert short_name("1.2.3") != short_name("1.2.4")
    assert len(short_name("1.2.3")) == 16

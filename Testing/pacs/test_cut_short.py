"""Studies that come in part, not at all, or not as they were asked for: never taken for whole."""

from __future__ import annotations

import dataclasses
import json
import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from NEMOPETLib.command_line import main
from NEMOPETLib.incoming import INCOMING
from NEMOPETLib.pacs.archive import OfferedSeries, Query, short_name
from NEMOPETLib.pacs.dicomweb import DicomWeb
from NEMOPETLib.pacs.dimse import Dimse
from NEMOPETLib.pacs.transfer import fetch_studies, store_results
from NEMOPETLib.studies.dicom_files import files_below
from Testing.pacs.small_dicomweb import SmallDicomWeb
from Testing.pacs.small_dimse import SmallDimse
from Testing.pacs.study_of_images import SERIES, STUDY, StudyOfImages

# pynetdicom forgets to close the socket of a connection that was refused.
pytestmark = pytest.mark.filterwarnings("ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning")


def fetched(server, root):
    archive = DicomWeb(server.config) if isinstance(server, SmallDicomWeb) else Dimse(server.config)
    return fetch_studies(archive, [Query(patient_id="PAT0")], root)


def failure(server, root) -> str:
    """Why the one study is not there; nothing of it is final."""
    done = fetched(server, root)
    assert done.folders == ()
    assert not list(files_below(root, []))
    ((name, reason),) = done.failures
    assert name == short_name(STUDY)
    return reason


def images(root) -> int:
    return len(list(root.rglob("*.dcm")))


@settings(deadline=None, max_examples=10)
@given(count=st.integers(1, 25), page=st.integers(1, 12), told=st.booleans())
def test_a_server_may_have_pages_of_any_length(tmp_path_factory, count, page, told):
    study = StudyOfImages.told(count) if told else StudyOfImages(count)
    root = tmp_path_factory.mktemp("studies")
    with SmallDicomWeb(study, page=page) as server:
        assert fetched(server, root / "studies").failures == ()
    assert images(root / "studies") == count


def test_a_server_that_never_gives_all_of_its_list(tmp_path):
    root = tmp_path / "studies"
    with SmallDicomWeb(StudyOfImages.told(7), page=3, knows_offsets=False) as server:
        assert failure(server, root) == "the PACS 127.0.0.1 sent 3 of 7 images of a PT series: fetch again later"
        server.page = 10
        assert fetched(server, root).failures == ()
    assert images(root) == 7


@pytest.fixture(params=[SmallDicomWeb, SmallDimse])
def small_pacs(request):
    if request.param is SmallDimse:
        pytest.importorskip("pynetdicom")
    return request.param


@pytest.mark.parametrize(
    ("study", "said"),
    [
        (StudyOfImages.told(3).promising(5), "sent 3 of 5 images of a PT series"),
        (StudyOfImages.told(0), "sent 0 of 1 images of a PT series"),
        (StudyOfImages(0), "sent 0 of 1 images of a PT series"),
    ],
)
def test_fewer_images_than_promised(small_pacs, study, said, tmp_path):
    with small_pacs(study) as server:
        assert said in failure(server, tmp_path / "studies")


def test_a_study_without_a_pet_is_not_taken_though_the_server_offers_it(small_pacs, tmp_path):
    with small_pacs(StudyOfImages(2, modality="CT")) as server:
        done = fetched(server, tmp_path / "studies")
    assert (done.folders, done.failures, done.absent) == ((), (), (Query(patient_id="PAT0"),))
    assert not (tmp_path / "studies").exists()


def test_a_study_whose_modalities_are_not_told_needs_a_pet_series(tmp_path):
    class SaysNoModalities(SmallDicomWeb):
        def results(self, path):
            return [{key: value for key, value in one.items() if key != "00080061"} for one in super().results(path)]

    with SaysNoModalities(StudyOfImages(2, modality="CT")) as server:
        assert "lists no PET series in this study" in failure(server, tmp_path / "studies")


@contextmanager
def no_file_above(size: int) -> Iterator[None]:
    """The system refuses to write more into a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_takes_no_more_is_named_and_not_the_pacs(small_pacs, tmp_path):
    root = tmp_path / "studies"
    with small_pacs(StudyOfImages.told(3)) as server:
        with no_file_above(4096):
            assert failure(server, root).endswith("File too large")
        assert fetched(server, root).failures == ()
    assert images(root) == 3


def test_a_study_that_cannot_be_put_in_place_does_not_stop_the_others(tmp_path):
    """A file lies where the first study should come in."""
    root, other = tmp_path / "studies", "1.2.3"

    class OfTwo(DicomWeb):
        def studies(self, _):
            return [other, STUDY]

    (root / INCOMING).mkdir(parents=True)
    (root / INCOMING / short_name(other)).write_text("in the way")
    with SmallDicomWeb(StudyOfImages.told(3)) as server:
        done = fetch_studies(OfTwo(server.config), [Query()], root)
    assert done.folders == (root / short_name(STUDY),)
    ((name, reason),) = done.failures
    assert name == short_name(other)
    assert reason.endswith("File exists")


def test_images_that_go_to_another_computer_are_missed(tmp_path):
    pytest.importorskip("pynetdicom")
    study = StudyOfImages(3)
    with SmallDimse(study) as elsewhere, SmallDimse(study, sends_to=elsewhere.port) as server:
        said = failure(server, tmp_path / "studies")
    us = f"does it know NEMOPET at this computer, port {server.receive_port}?"
    assert said == f"the PACS localhost sent 3 images and 0 came here: {us}"


@pytest.mark.parametrize("keyword", ["StudyInstanceUID", "SeriesInstanceUID"])
def test_objects_that_were_not_asked_for_are_refused(keyword, tmp_path):
    pytest.importorskip("pynetdicom")
    with SmallDimse(StudyOfImages.told(1), edit=lambda image: setattr(image, keyword, "1.2.3.4")) as server:
        assert "did not send a series" in failure(server, tmp_path / "studies")
    assert images(tmp_path) == 0


def test_who_calls_itself_otherwise_may_not_send(tmp_path):
    pytest.importorskip("pynetdicom")

    class AnotherSends(SmallDimse):
        @property
        def config(self):
            return dataclasses.replace(super().config, sending_aet="PACS-OUT")

    with AnotherSends(StudyOfImages.told(1)) as server:
        assert "did not send a series" in failure(server, tmp_path / "studies")
    assert images(tmp_path) == 0


def test_a_pacs_that_takes_no_such_object_is_named(tmp_path):
    pytest.importorskip("pynetdicom")
    study = StudyOfImages(2)
    ct, pet = tmp_path / "ct.dcm", tmp_path / "pet.dcm"
    image = study.image(f"{SERIES}.1")
    image.SOPClassUID = "1.2.840.10008.5.1.4.1.1.66.4"
    image.save_as(ct, enforce_file_format=True)
    pet.write_bytes(study.file(f"{SERIES}.2"))
    with SmallDimse(study) as server:
        archive = Dimse(server.config)
        (none,) = store_results(archive, [ct])
        (one,) = store_results(archive, [pet, ct])
    assert none.endswith("takes no objects or questions of this kind: ask its administrator")
    assert one.endswith("takes no objects of the kind of ct.dcm")


def test_a_refusal_before_all_is_sent_is_named(tmp_path):
    large = tmp_path / "large.dcm"
    large.write_bytes(bytes(32 << 20))
    with SmallDicomWeb(StudyOfImages(1), refuses=True) as server:
        (said,) = store_results(DicomWeb(server.config), [large])
    assert said.endswith("refused the user or the password")


def test_a_file_that_is_gone_is_named_and_not_the_pacs(small_pacs, tmp_path):
    with small_pacs(StudyOfImages(1)) as server:
        archive = DicomWeb(server.config) if small_pacs is SmallDicomWeb else Dimse(server.config)
        (said,) = store_results(archive, [tmp_path / "gone.dcm"])
    assert said.endswith("gone.dcm: No such file or directory")


def test_each_query_that_finds_nothing_is_named_without_the_patient(tmp_path, capsys):
    with SmallDicomWeb(StudyOfImages(1, modality="CT")) as server:
        config, listed = tmp_path / "pacs.toml", tmp_path / "patients.txt"
        config.write_text(f'[dicomweb]\nurl = "{server.config.url}"\n')
        listed.write_text("ANNA\n\nBERTA\n")
        fetch = ["pacs", "fetch", str(tmp_path / "studies"), "--config", str(config)]
        assert main([*fetch, "--patient-id", "CARLA", "--patients", str(listed)]) == 1
        said = capsys.readouterr()
        assert main([*fetch, "--study-date", "20200101"]) == 1
    absent = "no study with a PET was found"
    assert said.err.splitlines() == [
        f"nemopet: failed: {place}: {absent}"
        for place in (f"{listed}, line 1", f"{listed}, line 3", "--patient-id, number 1")
    ]
    assert f"failed: the query: {absent}" in capsys.readouterr().err


@pytest.mark.parametrize("status", [0xB000, 0xB006, 0xB007])
def test_what_a_pacs_stores_with_a_warning_is_stored(status, tmp_path):
    """As one that writes the patient's id in its own way."""
    pytest.importorskip("pynetdicom")
    study, pet = StudyOfImages(1), tmp_path / "pet.dcm"
    pet.write_bytes(study.file(f"{SERIES}.1"))
    with SmallDimse(study, stored=status) as server:
        assert store_results(Dimse(server.config), [pet]) == ()


def test_the_folder_one_is_in_takes_studies(tmp_path, monkeypatch):
    (tmp_path / "studies").mkdir()
    monkeypatch.chdir(tmp_path / "studies")
    with SmallDicomWeb(StudyOfImages.told(2)) as server:
        assert fetched(server, Path()).failures == ()
    assert images(tmp_path / "studies") == 2
    assert [one.name for one in tmp_path.iterdir()] == ["studies"]


def test_all_that_is_fetched_lies_in_the_folder_that_was_given(tmp_path):
    """Which may be a mount point: what is beside it is on another disk, and may not be written."""
    root, places = tmp_path / "studies", []

    class Watched(DicomWeb):
        def fetch(self, study_uid, folder, progress):
            places.append(folder)
            super().fetch(study_uid, folder, progress)

    (tmp_path / "studies.incoming").write_text("in the way")
    with SmallDicomWeb(StudyOfImages.told(2)) as server:
        assert fetch_studies(Watched(server.config), [Query()], root).failures == ()
    assert all(place.is_relative_to(root) for place in places)
    assert [one.name for one in root.iterdir()] == [short_name(STUDY)]


def test_what_a_killed_fetch_left_does_not_come_into_the_study(small_pacs, tmp_path):
    root = tmp_path / "studies"
    series = OfferedSeries(SERIES, "PT", 2).folder(root / INCOMING / short_name(STUDY))
    series.mkdir(parents=True)
    (series / ".0123456789abcdef.dcm.4711").write_bytes(StudyOfImages(1).file(f"{SERIES}.1")[:300])
    with small_pacs(StudyOfImages.told(2)) as server:
        assert fetched(server, root).failures == ()
    assert [file.suffix for file in files_below(root, [])] == [".dcm", ".dcm"]


NO_DICOM_JSON = "the PACS 127.0.0.1 did not answer in DICOM JSON: is the url that of DICOMweb?"


@pytest.mark.parametrize(
    "answer", [3, None, "text", [3], [None], [{"0020000E": 3}], [{"0020000E": {"Value": 3}}], [{}]]
)
@pytest.mark.parametrize("asked", ["/series", "/instances"])
def test_results_of_another_shape_are_named(asked, answer, tmp_path):
    class Answers(SmallDicomWeb):
        def results(self, path):
            return answer if path.endswith(asked) else super().results(path)

    with Answers(StudyOfImages.told(2)) as server:
        assert failure(server, tmp_path / "studies") == NO_DICOM_JSON


def test_studies_of_another_shape_are_named(tmp_path, capsys):
    class Answers(SmallDicomWeb):
        def results(self, _):
            return ["no study"]

    with Answers(StudyOfImages(1)) as server:
        config = tmp_path / "pacs.toml"
        config.write_text(f'[dicomweb]\nurl = "{server.config.url}"\n')
        assert main(["pacs", "fetch", str(tmp_path / "studies"), "--config", str(config), "--patient-id", "A"]) == 2
    assert capsys.readouterr().err == f"nemopet: error: {NO_DICOM_JSON}\n"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({}, None),
        ([{}], None),
        ({"00081198": {"vr": "SQ"}}, None),
        ({"00081198": {"Value": [{}]}}, "did not store"),
        ([{"00081198": {"Value": [{}]}}], "did not store"),
        ({"00081198": "all"}, "did not store"),
        (3, "did not answer in DICOM JSON"),
        ([3], "did not answer in DICOM JSON"),
    ],
)
def test_answers_to_what_is_stored(answer, said, tmp_path):
    pet = tmp_path / "pet.dcm"
    pet.write_bytes(StudyOfImages(1).file(f"{SERIES}.1"))
    with SmallDicomWeb(StudyOfImages(1), stored=json.dumps(answer).encode()) as server:
        failures = store_results(DicomWeb(server.config), [pet])
    assert len(failures) == (said is not None)
    assert all(said in one for one in failures)


def test_a_connection_that_the_server_closed_is_opened_again(tmp_path):
    with SmallDicomWeb(StudyOfImages.told(4), page=2, hangs_up=True) as server:
        assert fetched(server, tmp_path / "studies").failures == ()
    assert images(tmp_path) == 4


def test_what_may_be_stored_already_is_not_sent_again(tmp_path):
    files = [tmp_path / "1.dcm", tmp_path / "2.dcm"]
    for file in files:
        file.write_bytes(StudyOfImages(1).file(f"{SERIES}.1"))
    with SmallDicomWeb(StudyOfImages(1), stored=b"{}", hangs_up=True) as server:
        (said,) = store_results(DicomWeb(server.config), files)
    assert "cannot be reached or stopped answering" in said


def test_an_association_that_ends_between_two_objects_is_named(tmp_path):
    association = pytest.importorskip("pynetdicom.association").Association
    files = [tmp_path / "1.dcm", tmp_path / "2.dcm"]
    for file in files:
        file.write_bytes(StudyOfImages(1).file(f"{SERIES}.1"))

    class StoresOne(Dimse):
        def store(self, files, _):
            super().store(files, self.ending)

        @staticmethod
        def ending(files, _):
            yield files[0]
            for one in server.server.active_associations:
                one.abort()
            for thread in threading.enumerate():
                if isinstance(thread, association) and thread.is_requestor:
                    thread.join(10)
            yield files[1]

    with SmallDimse(StudyOfImages(1)) as server:
        (said,) = store_results(StoresOne(server.config), files)
    assert said.endswith("the PACS localhost ended the association: try again later")

from __future__ import annotations

import hashlib
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.tag import Tag

from NEMOPETLib import patient, patient_dicom
from NEMOPETLib.cohort import committed_file
from NEMOPETLib.cohort.table import CohortTable
from NEMOPETLib.command_line import main
from NEMOPETLib.dicom_out.origin import Origin
from NEMOPETLib.dicom_out.patient_objects import PatientFindings, write_patient_objects
from NEMOPETLib.dicom_out.source_folder import refuse_source_folder
from NEMOPETLib.engines.engine_choice import EngineChoice
from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.segmentation_file import write_lesions
from NEMOPETLib.patient import PatientOptions, process_patient
from NEMOPETLib.patient_dicom import export_patient
from NEMOPETLib.studies.volume import Volume


def digests(folder):
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())}


def test_exported_again_from_the_files_they_are_the_same_objects(exported, capsys):
    before = digests(exported.folder)
    assert main(["export", str(exported.written.folder), "--cohort", str(exported.cohort)]) == 0
    assert sorted(capsys.readouterr().out.split()) == [str(exported.folder / name) for name in sorted(before)]
    assert digests(exported.folder) == before


def test_each_object_is_of_the_study_and_a_series_of_its_own(exported):
    objects = [dcmread(file) for file in exported.folder.iterdir()]
    assert {one.StudyInstanceUID for one in objects} == {exported.written.study_uid}
    assert len({one.SeriesInstanceUID for one in objects}) == len({one.SOPInstanceUID for one in objects}) == 5
    assert all("research" in one.SeriesDescription for one in objects)


def empty(exported):
    grid = exported.study.pet.grid
    return PatientFindings(Volume(np.zeros(grid.shape, np.uint16), grid), (), ())


def test_a_later_version_writes_the_same_objects(exported, tmp_path, monkeypatch):
    row = {"lesion_count": 0, "measured_at": "2026-01-01T00:00:00+00:00", "software_version": "0.0.7"}
    (written,) = write_patient_objects(tmp_path / "now", exported.study.selection, empty(exported), row)
    for name, module in list(sys.modules.items()):
        if name.startswith("NEMOPETLib") and hasattr(module, "__version__"):
            monkeypatch.setattr(module, "__version__", "99.0")
    (later,) = write_patient_objects(tmp_path / "later", exported.study.selection, empty(exported), row)
    assert written.read_bytes() == later.read_bytes()
    assert dcmread(later).SoftwareVersions == "0.0.7"


def test_without_a_voxel_there_is_only_a_report(exported, tmp_path, program):
    row = {"tmtv_ml": 0.0, "lesion_count": 0, "tlg": 0.0, "measured_at": "2026-01-01T00:00:00+00:00"}
    (report,) = write_patient_objects(tmp_path / "dicom", exported.study.selection, empty(exported), row)
    assert report.name == "measurements_sr.dcm"
    assert "Error" not in program("dciodvfy", report)


def test_older_objects_do_not_stay(exported, tmp_path):
    (tmp_path / "lesions_seg.dcm").write_bytes(b"old")
    row = {"lesion_count": 0, "measured_at": "2026-01-01T00:00:00+00:00"}
    write_patient_objects(tmp_path, exported.study.selection, empty(exported), row)
    assert [file.name for file in tmp_path.iterdir()] == ["measurements_sr.dcm"]


@pytest.mark.parametrize("place", ["PET/dicom", "CT", ".", "results", "other/../dicom"])
def test_nothing_is_written_among_the_sources(exported, place):
    assert exported.written.pet_folder.parent == exported.written.ct_folder.parent == exported.written.folder
    folder = exported.written.folder / place
    with pytest.raises(InputError, match="among the study's own files"):
        write_patient_objects(folder, exported.study.selection, empty(exported), {})
    assert not (exported.written.folder / "results").exists()


def test_beside_the_study_is_allowed(exported):
    refuse_source_folder(exported.written.folder.parent / "results", exported.study.selection)
    refuse_source_folder(exported.written.folder.parent, exported.study.selection)


def test_series_without_a_folder_in_common_refuse_their_own(exported):
    selection = exported.study.selection
    moved = [replace(one, path=Path("/", "elsewhere", one.path.name)) for one in selection.ct.stack.slices]
    apart = replace(selection, ct=replace(selection.ct, stack=replace(selection.ct.stack, slices=tuple(moved))))
    refuse_source_folder(exported.written.folder / "results", apart)
    with pytest.raises(InputError, match="among the study's own files"):
        refuse_source_folder(Path("/elsewhere/results"), apart)


def test_a_table_in_the_study_is_refused_before_the_work(exported):
    def segment(*_):
        raise AssertionError("work began")

    lesions = SimpleNamespace(segment=segment)
    table = CohortTable(exported.written.folder / "cohort.csv")
    with pytest.raises(InputError, match="among the study's own files"):
        process_patient(exported.study, table, lesions, None, PatientOptions(dicom=True))
    assert not list(exported.written.folder.glob("cohort_patients*"))


def test_a_study_without_a_row_is_refused(exported, tmp_path, capsys):
    table = tmp_path / "cohort.csv"
    CohortTable(table).upsert({"patient_id": "another", "study_uid": "1.2"})
    assert main(["export", str(exported.written.folder), "--cohort", str(table)]) == 2
    assert "has no row of this study: measure it first" in capsys.readouterr().err


def test_masks_of_another_measurement_are_refused(make_exported):
    exported = make_exported()
    changed = exported.study.pet.voxels > 7
    write_lesions(
        exported.folder.parent / "lesions.seg.nrrd", Volume(changed.astype(np.uint8), exported.study.pet.grid)
    )
    with pytest.raises(InputError, match="its lesions are not those of the row"):
        export_patient(exported.study.selection, CohortTable(exported.cohort))


def test_uptake_of_another_measurement_is_refused(make_exported):
    exported = make_exported()
    CohortTable(exported.cohort).upsert({**exported.result.row, "overrides": "weight_kg=90.0"})
    with pytest.raises(InputError, match="SUVmax"):
        export_patient(exported.study.selection, CohortTable(exported.cohort))


def while_loading(monkeypatch, done):
    """Somebody does something while an export loads the images."""
    load = patient_dicom.load_study

    def load_meanwhile(*arguments):
        done()
        return load(*arguments)

    monkeypatch.setattr(patient_dicom, "load_study", load_meanwhile)


def test_a_row_that_was_measured_anew_meanwhile_is_exported_as_it_is_now(make_exported, monkeypatch):
    exported = make_exported()
    before = digests(exported.folder)
    table, engine = CohortTable(exported.cohort), EngineChoice(lesions="threshold", suv_threshold=6.0).lesion_engine()
    while_loading(monkeypatch, lambda: process_patient(exported.study, table, engine, None, PatientOptions()))
    export_patient(exported.study.selection, table)
    meanwhile = digests(exported.folder)
    monkeypatch.undo()
    export_patient(exported.study.selection, table)
    assert digests(exported.folder) == meanwhile != before


def test_overrides_that_changed_meanwhile_are_refused(make_exported, monkeypatch):
    exported = make_exported()
    table, before = CohortTable(exported.cohort), digests(exported.folder)
    while_loading(monkeypatch, lambda: table.upsert({**exported.result.row, "overrides": "weight_kg=90.0"}))
    with pytest.raises(InputError, match="measured anew with other overrides meanwhile"):
        export_patient(exported.study.selection, table)
    assert digests(exported.folder) == before


def test_masks_that_another_program_writes_are_waited_for(exported, monkeypatch):
    before, folder = digests(exported.folder), exported.folder.parent
    monkeypatch.setattr(patient, "_LOCK_TIMEOUT_S", 0.0)
    with committed_file.locked(folder, 1.0), pytest.raises(InputError) as refused:
        export_patient(exported.study.selection, CohortTable(exported.cohort))
    assert str(refused.value).startswith(f"{folder}: is in use by another program")
    assert digests(exported.folder) == before


def test_values_of_the_header_that_are_none_stay_behind(make_exported, program):
    """Values against the rules of their type would be refused when they are written, or shown in a warning."""
    odd = {
        "PatientBirthDate": b"1937.12.03",
        "StudyTime": b"noon",
        "PatientAge": b"59 years",
        "PatientSex": b"FEMALE",
        "AccessionNumber": b"A" * 40,
        "StudyID": b"",
        "PatientID": "Jürgen Ж 王".encode(),
        "PatientName": "Ærwin^Ольга".encode(),
    }

    def edit(dataset):
        dataset.SpecificCharacterSet = "ISO_IR 192"
        for keyword, value in odd.items():
            tag = tag_for_keyword(keyword)
            dataset[tag] = RawDataElement(Tag(tag), dictionary_VR(tag), len(value), value, 0, False, True)

    folder = make_exported(edit=edit).folder
    for file in folder.iterdir():
        written = dcmread(file)
        assert (written.PatientID, written.PatientName) == ("Jürgen Ж 王", "Ærwin^Ольга")
        assert written.PatientBirthDate == "19371203"
        assert (written.PatientSex, written.AccessionNumber, written.StudyTime) == ("", "", "")
        assert "Error" not in program("dciodvfy", file)


@pytest.mark.parametrize(
    ("origin", "kind", "said"),
    [
        (Origin("LION 0.9: x"), "AUTOMATIC", "Automatic. LION 0.9: x"),
        (Origin("LION 0.9", "lesions +3 -1 voxels Dice 0.9"), "SEMIAUTOMATIC", "corrected by a reader (lesions +3 -1"),
        (Origin("LION 0.9", "spleen +3 -1 voxels"), "AUTOMATIC", "Automatic. LION"),
        (Origin("file: a.nii"), "SEMIAUTOMATIC", "Read from a file"),
    ],
)
def test_objects_say_whether_masks_were_corrected(origin, kind, said):
    assert origin.algorithm_type("lesions") == kind
    assert said in origin.description("lesions")

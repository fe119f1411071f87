from __future__ import annotations

import json

import numpy as np
import pytest
from highdicom import sr
from pydicom import dcmread

from NEMOPETLib.cohort.columns import COLUMNS
from NEMOPETLib.dicom_out.patient_objects import PatientFindings, write_patient_objects
from NEMOPETLib.dicom_out.row_items import NUMBERS
from NEMOPETLib.measurements.definitions import LESION_MEASUREMENTS, MEASUREMENTS, measurement
from NEMOPETLib.measurements.patient_measurements import TISSUES
from NEMOPETLib.studies.volume import Volume


def groups(exported):
    return groups_in(exported.folder)


def groups_in(folder):
    report = sr.Comprehensive3DSR.from_dataset(dcmread(folder / "measurements_sr.dcm"))
    content = report.content
    found = [
        *content.get_image_measurement_groups(),
        *content.get_volumetric_roi_measurement_groups(),
    ]
    return {group.tracking_identifier: group for group in found}


def codes_of(one) -> tuple[str, ...]:
    """Quantity, derivation, method and unit of a measurement."""
    derivation, method = one.derivation, one.method
    return (one.name.value, derivation.value if derivation else "", method.value if method else "", one.unit.value)


def numbers(group) -> dict[tuple[str, ...], float]:
    return {codes_of(one): one.value for one in group.get_measurements()}


def codes(definition) -> tuple[str, ...]:
    method = definition.ibsi.value if definition.ibsi else definition.column
    derivation = definition.derivation.value if definition.derivation else ""
    return definition.quantity.value, derivation, method, definition.unit_code.value


def test_every_measured_column_is_in_it_with_its_codes(exported):
    found, row = groups(exported), exported.result.row
    for one in MEASUREMENTS:
        name = next((tissue for tissue in found if one.column.startswith(f"{tissue}_")), "all lesions")
        definition = measurement(one.column, str(row["lbm_formula"]))
        assert numbers(found[name])[codes(definition)] == pytest.approx(row[one.column], rel=1e-12), one.column


ALL_CELLS = {
    "bci": -1.25,
    "risk_score": 1.7,
    "risk_group": "high",
    "model_id": "clinical-8f3a",
    "hr": 1,
    "her2": 0.0,  # as a table is read
    "subtype": "HR+HER2-",
    "os_months": 17.5,
    "os_event": 0,
    "set": "train",
    "overrides": "weight_kg=81.5; sex=F",
    "corrected_segments": "lesions +3 -1 voxels",
    "reader": "Dr Who",
    "reviewed": 1.0,
    "warnings": "SUV: one | CT: another, 3 µm",
    "weight_kg": 81.5,
}


@pytest.fixture(scope="module")
def full_row(exported, tmp_path_factory):
    """A row that has every column, and the folder of its report."""
    row = {**exported.result.row, **ALL_CELLS}
    grid = exported.study.pet.grid
    found = PatientFindings(Volume(np.zeros(grid.shape, np.uint16), grid), (), ())
    folder = tmp_path_factory.mktemp("full")
    write_patient_objects(folder, exported.study.selection, found, row)
    return row, folder


def cell(column, row, groups, report):
    """What the report says of a column."""
    header = {"patient_id": "PatientID", "study_uid": "StudyInstanceUID", "study_date": "StudyDate"}
    if column.name in header:
        return report[header[column.name]].value
    if column.group == "measurements":
        name = next((tissue for tissue in TISSUES if column.name.startswith(f"{tissue}_")), "all lesions")
        return numbers(groups[name])[codes(measurement(column.name, row["lbm_formula"]))]
    patient = groups["patient"]
    if column.name in NUMBERS:
        quantity, unit = NUMBERS[column.name]
        return numbers(patient)[quantity.value, "", "", unit.value]
    if column.name == "sex":
        (sex,) = patient.get_qualitative_evaluations()
        return sex.value.value
    texts = {item.name.value: item.value for item in patient[0].ContentSequence if item.value_type.value == "TEXT"}
    return texts[column.name]


def test_every_column_of_the_table_is_in_it(full_row):
    row, folder = full_row
    found, report = groups_in(folder), dcmread(folder / "measurements_sr.dcm")
    expected = {**row, "study_date": row["study_date"].replace("-", ""), "hr": "1", "her2": "0", "os_event": "0"}
    expected["reviewed"] = "1"
    for column in COLUMNS:
        if column.name != "study_path":  # where the images lie on the user's disk
            said = cell(column, row, found, report)
            want = expected[column.name]
            assert said == (pytest.approx(want, rel=1e-12) if isinstance(want, float) else want), column.name


def test_the_objects_have_the_weight_and_height_that_were_used(exported, full_row):
    row, folder = full_row
    report = dcmread(folder / "measurements_sr.dcm")
    assert (report.PatientWeight, report.PatientSize) == (81.5, row["height_m"])
    assert exported.result.row["weight_kg"] != 81.5


def test_what_is_missing_in_the_row_is_missing(exported):
    patient = groups(exported)["patient"]
    columns = {item.name.value for item in patient[0].ContentSequence}
    assert not columns & {"bci", "risk_score", "risk_group", "model_id", "hr", "os_months", "overrides", "reader"}


def test_a_row_that_was_scored_later_is_another_object(exported, full_row):
    one, other = (dcmread(folder / "measurements_sr.dcm") for folder in (exported.folder, full_row[1]))
    assert one.SeriesInstanceUID == other.SeriesInstanceUID
    assert one.SOPInstanceUID != other.SOPInstanceUID


def test_dcmqi_reads_the_body_and_the_score(full_row, program, tmp_path):
    row, folder = full_row
    metadata = tmp_path / "report.json"
    program("tid1500reader", *("--inputDICOM", folder / "measurements_sr.dcm", "--outputMetadata", metadata))
    (patient,) = (
        one for one in json.loads(metadata.read_text())["Measurements"] if one["TrackingIdentifier"] == "patient"
    )
    found = {one["quantity"]["CodeValue"]: float(one["value"]) for one in patient["measurementItems"]}
    assert found == {quantity.value: pytest.approx(row[column]) for column, (quantity, _) in NUMBERS.items()}


def test_dciodvfy_finds_no_error_with_every_column(full_row, program):
    assert "Error" not in program("dciodvfy", full_row[1] / "measurements_sr.dcm")


def test_every_lesion_has_its_numbers_and_its_segment(exported):
    found = groups(exported)
    seg = dcmread(exported.folder / "lesions_seg.dcm")
    uids = {segment.SegmentNumber: segment.TrackingUID for segment in seg.SegmentSequence}
    for lesion in exported.result.measured.lesions:
        group = found[f"lesion {lesion.label}"]
        for one in LESION_MEASUREMENTS:
            assert numbers(group)[codes(one)] == pytest.approx(getattr(lesion, one.column), rel=1e-12)
        (segment,) = group.referenced_segment[0].ReferencedSOPSequence
        assert segment.ReferencedSegmentNumber == lesion.label
        assert segment.ReferencedSOPInstanceUID == seg.SOPInstanceUID
        assert group.tracking_uid == uids[lesion.label]
        assert f"lesion {lesion.label}={group.tracking_uid};" in exported.result.row["finding_uids"]


def test_as_dcmqi_reads_it(exported, program, tmp_path):
    metadata = tmp_path / "report.json"
    program(
        "tid1500reader",
        *("--inputDICOM", exported.folder / "measurements_sr.dcm", "--outputMetadata", metadata),
    )
    theirs = {group["TrackingIdentifier"]: group for group in json.loads(metadata.read_text())["Measurements"]}
    ours = groups(exported)
    assert theirs.keys() == ours.keys()
    for name, group in ours.items():
        values = [float(one["value"]) for one in theirs[name]["measurementItems"]]
        assert values == pytest.approx([one.value for one in group.get_measurements()], rel=1e-12)
        units = [one["units"]["CodeValue"] for one in theirs[name]["measurementItems"]]
        assert units == [one.unit.value for one in group.get_measurements()]
    assert theirs["lesion 1"]["ReferencedSegment"] == 1


def test_dcmtk_reads_it_and_dciodvfy_finds_no_error(exported, program):
    said = program("dsrdump", exported.folder / "measurements_sr.dcm")
    assert '"Metabolic Volume"' in said
    assert not any(line.startswith("E:") for line in said.splitlines())
    assert "Error" not in program("dciodvfy", exported.folder / "measurements_sr.dcm")

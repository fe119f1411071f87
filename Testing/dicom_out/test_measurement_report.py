from __future__ import annotations

import json

import pytest
from highdicom import sr
from pydicom import dcmread

from NEMOPETLib.measurements.definitions import LESION_MEASUREMENTS, MEASUREMENTS, measurement


def groups(exported):
    report = sr.Comprehensive3DSR.from_dataset(dcmread(exported.folder / "measurements_sr.dcm"))
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

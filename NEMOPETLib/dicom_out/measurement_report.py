"""The row's numbers as a DICOM Structured Report: Comprehensive 3D SR by template TID 1500.

One group for the whole disease, one a lesion, one a tissue, one for all else that the row says (``row_items``). What
is missing in the row is missing here.
A method tells measurements of one quantity apart: the IBSI feature, or the row's column in the scheme 99NEMOPET.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import highdicom
from highdicom import sr
from pydicom.dataset import Dataset
from pydicom.sr.coding import Code as PydicomCode
from pydicom.uid import Comprehensive3DSRStorage, ExplicitVRLittleEndian, SegmentationStorage

from NEMOPETLib.coded_concept import Code
from NEMOPETLib.dicom_out.dicom_items import item
from NEMOPETLib.dicom_out.object_uids import ALL_LESIONS, PATIENT, derived_uid
from NEMOPETLib.dicom_out.origin import Origin, origins
from NEMOPETLib.dicom_out.row_items import OWN_SCHEME, pydicom_code, row_numbers, row_sex, row_texts
from NEMOPETLib.dicom_out.segmented import Segmented
from NEMOPETLib.dicom_out.source_series import SourceImage, SourceSeries, references
from NEMOPETLib.dicom_out.written_object import MANUFACTURER, RESEARCH, Identity, new_object
from NEMOPETLib.masks.segment_terms import SEGMENT_TERMS, SegmentTerm
from NEMOPETLib.measurements.definitions import LESION_MEASUREMENTS, Measurement, measurement
from NEMOPETLib.measurements.lesions import Lesion
from NEMOPETLib.measurements.patient_measurements import LESION_COLUMNS, TISSUE_COLUMNS, TISSUES

TRANSFER_SYNTAX = ExplicitVRLittleEndian
_WHOLE_BODY_PET_CT = PydicomCode("443271005", "SCT", "PET/CT FDG imaging of whole body")
_LONGEST_MEANING = 64


def measurement_report(
    row: Mapping[str, Any],
    lesions: Sequence[Lesion],
    uids: Mapping[str, str],
    segmented: Sequence[Segmented],
    sources: Sequence[SourceSeries],
    identity: Identity,
    number: int,
) -> Dataset:
    """The report; write it with ``TRANSFER_SYNTAX``.

    Parameters
    ----------
    row
        Of the cohort table, with numbers or None in its measured columns.
    lesions
        Each one's numbers.
    uids
        Tracking UIDs by the names of the findings.
    segmented
        The Segmentations whose segments the groups name; those of a row without a voxel are none.
    sources
        The PET and the CT.
    number
        Series Number.
    """
    formula = str(row.get("lbm_formula") or "janmahasatian")
    lesion_origin, tissue_origin = origins(row)

    def measured(columns: Iterable[str]) -> list[tuple[Measurement, Any]]:
        return [(measurement(column, formula), row.get(column)) for column in columns]

    def group(name: str, numbers: list[tuple[Measurement, Any]], term: SegmentTerm, origin: Origin) -> Any:
        return _group(name, numbers, term, origin, uids[name], segmented, identity.software_version)

    groups = [group(ALL_LESIONS, measured(LESION_COLUMNS), SEGMENT_TERMS["lesions"], lesion_origin)]
    for lesion in lesions:
        numbers = [(one, getattr(lesion, one.column)) for one in LESION_MEASUREMENTS]
        groups.append(group(f"lesion {lesion.label}", numbers, SEGMENT_TERMS["lesions"], lesion_origin))
    for tissue in TISSUES:
        numbers = measured(f"{tissue}_{column}" for column in TISSUE_COLUMNS)
        groups.append(group(tissue, numbers, SEGMENT_TERMS[tissue], tissue_origin))
    groups.append(_rest_of(row, uids[PATIENT]))
    content = sr.MeasurementReport(
        observation_context=_observer(identity.software_version),
        procedure_reported=_WHOLE_BODY_PET_CT,
        imaging_measurements=[one for one in groups if one is not None],
        title=PydicomCode("126000", "DCM", "Imaging Measurement Report"),
    )
    return _document(content[0], segmented, sources, identity, number)


def _group(
    name: str,
    numbers: list[tuple[Measurement, Any]],
    term: SegmentTerm,
    origin: Origin,
    uid: str,
    segmented: Sequence[Segmented],
    version: str,
) -> Any:
    """A measurement group (TID 1411, or 1501 for what is no single segment); None if nothing was measured."""
    made = [_number(one, value) for one, value in numbers if value is not None]
    if not made:
        return None
    given: dict[str, Any] = {
        "tracking_identifier": sr.TrackingIdentifier(uid=uid, identifier=name),
        "finding_type": pydicom_code(term.type),
        "finding_category": pydicom_code(term.category),
        "finding_sites": [sr.FindingSite(pydicom_code(term.region))] if term.region else None,
        "algorithm_id": sr.AlgorithmIdentification(MANUFACTURER, version, [origin.description(_mask(name))]),
        "measurements": made,
    }
    segment = next(filter(None, (_reference(one, name) for one in segmented)), None)
    make: Callable[..., Any] = sr.MeasurementsAndQualitativeEvaluations
    if segment is not None:
        make, given["referenced_segment"] = sr.VolumetricROIMeasurementsAndQualitativeEvaluations, segment
    return make(**given)


def _rest_of(row: Mapping[str, Any], uid: str) -> Any:
    """The group of what is no finding's: TID 1501, extended by a text for each column that is no number."""
    group = sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=sr.TrackingIdentifier(uid=uid, identifier=PATIENT),
        measurements=row_numbers(row),
        qualitative_evaluations=row_sex(row),
    )
    group[0].ContentSequence.extend(row_texts(row))
    return group


def _reference(segmented: Segmented, name: str) -> Any:
    """The segment of a finding, None if it has none."""
    number = segmented.number(name)
    if number is None:
        return None
    series = sr.SourceSeriesForSegmentation(segmented.source.series_uid)
    return sr.ReferencedSegment(SegmentationStorage, segmented.sop_instance, number, source_series=series)


def _mask(finding: str) -> str:
    """The mask that a finding is of."""
    return finding if finding in TISSUES else "lesions"


def _number(definition: Measurement, value: float) -> Any:
    method = definition.ibsi or Code(definition.column, OWN_SCHEME, definition.english[:_LONGEST_MEANING])
    return sr.Measurement(
        name=pydicom_code(definition.quantity),
        value=float(value) if definition.unit else int(value),
        unit=pydicom_code(definition.unit_code),
        derivation=pydicom_code(definition.derivation) if definition.derivation else None,
        method=pydicom_code(method),
    )


def _observer(version: str) -> sr.ObservationContext:
    """The program: no person answers for a report that is for research."""
    device = sr.DeviceObserverIdentifyingAttributes(
        uid=derived_uid(MANUFACTURER, version),
        name=MANUFACTURER,
        manufacturer_name=MANUFACTURER,
        model_name=MANUFACTURER,
        serial_number=version,
    )
    return sr.ObservationContext(
        observer_device_context=sr.ObserverContext(
            observer_type=highdicom.sr.CodedConcept("121007", "DCM", "Device"),
            observer_identifying_attributes=device,
        )
    )


def _document(
    content: Dataset,
    segmented: Sequence[Segmented],
    sources: Sequence[SourceSeries],
    identity: Identity,
    number: int,
) -> Dataset:
    """The content as an SR document (PS3.3 A.35.13), with all that it is evidence of."""
    report = new_object(
        sources[0], identity, Comprehensive3DSRStorage, "SR", number, f"NEMO-PET measurements. {RESEARCH}"
    )
    for element in content:
        report.add(element)
    report.SOPInstanceUID = derived_uid(report.SOPInstanceUID, content.to_json())  # a row may be scored later
    report.ContentDate, report.ContentTime = report.SeriesDate, report.SeriesTime
    report.CompletionFlag, report.VerificationFlag = "COMPLETE", "UNVERIFIED"
    report.ReferencedPerformedProcedureStepSequence, report.PerformedProcedureCodeSequence = [], []
    report.CodingSchemeIdentificationSequence = [
        item(CodingSchemeDesignator=OWN_SCHEME, CodingSchemeName="Columns of the NEMO-PET cohort table")
    ]
    series = [(one.series_uid, one.instances()) for one in sources]
    series += [(one.series_uid, [SourceImage(SegmentationStorage, one.sop_instance)]) for one in segmented]
    report.CurrentRequestedProcedureEvidenceSequence = [
        item(
            StudyInstanceUID=sources[0].study_uid,
            ReferencedSeriesSequence=[
                item(SeriesInstanceUID=uid, ReferencedSOPSequence=references(images)) for uid, images in series
            ],
        )
    ]
    return report

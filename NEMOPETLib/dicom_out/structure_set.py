"""Findings as an RT Structure Set (PS3.3 A.19): the outlines of each plane, along the borders of its pixels.

The coordinates are written as text straight away: as numbers of pydicom they would need a hundred times the memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from pydicom.charset import default_encoding
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag
from pydicom.uid import ImplicitVRLittleEndian, RTStructureSetStorage

from NEMOPETLib.dicom_out.dicom_items import decimals, item
from NEMOPETLib.dicom_out.findings import Finding
from NEMOPETLib.dicom_out.origin import Origin
from NEMOPETLib.dicom_out.outlines import outlines
from NEMOPETLib.dicom_out.source_series import SourceSeries, image_reference, references
from NEMOPETLib.dicom_out.written_object import RESEARCH, Identity, new_object
from NEMOPETLib.studies.volume import Grid

TRANSFER_SYNTAX = ImplicitVRLittleEndian
"""Only implicit VR has room for a contour of more than 64 kB."""

_CONTOUR_DATA = Tag(0x30060050)
_STUDY_MANAGEMENT = "1.2.840.10008.3.1.2.3.1"


def structure_set(
    findings: Sequence[Finding], source: SourceSeries, identity: Identity, origin: Origin, number: int
) -> Dataset:
    """The object; write it with ``TRANSFER_SYNTAX``.

    Parameters
    ----------
    findings
        On the source's grid.
    number
        Series Number.
    """
    name = "lesions" if source.modality == "PT" else "tissues"
    written = new_object(source, identity, RTStructureSetStorage, "RTSTRUCT", number, f"NEMO-PET {name}. {RESEARCH}")
    written.StructureSetLabel, written.StructureSetName = name.upper(), f"NEMO-PET {name}"
    written.StructureSetDescription = RESEARCH
    written.StructureSetDate, written.StructureSetTime = written.SeriesDate, written.SeriesTime
    written.OperatorsName, written.ApprovalStatus = "", "UNAPPROVED"
    written.FrameOfReferenceUID, written.PositionReferenceIndicator = source.frame_of_reference, ""
    written.ReferencedFrameOfReferenceSequence = [_frame_of_reference(source)]
    written.StructureSetROISequence = [_region(finding, source, origin) for finding in findings]
    written.ROIContourSequence = [_contours(finding, source) for finding in findings]
    written.RTROIObservationsSequence = [_observation(finding) for finding in findings]
    return written


def _frame_of_reference(source: SourceSeries) -> Dataset:
    series = item(SeriesInstanceUID=source.series_uid, ContourImageSequence=references(source.instances()))
    study = item(
        ReferencedSOPClassUID=_STUDY_MANAGEMENT,
        ReferencedSOPInstanceUID=source.study_uid,
        RTReferencedSeriesSequence=[series],
    )
    return item(FrameOfReferenceUID=source.frame_of_reference, RTReferencedStudySequence=[study])


def _region(finding: Finding, source: SourceSeries, origin: Origin) -> Dataset:
    return item(
        ROINumber=finding.number,
        ReferencedFrameOfReferenceUID=source.frame_of_reference,
        ROIName=finding.label,
        ROIDescription=origin.description(finding.mask),
        ROIGenerationAlgorithm=origin.algorithm_type(finding.mask),
    )


def _observation(finding: Finding) -> Dataset:
    """What is meant by a region: whether a lesion is a target is for the planner to say."""
    return item(
        ObservationNumber=finding.number,
        ReferencedROINumber=finding.number,
        RTROIInterpretedType="" if finding.mask == "lesions" else "ORGAN",
        ROIInterpreter="",
    )


def _contours(finding: Finding, source: SourceSeries) -> Dataset:
    return item(
        ReferencedROINumber=finding.number,
        ROIDisplayColor=[round(255 * channel) for channel in finding.term.color],
        SourcePixelPlanesCharacteristicsSequence=[_planes(source.grid)],
        ContourSequence=list(_each_contour(finding, source)),
    )


def _planes(grid: Grid) -> Dataset:
    """The slices that the contours were drawn on: without it single planes could not be told from sparse drawing."""
    between_columns, between_rows, between_slices = grid.spacing
    return item(
        PixelSpacing=decimals((between_rows, between_columns)),
        SpacingBetweenSlices=decimals([between_slices])[0],
        ImageOrientationPatient=decimals(grid.direction[:, :2].T.ravel()),
        ImagePositionPatient=decimals(grid.origin),
        NumberOfFrames=grid.shape[0],
        Rows=grid.shape[1],
        Columns=grid.shape[2],
    )


def _each_contour(finding: Finding, source: SourceSeries) -> Iterator[Dataset]:
    affine = source.grid.affine
    number = 0
    for k, plane in finding.planes:
        corner, inside = _cropped(plane)
        for polygon in outlines(inside):
            number += 1
            points = (polygon + corner) @ affine[:3, :2].T + affine[:3, 2] * k + affine[:3, 3]
            contour = item(
                ContourImageSequence=[image_reference(source.images[k])],
                ContourGeometricType="CLOSED_PLANAR",
                NumberOfContourPoints=len(points),
                ContourNumber=number,
            )
            text = _decimal_text(points)
            contour[_CONTOUR_DATA] = RawDataElement(_CONTOUR_DATA, "DS", len(text), text, 0, True, True)
            contour.set_original_encoding(
                is_implicit_vr=True, is_little_endian=True, character_encoding=default_encoding
            )
            yield contour


def _cropped(plane: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """The box around the pixels of a plane, and the (column, row) of its first."""
    rows, columns = np.flatnonzero(plane.any(axis=1)), np.flatnonzero(plane.any(axis=0))
    box = plane[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return np.array([columns[0], rows[0]]), box


def _decimal_text(points: NDArray[np.float64]) -> bytes:
    """Coordinates to a thousandth of a millimetre, of even length."""
    text = "\\".join(map("%.3f".__mod__, points.ravel().tolist()))
    return text.encode() + b" " * (len(text) % 2)

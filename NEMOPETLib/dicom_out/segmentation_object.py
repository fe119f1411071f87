"""Findings as a DICOM Segmentation (PS3.3 A.51): binary, a frame for each plane of each segment that has voxels.

The frames lie where the planes of the measured grid do; each names the slice of the source that it was drawn on.
Works plane by plane: one bit a voxel of the written frames is all that it keeps.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian, SegmentationStorage

from NEMOPETLib.coded_concept import Code
from NEMOPETLib.dicom_out.dicom_items import code_item, decimals, item
from NEMOPETLib.dicom_out.findings import Finding, Plane
from NEMOPETLib.dicom_out.object_uids import derived_uid
from NEMOPETLib.dicom_out.origin import Origin
from NEMOPETLib.dicom_out.source_series import SourceSeries, image_reference, references
from NEMOPETLib.dicom_out.written_object import RESEARCH, Identity, new_object
from NEMOPETLib.errors import InputError
from NEMOPETLib.studies.volume import Grid

TRANSFER_SYNTAX = ExplicitVRLittleEndian
_SEGMENTATION = Code("113076", "DCM", "Segmentation")
_SOURCE = Code("121322", "DCM", "Source image for image processing operation")
_TAGS = {"ReferencedSegmentNumber": 0x0062000B, "ImagePositionPatient": 0x00200032}


def segmentation_object(
    findings: Sequence[Finding], source: SourceSeries, identity: Identity, origin: Origin, number: int
) -> Dataset:
    """The object; write it with ``TRANSFER_SYNTAX``.

    Parameters
    ----------
    findings
        On the source's grid; at least one has a voxel.
    number
        Series Number.

    Raises
    ------
    InputError
        If the grid is oblique in a way that DICOM frames cannot be.
    """
    name = "lesions" if source.modality == "PT" else "tissues"
    seg = new_object(source, identity, SegmentationStorage, "SEG", number, f"NEMO-PET {name}. {RESEARCH}")
    seg.ImageType = ["DERIVED", "PRIMARY"]
    seg.ContentLabel, seg.ContentDescription = name.upper(), f"{name} of FDG PET/CT. {RESEARCH}"
    seg.ContentDate, seg.ContentTime = seg.SeriesDate, seg.SeriesTime
    seg.ContentCreatorName = ""
    seg.FrameOfReferenceUID, seg.PositionReferenceIndicator = source.frame_of_reference, ""
    _set_pixels(seg, source.grid)
    seg.SegmentSequence = [_segment(finding, origin) for finding in findings]
    seg.ReferencedSeriesSequence = [
        item(SeriesInstanceUID=source.series_uid, ReferencedInstanceSequence=references(source.instances()))
    ]
    _set_dimensions(seg)
    seg.SharedFunctionalGroupsSequence = [_shared_groups(source.grid)]
    groups, bits = [], _Bits()
    positions = _plane_positions(source.grid)
    for finding in findings:
        for k, plane in finding.planes:
            groups.append(_frame_groups(finding.number, k, positions[k], source))
            bits.add(plane)
    if not groups:
        raise InputError("there is no voxel to write as a DICOM Segmentation")
    seg.NumberOfFrames, seg.PerFrameFunctionalGroupsSequence = len(groups), groups
    seg.PixelData = bits.packed()
    return seg


class _Bits:
    """Frames of single bits, one after the other without a gap, the first pixel in the lowest bit."""

    def __init__(self) -> None:
        self._bytes, self._rest = bytearray(), np.empty(0, dtype=bool)

    def add(self, plane: Plane) -> None:
        bits = np.concatenate([self._rest, plane.ravel()]) if self._rest.size else plane.ravel()
        whole = bits.size - bits.size % 8
        self._bytes += np.packbits(bits[:whole], bitorder="little").tobytes()
        self._rest = bits[whole:]

    def packed(self) -> bytes:
        self._bytes += np.packbits(self._rest, bitorder="little").tobytes()
        return bytes(self._bytes) + b"\0" * (len(self._bytes) % 2)


def _set_pixels(seg: Dataset, grid: Grid) -> None:
    seg.SamplesPerPixel, seg.PhotometricInterpretation = 1, "MONOCHROME2"
    _, seg.Rows, seg.Columns = grid.shape
    seg.BitsAllocated = seg.BitsStored = 1
    seg.HighBit = seg.PixelRepresentation = 0
    seg.LossyImageCompression = "00"
    seg.SegmentationType = "BINARY"


def _segment(finding: Finding, origin: Origin) -> Dataset:
    """An item of the Segment Sequence (PS3.3 C.8.20.4)."""
    term = finding.term
    segment = item(
        SegmentNumber=finding.number,
        SegmentLabel=finding.label,
        SegmentDescription=origin.description(finding.mask),
        SegmentAlgorithmType=origin.algorithm_type(finding.mask),
        SegmentAlgorithmName=origin.algorithm_name,
        SegmentedPropertyCategoryCodeSequence=[code_item(term.category)],
        SegmentedPropertyTypeCodeSequence=[code_item(term.type)],
        RecommendedDisplayCIELabValue=_cie_lab(term.color),
        TrackingID=finding.name,
        TrackingUID=finding.tracking_uid,
    )
    if term.region is not None:
        segment.AnatomicRegionSequence = [code_item(term.region)]
    return segment


def _cie_lab(rgb: tuple[float, float, float]) -> list[int]:
    """sRGB (0 to 1) as CIELab in DICOM's 16 bits (PS3.3 C.10.7.1.1)."""
    from highdicom.color import CIELabColor

    return list(CIELabColor.from_rgb(*(round(255 * channel) for channel in rgb)).value)


def _set_dimensions(seg: Dataset) -> None:
    """Frames are ordered by segment, then by position (PS3.3 C.7.6.17)."""
    organization = derived_uid(seg.SOPInstanceUID, "dimensions")
    seg.DimensionOrganizationSequence = [item(DimensionOrganizationUID=organization)]
    seg.DimensionIndexSequence = [
        item(
            DimensionOrganizationUID=organization,
            DimensionIndexPointer=_TAGS[keyword],
            FunctionalGroupPointer=group,
            DimensionDescriptionLabel=keyword,
        )
        for keyword, group in (("ReferencedSegmentNumber", 0x0062000A), ("ImagePositionPatient", 0x00209113))
    ]


def _shared_groups(grid: Grid) -> Dataset:
    """Orientation and pixel measures, which all frames share."""
    between_columns, between_rows, between_slices = grid.spacing
    return item(
        PlaneOrientationSequence=[item(ImageOrientationPatient=decimals(grid.direction[:, :2].T.ravel()))],
        PixelMeasuresSequence=[
            item(
                PixelSpacing=decimals((between_rows, between_columns)),
                SliceThickness=decimals([between_slices])[0],
                SpacingBetweenSlices=decimals([between_slices])[0],
            )
        ],
    )


def _plane_positions(grid: Grid) -> list[list[str]]:
    """Image Position of each plane."""
    first = np.zeros((grid.shape[0], 3), dtype=np.int64)
    first[:, 0] = np.arange(grid.shape[0])
    return [decimals(position) for position in grid.positions(first)]


def _frame_groups(segment: int, k: int, position: list[str], source: SourceSeries) -> Dataset:
    """What one frame is of, where it lies, and the slice that it was drawn on."""
    drawn_on = image_reference(source.images[k])
    drawn_on.PurposeOfReferenceCodeSequence = [code_item(_SOURCE)]
    drawn_on.SpatialLocationsPreserved = "YES"
    return item(
        DerivationImageSequence=[
            item(SourceImageSequence=[drawn_on], DerivationCodeSequence=[code_item(_SEGMENTATION)])
        ],
        FrameContentSequence=[item(DimensionIndexValues=[segment, k + 1])],
        PlanePositionSequence=[item(ImagePositionPatient=position)],
        SegmentIdentificationSequence=[item(ReferencedSegmentNumber=segment)],
    )

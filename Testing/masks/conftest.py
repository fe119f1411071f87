"""Grids of reference images, and masks to write in every format."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import highdicom
import numpy as np
import pytest
from pydicom import Dataset, dcmread, dcmwrite
from pydicom.dataset import FileMetaDataset
from pydicom.sr.codedict import codes
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, RTStructureSetStorage, generate_uid

from NEMOPETLib.studies.volume import Grid


def grid_of_series(folder: Path) -> Grid:
    """The regular grid of an axial DICOM series, with the mean distance between its slices."""
    slices = [dcmread(file, stop_before_pixels=True) for file in folder.iterdir()]
    slices.sort(key=lambda header: float(header.ImagePositionPatient[2]))
    first, last = slices[0], slices[-1]
    origin = np.array(first.ImagePositionPatient, float)
    affine = np.eye(4)
    affine[:3, 0] = float(first.PixelSpacing[1]) * np.array(first.ImageOrientationPatient[:3], float)
    affine[:3, 1] = float(first.PixelSpacing[0]) * np.array(first.ImageOrientationPatient[3:], float)
    affine[:3, 2] = (np.array(last.ImagePositionPatient, float) - origin) / (len(slices) - 1)
    affine[:3, 3] = origin
    return Grid((len(slices), int(first.Rows), int(first.Columns)), affine)


@pytest.fixture(scope="session")
def series_grid() -> Callable[[Path], Grid]:
    return grid_of_series


Contours = list[tuple[str, list[list[float]]]]


@pytest.fixture
def write_rtstruct(tmp_path: Path) -> Callable[..., Path]:
    """Write regions, each a list of (geometric type, LPS points), as an RT Structure Set."""

    def write(
        regions: dict[str, Contours],
        frame_of_reference: str = "1.2.3",
        file: str = "regions",
        **attributes: object,
    ) -> Path:
        header = Dataset()
        header.SOPClassUID = RTStructureSetStorage
        header.SOPInstanceUID = generate_uid()
        header.Modality = "RTSTRUCT"
        header.StructureSetROISequence, header.ROIContourSequence = [], []
        for number, (name, contours) in enumerate(regions.items(), start=1):
            roi = Dataset()
            roi.ROINumber, roi.ROIName, roi.ReferencedFrameOfReferenceUID = number, name, frame_of_reference
            header.StructureSetROISequence.append(roi)
            drawn = Dataset()
            drawn.ReferencedROINumber, drawn.ContourSequence = number, []
            for kind, points in contours:
                contour = Dataset()
                contour.ContourGeometricType, contour.NumberOfContourPoints = kind, len(points)
                contour.ContourData = [f"{value:.4f}" for point in points for value in point]
                drawn.ContourSequence.append(contour)
            header.ROIContourSequence.append(drawn)
        for keyword, value in attributes.items():
            setattr(header, keyword, value)
        path = tmp_path / file
        header.file_meta = FileMetaDataset()
        header.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        dcmwrite(path, header, enforce_file_format=True)
        return path

    return write


def source_slices(count: int, rows: int, columns: int) -> list[Dataset]:
    """Headers of a CT series: 2 mm slices, pixels of 1.5 mm (rows apart) by 1 mm, oblique to the patient."""
    study, series, frame_of_reference = generate_uid(), generate_uid(), generate_uid()
    slices = []
    for number in range(count):
        header = Dataset()
        header.file_meta = FileMetaDataset()
        header.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        header.SOPClassUID, header.SOPInstanceUID = CTImageStorage, generate_uid()
        header.StudyInstanceUID, header.SeriesInstanceUID = study, series
        header.FrameOfReferenceUID = frame_of_reference
        header.Rows, header.Columns, header.PixelSpacing = rows, columns, [1.5, 1.0]
        header.ImageOrientationPatient = [0.8, 0.6, 0, 0, 0, -1]
        header.ImagePositionPatient = [10 - 0.6 * 2 * number, -20 + 0.8 * 2 * number, 30]
        header.SliceThickness, header.Modality, header.InstanceNumber = 2.5, "CT", number + 1
        header.PatientID = header.PatientName = header.PatientBirthDate = header.PatientSex = None
        header.AccessionNumber = header.ReferringPhysicianName = header.SeriesNumber = None
        header.StudyID = header.StudyDate = header.StudyTime = None
        slices.append(header)
    return slices


@pytest.fixture
def write_seg(tmp_path: Path) -> Callable[..., tuple[Path, Grid]]:
    """Write voxels (k, j, i, segments), or labels (k, j, i), as DICOM SEG; its path and its image's grid."""

    def write(voxels: np.ndarray, kind: str, names: Sequence[str], **options: object) -> tuple[Path, Grid]:
        source = source_slices(*voxels.shape[:3])
        described = [
            highdicom.seg.SegmentDescription(
                number,
                name,
                codes.SCT.Tissue,
                codes.SCT.Tissue,
                highdicom.seg.SegmentAlgorithmTypeValues.MANUAL,
            )
            for number, name in enumerate(names, start=1)
        ]
        seg = highdicom.seg.Segmentation(
            source,
            voxels,
            kind,
            described,
            series_instance_uid=generate_uid(),
            series_number=1,
            sop_instance_uid=generate_uid(),
            instance_number=1,
            manufacturer="none",
            manufacturer_model_name="none",
            software_versions="1",
            device_serial_number="1",
            **options,
        )
        path = tmp_path / "segments"
        seg.save_as(path)
        affine = np.eye(4)
        affine[:3] = np.array([[0.8, 0, -1.2, 10], [0.6, 0, 1.6, -20], [0, -1.5, 0, 30]])
        return path, Grid(voxels.shape[:3], affine)

    return write

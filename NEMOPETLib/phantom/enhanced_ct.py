"""The CT as one Enhanced CT Image Storage object."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import EnhancedCTImageStorage

from NEMOPETLib.phantom.ct_series import CT, LOWEST_HU, stored_hu
from NEMOPETLib.phantom.examination import Examination
from NEMOPETLib.phantom.headers import Series, fill, instance, item, uid
from NEMOPETLib.phantom.multiframe import (
    ORIGINAL,
    date_time,
    frame_groups,
    frame_type,
    rescale,
    set_multiframe,
    set_spooled_pixels,
    shared_groups,
    spool,
)
from NEMOPETLib.phantom.sampling import Sampling


def enhanced_ct(
    sampling: Sampling,
    slices: Iterable[NDArray[np.int16]],
    examination: Examination,
    pixels: IO[bytes],
    series: Series = CT,
) -> Dataset:
    """One object with a frame a slice, lowest first.

    ``slices`` are HU; the frames go to ``pixels``, an empty file open for reading and writing, which must
    stay open until the object is written.
    """
    started = series.started(examination)
    dataset = instance(examination, series, EnhancedCTImageStorage, 1)
    set_multiframe(dataset, examination, len(sampling.heights))
    fill(
        dataset,
        {
            "PatientPosition": "HFS",
            "AcquisitionNumber": 1,
            "AcquisitionDateTime": date_time(started),
            "AcquisitionDuration": 20.0,
        },
    )
    dataset.SharedFunctionalGroupsSequence = Sequence([_shared(sampling, examination)])
    groups, stored = [], np.zeros((0, 0), np.uint16)
    for index, hu in enumerate(slices):
        stored = stored_hu(hu)
        spool(stored, pixels)
        groups.append(frame_groups(sampling, index, started, 0.5))
    dataset.PerFrameFunctionalGroupsSequence = Sequence(groups)
    set_spooled_pixels(dataset, stored, pixels, bits_stored=12)
    return dataset


def _shared(sampling: Sampling, examination: Examination) -> Dataset:
    shared = shared_groups(sampling, round(sampling.slice_mm + 1.0, 3))
    shared.PixelValueTransformationSequence = rescale(1.0, LOWEST_HU, "HU")
    shared.IrradiationEventIdentificationSequence = Sequence(
        [item(IrradiationEventUID=uid(examination, "irradiation event"))]
    )
    return fill(shared, {keyword: Sequence([values]) for keyword, values in _acquisition(sampling).items()})


def _acquisition(sampling: Sampling) -> dict[str, Any]:
    """The CT functional groups of a helical acquisition."""
    width = sampling.columns * sampling.pixel_mm
    centre = [0.0, 0.0, (sampling.heights[0] + sampling.heights[-1]) / 2.0]
    return {
        "CTImageFrameTypeSequence": item(FrameType=ORIGINAL, **frame_type()),
        "CTAcquisitionTypeSequence": item(AcquisitionType="SPIRAL", ConstantVolumeFlag="NO", FluoroscopyFlag="NO"),
        "CTAcquisitionDetailsSequence": item(
            RotationDirection="CW",
            RevolutionTime=0.5,
            SingleCollimationWidth=0.6,
            TotalCollimationWidth=38.4,
            TableHeight="150",
            GantryDetectorTilt="0",
            DataCollectionDiameter="500",
        ),
        "CTTableDynamicsSequence": item(TableSpeed=60.0, TableFeedPerRotation=30.0, SpiralPitchFactor=0.8),
        "CTPositionSequence": item(
            TablePosition=0.0,
            DataCollectionCenterPatient=centre,
            ReconstructionTargetCenterPatient=centre,
        ),
        "CTGeometrySequence": item(DistanceSourceToDetector="1085", DistanceSourceToDataCollectionCenter=595.0),
        "CTReconstructionSequence": item(
            ReconstructionAlgorithm="FILTER_BACK_PROJ",
            ConvolutionKernel="B30f",
            ConvolutionKernelGroup="SOFT_TISSUE",
            ReconstructionFieldOfView=[width, width],
            ReconstructionPixelSpacing=[sampling.pixel_mm, sampling.pixel_mm],
            ReconstructionAngle=360.0,
            ImageFilter="NONE",
        ),
        "CTExposureSequence": item(
            ExposureTimeInms=500.0,
            XRayTubeCurrentInmA=120.0,
            ExposureInmAs=60.0,
            ExposureModulationType="NONE",
        ),
        "CTXRayDetailsSequence": item(KVP="120", FocalSpots="1.2", FilterType="FLAT", FilterMaterial="ALUMINUM"),
    }

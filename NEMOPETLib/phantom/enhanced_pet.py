"""The PET as one Enhanced PET Image Storage object."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import EnhancedPETImageStorage

from NEMOPETLib.phantom.examination import Examination
from NEMOPETLib.phantom.headers import Series, code, decimal, fill, instance, item
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
from NEMOPETLib.phantom.pet_series import BED_SECONDS, PET, quantised, radiopharmaceutical
from NEMOPETLib.phantom.sampling import BED_SLICES, Sampling


def enhanced_pet(
    sampling: Sampling,
    slices: Iterable[NDArray[np.float32]],
    examination: Examination,
    pixels: IO[bytes],
    series: Series = PET,
) -> Dataset:
    """One object with a frame a slice, lowest first, each with its slope and real world value map to Bq/ml.

    ``slices`` are SUVbw; the frames go to ``pixels``, an empty file open for reading and writing, which
    must stay open until the object is written.
    """
    number = len(sampling.heights)
    dataset = instance(examination, series, EnhancedPETImageStorage, 1)
    set_multiframe(dataset, examination, number)
    fill(dataset, _acquisition(examination, series))
    dataset.SharedFunctionalGroupsSequence = Sequence([_shared(sampling)])
    groups, stored = [], np.zeros((0, 0), np.int16)
    for index, suv in enumerate(slices):
        stored, suv_slope = quantised(suv)
        spool(stored, pixels)
        groups.append(_frame(sampling, examination, series, index, suv_slope * examination.bq_per_ml_per_suv))
    dataset.PerFrameFunctionalGroupsSequence = Sequence(groups)
    set_spooled_pixels(dataset, stored, pixels)
    return dataset


def _acquisition(examination: Examination, series: Series) -> dict[str, Any]:
    started = series.started(examination)
    injection = radiopharmaceutical(examination)
    injection.RadiopharmaceuticalAgentNumber = 1
    injection.AdministrationRouteCodeSequence = code("47625008", "SCT", "Intravenous route")
    del injection.RadiopharmaceuticalStartTime, injection.Radiopharmaceutical
    corrected = ("Decay", "Attenuation", "Scatter", "DeadTime", "Randoms")
    uncorrected = ("GantryMotion", "PatientMotion", "NonUniformRadialSampling")
    return {
        "AcquisitionDateTime": date_time(started),
        "AcquisitionDuration": 1000.0,
        "AcquisitionStartCondition": "MANU",
        "AcquisitionTerminationCondition": "TIME",
        "TerminationTimeThreshold": 1000.0 * BED_SECONDS,
        "TypeOfDetectorMotion": "STATIONARY",
        "TableMotion": "STATIC",
        "TimeOfFlightInformationUsed": "FALSE",
        "DetectorGeometry": "CYLINDRICAL_RING",
        "CollimatorType": "NONE",
        "CoincidenceWindowWidth": 4.9,
        "TransverseDetectorSeparation": 4.8,
        "AxialDetectorDimension": 157.0,
        "CountsSource": "EMISSION",
        "DecayCorrectionDateTime": date_time(started),
        **{f"{name}Corrected": "YES" for name in corrected},
        **{f"{name}Corrected": "NO" for name in uncorrected},
        "CountLossNormalizationCorrected": "YES",
        "SensitivityCalibrated": "YES",
        "DetectorNormalizationCorrection": "YES",
        "AttenuationCorrectionSource": "CT",
        "AttenuationCorrectionTemporalRelationship": "SIMULTANEOUS",
        "ScatterCorrectionMethod": "model-based",
        "RandomsCorrectionMethod": "SING",
        "RadiopharmaceuticalInformationSequence": Sequence([injection]),
        "EnergyWindowRangeSequence": Sequence([item(EnergyWindowLowerLimit=425, EnergyWindowUpperLimit=650)]),
        "PatientPosition": "HFS",
        "ViewCodeSequence": code("24422004", "SCT", "Axial"),
        "SliceProgressionDirection": "FEET_TO_HEAD",
    }


def _shared(sampling: Sampling) -> Dataset:
    shared = shared_groups(sampling, round(sampling.slice_mm, 3))
    shared.PETFrameTypeSequence = Sequence([item(FrameType=ORIGINAL, **frame_type())])
    shared.RadiopharmaceuticalUsageSequence = Sequence([item(RadiopharmaceuticalAgentNumber=1)])
    return fill(shared, {keyword: Sequence([values]) for keyword, values in _detection(sampling).items()})


def _detection(sampling: Sampling) -> dict[str, Dataset]:
    """The PET functional groups of acquisition, position and reconstruction."""
    width = sampling.columns * sampling.pixel_mm
    centre = [0.0, 0.0, (sampling.heights[0] + sampling.heights[-1]) / 2.0]
    return {
        "PETFrameAcquisitionSequence": item(
            TableHeight="150", GantryDetectorTilt="0", GantryDetectorSlew="0", DataCollectionDiameter="700"
        ),
        "PETPositionSequence": item(
            TablePosition=0.0, DataCollectionCenterPatient=centre, ReconstructionTargetCenterPatient=centre
        ),
        "PETReconstructionSequence": item(
            ReconstructionType="3D",
            ReconstructionAlgorithm="MLEM",
            IterativeReconstructionMethod="YES",
            NumberOfIterations=3,
            NumberOfSubsets=21,
            ReconstructionFieldOfView=[width, width],
        ),
        "PETFrameCorrectionFactorsSequence": item(
            PrimaryPromptsCountsAccumulated=1000000,
            SliceSensitivityFactor="1",
            ScatterFractionFactor="0.3",
            DeadTimeFactor="1",
            DecayFactor="1",
        ),
    }


def _frame(sampling: Sampling, examination: Examination, series: Series, index: int, slope: float) -> Dataset:
    bed = (len(sampling.heights) - 1 - index) // BED_SLICES
    moment = series.started(examination) + timedelta(seconds=bed * BED_SECONDS)
    groups = frame_groups(sampling, index, moment, BED_SECONDS)
    groups.PixelValueTransformationSequence = rescale(slope, 0.0, "US")
    value_map = item(
        RealWorldValueIntercept=0.0,
        RealWorldValueSlope=float(decimal(slope)),
        LUTExplanation="activity",
        LUTLabel="activity",
        MeasurementUnitsCodeSequence=code("Bq/ml", "UCUM", "Becquerels/milliliter"),
    )
    value_map.add_new("RealWorldValueFirstValueMapped", "SS", 0)
    value_map.add_new("RealWorldValueLastValueMapped", "SS", 32767)
    groups.RealWorldValueMappingSequence = Sequence([value_map])
    return groups

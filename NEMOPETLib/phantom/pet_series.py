"""A classic PET series: one PET Image Storage object a slice, in Bq/ml with a slope of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import PositronEmissionTomographyImageStorage

from NEMOPETLib.phantom.examination import HALF_LIFE_F18_S, Examination
from NEMOPETLib.phantom.headers import (
    Series,
    code,
    date_of,
    decimal,
    fill,
    instance,
    item,
    place,
    set_pixels,
    time_of,
)
from NEMOPETLib.phantom.materials import SUV_STEP
from NEMOPETLib.phantom.sampling import BED_SLICES, Sampling

PET = Series("pet", "PT", 4, "PET WB AC")
NAC = Series("nac", "PT", 5, "PET WB NAC")
SECOND_PET = Series("second pet", "PT", 6, "PET WB AC smoothed", delay_s=1.0)
CORRECTIONS = ("DECY", "RADL", "ATTN", "SCAT", "DTIM", "RAN", "DCAL", "NORM")
BED_SECONDS = 150


def pet_datasets(
    sampling: Sampling,
    slices: Iterable[NDArray[np.float32]],
    examination: Examination,
    series: Series = PET,
    attenuation_corrected: bool = True,
) -> Iterator[Dataset]:
    """The series' objects, lowest slice first; instance 1 is the uppermost, as in a scan from the head.

    ``slices`` are SUVbw (rows, columns). The activity is that at the start of the series: the injected
    dose decayed from the injection till then, by body weight (DecayCorrection START, Units BQML).
    """
    number = len(sampling.heights)
    for index, suv in enumerate(slices):
        dataset = instance(examination, series, PositronEmissionTomographyImageStorage, number - index)
        place(dataset, examination, sampling, sampling.heights[index])
        fill(dataset, _series_values(sampling, examination, attenuation_corrected))
        fill(dataset, frame_timing(examination, series, (number - 1 - index) // BED_SLICES))
        stored, suv_slope = quantised(suv)
        slope = suv_slope * examination.bq_per_ml_per_suv
        fill(dataset, {"RescaleSlope": decimal(slope), "RescaleIntercept": "0", "ImageIndex": number - index})
        set_pixels(dataset, stored)
        yield dataset


def quantised(suv: NDArray[np.float32]) -> tuple[NDArray[np.int16], float]:
    """Stored values of a slice and the SUVbw of one step of them, as fine as 15 bits allow.

    A multiple of ``SUV_STEP`` is a whole number of steps, so that the sharp phantom is stored exactly.
    """
    steps = int(np.iinfo(np.int16).max * SUV_STEP / max(float(suv.max()), SUV_STEP))
    slope = SUV_STEP / steps
    return np.rint(suv / slope).astype(np.int16), slope


def frame_timing(examination: Examination, series: Series, bed: int) -> dict[str, Any]:
    """Acquisition and reference times of the slices of a bed position (0 is the first)."""
    offset = bed * BED_SECONDS
    moment = series.started(examination) + timedelta(seconds=offset)
    return {
        "AcquisitionDate": date_of(moment),
        "AcquisitionTime": time_of(moment),
        "ActualFrameDuration": 1000 * BED_SECONDS,
        "FrameReferenceTime": decimal(1000.0 * (offset + BED_SECONDS / 2.0)),
        "DecayFactor": decimal(2.0 ** ((offset + BED_SECONDS / 2.0) / HALF_LIFE_F18_S)),
    }


def _series_values(sampling: Sampling, examination: Examination, corrected: bool) -> dict[str, Any]:
    corrections = [name for name in CORRECTIONS if corrected or name not in ("ATTN", "SCAT")]
    return {
        "ImageType": ["ORIGINAL", "PRIMARY"],
        "SliceThickness": decimal(round(sampling.slice_mm, 3)),
        "ReconstructionDiameter": decimal(sampling.columns * sampling.pixel_mm),
        "CorrectedImage": corrections,
        "CollimatorType": "NONE",
        "SeriesType": ["WHOLE BODY", "IMAGE"],
        "Units": "BQML",
        "CountsSource": "EMISSION",
        "NumberOfSlices": len(sampling.heights),
        "DecayCorrection": "START",
        "RandomsCorrectionMethod": "SING",
        "AttenuationCorrectionMethod": "measured, CT" if corrected else "NONE",
        "ScatterCorrectionMethod": "model-based" if corrected else "NONE",
        "ReconstructionMethod": "OSEM",
        "DoseCalibrationFactor": "1",
        "ScatterFractionFactor": "0.3",
        "DeadTimeFactor": "1",
        "LossyImageCompression": "00",
        "RadiopharmaceuticalInformationSequence": Sequence([radiopharmaceutical(examination)]),
        "EnergyWindowRangeSequence": Sequence([item(EnergyWindowLowerLimit=425, EnergyWindowUpperLimit=650)]),
        **patient_orientation(),
    }


def radiopharmaceutical(examination: Examination) -> Dataset:
    """The injection: FDG, dose in Bq, time, half-life."""
    moment = examination.injected_at
    return item(
        Radiopharmaceutical="FDG",
        RadiopharmaceuticalVolume="3",
        RadiopharmaceuticalStartTime=time_of(moment),
        RadiopharmaceuticalStartDateTime=moment.strftime("%Y%m%d%H%M%S.%f"),
        RadionuclideTotalDose=decimal(examination.dose_bq),
        RadionuclideHalfLife=decimal(HALF_LIFE_F18_S),
        RadionuclidePositronFraction="0.967",
        RadionuclideCodeSequence=code("77004003", "SCT", "^18^Fluorine"),
        RadiopharmaceuticalCodeSequence=code("35321007", "SCT", "Fluorodeoxyglucose F^18^"),
    )


def patient_orientation() -> dict[str, Any]:
    """The codes of a patient who lies supine, head first."""
    orientation = code("102538003", "SCT", "recumbent")
    orientation[0].PatientOrientationModifierCodeSequence = code("40199007", "SCT", "supine")
    return {
        "PatientOrientationCodeSequence": orientation,
        "PatientGantryRelationshipCodeSequence": code("102540008", "SCT", "headfirst"),
    }

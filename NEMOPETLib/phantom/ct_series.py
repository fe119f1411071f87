"""A classic CT series: one CT Image Storage object a slice, stored in 12 bits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import CTImageStorage

from NEMOPETLib.phantom.examination import Examination
from NEMOPETLib.phantom.headers import Series, date_of, decimal, fill, instance, place, set_pixels, time_of
from NEMOPETLib.phantom.sampling import Sampling

CT = Series("ct", "CT", 2, "CT WB 1.5 B30f", delay_s=-120.0)
SECOND_CT = Series("second ct", "CT", 3, "CT THORAX LUNG B70f", delay_s=-119.0)
LOWEST_HU = -1024


def ct_datasets(
    sampling: Sampling,
    slices: Iterable[NDArray[np.int16]],
    examination: Examination,
    series: Series = CT,
    kernel: str = "B30f",
) -> Iterator[Dataset]:
    """The series' objects, lowest slice first; instance 1 is the uppermost.

    ``slices`` are HU (rows, columns). The slices are reconstructed 1 mm thicker than they lie apart.
    """
    number = len(sampling.heights)
    moment = series.started(examination)
    for index, hu in enumerate(slices):
        dataset = instance(examination, series, CTImageStorage, number - index)
        place(dataset, examination, sampling, sampling.heights[index])
        fill(
            dataset,
            {
                "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
                "PatientPosition": "HFS",
                "AcquisitionNumber": 1,
                "AcquisitionDate": date_of(moment),
                "AcquisitionTime": time_of(moment),
                "KVP": "120",
                "XRayTubeCurrent": 120,
                "ConvolutionKernel": kernel,
                "SliceThickness": decimal(round(sampling.slice_mm + 1.0, 3)),
                "ReconstructionDiameter": decimal(sampling.columns * sampling.pixel_mm),
                "RescaleIntercept": str(LOWEST_HU),
                "RescaleSlope": "1",
                "RescaleType": "HU",
            },
        )
        set_pixels(dataset, stored_hu(hu), bits_stored=12)
        yield dataset


def stored_hu(hu: NDArray[np.int16]) -> NDArray[np.uint16]:
    """HU of −1024…3071 as unsigned 12-bit values."""
    return (hu - LOWEST_HU).astype(np.uint16)

"""What else lies in a real study's folder, and must not be taken for the PET or the CT."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import CTImageStorage, MRImageStorage, SecondaryCaptureImageStorage

from NEMOPETLib.phantom.ct_series import LOWEST_HU, SECOND_CT, ct_datasets, stored_hu
from NEMOPETLib.phantom.examination import Examination
from NEMOPETLib.phantom.headers import (
    Series,
    date_of,
    decimal,
    fill,
    instance,
    place,
    set_pixels,
    time_of,
    uid,
)
from NEMOPETLib.phantom.images import ct_slices, pet_slices
from NEMOPETLib.phantom.pet_series import NAC, SECOND_PET, pet_datasets
from NEMOPETLib.phantom.phantom import Phantom
from NEMOPETLib.phantom.sampling import Sampling

LOCALIZER = Series("localizer", "CT", 1, "Topogram", delay_s=-160.0)
FUSED = Series("fused", "PT", 7, "Fused PET-CT", delay_s=900.0)
MR = Series("mr", "MR", 8, "T1 VIBE", delay_s=-1800.0)
NAC_FRACTION = 0.4  # of the activity that is seen without attenuation correction
LOCALIZER_ROWS = 128


def nac_series(phantom: Phantom, examination: Examination) -> Iterator[Dataset]:
    """The PET without attenuation and scatter correction, on the same grid."""
    slices = (np.float32(NAC_FRACTION) * suv for suv in pet_slices(phantom))
    return pet_datasets(phantom.pet, slices, examination, NAC, attenuation_corrected=False)


def second_pet_series(phantom: Phantom, examination: Examination) -> Iterator[Dataset]:
    """A smoothed reconstruction of the same PET."""
    return pet_datasets(phantom.pet, pet_slices(phantom, "blurred"), examination, SECOND_PET)


def second_ct_series(phantom: Phantom, examination: Examination) -> Iterator[Dataset]:
    """A reconstruction of the upper half of the CT with a sharp kernel."""
    heights = phantom.ct.heights[len(phantom.ct.heights) // 2 :]
    upper = replace(phantom, ct=replace(phantom.ct, heights=heights))
    return ct_datasets(upper.ct, ct_slices(upper), examination, SECOND_CT, kernel="B70f")


def localizer(phantom: Phantom, examination: Examination) -> Iterator[Dataset]:
    """The coronal scout that the CT was planned on: one image with the CT's SOP class."""
    hu, pixel = _coronal(phantom)
    moment = LOCALIZER.started(examination)
    dataset = instance(examination, LOCALIZER, CTImageStorage, 1)
    place(dataset, examination, phantom.ct, phantom.ct.heights[-1])
    fill(
        dataset,
        {
            "ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"],
            "PatientPosition": "HFS",
            "PixelSpacing": [decimal(pixel), decimal(phantom.ct.pixel_mm)],
            "ImageOrientationPatient": [1, 0, 0, 0, 0, -1],
            "AcquisitionNumber": 1,
            "AcquisitionDate": date_of(moment),
            "AcquisitionTime": time_of(moment),
            "KVP": "120",
            "SliceThickness": "0.6",
            "RescaleIntercept": str(LOWEST_HU),
            "RescaleSlope": "1",
            "RescaleType": "US",
        },
    )
    set_pixels(dataset, stored_hu(hu), bits_stored=12)
    yield dataset


def fused_capture(phantom: Phantom, examination: Examination) -> Iterator[Dataset]:
    """A coloured picture of the fusion: Secondary Capture, said to be of modality PT."""
    hu, _ = _coronal(phantom)
    grey = (np.clip(hu, -200, 200).astype(np.float64) + 200.0) * (255.0 / 400.0)
    rgb = np.stack([grey, grey / 2.0, np.zeros_like(grey)], axis=-1).astype(np.uint8)
    dataset = instance(examination, FUSED, SecondaryCaptureImageStorage, 1)
    fill(
        dataset,
        {
            "ImageType": ["DERIVED", "SECONDARY"],
            "ConversionType": "WSD",
            "PatientOrientation": "",
            "SamplesPerPixel": 3,
            "PhotometricInterpretation": "RGB",
            "PlanarConfiguration": 0,
            "Rows": rgb.shape[0],
            "Columns": rgb.shape[1],
            "BitsAllocated": 8,
            "BitsStored": 8,
            "HighBit": 7,
            "PixelRepresentation": 0,
            "PixelData": rgb.tobytes() + b"\0" * (rgb.size % 2),
        },
    )
    yield dataset


def mr_series(phantom: Phantom, examination: Examination) -> Iterator[Dataset]:
    """Five slices of another modality, in a frame of reference of their own."""
    for number in range(5):
        dataset = instance(examination, MR, MRImageStorage, number + 1)
        place(dataset, examination, phantom.pet, 5.0 * number)
        fill(
            dataset,
            {
                "FrameOfReferenceUID": uid(examination, "frame of reference of the MR"),
                "PatientPosition": "HFS",
                "ImageType": ["ORIGINAL", "PRIMARY", "OTHER"],
                "ScanningSequence": "GR",
                "SequenceVariant": "SP",
                "ScanOptions": "",
                "MRAcquisitionType": "2D",
                "RepetitionTime": "5",
                "EchoTime": "2",
                "EchoTrainLength": 1,
                "SliceThickness": "5",
            },
        )
        set_pixels(dataset, np.full((phantom.pet.rows, phantom.pet.columns), 100 * number, np.uint16))
        yield dataset


def _coronal(phantom: Phantom) -> tuple[NDArray[np.int16], float]:
    """HU of the plane y = 0 from the top down, and the distance between its rows in mm."""
    ct = phantom.ct
    heights = tuple(float(z) for z in np.linspace(ct.heights[0], ct.heights[-1], LOCALIZER_ROWS))
    line = Sampling(ct.columns, 1, ct.pixel_mm, (ct.corner[0], 0.0), heights)
    rows = np.concatenate(list(ct_slices(replace(phantom, ct=line))))
    return rows[::-1], line.slice_mm


EXTRAS: dict[str, Callable[[Phantom, Examination], Iterator[Dataset]]] = {
    "nac": nac_series,
    "second_pet": second_pet_series,
    "second_ct": second_ct_series,
    "localizer": localizer,
    "fused": fused_capture,
    "mr": mr_series,
}

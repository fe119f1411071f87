"""A patient as a small picture: the PET from the front, for lists of many patients."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
from matplotlib.image import imsave
from numpy.typing import NDArray

from NEMOPETLib.errors import InputError, why_refused
from NEMOPETLib.report.patient_pictures import PatientPictures
from NEMOPETLib.report.projections import Picture
from NEMOPETLib.whole_file import write_whole

THUMBNAIL_NAME = "thumbnail.png"
_HEIGHT = 120  # pixels
_BLACK_SUV = 10.0


def write_thumbnail(path: Path, pictures: PatientPictures) -> None:
    """Write the maximum-intensity projection from the front, dark where uptake is high.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    try:
        write_whole(path, thumbnail(pictures))
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({why_refused(error)})") from error


def thumbnail(pictures: PatientPictures) -> bytes:
    """The picture as PNG; one white pixel if there is no PET."""
    mip = pictures.coronal_mip
    buffer = BytesIO()
    pixels = np.zeros((1, 1), np.float32) if mip is None else _small(mip)
    imsave(buffer, pixels, cmap="gray_r", vmin=0.0, vmax=_BLACK_SUV, format="png")
    return buffer.getvalue()


def _small(picture: Picture) -> NDArray[np.float32]:
    """A picture, head up, of ``_HEIGHT`` rows of square pixels: each the greatest value in it."""
    left, right, bottom, top = picture.extent
    width = max(1, round(_HEIGHT * (right - left) / (top - bottom)))
    rows, columns = picture.pixels.shape
    small = picture.pixels[::-1].astype(np.float32)
    for axis, (old, new) in enumerate(((rows, _HEIGHT), (columns, width))):
        starts = np.arange(new) * old // new
        small = np.maximum.reduceat(small, starts, axis=axis) if old > new else np.take(small, starts, axis=axis)
    return small

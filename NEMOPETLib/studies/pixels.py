"""From the pixels of a stack of slices to voxels in the unit that their header says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.pixels import iter_pixels
from pydicom.uid import DeflatedExplicitVRLittleEndian

from NEMOPETLib.errors import InputError
from NEMOPETLib.progress import Progress, no_progress
from NEMOPETLib.studies import header as h
from NEMOPETLib.studies.dicom_files import DAMAGED
from NEMOPETLib.studies.series import Slice
from NEMOPETLib.studies.slices import Stack
from NEMOPETLib.studies.stored_frames import read_whole_header
from NEMOPETLib.studies.volume import Volume

_INT16 = np.iinfo(np.int16)


def read_ct(stack: Stack, progress: Progress = no_progress) -> Volume:
    """CT in Hounsfield units: int16 if every slice has whole-numbered rescaling, as scanners write it, else float32.

    Values beyond int16 (metal on an extended scale, padding) are held at its ends.

    Raises
    ------
    InputError
        If a slice's pixels are missing, truncated or in a compression that cannot be read; it names the file.
    """
    whole = all(float(value).is_integer() for one in stack.slices for value in _rescale(one))
    voxels = np.empty(stack.grid.shape, dtype=np.int16 if whole else np.float32)
    for k, stored in _each_slice(stack.slices, progress, "Reading CT"):
        slope, intercept = _rescale(stack.slices[k])
        if whole:
            voxels[k] = np.clip(stored.astype(np.int32) * int(slope) + int(intercept), _INT16.min, _INT16.max)
        else:
            voxels[k] = stored * slope + intercept
    return Volume(voxels, stack.grid)


def read_pet(stack: Stack, factors: NDArray[np.float64], progress: Progress = no_progress) -> Volume:
    """PET in SUVbw as float32: each slice rescaled by its own slope and intercept, then times its factor.

    Parameters
    ----------
    stack
        The slices in order.
    factors
        SUVbw per rescaled unit, one for each slice of the stack; shape (n,).

    Raises
    ------
    InputError
        As for ``read_ct``.
    """
    voxels = np.empty(stack.grid.shape, dtype=np.float32)
    for k, stored in _each_slice(stack.slices, progress, "Reading PET"):
        slope, intercept = _rescale(stack.slices[k])
        voxels[k] = (stored * slope + intercept) * factors[k]
    return Volume(voxels, stack.grid)


def _each_slice(slices: Sequence[Slice], progress: Progress, title: str) -> Iterator[tuple[int, NDArray[Any]]]:
    """Yield (k, stored values) for every slice, opening each file once for all its frames that follow each other."""
    runs = [list(run) for _, run in groupby(enumerate(slices), key=lambda item: item[1].path)]
    for run in progress(runs, title):
        stored = _decoded(run[0][1].path, [one.frame for _, one in run])
        for (k, one), values in zip(run, stored, strict=True):
            size = (int(h.number(one.header, "Rows") or 0), int(h.number(one.header, "Columns") or 0))
            if values.shape != size:
                raise InputError(f"{one.path}: {values.shape} pixels where the header says {size}")
            yield k, values


def _decoded(path: Path, frames: list[int]) -> Iterator[NDArray[Any]]:
    try:
        header = read_whole_header(path)
        deflated = header.file_meta.get("TransferSyntaxUID") == DeflatedExplicitVRLittleEndian
        yield from iter_pixels(dcmread(path) if deflated else path, indices=frames, raw=True)
    except InputError:
        raise
    except DAMAGED as error:
        raise InputError(f"{path}: its pixels cannot be read ({_why(error)})") from error


def _why(error: Exception) -> str:
    """The first sentence of a decoder's complaint, in one line."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return " ".join(str(error).split())[:160] or type(error).__name__


def _rescale(one: Slice) -> tuple[float, float]:
    slope = h.number(one.header, "RescaleSlope")
    return (1.0 if slope is None else slope), h.number(one.header, "RescaleIntercept") or 0.0

"""CT in HU and PET in SUVbw, one slice at a time, never a whole volume in memory."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from NEMOPETLib.phantom.labels import label_slice
from NEMOPETLib.phantom.materials import AIR
from NEMOPETLib.phantom.parts import Anatomy
from NEMOPETLib.phantom.phantom import Phantom
from NEMOPETLib.phantom.sampling import Sampling

Variant = Literal["sharp", "blurred", "noisy"]
Slice = NDArray[np.float32]

CT_FWHM_MM, PET_FWHM_MM = 1.5, 6.0
CT_NOISE_HU = 8.0
PET_NOISE = 0.08  # SD in SUV at SUV 1; it grows with the root of the SUV
SUBPIXELS = 2


def ct_slices(phantom: Phantom, variant: Variant = "sharp", seed: int = 0) -> Iterator[NDArray[np.int16]]:
    """CT slices (rows, columns) in HU from the lowest up.

    ``sharp``: the material at each voxel's centre. ``blurred``: partial volume and a Gaussian point spread
    of 1.5 mm FWHM. ``noisy``: blurred, with white noise of 8 HU.
    """
    table = np.array([AIR.hu, *(part.material.hu for part in phantom.anatomy.parts)], np.float32)
    slices = _image(phantom.anatomy, phantom.ct, table, variant, CT_FWHM_MM)
    for number, hu in enumerate(slices):
        if variant == "noisy":
            hu = hu + CT_NOISE_HU * _noise(seed, 0, number, hu.shape)
        yield np.rint(hu.clip(-1024, 3071)).astype(np.int16)


def pet_slices(phantom: Phantom, variant: Variant = "sharp", seed: int = 0) -> Iterator[Slice]:
    """PET slices (rows, columns) in SUVbw from the lowest up.

    ``sharp``: the uptake at each voxel's centre. ``blurred``: partial volume and a Gaussian point spread of
    6 mm FWHM. ``noisy``: blurred, with noise that is correlated between neighbours and grows with the root
    of the uptake (Teymurazyan et al., J Digit Imaging 2013;26:447), never below 0.
    """
    table = np.array([AIR.suv, *(part.material.suv for part in phantom.anatomy.parts)], np.float32)
    slices = _image(phantom.anatomy, phantom.pet, table, variant, PET_FWHM_MM)
    for number, suv in enumerate(slices):
        if variant == "noisy":
            grain = gaussian_filter(_noise(seed, 1, number, suv.shape), 1.0)
            suv = suv + PET_NOISE * np.sqrt(suv) * grain / grain.std()
        yield suv.clip(0.0).astype(np.float32)


def _noise(seed: int, image: int, number: int, shape: tuple[int, ...]) -> Slice:
    """Standard normal noise that depends on nothing but the seed, the image and the slice."""
    return np.random.default_rng((seed, image, number)).standard_normal(shape, dtype=np.float32)


def _image(anatomy: Anatomy, sampling: Sampling, table: Slice, variant: Variant, fwhm: float) -> Iterable[Slice]:
    if variant == "sharp":
        return (table[label_slice(anatomy, sampling, z)] for z in sampling.heights)
    sigma = fwhm / np.sqrt(8.0 * np.log(2.0))
    in_plane = (
        gaussian_filter(_partial_volume(anatomy, sampling, table, z), sigma / sampling.pixel_mm)
        for z in sampling.heights
    )
    return _blurred_along_z(in_plane, sigma / sampling.slice_mm)


def _partial_volume(anatomy: Anatomy, sampling: Sampling, table: Slice, z: float) -> Slice:
    """Mean over the parts of each voxel: SUBPIXELS along every axis."""
    fine = sampling.supersampled(SUBPIXELS)
    offsets = ((np.arange(SUBPIXELS) + 0.5) / SUBPIXELS - 0.5) * sampling.slice_mm
    total = sum((table[label_slice(anatomy, fine, z + dz)] for dz in offsets), np.float32(0.0))
    blocks = np.reshape(total, (sampling.rows, SUBPIXELS, sampling.columns, SUBPIXELS))
    return np.asarray(blocks.mean(axis=(1, 3)) / SUBPIXELS, np.float32)


def _blurred_along_z(slices: Iterable[Slice], sigma: float) -> Iterator[Slice]:
    """Gaussian over neighbouring slices, as many at a time as the kernel is long; the ends are repeated."""
    reach = math.ceil(4.0 * sigma)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    kernel = (kernel / kernel.sum()).astype(np.float32)
    window: deque[Slice] = deque(maxlen=2 * reach + 1)
    for image in _with_repeated_ends(slices, reach):
        window.append(image)
        if len(window) == window.maxlen:
            yield np.asarray(sum(weight * near for weight, near in zip(kernel, window, strict=True)))


def _with_repeated_ends(slices: Iterable[Slice], times: int) -> Iterator[Slice]:
    last = None
    for image in slices:
        if last is None:
            yield from [image] * times
        last = image
        yield image
    if last is not None:
        yield from [last] * times

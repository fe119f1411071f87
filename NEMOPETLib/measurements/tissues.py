"""Volume, mean HU and mean SUL of a tissue or organ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from NEMOPETLib.engines.mask_checks import check_mask
from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.measurements.borders import touched_sides
from NEMOPETLib.measurements.sampling import PlaneSampler
from NEMOPETLib.studies.volume import Volume


@dataclass(frozen=True)
class TissueNumbers:
    """What was measured of one mask. An empty mask has a volume of 0 and no means.

    Attributes
    ----------
    voxel_count
        Voxels of the mask.
    volume_ml
        That many times the volume of a voxel, in ml.
    hu_mean
        Mean of the CT over the mask's voxels, in HU; None without a CT.
    sul_mean
        Mean of the PET over the mask's voxel centres, as SUL; None without a PET or lean body mass, and
        where the PET's field of view holds nothing of the mask.
    warnings
        What a reader should know, one line each.
    """

    voxel_count: int
    volume_ml: float
    hu_mean: float | None
    sul_mean: float | None
    warnings: tuple[str, ...]


@dataclass
class _Mean:
    """A mean that grows plane by plane; values that are not finite are counted apart."""

    total: float = 0.0
    count: int = 0
    not_finite: int = 0

    def add(self, values: NDArray[Any]) -> None:
        finite = values
        if np.issubdtype(values.dtype, np.floating):
            finite = values[np.isfinite(values)]
            self.not_finite += values.size - finite.size
        self.total += float(finite.sum(dtype=np.float64))
        self.count += finite.size

    @property
    def value(self) -> float | None:
        return self.total / self.count if self.count else None


def measure_tissue(mask: Mask, ct: Volume | None, pet: Volume | None, sul_per_suv: float | None) -> TissueNumbers:
    """Measure a tissue on the CT grid, and its uptake by sampling the PET at each voxel centre.

    SUL is linear in SUV, so that its mean is ``sul_per_suv`` times the mean SUVbw. The PET is interpolated
    linearly (see ``PlaneSampler``); voxels outside its field of view have no part in the mean. CT and PET
    voxels that are not finite have none either. Works plane by plane: beside the images it needs memory for a
    few planes.

    Parameters
    ----------
    mask
        On the grid of the CT, if there is one.
    ct
        HU.
    pet
        SUVbw, on any grid in the same patient space.
    sul_per_suv
        Lean body mass divided by body weight.

    Raises
    ------
    InputError
        If the mask does not lie on the grid of the CT.
    """
    if ct is not None and not mask.grid.matches(ct.grid):
        raise InputError(f"the mask {mask.name} does not lie on the voxel grid of the CT: resample it first")
    hu, suv = _Mean(), _Mean()
    sampler = PlaneSampler(pet, mask.grid) if pet is not None and sul_per_suv is not None else None
    count = 0
    for k, plane in enumerate(mask.voxels):
        in_plane = int(np.count_nonzero(plane))
        if not in_plane:
            continue
        count += in_plane
        if ct is not None:
            hu.add(ct.voxels[k][plane])
        if sampler is not None:
            suv.add(sampler.values(k, *np.nonzero(plane)))
    warnings = _warnings(mask, count, hu, suv if sampler is not None else None)
    return TissueNumbers(
        voxel_count=count,
        volume_ml=count * mask.grid.voxel_volume_ml,
        hu_mean=hu.value,
        sul_mean=None if suv.value is None or sul_per_suv is None else suv.value * sul_per_suv,
        warnings=(*mask.warnings, *warnings, *check_mask(mask)),
    )


def _warnings(mask: Mask, count: int, hu: _Mean, suv: _Mean | None) -> list[str]:
    """What a reader should know of a mask and of what could not be sampled."""
    if not count:
        return [f"{mask.name}: the mask is empty"]
    said = []
    if sides := touched_sides(mask.voxels, mask.grid):
        said.append(f"the mask touches the border of its image ({', '.join(sides)}) and may be cut off there")
    if hu.not_finite:
        said.append(f"{hu.not_finite} voxels have no finite HU and are left out of its mean")
    if suv is not None:
        outside = count - suv.count - suv.not_finite
        if outside == count:
            said.append("the mask lies outside the PET's field of view, so it has no SUL")
        elif outside:
            share = max(100.0 * outside / count, 0.1)
            said.append(f"{share:.1f} % lies outside the PET's field of view and is left out of its SUL")
        if suv.not_finite:
            said.append(f"{suv.not_finite} voxels have no finite SUV and are left out of its SUL")
    return [f"{mask.name}: {line}" for line in said]

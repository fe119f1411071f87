"""Masks that no patient has are named, and the phantom's, which is one, are not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from NEMOPETLib.engines.mask_checks import check_mask, check_numbers
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.measurements.tissues import measure_tissue
from NEMOPETLib.phantom.examination import Examination
from NEMOPETLib.phantom.phantom import full_phantom, small_phantom
from NEMOPETLib.phantom.truth import truth_of
from NEMOPETLib.studies.study import Study
from NEMOPETLib.studies.volume import Grid, Volume


def study(length_mm: float = 1000.0, weight_kg: float | None = 66.0) -> Study:
    grid = Grid((11, 2, 2), np.diag([500.0, 500.0, length_mm / 10, 1.0]))
    ct = Volume(np.zeros(grid.shape, np.int16), grid)
    return cast("Study", SimpleNamespace(ct=ct, patient=SimpleNamespace(weight_kg=weight_kg)))


@pytest.mark.parametrize("phantom", [small_phantom(), full_phantom()], ids=["small", "full"])
def test_the_phantom_is_plausible(phantom: object) -> None:
    values = truth_of(phantom.anatomy, Examination()).columns  # type: ignore[attr-defined]
    length = 310.0 if phantom.ct.grid.shape[0] < 200 else 960.0  # type: ignore[attr-defined]
    assert check_numbers(values, study(length)) == ()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"lesion_count": 0}, "no lesion was found"),
        ({"muscle_hu_mean": -80.0}, "muscle: a mean of -80 HU"),
        ({"fat_sc_hu_mean": 10.0}, "fat_sc: a mean of 10 HU"),
        ({"fat_v_hu_mean": -400.0}, "fat_v: a mean of -400 HU"),
        ({"spleen_volume_ml": 20.0}, "spleen: 20 ml"),
        ({"spleen_volume_ml": 1500.0}, "spleen: 1500 ml"),
        ({"muscle_volume_ml": 40000.0}, "64 % of the body weight"),
        ({"muscle_volume_ml": 2000.0}, "3 % of the body weight"),
        ({"fat_sc_volume_ml": 30000.0, "fat_v_volume_ml": 25000.0}, "77 % of the body weight"),
    ],
)
def test_what_no_patient_has(values: dict[str, float], message: str) -> None:
    (warning,) = check_numbers(values, study())
    assert message in warning


@pytest.mark.parametrize(
    ("values", "length_mm", "weight_kg"),
    [
        ({}, 1000.0, 66.0),
        (
            {"lesion_count": 3, "spleen_volume_ml": 215.0, "muscle_hu_mean": 45.0, "fat_sc_hu_mean": -105.0},
            1000.0,
            66.0,
        ),
        ({"muscle_volume_ml": 2000.0}, 400.0, 66.0),  # a short CT
        ({"muscle_volume_ml": 90000.0}, 1000.0, None),
        ({"muscle_hu_mean": None, "spleen_volume_ml": None}, 1000.0, 66.0),
    ],
)
def test_what_a_patient_may_have(values: dict[str, float | None], length_mm: float, weight_kg: float | None) -> None:
    assert check_numbers(values, study(length_mm, weight_kg)) == ()


def spleen(*blocks: tuple[slice, slice, slice]) -> Mask:
    voxels = np.zeros((20, 20, 20), bool)
    for block in blocks:
        voxels[block] = True
    return Mask("spleen", voxels, Grid(voxels.shape, np.eye(4)))


LARGE, ACCESSORY, ISLAND = np.s_[2:12, 2:12, 2:12], np.s_[14:18, 14:18, 14:18], np.s_[14:19, 14:19, 13:19]


def test_a_spleen_with_left_over_islands_is_said_in_its_numbers() -> None:
    ct = Volume(np.zeros((20, 20, 20), np.int16), Grid((20, 20, 20), np.eye(4)))
    assert check_mask(spleen(LARGE)) == check_mask(spleen(LARGE, ACCESSORY)) == check_mask(spleen()) == ()
    warnings = measure_tissue(spleen(LARGE, ISLAND), ct, None, None).warnings
    assert warnings == ("the spleen's mask is in 2 pieces, the largest has 87 % of it: look for islands",)


def test_muscle_is_in_many_pieces_by_nature() -> None:
    mask = spleen(LARGE, ISLAND)
    assert check_mask(Mask("muscle", mask.voxels, mask.grid)) == ()

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable

import numpy as np
import pytest

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.mask import Mask
from NEMOPETLib.measurements.definitions import MEASUREMENTS
from NEMOPETLib.measurements.patient_measurements import MASK_NAMES, TISSUES, MaskSource, measure_patient
from NEMOPETLib.studies.volume import Grid, Volume


@pytest.fixture
def ct(make_grid: Callable[..., Grid]) -> Volume:
    place = make_grid((20, 24, 24), (2.0, 2.0, 2.0))
    return Volume(np.full(place.shape, -100, dtype=np.int16), place)


@pytest.fixture
def pet(make_grid: Callable[..., Grid]) -> Volume:
    place = make_grid((14, 14, 14), (4.0, 4.0, 3.0), (-3.0, -3.0, -1.0))
    return Volume(np.full(place.shape, 4.0, dtype=np.float32), place)


def box(name: str, place: Grid, size: int) -> Mask:
    voxels = np.zeros(place.shape, dtype=bool)
    voxels[3 : 3 + size, 3:6, 3:6] = True
    return Mask(name, voxels, place)


def sources(ct: Volume, pet: Volume) -> dict[str, MaskSource]:
    masks: dict[str, MaskSource] = {
        name: (lambda name=name, size=size: box(name, ct.grid, size)) for size, name in enumerate(TISSUES, 1)
    }
    return masks | {"lesions": lambda: box("lesions", pet.grid, 5)}


def test_every_column_in_order(ct: Volume, pet: Volume) -> None:
    result = measure_patient(sources(ct, pet), pet=pet, ct=ct, sul_per_suv=0.75)
    assert list(result.values) == [definition.column for definition in MEASUREMENTS]
    assert result.values == {
        "tmtv_ml": pytest.approx(45 * 0.048),
        "dmax_mm": 0,
        "dmax_voxel_mm": pytest.approx(np.sqrt(8**2 + 8**2 + 12**2)),
        "lesion_count": 1,
        "tlg": pytest.approx(45 * 0.048 * 4),
        "suv_max": 4,
        "suv_mean": pytest.approx(4),
        "suv_peak": pytest.approx(4),
        **{f"{name}_volume_ml": pytest.approx(0.072 * size) for size, name in enumerate(TISSUES, 1)},
        **{f"{name}_sul_mean": pytest.approx(3) for name in TISSUES},
        **{f"{name}_hu_mean": -100 for name in TISSUES},
    }
    assert [lesion.voxel_count for lesion in result.lesions] == [45]
    assert [tissue.voxel_count for tissue in result.tissues.values()] == [9, 18, 27, 36]
    assert result.warnings == ()


def test_what_is_not_given_is_empty(ct: Volume, pet: Volume) -> None:
    result = measure_patient({"spleen": sources(ct, pet)["spleen"]}, pet=pet, ct=None, sul_per_suv=0.5)
    measured = {column for column, value in result.values.items() if value is not None}
    assert measured == {"spleen_sul_mean", "spleen_volume_ml"}
    assert len(result.values) == len(MEASUREMENTS)
    assert result.lesions == ()


def test_without_lean_body_mass_the_sul_is_empty_and_said_once(ct: Volume, pet: Volume) -> None:
    result = measure_patient(sources(ct, pet), pet=pet, ct=ct, sul_per_suv=None)
    assert result.values["muscle_sul_mean"] is None
    assert result.warnings == ("the SUL columns are empty: there is no lean body mass",)


def test_warnings_name_their_mask(ct: Volume, pet: Volume) -> None:
    empty = Mask("fat_v", np.zeros(ct.grid.shape, dtype=bool), ct.grid)
    result = measure_patient(sources(ct, pet) | {"fat_v": lambda: empty}, pet=pet, ct=ct, sul_per_suv=0.7)
    assert result.warnings == ("fat_v: the mask is empty",)
    assert (result.values["fat_v_volume_ml"], result.values["fat_v_sul_mean"]) == (0, None)


def test_one_mask_at_a_time_is_in_memory(ct: Volume, pet: Volume) -> None:
    alive: weakref.WeakSet[Mask] = weakref.WeakSet()
    most = []

    def watched(source: MaskSource) -> MaskSource:
        def load() -> Mask | Volume:
            gc.collect()
            mask = source()
            alive.add(mask)
            most.append(len(alive))
            return mask

        return load

    masks = {name: watched(source) for name, source in sources(ct, pet).items()}
    measure_patient(masks, pet=pet, ct=ct, sul_per_suv=0.7)
    assert most == [1] * len(MASK_NAMES)


def test_an_unknown_mask_is_refused_before_any_is_read(ct: Volume, pet: Volume) -> None:
    def never() -> Mask:
        raise AssertionError("read")

    with pytest.raises(InputError, match="unknown mask liver: the known ones are lesions, muscle"):
        measure_patient({"spleen": never, "liver": never}, pet=pet, ct=ct, sul_per_suv=0.7)


def test_lesions_without_a_pet_are_refused(ct: Volume, pet: Volume) -> None:
    with pytest.raises(InputError, match="measured on the PET"):
        measure_patient(sources(ct, pet), pet=None, ct=ct, sul_per_suv=None)


def test_a_label_map_is_for_lesions_alone(ct: Volume, pet: Volume) -> None:
    labels = Volume(np.ones(ct.grid.shape, dtype=np.uint8), ct.grid)
    with pytest.raises(InputError, match="muscle is given as a label map"):
        measure_patient({"muscle": lambda: labels}, pet=pet, ct=ct, sul_per_suv=0.7)

"""Slices in any file order become a grid whose every voxel lies where the headers say."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from scipy.spatial.transform import Rotation

from NEMOPETLib.errors import InputError
from NEMOPETLib.studies.series import Slice
from NEMOPETLib.studies.slices import stack_slices

AXIAL = (1, 0, 0, 0, 1, 0)


def a_slice(name: str, position: Any, orientation: Any = AXIAL, **changes: Any) -> Slice:
    header = Dataset()
    header.SOPInstanceUID = f"1.2.3.{abs(hash(name))}"
    header.ImagePositionPatient = [f"{each:.9g}" for each in position]
    header.ImageOrientationPatient = [f"{each:.12g}" for each in orientation]
    header.PixelSpacing = [2.0, 3.0]
    header.Rows, header.Columns = 4, 5
    header.SliceThickness = 9.0  # not the spacing
    for keyword, value in changes.items():
        setattr(header, keyword, value)
    return Slice(Path(name), header)


def slices_at(heights: Any) -> list[Slice]:
    return [a_slice(f"slice{index}", (10, 20, z)) for index, z in enumerate(heights)]


@given(
    st.integers(0, 10**6),
    st.integers(2, 12),
    st.floats(0.5, 6),
    st.lists(st.floats(-180, 180), min_size=3, max_size=3),
)
def test_every_voxel_lies_where_its_slice_says(seed: int, count: int, gap: float, angles: list[float]) -> None:
    axes = Rotation.from_euler("xyz", angles, degrees=True).as_matrix()
    origin = np.array([-100.0, 50.0, 7.0])
    slices = [
        a_slice(f"s{index}", origin + index * gap * axes[:, 2], [*axes[:, 0], *axes[:, 1]]) for index in range(count)
    ]
    shuffled = random.Random(seed).sample(slices, count)
    stack = stack_slices(shuffled)
    assert [one.path.name for one in stack.slices] == [f"s{index}" for index in range(count)]
    k, j, i = count - 1, 3, 4
    expected = origin + i * 3.0 * axes[:, 0] + j * 2.0 * axes[:, 1] + k * gap * axes[:, 2]
    np.testing.assert_allclose(stack.grid.positions(np.array([[k, j, i]]))[0], expected, atol=1e-5)
    np.testing.assert_allclose(stack.grid.indices(expected[None])[0], (k, j, i), atol=1e-5)
    assert stack.grid.voxel_volume_ml == pytest.approx(2 * 3 * gap / 1000, rel=1e-6)


def test_bed_gaps_of_a_real_scanner_are_evened_out() -> None:
    heights = np.cumsum([0, *([3.27] * 10), 3.19, *([3.27] * 10), 3.29, *([3.27] * 10)])
    stack = stack_slices(slices_at(heights))
    assert stack.grid.spacing[2] == pytest.approx(heights[-1] / 32)
    assert stack.warnings == ()


def test_uneven_gaps_are_said_with_the_largest_shift() -> None:
    stack = stack_slices(slices_at([0, 3, 6, 9.8, 12.8, 15.8]))
    assert "uneven slice gaps (3.00–3.80 mm)" in stack.warnings[0]
    assert "0.32 mm" in stack.warnings[0]


def test_whole_body_of_a_real_scanner(reference_data: Path) -> None:
    from NEMOPETLib.studies.dicom_files import read_headers
    from NEMOPETLib.studies.series import group_series

    (series,) = group_series(read_headers(reference_data / "wholebody_pet_ge" / "PET").headers)
    stack = stack_slices(series.slices)
    assert stack.grid.shape == (267, 128, 128)
    assert stack.grid.spacing[2] == pytest.approx(3.27, abs=1e-3)


def test_the_same_object_twice_is_used_once() -> None:
    slices = slices_at([0, 3, 6])
    copy = Slice(Path("elsewhere/slice1"), slices[1].header)
    stack = stack_slices([*slices, copy])
    assert stack.grid.shape[0] == 3
    assert "1 slices were found twice" in stack.warnings[0]


def test_a_single_slice_takes_its_thickness() -> None:
    stack = stack_slices(slices_at([5]))
    assert stack.grid.spacing[2] == 9.0
    assert "single slice" in stack.warnings[0]


@pytest.mark.parametrize(
    ("slices", "named"),
    [
        (slices_at([0, 3, 6, 12, 15]), 'missing between "slice2" and "slice3"'),
        (slices_at([0, 3, 6, 6.001, 9]), '"slice2" and "slice3"'),
        (slices_at([0, 3, 3, 6, 9]), '"slice1" and "slice2"'),
        (slices_at([0, 2, 4, 6, 8, 10, 12.9, 15.8, 18.7, 21.6, 24.5]), "too uneven"),
        ([*slices_at([0, 3]), a_slice("odd", (10, 20, 6), (1, 0, 0, 0, 0, -1))], 'slice "odd" has another orientation'),
        ([*slices_at([0, 3]), a_slice("odd", (10, 20, 6), PixelSpacing=[2.0, 2.5])], 'slice "odd" has another size'),
        ([*slices_at([0, 3]), a_slice("odd", (10, 20, 6), Rows=8)], 'slice "odd" has another size'),
        ([*slices_at([0, 3]), a_slice("odd", (10, 20, 6), ImagePositionPatient=None)], 'slice "odd" has no position'),
        ([a_slice("odd", (10, 20, 6), ImageOrientationPatient=None)], 'slice "odd" has no orientation'),
        ([a_slice("odd", (10, 20, 6), (1, 0, 0, 1, 0, 0))], "not perpendicular"),
        ([a_slice("odd", (10, 20, 6), SliceThickness=None)], "no thickness"),
        ([a_slice(f"s{k}", (10, 20 + k, 3 * k)) for k in range(4)], "tilted gantry"),
    ],
)
def test_what_is_no_regular_volume_is_refused_with_the_slice_named(slices: list[Slice], named: str) -> None:
    with pytest.raises(InputError, match=named):
        stack_slices(slices)

"""Images that will spoil the masks are named; those that will not are left in peace."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from NEMOPETLib.engines import machine
from NEMOPETLib.engines.image_file import write_image
from NEMOPETLib.engines.input_checks import check_input
from NEMOPETLib.errors import InputError
from NEMOPETLib.phantom.phantom import small_phantom
from NEMOPETLib.phantom.volumes import ct_volume
from NEMOPETLib.studies.single_image import load_ct
from NEMOPETLib.studies.study import Study
from NEMOPETLib.studies.volume import Grid, Volume

ONE = "are they of one examination?"
FIELD_MM, SPACING = 500.0, (4.0, 2.0, 2.0)  # z, y, x


def patient(arm_x: float = 0.0, arm_length: float = 200.0, body_radii: tuple[float, float] = (180.0, 120.0)) -> Volume:
    """A trunk of 400 mm in a field of view of 500 mm, with an arm of 45 mm beside it at ``arm_x`` over some length."""
    z, y, x = (((np.arange(n) - (n - 1) / 2) * step) for n, step in zip((100, 250, 250), SPACING, strict=True))
    z, y, x = z[:, None, None], y[None, :, None], x[None, None, :]
    across, deep = body_radii
    body = (x / across) ** 2 + (y / deep) ** 2 + 0 * z <= 1
    arm = (np.hypot(x - arm_x, y) <= 45) & (z < arm_length - 200) if arm_x else np.zeros_like(body)
    voxels = np.where(body | arm, 40, -1000)
    # Outside the round field of view scanners write less than air.
    voxels = np.where(np.hypot(x, y) + 0 * z > FIELD_MM / 2, -1024, voxels).astype(np.int16)
    return volume(voxels)


def volume(voxels: NDArray[np.int16]) -> Volume:
    return Volume(voxels, Grid(voxels.shape, np.diag([*SPACING[::-1], 1.0])))


def said(ct: Volume, pet: Volume | None = None) -> str:
    study = SimpleNamespace(ct=ct, pet=pet, frame_of_reference="1.2.3" if pet is None else "")
    return " ".join(check_input(cast("Study", study)))


def test_a_patient_within_the_field_of_view_is_left_in_peace() -> None:
    assert said(patient()) == ""
    assert said(patient(arm_x=190.0)) == "", "an arm that stays inside"
    assert said(ct_volume(small_phantom())) == ""


@pytest.mark.parametrize("side", [-1, 1])
def test_an_arm_cut_off_is_said_with_its_length(side: int) -> None:
    assert "side of the CT's field of view over 200 mm" in said(patient(arm_x=side * 225.0))
    assert said(patient(arm_x=side * 225.0, arm_length=40.0)) == "", "an elbow"


def test_a_fat_patient_whose_flanks_are_cut_off() -> None:
    assert "over 400 mm" in said(patient(body_radii=(270.0, 180.0)))


def test_a_table_behind_the_patient_is_no_patient() -> None:
    ct = patient()
    ct.voxels[:, 225:235, 20:230] = 100
    assert said(ct) == ""


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_however_the_image_is_stored(order: tuple[int, int, int]) -> None:
    ct = patient(arm_x=225.0)
    affine = np.eye(4)
    for stored, axis in enumerate(order):  # array axes are k, j, i; the matrix' columns i, j, k
        affine[:, 2 - stored] = ct.grid.affine[:, 2 - axis]
    turned = np.ascontiguousarray(ct.voxels.transpose(order))
    assert said(Volume(turned, Grid(turned.shape, affine))) == said(ct) != ""


def test_values_that_are_no_hu() -> None:
    ct = patient()
    assert "may be no HU" in said(volume(ct.voxels + np.int16(1024)))
    assert "lowest value is -200" in said(volume(np.maximum(ct.voxels, -200)))


def test_thick_slices() -> None:
    ct = patient()
    thick = Volume(ct.voxels, Grid(ct.grid.shape, np.diag([2.0, 2.0, 8.0, 1.0])))
    assert "8 mm apart" in said(thick)


@pytest.mark.parametrize(("shift_mm", "covered"), [(0.0, None), (39.0, None), (200.0, 50), (900.0, 0)])
def test_image_files_that_are_not_of_one_place(shift_mm: float, covered: int | None) -> None:
    ct, affine = patient(), np.diag([4.0, 4.0, 4.0, 1.0])
    affine[2, 3] = shift_mm
    warning = said(ct, Volume(np.zeros((100, 4, 4), np.float32), Grid((100, 4, 4), affine)))
    assert warning == ("" if covered is None else f"the CT covers only {covered} % of the PET's length: {ONE}")


def test_a_disk_that_is_too_small_for_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ct = patient()
    monkeypatch.setattr(machine, "free_disk_bytes", lambda _: 3 * ct.voxels.nbytes)
    with pytest.raises(InputError, match="set TMPDIR"):
        write_image(tmp_path / "ct.nii", ct)
    assert not (tmp_path / "ct.nii").exists()
    monkeypatch.setattr(machine, "free_disk_bytes", lambda _: 7 * ct.voxels.nbytes)
    write_image(tmp_path / "ct.nii", ct)


def test_real_ct_cropped_to_the_patient_is_cut_off(reference_data: Path) -> None:
    ct = load_ct(reference_data / "petct_sts" / "STS_002" / "CT").volume
    assert "side of the CT's field of view" in said(ct)
    assert "HU" not in said(ct)

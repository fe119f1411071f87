"""Each verb end to end, as a person or a script calls it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK

from NEMOPETLib.cohort.table import read_cohort
from NEMOPETLib.command_line import main
from NEMOPETLib.masks.mask_files import read_mask
from NEMOPETLib.phantom.masks import MEASURED, write_masks
from NEMOPETLib.phantom.study import PhantomStudy, write_phantom_study
from NEMOPETLib.phantom.volumes import lesion_label_volume

ROOT = Path(__file__).resolve().parents[2]


def result_of(capsys: pytest.CaptureFixture[str], *arguments: object) -> Any:
    """The JSON that a call prints on stdout; it must succeed."""
    capsys.readouterr()
    status = main([*(str(each) for each in arguments), "--json"])
    streams = capsys.readouterr()
    assert status == 0, streams.err
    return json.loads(streams.out)


@pytest.fixture(scope="module")
def phantom_study(tmp_path_factory: pytest.TempPathFactory) -> PhantomStudy:
    return write_phantom_study(tmp_path_factory.mktemp("study"), extras=["nac", "localizer", "mr"])


@pytest.fixture(scope="module")
def phantom_masks(tmp_path_factory: pytest.TempPathFactory, phantom_study: PhantomStudy) -> dict[str, Path]:
    names = [*MEASURED, "kidney", "urinary_bladder"]
    return write_masks(phantom_study.phantom, tmp_path_factory.mktemp("masks"), names)


def test_studies(phantom_study: PhantomStudy, capsys: pytest.CaptureFixture[str]) -> None:
    (study,) = result_of(capsys, "studies", phantom_study.folder)["studies"]
    assert Path(study["pet"]["folder"]) == phantom_study.pet_folder
    assert Path(study["ct"]["folder"]) == phantom_study.ct_folder
    assert study["study_uid"] == phantom_study.study_uid
    reasons = {out["reason"] for out in study["left_out"]}
    assert "not attenuation-corrected" in reasons
    assert "modality MR" in reasons


def test_suv(phantom_study: PhantomStudy, capsys: pytest.CaptureFixture[str]) -> None:
    found = result_of(capsys, "suv", phantom_study.pet_folder)
    assert found["suvbw_factor"] == pytest.approx(1 / phantom_study.examination.bq_per_ml_per_suv, rel=1e-6)
    assert found["lbm_kg"]["janmahasatian"] == pytest.approx(phantom_study.examination.lean_body_mass_kg)
    assert found["suv_max"] == pytest.approx(18.0, abs=1e-3)


def test_published_suv_of_a_real_series(reference_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expected = json.loads((reference_data / "wholebody_pet_ge" / "EXPECTED.json").read_text())
    found = result_of(capsys, "suv", reference_data / "wholebody_pet_ge" / "PET")
    published = expected["scout_first_principles"]
    assert found["suvbw_factor"] == pytest.approx(published["SUVbw_factor_per_BqmL"], rel=1e-9)
    assert found["suv_max"] == pytest.approx(published["SUVmax_volume"], rel=1e-6)
    for ours, theirs in (
        ("janmahasatian", "Janmahasatian"),
        ("james128", "James128"),
        ("james120", "James120/DICOM LBM"),
    ):
        assert found["lbm_kg"][ours] == pytest.approx(expected["SUL_scale_LBM_kg"][theirs], abs=1e-6)


@pytest.mark.parametrize("patient", ["STS_001", "STS_002", "STS_008", "STS_025"])
@pytest.mark.parametrize("kind", ["nifti", "rtstruct"])
def test_published_values_of_real_lesions(
    reference_data: Path, patient: str, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = reference_data / "petct_sts"
    expected = json.loads((folder / "EXPECTED.json").read_text())[patient]
    masks = {
        image: folder / "masks_nifti" / f"{patient}_{image}_mask.nii.gz"
        if kind == "nifti"
        else folder / patient / image / "mask"
        for image in ("PET", "CT")
    }
    pet, ct = (folder / patient / image / "image" for image in ("PET", "CT"))
    found = result_of(
        capsys, "measure", "--pet", pet, "--ct", ct, "--mask", f"lesions={masks['PET']}", f"muscle={masks['CT']}"
    )

    def published(image: str, feature: str) -> float:
        return float(expected[image][f"int_mask_{feature}_int_init_roi"]["median"])

    assert sum(one["voxel_count"] for one in found["lesions"]) == published_count(expected, "PET")
    assert found["suv_mean"] == pytest.approx(published("PET", "mean"), rel=1e-5)
    assert found["suv_max"] == pytest.approx(published("PET", "max"), rel=1e-6)
    assert found["tissues"]["muscle"]["voxel_count"] == published_count(expected, "CT")
    assert found["muscle_hu_mean"] == pytest.approx(published("CT", "mean"), rel=1e-5)


def published_count(expected: Any, image: str) -> int:
    return int(expected[image]["int_mask_vox_count_init_roi"]["median"])


def test_uptake_in_the_suv_dro(suv_dro: Path, reference_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders = sorted(suv_dro.glob("DRO_*"))
    assert len(folders) == 8
    for folder in folders:
        result_of(capsys, "suv", folder / "PT")
        found = result_of(capsys, "measure", "--pet", folder / "PT", "--mask", f"lesions={folder / 'RS'}")
        tolerance = 0.03 if folder.name == "DRO_2_3" else 0.005
        assert found["suv_max"] == pytest.approx(4.0, abs=tolerance), folder.name


def allowed(column: str, voxel_diagonal_mm: float) -> dict[str, float]:
    """How far a voxelised sharp phantom may lie from its formula."""
    if column.startswith("dmax"):
        return {"abs": voxel_diagonal_mm}
    if column.endswith("_hu_mean"):
        return {"abs": 0.5}
    if column in ("suv_max", "suv_peak") or column.endswith("_sul_mean"):
        return {"rel": 1e-4}
    return {"rel": 0.01}  # volumes, and what is weighted by them


def test_a_patient_from_study_to_row(
    phantom_study: PhantomStudy, phantom_masks: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cohort = tmp_path / "cohort.csv"
    tissues = [f"{name}={phantom_masks[name]}" for name in ("muscle", "fat_sc", "fat_v", "spleen")]
    organs = [f"{name}={phantom_masks[name]}" for name in ("kidney", "urinary_bladder")]
    run = ["run", phantom_study.folder, "--cohort", cohort, "--tissues", *tissues, "--organs", *organs]
    printed = result_of(capsys, *run)
    table = read_cohort(cohort)
    assert len(table) == 1
    row = table.iloc[0]
    diagonal = float(np.linalg.norm(phantom_study.phantom.pet.grid.spacing))
    for column, value in phantom_study.truth.columns.items():
        assert row[column] == pytest.approx(value, **allowed(column, diagonal)), column
        if column in printed:
            assert printed[column] == row[column]
    assert row["lesion_engine"].startswith("threshold: SUVbw >= 4")
    assert (row["suv_scheme"], row["lbm_formula"], row["reviewed"]) == ("BQML START, series time", "janmahasatian", 0)
    folder = tmp_path / row["masks_path"]
    muscle = read_mask(folder / "tissues.seg.nrrd", "muscle", phantom_study.phantom.ct.grid)
    assert (
        muscle.voxels.sum() == SimpleITK.GetArrayViewFromImage(SimpleITK.ReadImage(str(phantom_masks["muscle"]))).sum()
    )
    lesions = read_mask(folder / "lesions.seg.nrrd", "lesions", phantom_study.phantom.pet.grid)
    assert np.array_equal(lesions.voxels, lesion_label_volume(phantom_study.phantom).voxels > 0)
    assert (folder / "patient_page.png").stat().st_size > 10_000
    # Once more: the row is replaced, what a person added to it stays.
    lines = cohort.read_text().splitlines()
    cohort.write_text("\n".join([lines[0] + ",note", lines[1] + ",seen by hand"]) + "\n")
    result_of(capsys, *run, "--lbm-formula", "james128", "--weight-kg", "70")
    again = read_cohort(cohort)
    assert len(again) == 1
    assert again.iloc[0]["note"] == "seen by hand"
    assert (again.iloc[0]["lbm_formula"], again.iloc[0]["overrides"]) == ("james128", "weight_kg=70.0")


def test_a_patient_from_image_files(
    phantom_study: PhantomStudy, phantom_masks: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from NEMOPETLib.phantom.volumes import ct_volume, pet_volume

    pet, ct = tmp_path / "pet.nii.gz", tmp_path / "ct.nrrd"
    SimpleITK.WriteImage(pet_volume(phantom_study.phantom).to_sitk(), str(pet))
    SimpleITK.WriteImage(ct_volume(phantom_study.phantom).to_sitk(), str(ct))
    examination = phantom_study.examination
    body = ["--sex", "F", "--weight-kg", examination.weight_kg, "--height-m", examination.height_m]
    found = result_of(
        capsys, "run", "--pet", pet, "--ct", ct, "--patient-id", "P1", *body, "--cohort", tmp_path / "c.csv",
        "--lesions", phantom_masks["lesions"], "--tissues", f"muscle={phantom_masks['muscle']}",
    )  # fmt: skip
    assert found["tmtv_ml"] == pytest.approx(phantom_study.truth.columns["tmtv_ml"], rel=0.01)
    assert found["muscle_sul_mean"] == pytest.approx(phantom_study.truth.columns["muscle_sul_mean"], rel=1e-5)


def test_bq_per_ml_in_an_image_file(
    phantom_study: PhantomStudy, phantom_masks: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from NEMOPETLib.phantom.volumes import pet_volume

    examination = phantom_study.examination
    image = SimpleITK.ShiftScale(pet_volume(phantom_study.phantom).to_sitk(), 0, examination.bq_per_ml_per_suv)
    SimpleITK.WriteImage(image, str(tmp_path / "bq.nii.gz"))
    minutes = (examination.scanned_at - examination.injected_at).total_seconds() / 60
    found = result_of(
        capsys, "measure", "--pet", tmp_path / "bq.nii.gz", "--pet-unit", "bqml", "--uptake-min", minutes,
        "--dose-mbq", examination.dose_bq / 1e6, "--weight-kg", examination.weight_kg,
        "--mask", f"lesions={phantom_masks['lesions']}",
    )  # fmt: skip
    assert found["suv_max"] == pytest.approx(phantom_study.truth.columns["suv_max"], rel=1e-3)


def test_json_into_a_file(phantom_study: PhantomStudy, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = tmp_path / "suv.json"
    assert main(["suv", str(phantom_study.pet_folder), "--json", str(document)]) == 0
    assert capsys.readouterr().out == ""
    assert json.loads(document.read_text(encoding="utf-8"))["units"] == "BQML"


def test_text_for_people(phantom_study: PhantomStudy, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["suv", str(phantom_study.pet_folder)]) == 0
    assert "SUVbw per unit" in capsys.readouterr().out
    assert main(["studies", str(phantom_study.folder)]) == 0
    assert "left out" in capsys.readouterr().out


@pytest.mark.parametrize("call", [["-m", "NEMOPETLib"], [str(ROOT / "NEMOPETLib" / "__main__.py")]])
def test_as_a_program(call: list[str], phantom_study: PhantomStudy, tmp_path: Path) -> None:
    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *call, *(str(each) for each in arguments)]
        return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)

    good = run("suv", phantom_study.pet_folder, "--json")
    assert (good.returncode, json.loads(good.stdout)["units"]) == (0, "BQML")
    assert run("--help").returncode == run("--version").returncode == run("run", "--help").returncode == 0
    bad = run("suv", tmp_path)
    assert bad.returncode == 2
    assert bad.stderr.startswith("nemopet: error: ")
    assert bad.stderr.count("\n") == 1

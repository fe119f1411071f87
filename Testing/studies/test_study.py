"""The phantom written in every way that DICOM allows is found, paired and read back as what it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom.uid import UID

from NEMOPETLib.errors import InputError
from NEMOPETLib.phantom.distractors import EXTRAS
from NEMOPETLib.phantom.encoding import ENCAPSULATED, NATIVE
from NEMOPETLib.phantom.images import ct_slices, pet_slices
from NEMOPETLib.phantom.phantom import small_phantom
from NEMOPETLib.phantom.study import PhantomStudy, write_phantom_study
from NEMOPETLib.studies.overrides import Overrides
from NEMOPETLib.studies.study import Study, find_studies, find_study, load_study


def check(study: Study, written: PhantomStudy) -> None:
    """Voxels, places and patient are those of the phantom."""
    ct = np.stack(list(ct_slices(written.phantom, "sharp")))
    pet = np.stack(list(pet_slices(written.phantom, "sharp")))
    np.testing.assert_array_equal(study.ct.voxels, ct)
    assert study.ct.voxels.dtype == np.int16
    np.testing.assert_allclose(study.pet.voxels, pet, rtol=0, atol=1e-4 * pet.max())
    assert study.ct.grid.matches(written.phantom.ct.grid, tolerance_mm=1e-3)
    assert study.pet.grid.matches(written.phantom.pet.grid, tolerance_mm=1e-3)
    assert (study.patient.sex, study.patient.weight_kg) == ("F", pytest.approx(written.examination.weight_kg))
    assert study.patient.bmi == pytest.approx(written.examination.bmi)


@pytest.mark.parametrize("layout", ["series", "shuffled", "disc"])
@pytest.mark.parametrize("enhanced", [False, True])
def test_classic_and_enhanced_in_any_layout(tmp_path: Path, layout: str, enhanced: bool) -> None:
    written = write_phantom_study(tmp_path, layout=layout, enhanced=enhanced)  # type: ignore[arg-type]
    check(load_study(find_study(tmp_path)), written)


@pytest.mark.parametrize("syntax", [*NATIVE, *ENCAPSULATED], ids=lambda uid: UID(uid).name)
def test_every_transfer_syntax(tmp_path: Path, syntax: UID) -> None:
    written = write_phantom_study(tmp_path, transfer_syntax=syntax)
    check(load_study(find_study(tmp_path)), written)


def test_the_pair_is_found_among_all_other_series(tmp_path: Path) -> None:
    written = write_phantom_study(tmp_path, layout="shuffled", extras=list(EXTRAS))
    selection = find_study(tmp_path)
    check(load_study(selection), written)
    assert len(selection.left_out) == len(EXTRAS)
    assert all(out.reason for out in selection.left_out)


def test_bed_gaps_are_read_on_an_even_grid(tmp_path: Path) -> None:
    written = write_phantom_study(tmp_path, small_phantom().with_bed_gaps())
    check(load_study(find_study(tmp_path)), written)


def test_studies_of_two_patients(tmp_path: Path) -> None:
    write_phantom_study(tmp_path / "a")

    def another(dataset: object) -> None:
        dataset.PatientID = "another"  # type: ignore[attr-defined]
        for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID", "SOPInstanceUID"):
            setattr(dataset, keyword, getattr(dataset, keyword) + ".9")

    write_phantom_study(tmp_path / "b", edit=another)
    studies, _ = find_studies(tmp_path)
    assert [one.problem for one in studies] == ["", ""]
    with pytest.raises(InputError, match="2 PET/CT studies"):
        find_study(tmp_path)


def test_pixels_cut_short_are_named(tmp_path: Path) -> None:
    written = write_phantom_study(tmp_path)
    cut = written.ct[10]
    cut.write_bytes(cut.read_bytes()[:-1000])
    with pytest.raises(InputError, match=cut.name):
        load_study(find_study(tmp_path))


def test_enhanced_frames_cut_short_are_named(tmp_path: Path) -> None:
    written = write_phantom_study(tmp_path, enhanced=True)
    (cut,) = written.ct
    cut.write_bytes(cut.read_bytes()[:-1000])
    with pytest.raises(InputError, match=f"{cut.name}: its frames are truncated"):
        load_study(find_study(tmp_path))


def test_a_missing_slice_is_named(tmp_path: Path) -> None:
    written = write_phantom_study(tmp_path)
    written.pet[20].unlink()
    with pytest.raises(InputError, match=f'missing between "{written.pet[19].name}" and "{written.pet[21].name}"'):
        find_study(tmp_path)


def test_the_ct_of_another_patient_is_refused(tmp_path: Path) -> None:
    def another(dataset: object) -> None:
        if dataset.Modality == "CT":  # type: ignore[attr-defined]
            dataset.PatientID = "another"  # type: ignore[attr-defined]

    write_phantom_study(tmp_path, edit=another)
    with pytest.raises(InputError, match="different patients"):
        find_study(tmp_path)


def test_weight_is_asked_for_and_taken(tmp_path: Path) -> None:
    def weightless(dataset: object) -> None:
        del dataset.PatientWeight  # type: ignore[attr-defined]

    written = write_phantom_study(tmp_path, edit=weightless)
    with pytest.raises(InputError, match="--weight-kg"):
        load_study(find_study(tmp_path))
    check(load_study(find_study(tmp_path), Overrides(weight_kg=written.examination.weight_kg)), written)

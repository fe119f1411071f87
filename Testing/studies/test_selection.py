"""Which series is used, and that every other one is left out with its reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset

from NEMOPETLib.errors import InputError
from NEMOPETLib.studies.selection import select_ct, select_series
from NEMOPETLib.studies.series import Series, Slice

PET, CT, SECONDARY = "1.2.840.10008.5.1.4.1.1.128", "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.7"


def a_series(number: int, modality: str, *, length_mm: float = 1000, start_mm: float = 0, **changes: Any) -> Series:
    """An axial series of 10 slices, whose header is changed as given."""
    slices = []
    for index in range(changes.pop("count", 10)):
        header = Dataset()
        header.Modality, header.SeriesNumber, header.SeriesInstanceUID = modality, number, f"1.2.{number}"
        header.SOPClassUID, header.SOPInstanceUID = PET if modality == "PT" else CT, f"1.2.{number}.{index}"
        header.StudyInstanceUID, header.PatientID, header.FrameOfReferenceUID = "1.9", "X", "1.8"
        header.ImageType = ["ORIGINAL", "PRIMARY"]
        header.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        header.ImagePositionPatient = [0, 0, f"{start_mm + index * length_mm / 10:.6f}"]
        header.PixelSpacing, header.Rows, header.Columns = [2.0, 2.0], 200, 200
        if modality == "PT":
            header.SeriesType, header.CorrectedImage = ["STATIC", "IMAGE"], ["DECY", "ATTN"]
        for keyword, value in changes.items():
            setattr(header, keyword, value)
        slices.append(Slice(Path(f"{number}-{index}"), header))
    return Series(tuple(slices))


PET_AC, LOW_DOSE_CT = a_series(4, "PT"), a_series(2, "CT")


def chosen(*series: Series, **options: Any) -> tuple[int, int | None, dict[int, str]]:
    """Numbers of the chosen PET and CT, and the reasons of the others by number."""
    selection = select_series(series, **options)
    ct = selection.ct.series.number if selection.ct else None
    reasons = {out.series.number: out.reason for out in selection.left_out}
    used = {selection.pet.series.number} | ({ct} if ct is not None else set())
    assert used | set(reasons) == {one.number for one in series}, "every series is used or left out"
    return selection.pet.series.number, ct, reasons


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (a_series(9, "PT", CorrectedImage=["DECY", "SCAT"]), "not attenuation-corrected"),
        (a_series(1, "PT", SeriesDescription="PET NAC WB"), "not attenuation-corrected"),
        (a_series(1, "PT", AttenuationCorrected="NO"), "not attenuation-corrected"),
        (a_series(1, "PT", SeriesDescription="WB uncorrected"), "not attenuation-corrected"),
        (a_series(1, "PT", SeriesType=["DYNAMIC", "IMAGE"]), "dynamic or gated"),
        (a_series(1, "PT", length_mm=300), "covers 300 mm"),
        (a_series(9, "PT"), "another reconstruction"),
        (a_series(1, "PT", ImageType=["DERIVED", "PRIMARY"]), "another reconstruction"),
        (a_series(1, "PT", FrameOfReferenceUID="1.7"), "no CT of its frame of reference"),
        (a_series(1, "PT", SOPClassUID=SECONDARY), "secondary capture"),
        (a_series(1, "PT", ImageType=["DERIVED", "SECONDARY", "MIP"]), "projection"),
        (a_series(1, "PT", ImageOrientationPatient=[1, 0, 0, 0, 0, -1]), "not axial"),
        (a_series(1, "CT", ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"]), "scout"),
        (a_series(1, "CT", count=2), "a slice or two only"),
        (a_series(1, "CT", SamplesPerPixel=3), "colour"),
        (a_series(1, "CT", FrameOfReferenceUID="1.7"), "another frame of reference"),
        (a_series(1, "CT", start_mm=5000), "does not overlap"),
        (a_series(1, "CT", length_mm=300), "covers less of the PET"),
        (a_series(1, "CT", ConvolutionKernel="LUNG"), "sharp kernel"),
        (a_series(1, "CT", ConvolutionKernel="B70f"), "sharp kernel"),
        (a_series(1, "CT", PixelSpacing=[1.0, 1.0]), "narrower field of view"),
        (a_series(9, "CT"), "another reconstruction"),
        (a_series(1, "MR"), "modality MR"),
        (a_series(1, "RTSTRUCT", ImagePositionPatient=None), "modality RTSTRUCT"),
    ],
)
def test_whole_body_pair_is_chosen_and_the_other_said_why(other: Series, reason: str) -> None:
    for order in ((PET_AC, LOW_DOSE_CT, other), (other, LOW_DOSE_CT, PET_AC)):
        pet, ct, reasons = chosen(*order)
        assert (pet, ct) == (4, 2)
        assert reason in reasons[other.number]


@pytest.mark.parametrize("description", ["PET WB AC", "WB_CTAC", "FDG NACL test", "Thorax no contrast", "Recon 1"])
def test_descriptions_that_are_not_uncorrected(description: str) -> None:
    pet, _, _ = chosen(a_series(4, "PT", SeriesDescription=description), LOW_DOSE_CT)
    assert pet == 4


def test_a_soft_kernel_is_not_taken_for_a_sharp_one() -> None:
    for kernel in ("B30f", "STANDARD", "SOFT", "Br40d", ["B31s", "B31s"]):
        _, ct, _ = chosen(PET_AC, a_series(1, "CT", ConvolutionKernel=kernel), LOW_DOSE_CT)
        assert ct == 1, kernel


def test_a_missing_frame_of_reference_is_assumed_and_said() -> None:
    selection = select_series([PET_AC, a_series(2, "CT", FrameOfReferenceUID="")])
    assert selection.ct is not None
    assert any("frame of reference" in warning for warning in selection.warnings)


def test_the_user_names_the_series() -> None:
    pet, ct, reasons = chosen(
        PET_AC, a_series(5, "PT"), LOW_DOSE_CT, a_series(7, "CT"), pet_series="5", ct_series="1.2.7"
    )
    assert (pet, ct) == (5, 7)
    assert "series 5 was asked for" in reasons[4]
    with pytest.raises(InputError, match="no PT series 8 in the study; there are: 4"):
        chosen(PET_AC, LOW_DOSE_CT, pet_series="8")


def test_a_pet_without_a_ct_is_still_found() -> None:
    pet, ct, _ = chosen(PET_AC)
    assert (pet, ct) == (4, None)


def test_without_a_usable_pet_each_reason_is_given() -> None:
    with pytest.raises(InputError, match=r"PT series 4.*not attenuation-corrected"):
        select_series([a_series(4, "PT", CorrectedImage=["DECY"]), LOW_DOSE_CT])
    with pytest.raises(InputError, match="no PET series"):
        select_series([LOW_DOSE_CT])


def test_a_part_of_the_body_is_said() -> None:
    selection = select_series([a_series(4, "PT", length_mm=200), a_series(2, "CT", length_mm=100)])
    assert any("not a whole body" in warning for warning in selection.warnings)
    assert any("covers only 50 %" in warning for warning in selection.warnings)


def test_slices_that_the_header_promises_are_missed() -> None:
    selection = select_series([a_series(4, "PT", NumberOfSlices=12), LOW_DOSE_CT])
    assert "the PET header promises 12 slices, 10 were found" in selection.warnings


def test_a_pet_that_does_not_say_its_corrections_is_used_and_said() -> None:
    selection = select_series([a_series(4, "PT", CorrectedImage=None), LOW_DOSE_CT])
    assert "the PET header does not say whether it is attenuation-corrected" in selection.warnings


def test_a_single_pet_slice_can_be_used() -> None:
    assert select_series([a_series(4, "PT", count=1, SliceThickness=3.0)]).pet.stack.grid.shape[0] == 1


def test_a_ct_without_a_pet() -> None:
    lung = a_series(1, "CT", ConvolutionKernel="LUNG")
    best, warnings = select_ct([lung, LOW_DOSE_CT, a_series(3, "CT", length_mm=300), a_series(5, "CT", count=1)])
    assert best.series.number == 2
    assert warnings == ["of several CT series (1, 2, 3) CT series 2 was used"]
    assert select_ct([lung, LOW_DOSE_CT], "1")[0].series.number == 1
    with pytest.raises(InputError, match="no CT can be used"):
        select_ct([PET_AC])

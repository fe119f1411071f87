"""SUV against published factors, against first principles, and against what hospitals get wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from NEMOPETLib.errors import InputError
from NEMOPETLib.studies.lean_body_mass import (
    body_surface_area_m2,
    ideal_body_weight_kg,
    lean_body_mass_kg,
)
from NEMOPETLib.studies.overrides import Overrides
from NEMOPETLib.studies.suv import suv_scaling


def header_from_json(values: dict[str, Any]) -> Dataset:
    """A PET header from the flat values of the published sets."""
    header, agent = Dataset(), Dataset()
    private = values.get("PhilipsPETPrivateGroup", {})
    for keyword, value in values.items():
        if keyword.startswith(("Radio", "RadionuclideTotal")):
            setattr(agent, keyword, value)
        elif keyword != "PhilipsPETPrivateGroup":
            setattr(header, keyword, value)
    header.RadiopharmaceuticalInformationSequence = [agent]
    for element, name in ((0x1000, "SUVScaleFactor"), (0x1009, "ActivityConcentrationScaleFactor")):
        if name in private:
            header.add_new((0x7053, element), "DS", private[name].strip())
    return header


def a_header(**changes: Any) -> Dataset:
    """70 kg, 300 MBq of F-18 at 10:00, scan at 11:00, Bq/ml decay-corrected to the scan."""
    agent = Dataset()
    agent.RadionuclideTotalDose = 300e6
    agent.RadionuclideHalfLife = 6586.2
    agent.RadiopharmaceuticalStartTime = "100000"
    header = Dataset()
    header.Units, header.DecayCorrection = "BQML", "START"
    header.PatientWeight, header.PatientSize, header.PatientSex = 70, 1.7, "F"
    header.SeriesDate = header.AcquisitionDate = "20260102"
    header.SeriesTime = header.AcquisitionTime = "110000"
    header.RadiopharmaceuticalInformationSequence = [agent]
    for keyword, value in changes.items():
        target = agent if keyword.startswith("Radio") else header
        if value is None:
            delattr(target, keyword)
        else:
            target[keyword] = DataElement(keyword, dictionary_VR(keyword), value, validation_mode=0)
    return header


def factor(header: Dataset, **overrides: Any) -> float:
    return float(suv_scaling([header], overrides=Overrides(**overrides)).factors[0])


ONE_HOUR = 70_000 / (300e6 * 2 ** (-3600 / 6586.2))


def test_published_factors_of_eight_scanners(reference_data: Path) -> None:
    folder = reference_data / "suv_headers"
    expected = json.loads((folder / "EXPECTED.json").read_text())["published_SUVbw_factor_tol_1e-6"]
    for name, published in expected.items():
        headers = [header_from_json(h) for h in json.loads((folder / f"{name}-instances.json").read_text())]
        found = suv_scaling(headers).factors
        np.testing.assert_allclose(found, published, rtol=0, atol=1e-9, err_msg=name)


def test_published_body_measures(reference_data: Path) -> None:
    published = json.loads((reference_data / "suv_headers" / "EXPECTED.json").read_text())["published_LBM_g"]
    men, women = published["75kg_1.85m_M"], published["75kg_1.85m_F"]
    assert lean_body_mass_kg("james120", "M", 75, 1.85) * 1000 == pytest.approx(men["James120"], rel=1e-12)
    assert lean_body_mass_kg("janmahasatian", "M", 75, 1.85) * 1000 == pytest.approx(men["Janmahasatian"], rel=1e-12)
    assert lean_body_mass_kg("james128", "F", 75, 1.85) * 1000 == pytest.approx(women["James"], rel=1e-12)
    assert lean_body_mass_kg("janmahasatian", "F", 75, 1.85) * 1000 == pytest.approx(women["Janmahasatian"], rel=1e-12)
    assert body_surface_area_m2(75, 1.85) * 1e4 == pytest.approx(published["BSA_cm2"], rel=1e-12)


@given(st.sampled_from(["janmahasatian", "james128", "james120"]), st.floats(40, 110), st.floats(1.4, 2.0))
def test_other_sex_is_the_mean_of_both(formula: Any, weight: float, height: float) -> None:
    both = [lean_body_mass_kg(formula, sex, weight, height) for sex in ("F", "M")]
    assert lean_body_mass_kg(formula, "O", weight, height) == pytest.approx(np.mean(both))


def test_decay_from_injection_to_series_time() -> None:
    assert factor(a_header()) == pytest.approx(ONE_HOUR, rel=1e-12)


def test_admin_needs_no_times() -> None:
    header = a_header(DecayCorrection="ADMIN", SeriesTime=None, AcquisitionTime=None)
    assert factor(header) == pytest.approx(70_000 / 300e6, rel=1e-12)


def test_without_decay_correction_each_slice_has_its_factor() -> None:
    headers = [
        a_header(DecayCorrection="NONE", AcquisitionTime=time, ActualFrameDuration=120_000)
        for time in ("110000", "111000")
    ]
    early, late = suv_scaling(headers).factors
    assert late / early == pytest.approx(2 ** (600 / 6586.2), rel=1e-12)
    # The mean activity over the frame, integrated numerically.
    seconds = np.linspace(3600, 3720, 100_001)
    mean_activity = np.trapezoid(2 ** (-seconds / 6586.2), seconds) / 120
    assert early == pytest.approx(70_000 / (300e6 * mean_activity), rel=1e-9)


@pytest.mark.parametrize(
    ("suv_type", "expected"),
    [
        (None, 1.0),
        ("BW", 1.0),
        ("LBM", 70 / lean_body_mass_kg("james120", "F", 70, 1.7)),
        ("LBMJAMES128", 70 / lean_body_mass_kg("james128", "F", 70, 1.7)),
        ("LBMJANMA", 70 / lean_body_mass_kg("janmahasatian", "F", 70, 1.7)),
        ("IBW", 70 / ideal_body_weight_kg("F", 1.7)),
    ],
)
def test_g_per_ml_in_each_type(suv_type: str | None, expected: float) -> None:
    header = a_header(Units="GML")
    if suv_type:
        header.SUVType = suv_type
    assert factor(header) == pytest.approx(expected, rel=1e-12)


def test_philips_activity_factor() -> None:
    header = a_header(Units="CNTS")
    header.add_new((0x7053, 0x1009), "DS", "0.5")
    assert factor(header) == pytest.approx(0.5 * ONE_HOUR, rel=1e-12)
    header.add_new((0x7053, 0x1000), "DS", "0")
    assert factor(header) == pytest.approx(0.5 * ONE_HOUR, rel=1e-12)


def test_series_time_of_a_reprocessing_is_not_used() -> None:
    late = a_header(SeriesTime="153000", FrameReferenceTime=0, ActualFrameDuration=120_000)
    assert factor(late) == pytest.approx(ONE_HOUR, rel=1e-12)
    late.add_new((0x0009, 0x100D), "DT", "20260102105000.00")
    assert factor(late) == pytest.approx(70_000 / (300e6 * 2 ** (-3000 / 6586.2)), rel=1e-12)


def test_frame_reference_time_marks_the_average_count_of_the_frame() -> None:
    """The second bed of a scan that began at 11:00: it started at 11:03, lasted 3 min."""
    decay = np.log(2) / 6586.2
    average = np.log(decay * 180 / (1 - np.exp(-decay * 180))) / decay
    header = a_header(
        SeriesTime="153000",
        AcquisitionTime="110300",
        ActualFrameDuration=180_000,
        FrameReferenceTime=(180 + average) * 1e3,
    )
    assert factor(header) == pytest.approx(ONE_HOUR, rel=1e-9)


def test_injection_before_midnight() -> None:
    header = a_header(RadiopharmaceuticalStartTime="233000", SeriesTime="003000", AcquisitionTime="003000")
    scaling = suv_scaling([header])
    assert scaling.factors[0] == pytest.approx(ONE_HOUR, rel=1e-12)
    assert any("midnight" in warning for warning in scaling.warnings)


def test_date_and_time_of_injection_with_zone() -> None:
    header = a_header(RadiopharmaceuticalStartTime=None, RadiopharmaceuticalStartDateTime="20260102100000.00+0100")
    assert factor(header) == pytest.approx(ONE_HOUR, rel=1e-12)


def test_a_shifted_date_of_injection_gives_its_time_of_day() -> None:
    scaling = suv_scaling([a_header(RadiopharmaceuticalStartDateTime="19990101100000")])
    assert scaling.factors[0] == pytest.approx(ONE_HOUR, rel=1e-12)
    assert any("date" in warning for warning in scaling.warnings)


def test_dose_in_megabecquerel_is_recognised_and_said() -> None:
    scaling = suv_scaling([a_header(RadionuclideTotalDose=300)])
    assert scaling.factors[0] == pytest.approx(ONE_HOUR, rel=1e-12)
    assert any("MBq" in warning for warning in scaling.warnings)


def test_half_life_of_the_nuclide_when_absent() -> None:
    header = a_header(RadionuclideHalfLife=None)
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "C-111A1", "SRT", "^18^Fluorine"
    header.RadiopharmaceuticalInformationSequence[0].RadionuclideCodeSequence = [code]
    assert factor(header) == pytest.approx(ONE_HOUR, rel=1e-12)


def test_dates_removed_by_deidentification() -> None:
    assert factor(a_header(SeriesDate="", AcquisitionDate="")) == pytest.approx(ONE_HOUR, rel=1e-12)


def test_overrides_come_before_the_header() -> None:
    header = a_header(PatientWeight=None, RadionuclideTotalDose=None, RadiopharmaceuticalStartTime=None)
    found = factor(header, weight_kg=70, dose_mbq=300, injection_time="10:00")
    assert found == pytest.approx(ONE_HOUR, rel=1e-12)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"PatientWeight": None}, "--weight-kg"),
        ({"PatientWeight": 0}, "--weight-kg"),
        ({"PatientWeight": -70}, "--weight-kg"),
        ({"PatientWeight": 70_000}, "--weight-kg"),
        ({"RadionuclideTotalDose": None}, "--dose-mbq"),
        ({"RadionuclideTotalDose": -300e6}, "--dose-mbq"),
        ({"RadionuclideTotalDose": 0}, "--dose-mbq"),
        ({"RadionuclideTotalDose": 300e3}, "--dose-mbq"),
        ({"RadiopharmaceuticalStartTime": None}, "--injection-time"),
        ({"RadiopharmaceuticalStartTime": "10h3"}, "--injection-time"),
        ({"RadiopharmaceuticalStartTime": "120000"}, "after the scan"),
        ({"RadiopharmaceuticalStartDateTime": "20260102120000"}, "after the scan"),
        ({"RadionuclideHalfLife": None}, "half-life"),
        ({"Units": "PROPCPS"}, "PROPCPS"),
        ({"Units": ""}, "(none)"),
        ({"Units": "CNTS"}, "7053"),
        ({"Units": "GML", "SUVType": "LBM", "PatientSize": None}, "--height-m"),
        ({"Units": "GML", "SUVType": "IBW", "PatientSex": ""}, "--sex"),
        ({"Units": "GML", "SUVType": "XYZ"}, "XYZ"),
        ({"Units": "CM2ML", "PatientSize": None}, "--height-m"),
        ({"DecayCorrection": None}, "decay-corrected"),
        ({"SeriesTime": None, "AcquisitionTime": None}, "time"),
        ({"DecayCorrection": "NONE", "AcquisitionTime": None}, "acquisition time"),
    ],
)
def test_what_cannot_be_made_suv_is_refused_in_one_line(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(InputError) as refused:
        suv_scaling([a_header(**changes)])
    assert named in str(refused.value)
    assert "\n" not in str(refused.value)


def test_mixed_units_are_refused() -> None:
    with pytest.raises(InputError, match="mixes"):
        suv_scaling([a_header(), a_header(Units="GML")])


def test_impossible_overrides_are_refused() -> None:
    with pytest.raises(InputError, match="--weight-kg"):
        Overrides(weight_kg=0)
    with pytest.raises(InputError, match="--injection-time"):
        factor(a_header(), injection_time="ten")

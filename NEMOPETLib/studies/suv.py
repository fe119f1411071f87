"""From the values of a PET series to SUVbw: one rule for each unit that scanners write.

SUVbw = activity concentration (Bq/ml) × body weight (g) / injected activity decayed to the image's reference
time (Bq); 1 ml of tissue is taken as 1 g. Units and SUV types: DICOM PS3.3 C.8.9.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from NEMOPETLib.errors import InputError
from NEMOPETLib.studies import header as h
from NEMOPETLib.studies.lean_body_mass import (
    LbmFormula,
    body_surface_area_m2,
)
from NEMOPETLib.studies.overrides import NO_OVERRIDES, Overrides
from NEMOPETLib.studies.patient_data import PatientData, read_patient
from NEMOPETLib.studies.radiopharmaceutical import (
    Radiopharmaceutical,
    injection_time,
    read_radiopharmaceutical,
)
from NEMOPETLib.studies.reference_time import acquisition_time, series_reference_time

_LBM_OF_SUV_TYPE: dict[str, LbmFormula] = {
    "LBM": "james120",
    "LBMJAMES128": "james128",
    "LBMJANMA": "janmahasatian",
}


@dataclass(frozen=True, eq=False)
class SuvScaling:
    """How the values of a series become SUVbw.

    Parameters
    ----------
    factors
        SUVbw per rescaled unit (after Rescale Slope and Intercept) for each slice, in the order of the headers;
        shape (n,).
    units
        Units (0054,1001) of the series.
    decay_correction
        ``START``, ``ADMIN`` or ``NONE``; empty where the unit does not need it.
    scheme
        The rule in words, as written in the row's ``suv_scheme``.
    warnings
        What was assumed, one line each.
    """

    factors: NDArray[np.float64]
    units: str
    decay_correction: str
    scheme: str
    warnings: tuple[str, ...] = ()


def suv_scaling(
    headers: Sequence[Dataset], patient: PatientData | None = None, overrides: Overrides = NO_OVERRIDES
) -> SuvScaling:
    """The factors that make SUVbw of a PET series.

    Parameters
    ----------
    headers
        One header a slice, all of one series, in any order.
    patient
        Weight, height and sex; read from the headers if not given.
    overrides
        Values that replace the header's.

    Raises
    ------
    InputError
        If the unit is unknown, or something that it needs (weight, dose, times, …) is missing or impossible;
        the message names the option that supplies it.
    """
    patient = patient or read_patient(headers[0], overrides)
    for keyword in ("Units", "SUVType", "DecayCorrection", "DecayCorrected"):
        if len({h.text(header, keyword) for header in headers}) > 1:
            raise InputError(f"the PET series mixes slices of different {keyword}: take it apart into its series")
    if patient.weight_kg is None:
        raise InputError("the PET header has no patient weight (0010,1030): give --weight-kg")
    units = unit_of(headers[0])
    rule = _RULES.get(units)
    if rule is None:
        raise InputError(
            f"PET unit {units or '(none)'} in (0054,1001) cannot be made SUV: export the series in BQML or GML"
        )
    return rule(_PetSeries(headers, patient, patient.weight_kg, overrides))


def unit_of(header: Dataset) -> str:
    """Units (0054,1001), or what an enhanced PET says in its Real World Value Mapping, as classic code."""
    units = h.text(header, "Units").upper()
    if units:
        return units
    for code in header.get("MeasurementUnitsCodeSequence") or []:
        return _UCUM.get(h.text(code, "CodeValue"), h.text(code, "CodeValue"))
    return h.text(header, "RescaleType").upper()


@dataclass(frozen=True)
class _PetSeries:
    """What every rule needs of a series."""

    headers: Sequence[Dataset]
    patient: PatientData
    weight_kg: float
    overrides: Overrides


def _from_activity(series: _PetSeries) -> SuvScaling:
    """Bq/ml: divide by the activity per gram that the injection would leave in an even body."""
    agent = read_radiopharmaceutical(series.headers[0], series.overrides)
    dose = agent.required_dose_bq()
    correction, warnings = _decay_correction(series.headers[0])
    warnings += agent.warnings
    seconds, source, more = _decay_seconds(series.headers, correction, agent, series.overrides)
    factors = np.array([series.weight_kg * 1000 / (dose * agent.remaining(each)) for each in seconds])
    return SuvScaling(factors, unit_of(series.headers[0]), correction, f"BQML {correction}{source}", (*warnings, *more))


def _decay_seconds(
    headers: Sequence[Dataset], correction: str, agent: Radiopharmaceutical, overrides: Overrides
) -> tuple[list[float], str, list[str]]:
    """Seconds from the injection to what the values of each slice refer to, the source of the time, warnings."""
    if correction == "ADMIN":
        return [0.0] * len(headers), "", []
    if correction == "START":
        reference = series_reference_time(headers, agent)
        injected, warnings = injection_time(headers[0], reference.moment, overrides, agent.half_life_s)
        return (
            [(reference.moment - injected).total_seconds()] * len(headers),
            f", {reference.source}",
            warnings,
        )
    moments = [acquisition_time(header) for header in headers]
    if None in moments:
        raise InputError(
            "the PET is not decay-corrected and has slices without an acquisition time: SUV cannot be computed"
        )
    injected, warnings = injection_time(headers[0], min(m for m in moments if m), overrides, agent.half_life_s)
    return (
        [
            (moment - injected).total_seconds()
            + agent.average_count_time_s((h.number(header, "ActualFrameDuration") or 0.0) / 1000)
            for header, moment in zip(headers, moments, strict=True)
            if moment is not None
        ],
        ", each slice's acquisition time",
        warnings,
    )


def _decay_correction(header: Dataset) -> tuple[str, list[str]]:
    stated = h.text(header, "DecayCorrection").upper()
    if stated in ("START", "ADMIN", "NONE"):
        return stated, []
    enhanced = h.text(header, "DecayCorrected").upper()
    if enhanced in ("YES", "NO"):
        return ("START" if enhanced == "YES" else "NONE"), []
    if "DECY" in h.words(header, "CorrectedImage"):
        return "START", ["Decay Correction (0054,1102) is absent: taken as START, since Corrected Image has DECY"]
    raise InputError("the PET header does not say to which time it is decay-corrected (0054,1102)")


def _from_suv(series: _PetSeries) -> SuvScaling:
    """g/ml: already an SUV; one of another body measure than weight is brought to body weight."""
    suv_type = h.text(series.headers[0], "SUVType").upper() or "BW"
    if suv_type == "BW":
        factor = 1.0
    elif suv_type in _LBM_OF_SUV_TYPE:
        lean = series.patient.lean_body_mass_kg(_LBM_OF_SUV_TYPE[suv_type])
        factor = series.weight_kg / _required(lean, suv_type)
    elif suv_type == "IBW":
        factor = series.weight_kg / _required(series.patient.ideal_body_weight_kg(), suv_type)
    else:
        raise InputError(f"SUV type {suv_type} in (0054,1006) is unknown: export the series in BQML")
    return _constant(series.headers, factor, f"GML {suv_type}")


def _from_body_surface(series: _PetSeries) -> SuvScaling:
    """cm²/ml: SUV by body surface area."""
    if series.patient.height_m is None:
        raise InputError("SUV by body surface area needs the height, and the PET header has none: give --height-m")
    area_cm2 = 1e4 * body_surface_area_m2(series.weight_kg, series.patient.height_m)
    return _constant(series.headers, series.weight_kg * 1000 / area_cm2, "CM2ML BSA")


def _from_philips_counts(series: _PetSeries) -> SuvScaling:
    """Counts of Philips: private SUV factor (7053,1000), else activity factor (7053,1009) and then as Bq/ml."""
    suv = _philips_factors(series.headers, 0x1000)
    if suv is not None:
        return SuvScaling(suv, "CNTS", "", "CNTS, Philips SUV factor (7053,1000)")
    activity = _philips_factors(series.headers, 0x1009)
    if activity is None:
        raise InputError("PET in counts (CNTS) without Philips' factors (7053,1000) or (7053,1009): export it in BQML")
    per_bq = _from_activity(series)
    return SuvScaling(
        per_bq.factors * activity,
        "CNTS",
        per_bq.decay_correction,
        f"CNTS, Philips activity factor (7053,1009), then {per_bq.scheme}",
        per_bq.warnings,
    )


def _philips_factors(headers: Sequence[Dataset], element: int) -> NDArray[np.float64] | None:
    """The private factor of each slice, None unless every slice has a positive one."""
    found = [h.as_number(header[0x7053, element].value) if (0x7053, element) in header else None for header in headers]
    factors = np.array([value or 0.0 for value in found])
    return factors if (factors > 0).all() else None


def _required(body_measure: float | None, suv_type: str) -> float:
    if body_measure is None:
        raise InputError(
            f"SUV type {suv_type} needs sex and height, and the header lacks one: give --sex and --height-m"
        )
    return body_measure


def _constant(headers: Sequence[Dataset], factor: float, scheme: str) -> SuvScaling:
    return SuvScaling(np.full(len(headers), factor), unit_of(headers[0]), h.text(headers[0], "DecayCorrection"), scheme)


_RULES = {
    "BQML": _from_activity,
    "GML": _from_suv,
    "CM2ML": _from_body_surface,
    "CNTS": _from_philips_counts,
}
_UCUM = {
    "Bq/ml": "BQML",
    "Bq/mL": "BQML",
    "g/ml{SUVbw}": "GML",
    "{SUVbw}g/ml": "GML",
    "g/ml": "GML",
    "{counts}": "CNTS",
}

"""Who was scanned: the patient's part of the cohort row."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import cast

from pydicom.dataset import Dataset

from NEMOPETLib.studies import header as h
from NEMOPETLib.studies.lean_body_mass import LbmFormula, Sex, body_mass_index, ideal_body_weight_kg, lean_body_mass_kg
from NEMOPETLib.studies.overrides import Overrides


@dataclass(frozen=True)
class PatientData:
    """Identity and body of the patient at the time of the scan; what is unknown is empty or None.

    Weight in kilograms, height in metres, age in years, sex ``F``, ``M`` or ``O``.
    """

    patient_id: str = ""
    study_uid: str = ""
    study_date: str = ""
    sex: Sex | None = None
    age_years: float | None = None
    weight_kg: float | None = None
    height_m: float | None = None
    warnings: tuple[str, ...] = ()

    @property
    def bmi(self) -> float | None:
        """Body mass index in kg/m², None without weight or height."""
        if self.weight_kg is None or self.height_m is None:
            return None
        return body_mass_index(self.weight_kg, self.height_m)

    def lean_body_mass_kg(self, formula: LbmFormula) -> float | None:
        """Lean body mass in kilograms, None if sex, weight or height is unknown."""
        if self.sex is None or self.weight_kg is None or self.height_m is None:
            return None
        return lean_body_mass_kg(formula, self.sex, self.weight_kg, self.height_m)

    def ideal_body_weight_kg(self) -> float | None:
        """Ideal body weight in kilograms, None if sex or height is unknown."""
        if self.sex is None or self.height_m is None:
            return None
        return ideal_body_weight_kg(self.sex, self.height_m)

    def sul_per_suv(self, formula: LbmFormula) -> float | None:
        """SUL = this × SUVbw: lean body mass over body weight, None if it cannot be known."""
        lean = self.lean_body_mass_kg(formula)
        return None if lean is None or self.weight_kg is None else lean / self.weight_kg


def read_patient(header: Dataset, overrides: Overrides) -> PatientData:
    """The patient as the PET's header has them, with the overrides before it.

    What is no possible weight or height is ignored and said; a lack of either or of the sex is said too, since
    SUL needs all three.
    """
    warnings: list[str] = []
    weight = overrides.weight_kg or h.number(header, "PatientWeight") or None
    if weight is not None and not 1 <= weight <= 500:
        warnings.append(f"PatientWeight {weight:g} kg is not a body weight and was ignored: give --weight-kg")
        weight = None
    height = overrides.height_m or _height_m(header, warnings)
    sex = overrides.sex or _sex(header)
    missing = [option for option, value in (("--sex", sex), ("--height-m", height)) if value is None]
    if missing:
        warnings.append(f"SUL stays empty: the PET header lacks what {', '.join(missing)} would give")
    return PatientData(
        patient_id=h.text(header, "PatientID"),
        study_uid=h.text(header, "StudyInstanceUID"),
        study_date=_iso(h.date(header, "StudyDate") or h.date(header, "SeriesDate")),
        sex=sex,
        age_years=_age_years(header),
        weight_kg=weight,
        height_m=height,
        warnings=tuple(warnings),
    )


def _height_m(header: Dataset, warnings: list[str]) -> float | None:
    height = h.number(header, "PatientSize") or None
    if height is not None and 30 <= height <= 260:
        warnings.append(f"PatientSize {height:g} was taken as centimetres")
        return height / 100
    if height is not None and not 0.3 <= height <= 2.6:
        warnings.append(f"PatientSize {height:g} m is not a height and was ignored: give --height-m")
        return None
    return height


def _sex(header: Dataset) -> Sex | None:
    sex = h.text(header, "PatientSex").upper()
    return cast("Sex", sex) if sex in ("F", "M", "O") else None


def _age_years(header: Dataset) -> float | None:
    born, scanned = h.date(header, "PatientBirthDate"), h.date(header, "StudyDate")
    if born and scanned and born <= scanned:
        return float(scanned.year - born.year - ((scanned.month, scanned.day) < (born.month, born.day)))
    age = h.text(header, "PatientAge").upper()
    if age[:-1].isdigit() and age[-1] in _PER_YEAR:
        return round(int(age[:-1]) / _PER_YEAR[age[-1]], 2)
    return None


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


_PER_YEAR = {"Y": 1.0, "M": 12.0, "W": 52.1775, "D": 365.25}

"""Who is imaged and when: what the headers say, and what turns SUV into activity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

HALF_LIFE_F18_S = 6586.2


@dataclass(frozen=True)
class Examination:
    """A fictitious patient, the injection and the scan.

    Two examinations that differ in ``patient_id`` or ``scanned_at`` get different UIDs.
    """

    patient_id: str = "PHANTOM-1"
    patient_name: str = "PHANTOM^NEMO"
    sex: str = "F"
    birth_date: str = "19640312"
    age_years: int = 59
    weight_kg: float = 66.0
    height_m: float = 1.65
    dose_bq: float = 2.5e8
    injected_at: datetime = datetime(2023, 5, 17, 9, 2, 0)
    scanned_at: datetime = datetime(2023, 5, 17, 10, 4, 0)

    @property
    def bmi(self) -> float:
        """Body mass index in kg/m²."""
        return self.weight_kg / self.height_m**2

    @property
    def lean_body_mass_kg(self) -> float:
        """Lean body mass by Janmahasatian et al., Clin Pharmacokinet 2005;44:1051; sex O: mean of both."""
        female = 9270.0 * self.weight_kg / (8780.0 + 244.0 * self.bmi)
        male = 9270.0 * self.weight_kg / (6680.0 + 216.0 * self.bmi)
        return {"F": female, "M": male, "O": (female + male) / 2.0}[self.sex]

    @property
    def bq_per_ml_per_suv(self) -> float:
        """Activity in Bq/ml, decayed to the start of the scan, of SUVbw 1 g/ml."""
        elapsed = (self.scanned_at - self.injected_at).total_seconds()
        return float(self.dose_bq * 2.0 ** (-elapsed / HALF_LIFE_F18_S) / (1000.0 * self.weight_kg))

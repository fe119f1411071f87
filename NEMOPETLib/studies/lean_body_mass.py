"""Lean body mass, ideal body weight and body surface area: what SUV can be normalised by.

Weights are in kilograms and heights in metres. Sex is ``F``, ``M`` or ``O``; for ``O`` each quantity is the
mean of the two formulas, as no formula was fitted for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

Sex = Literal["F", "M", "O"]
LbmFormula = Literal["janmahasatian", "james128", "james120"]


def body_mass_index(weight_kg: float, height_m: float) -> float:
    """Body mass index in kg/m²."""
    return weight_kg / height_m**2


def lean_body_mass_kg(formula: LbmFormula, sex: Sex, weight_kg: float, height_m: float) -> float:
    """Lean body mass in kilograms, the numerator of SUL = SUVbw × LBM / weight.

    ``janmahasatian``: Janmahasatian et al., Clin Pharmacokinet 2005;44:1051 (PERCIST's successors).
    ``james128``: James 1976 with 128 for men, DICOM's SUV type LBMJAMES128.
    ``james120``: the same with 120 for men, DICOM's SUV type LBM (PS3.3 C.8.9.1.1.3).
    """
    return _for_sex(_LEAN_BODY_MASS[formula], sex, weight_kg, height_m)


def ideal_body_weight_kg(sex: Sex, height_m: float) -> float:
    """Ideal body weight in kilograms, DICOM's SUV type IBW (PS3.3 C.8.9.1.1.3)."""

    def formula(sex: Sex, _weight_kg: float, height_m: float) -> float:
        height_cm = 100 * height_m
        return 45.5 + 0.91 * (height_cm - 152) if sex == "F" else 48.0 + 1.06 * (height_cm - 152)

    return _for_sex(formula, sex, 0.0, height_m)


def body_surface_area_m2(weight_kg: float, height_m: float) -> float:
    """Body surface area in m²: Du Bois & Du Bois, Arch Intern Med 1916;17:863."""
    return 0.007184 * weight_kg**0.425 * (100 * height_m) ** 0.725


def _janmahasatian(sex: Sex, weight_kg: float, height_m: float) -> float:
    bmi = body_mass_index(weight_kg, height_m)
    return 9270 * weight_kg / (8780 + 244 * bmi if sex == "F" else 6680 + 216 * bmi)


def _james(male_factor: float) -> Callable[[Sex, float, float], float]:
    def formula(sex: Sex, weight_kg: float, height_m: float) -> float:
        ratio = (weight_kg / (100 * height_m)) ** 2
        return 1.07 * weight_kg - 148 * ratio if sex == "F" else 1.10 * weight_kg - male_factor * ratio

    return formula


def _for_sex(formula: Callable[[Sex, float, float], float], sex: Sex, weight_kg: float, height_m: float) -> float:
    if sex == "O":
        return (formula("F", weight_kg, height_m) + formula("M", weight_kg, height_m)) / 2
    return formula(sex, weight_kg, height_m)


_LEAN_BODY_MASS = {"janmahasatian": _janmahasatian, "james128": _james(128), "james120": _james(120)}
LBM_FORMULAS: tuple[LbmFormula, ...] = ("janmahasatian", "james128", "james120")

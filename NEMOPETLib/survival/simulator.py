"""A simulated cohort with the size, subtypes, correlations and event rates of the published study.

No row is a patient: coefficients of the study are published nowhere, so the effects below are plausible, not
learned. Every row says ``simulated`` as its lesion and tissue engine, and what is made with it must say so.

Continuous variables are drawn by a Gaussian copula: normal scores with the Pearson correlation 2·sin(πρ/6)
that gives Spearman's ρ, then turned into each variable's distribution.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

import NEMOPETLib
from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.provenance import SIMULATED
from NEMOPETLib.survival.times import Floats

FOLLOW_UP_MONTHS = 24.0

_VARIABLES = (
    "age_years",
    "bmi",
    "fat_sc_volume_ml",
    "fat_v_volume_ml",
    "muscle_volume_ml",
    "fat_sc_sul_mean",
    "fat_v_sul_mean",
    "muscle_sul_mean",
    "fat_sc_hu_mean",
    "fat_v_hu_mean",
    "muscle_hu_mean",
    "tmtv_ml",
    "dmax_mm",
    "spleen_sul_mean",
)

# Spearman's ρ, lower triangle in the order of _VARIABLES. Published: bmi with the two fat volumes, tmtv with
# dmax, muscle HU with age, visceral fat volume and HU (printed there without sign). The others are plausible.
_RHO = (
    (),
    (0.20,),
    (0.10, 0.91),
    (0.40, 0.72, 0.62),
    (-0.30, 0.35, 0.30, 0.15),
    (0.0, -0.25, -0.25, -0.10, 0.0),
    (-0.10, 0.0, 0.0, -0.30, 0.10, 0.45),
    (0.0, 0.0, 0.0, 0.0, 0.10, 0.25, 0.25),
    (0.0, -0.50, -0.55, -0.40, 0.0, 0.30, 0.0, 0.0),
    (-0.35, -0.55, -0.50, -0.80, 0.0, 0.0, 0.35, 0.0, 0.45),
    (-0.62, -0.50, -0.50, -0.71, 0.15, 0.0, 0.10, 0.05, 0.35, 0.71),
    (0.05, 0.0, 0.0, 0.0, -0.10, 0.0, 0.0, -0.10, 0.0, 0.0, 0.0),
    (0.0, 0.0, 0.0, 0.05, 0.0, 0.10, 0.0, 0.0, 0.0, 0.0, 0.0, 0.56),
    (-0.10, 0.15, 0.0, 0.0, 0.10, 0.0, -0.10, 0.20, 0.0, 0.0, 0.0, -0.10, 0.0),
)

# Weight of one standard deviation (of the normal score) on the log hazard.
_EFFECTS = {
    "age_years": 0.35,
    "bmi": 0.20,
    "tmtv_ml": 0.50,
    "dmax_mm": 0.25,
    "muscle_hu_mean": -0.30,
    "muscle_sul_mean": -0.30,
    "fat_v_volume_ml": -0.10,
    "spleen_sul_mean": 0.20,
}
_SUBTYPE_EFFECTS = {"TNBC": 0.0, "HR+HER2-": -1.5, "HER2+": -1.2, "HR+HER2+": -2.4}
_WEIBULL_SHAPE = 1.66  # deaths at 12 and 24 months: 6 and 18 of 120


@dataclass(frozen=True)
class _Set:
    name: str
    years: tuple[int, int]
    subtypes: dict[str, int]
    deaths: int  # within 24 months


_TRAIN = _Set("train", (2008, 2017), {"TNBC": 73, "HR+HER2-": 200, "HR+HER2+": 57, "HER2+": 40}, 62)
_TEST = _Set("test", (2018, 2019), {"TNBC": 28, "HR+HER2-": 62, "HR+HER2+": 7, "HER2+": 23}, 18)


def normal_correlations() -> Floats:
    """(14, 14) Pearson correlations of the normal scores."""
    matrix = np.eye(len(_VARIABLES))
    for row, values in enumerate(_RHO):
        matrix[row, :row] = matrix[:row, row] = 2 * np.sin(np.pi * np.array(values) / 6)
    return matrix


def _measurements(scores: Floats) -> pd.DataFrame:
    """From (n, 14) normal scores to the variables in their units."""
    z = dict(zip(_VARIABLES, scores.T, strict=True))

    def log_normal(name: str, median: float, sigma: float) -> Floats:
        return median * np.exp(sigma * z[name])

    no_lesion = z["tmtv_ml"] < -1.75
    return pd.DataFrame(
        {
            "age_years": np.clip(59.5 + 12.5 * z["age_years"], 22, 95).round(1),
            "bmi": log_normal("bmi", 25.2, 0.19),
            "tmtv_ml": np.where(no_lesion, 0.0, log_normal("tmtv_ml", 44.0, 1.35)).round(2),
            "dmax_mm": np.where(no_lesion, 0.0, np.maximum(0, 275 + 200 * z["dmax_mm"])).round(1),
            "muscle_volume_ml": log_normal("muscle_volume_ml", 11700, 0.15).round(1),
            "muscle_sul_mean": log_normal("muscle_sul_mean", 0.51, 0.17).round(4),
            "muscle_hu_mean": (33 + 9 * z["muscle_hu_mean"]).round(2),
            "fat_sc_volume_ml": log_normal("fat_sc_volume_ml", 17800, 0.42).round(1),
            "fat_sc_sul_mean": log_normal("fat_sc_sul_mean", 0.215, 0.2).round(4),
            "fat_sc_hu_mean": (-102.3 + 4.4 * z["fat_sc_hu_mean"]).round(2),
            "fat_v_volume_ml": log_normal("fat_v_volume_ml", 2950, 0.6).round(1),
            "fat_v_sul_mean": log_normal("fat_v_sul_mean", 0.415, 0.22).round(4),
            "fat_v_hu_mean": (-94.4 + 6.1 * z["fat_v_hu_mean"]).round(2),
            "spleen_sul_mean": log_normal("spleen_sul_mean", 1.44, 0.2).round(4),
        }
    )


def _survival(generator: np.random.Generator, predictor: Floats, deaths: int) -> tuple[Floats, Floats]:
    """Weibull times scaled so that exactly ``deaths`` fall within the follow-up; the others outlive it."""
    raw = (generator.exponential(size=predictor.size) / np.exp(predictor)) ** (1 / _WEIBULL_SHAPE)
    ordered = np.append(np.sort(raw), np.inf)
    border = ordered[0] / 2 if not deaths else np.mean(ordered[deaths - 1 : deaths + 1])
    if deaths == predictor.size:
        border = ordered[-2] * 1.01
    months = np.maximum(raw / border * FOLLOW_UP_MONTHS, 0.01)
    event = raw < border
    return np.where(event, months.round(4), FOLLOW_UP_MONTHS), event.astype(np.float64)


def _subtypes(generator: np.random.Generator, counts: dict[str, int], n: int) -> np.ndarray:
    """n subtypes in the published proportions (exactly where n is the published size), shuffled."""
    whole = np.array(list(counts.values()), dtype=np.float64)
    share = whole * n / whole.sum()
    sizes = np.floor(share).astype(int)
    sizes[np.argsort(sizes - share, kind="stable")[: n - sizes.sum()]] += 1
    return generator.permutation(np.repeat(list(counts), sizes))


def _simulate_set(generator: np.random.Generator, part: _Set, n: int, effect: float) -> pd.DataFrame:
    scores = generator.standard_normal((n, len(_VARIABLES))) @ np.linalg.cholesky(normal_correlations()).T
    table = _measurements(scores)
    subtype = _subtypes(generator, part.subtypes, n)
    predictor = scores @ np.array([_EFFECTS.get(name, 0.0) for name in _VARIABLES])
    predictor += np.array([_SUBTYPE_EFFECTS[name] for name in subtype])
    deaths = round(part.deaths * n / sum(part.subtypes.values()))
    months, event = _survival(generator, effect * predictor, deaths)
    height = np.clip(1.62 + 0.065 * generator.standard_normal(n), 1.4, 1.9).round(2)
    suv_max = np.where(table["tmtv_ml"] > 0, 9 * np.exp(0.5 * generator.standard_normal(n)) + 4, 0.0).round(2)
    suv_mean = np.where(suv_max > 0, 4 + 0.3 * (suv_max - 4), 0.0).round(2)
    lesions = 1 + generator.poisson(np.sqrt(table["tmtv_ml"].to_numpy()))
    year = generator.integers(part.years[0], part.years[1] + 1, n)
    day = generator.integers(0, 365, n)
    dates = pd.to_datetime(pd.Series(year).astype(str)) + pd.to_timedelta(day, unit="D")
    return table.assign(
        study_date=dates.dt.strftime("%Y-%m-%d"),
        sex="F",
        height_m=height,
        weight_kg=(table["bmi"] * height**2).round(1),
        bmi=((table["bmi"] * height**2).round(1) / height**2).round(2),
        lesion_count=np.where(table["tmtv_ml"] > 0, lesions, 0),
        suv_max=suv_max,
        suv_mean=suv_mean,
        suv_peak=(0.85 * suv_max).round(2),
        tlg=(table["tmtv_ml"] * suv_mean).round(2),
        hr=np.char.startswith(subtype, "HR+").astype(int),
        her2=np.char.endswith(subtype, "HER2+").astype(int),
        subtype=subtype,
        os_months=months,
        os_event=event.astype(int),
        set=part.name,
    )


def simulate_cohort(seed: int = 0, n_train: int = 370, n_test: int = 120, effect: float = 1.0) -> pd.DataFrame:
    """Simulate a cohort table in the columns of the public contract.

    Parameters
    ----------
    seed
        The same seed gives the same table.
    n_train, n_test
        Sizes of the two sets; their subtypes and deaths within 24 months keep the published proportions, at
        the published sizes exactly. Everybody else is followed to 24 months.
    effect
        Factor of all effects on survival: 0 simulates a cohort in which nothing is prognostic.

    Raises
    ------
    InputError
        A size below 0, or no row at all.
    """
    if min(n_train, n_test) < 0 or not n_train + n_test:
        raise InputError(f"cannot simulate {n_train} + {n_test} patients: give sizes from 0 on, one above 0")
    generator = np.random.default_rng(seed)
    parts = [_simulate_set(generator, part, n, effect) for part, n in ((_TRAIN, n_train), (_TEST, n_test)) if n]
    table = pd.concat(parts, ignore_index=True)
    numbers = np.arange(1, len(table) + 1)
    first = ["patient_id", "study_uid", "study_date", "sex", "age_years", "weight_kg", "height_m", "bmi"]
    table = table.assign(
        patient_id=[f"SIM-{number:04d}" for number in numbers],
        study_uid=[f"simulated.{seed}.{number}" for number in numbers],
        software_version=NEMOPETLib.__version__,
        lesion_engine=SIMULATED,
        tissue_engine=SIMULATED,
        suv_scheme=SIMULATED,
        lbm_formula="janmahasatian",
        warnings="simulated: no patient",
    )
    return table[first + [name for name in table.columns if name not in first]]

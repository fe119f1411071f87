from __future__ import annotations

import numpy as np
import pytest

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.associations import spearman
from NEMOPETLib.survival.concordance import concordance
from NEMOPETLib.survival.provenance import origin_of, simulated_rows
from NEMOPETLib.survival.simulator import normal_correlations, simulate_cohort

PUBLISHED = {
    ("bmi", "fat_sc_volume_ml"): 0.91,
    ("bmi", "fat_v_volume_ml"): 0.72,
    ("tmtv_ml", "dmax_mm"): 0.56,
    ("muscle_hu_mean", "fat_v_volume_ml"): -0.71,
    ("muscle_hu_mean", "fat_v_hu_mean"): 0.71,
    ("muscle_hu_mean", "age_years"): -0.62,
}


def test_sizes_subtypes_and_deaths_are_the_published_ones():
    table = simulate_cohort(5)
    train, test = (table[table["set"] == name] for name in ("train", "test"))
    assert (len(train), len(test)) == (370, 120)
    assert (train["os_event"].sum(), test["os_event"].sum()) == (62, 18)
    assert train["subtype"].value_counts().to_dict() == {
        "TNBC": 73,
        "HR+HER2-": 200,
        "HR+HER2+": 57,
        "HER2+": 40,
    }
    assert test["subtype"].value_counts().to_dict() == {
        "TNBC": 28,
        "HR+HER2-": 62,
        "HR+HER2+": 7,
        "HER2+": 23,
    }
    assert ((table["os_event"] == 1) | (table["os_months"] == 24)).all()
    assert table["os_months"].between(0, 24, inclusive="right").all()


def test_correlations_are_the_published_ones():
    table = simulate_cohort(1, 8000, 0)
    for (one, other), rho in PUBLISHED.items():
        assert spearman([table[one], table[other]], [one, other]).rho[0, 1] == pytest.approx(rho, abs=0.03)
    assert np.linalg.eigvalsh(normal_correlations())[0] > 0


def test_receptors_follow_the_subtype():
    table = simulate_cohort(2)
    receptors = table.groupby("subtype")[["hr", "her2"]].agg(["min", "max"]).to_numpy().tolist()
    assert receptors == [[0, 0, 1, 1], [1, 1, 1, 1], [1, 1, 0, 0], [0, 0, 0, 0]]
    assert list(table["subtype"].unique().sort() or sorted(table["subtype"].unique())) == [
        "HER2+",
        "HR+HER2+",
        "HR+HER2-",
        "TNBC",
    ]


def test_columns_fit_together():
    table = simulate_cohort(3)
    assert np.allclose(table["bmi"], table["weight_kg"] / table["height_m"] ** 2, atol=0.006)
    assert ((table["tmtv_ml"] == 0) == (table["lesion_count"] == 0)).all()
    assert table["patient_id"].is_unique
    assert table["study_date"].str.fullmatch(r"\d{4}-\d\d-\d\d").all()
    assert table[table["set"] == "test"]["study_date"].between("2018-01-01", "2019-12-31").all()
    assert not table.isna().any().any()


def test_every_row_says_that_it_is_simulated():
    table = simulate_cohort(0, 20, 10)
    assert simulated_rows(table).all()
    assert origin_of(table) == "simulated"
    assert origin_of(table.assign(lesion_engine="threshold", tissue_engine="none")) == "real"
    assert origin_of(table.drop(columns=["lesion_engine", "tissue_engine"])) == "real"


def test_the_seed_decides():
    assert simulate_cohort(7).equals(simulate_cohort(7))
    assert not simulate_cohort(7)["os_months"].equals(simulate_cohort(8)["os_months"])


def test_effects_can_be_switched_off():
    high = [simulate_cohort(seed, 600, 0) for seed in range(3)]
    null = [simulate_cohort(seed, 600, 0, effect=0) for seed in range(3)]

    def index(table) -> float:
        return concordance(table["os_months"], table["os_event"], -table["hr"]).index

    assert min(map(index, high)) > 0.55
    assert 0.45 < np.mean([*map(index, null)]) < 0.55


def test_any_size_and_none():
    assert len(simulate_cohort(0, 0, 7)) == 7
    assert len(simulate_cohort(0, 1, 0)) == 1
    with pytest.raises(InputError, match="cannot simulate 0"):
        simulate_cohort(0, 0, 0)

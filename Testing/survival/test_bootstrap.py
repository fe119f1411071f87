from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.bootstrap import bootstrap_chain
from NEMOPETLib.survival.chain import Chain, Derived, run_chain
from NEMOPETLib.survival.concordance import concordance
from NEMOPETLib.survival.cut_methods import CutRule
from NEMOPETLib.survival.design import design_matrix, numeric_design


@pytest.fixture(scope="module")
def study(r):
    """The published chain: BCi from nine tissue measurements, then eight candidates, then the cuts."""
    cohort = r.cohort("nemo_cont_train")
    models = r.reference("nemo_cont")["models"]
    inner = design_matrix(cohort.table, models["bci"]["entry"])
    empty = cohort.table.assign(bci=0.0)
    outer = design_matrix(empty, models["clinical_radiomic_bci"]["entry"])
    rules = (CutRule("rlr"), CutRule("rhier"))
    return cohort, Chain(outer, "both", (Derived("bci", inner),), rules)


def test_the_original_chain_is_r_study(r, study):
    cohort, chain = study
    found = run_chain(cohort.time, cohort.event, chain, np.arange(370))
    reference = r.reference("nemo_cont")
    expected = reference["models"]["clinical_radiomic_bci"]["final"]
    assert list(found.selected) == reference["models"]["clinical_radiomic_bci"]["step_both"]["selected"]
    assert list(found.inner["bci"]) == reference["models"]["bci"]["step_both"]["selected"]
    assert_allclose(np.exp(found.predictor), expected["risk"], rtol=1e-9)
    assert_allclose(found.concordance, expected["concordance"], rtol=1e-12)
    cuts = reference["strat"]["clinical_radiomic_bci"]["cutpoints"]["ns45"]
    assert_allclose(found.cuts[0][0], cuts["rlr_approximate"]["cut"], rtol=1e-9)
    assert_allclose(found.cuts[1], cuts["rhier_approximate"]["cuts"], rtol=1e-9)
    assert found.concordance == found.original_concordance
    assert found.slope == pytest.approx(1, abs=1e-4)


def test_the_seed_decides_not_the_number_of_workers(study):
    cohort, chain = study
    one = bootstrap_chain(cohort.time, cohort.event, chain, 6, seed=3)
    two = bootstrap_chain(cohort.time, cohort.event, chain, 6, seed=3, workers=2)
    other = bootstrap_chain(cohort.time, cohort.event, chain, 6, seed=4)
    assert one.concordance == two.concordance != other.concordance
    assert_allclose(one.cut_intervals[1], two.cut_intervals[1], rtol=0)


def test_summary_adds_up(study):
    cohort, chain = study
    found = bootstrap_chain(cohort.time, cohort.event, chain, 25, seed=1)
    assert found.samples == 25
    assert found.failed == 0
    assert sum(found.models.values()) == pytest.approx(1)
    for term in chain.design.terms:
        share = sum(value for terms, value in found.models.items() if term in terms)
        assert found.selected[term] == pytest.approx(share)
    assert set(found.inner["bci"]) == set(chain.derived[0].design.terms)
    assert found.selected["hr"] == 1
    assert found.concordance.corrected < found.concordance.apparent
    assert 0.5 < found.slope < 1
    for interval, cuts in zip(found.cut_intervals, found.original.cuts, strict=True):
        assert interval.shape == (len(cuts), 2)
        assert (interval[:, 0] < interval[:, 1]).all()
    assert ((found.above[0] > 0) & (found.above[0] < 1)).all()


def test_corrected_concordance_is_nearer_to_new_patients_than_the_apparent_one():
    corrected, apparent, truth = [], [], []
    for seed in range(12):
        generator = np.random.default_rng(seed)
        x = generator.normal(size=(900, 8))
        time = generator.exponential(np.exp(-0.5 * x[:, 0]))
        event = generator.random(900) < 0.7
        design = numeric_design(x, [f"x{i}" for i in range(8)])
        rows = np.arange(80)
        result = bootstrap_chain(time[rows], event[rows], Chain(design.rows(rows), "backward"), 20, seed=seed)
        learned = run_chain(time, event, Chain(design, "backward"), rows)
        corrected.append(result.concordance.corrected)
        apparent.append(result.concordance.apparent)
        truth.append(concordance(time[80:], event[80:], learned.predictor[80:]).index)
    optimism = np.mean(apparent) - np.mean(truth)
    assert optimism > 0.02
    assert abs(np.mean(corrected) - np.mean(truth)) < optimism / 2


def test_a_derived_variable_can_be_logged(study):
    cohort, chain = study
    part = chain.derived[0]
    logged = Chain(chain.design, "none", (Derived("bci", part.design, part.selection, log=True),))
    found = run_chain(cohort.time, cohort.event, logged, np.arange(370))
    plain = run_chain(cohort.time, cohort.event, Chain(chain.design, "none", (part,)), np.arange(370))
    assert found.selected == plain.selected == chain.design.terms
    assert found.concordance != plain.concordance


def test_samples_that_cannot_carry_the_chain_are_counted(random_cohort):
    time, event, score = random_cohort(1, 60)
    rare = np.zeros(60)
    rare[np.argsort(time)[[5, 40]]] = 1
    design = design_matrix(pd.DataFrame({"score": score, "rare": rare}), ["score", "rare"])
    found = bootstrap_chain(time, event, Chain(design, "none"), 60)
    assert found.failed > 0
    assert found.samples + found.failed == 60
    rare = np.zeros(60)
    rare[np.argsort(time)[5]] = 1
    nearly = design_matrix(pd.DataFrame({"a": rare, "b": np.roll(rare, 1), "c": score}), ["a", "b", "c"])
    with pytest.raises(InputError, match="samples could not carry"):
        bootstrap_chain(time, event, Chain(nearly, "none"), 60)

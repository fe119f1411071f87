from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival import concordance as module
from NEMOPETLib.survival.concordance import compare_concordance, concordance


def counts(found) -> list[int]:
    return [found.concordant, found.discordant, found.tied_score, found.tied_time, found.tied_both]


def test_index_counts_and_error_equal_r(cox_case):
    found = concordance(cox_case.time, cox_case.event, cox_case.expected["risk"])
    assert counts(found) == list(cox_case.expected["concordance_counts"].values())
    assert_allclose(found.index, cox_case.expected["concordance"], rtol=1e-12)
    assert_allclose(found.se, cox_case.expected["concordance_se"], rtol=1e-10)


def test_index_on_test_rows_equals_r(r):
    cohort = r.cohort("nemo_cont_test")
    for model in ("clinical", "radiomic", "bci", "clinical_radiomic_bci"):
        final = r.reference("nemo_cont")["models"][model]["final"]
        found = concordance(cohort.time, cohort.event, final["test_risk"])
        assert counts(found) == list(final["test_concordance"]["counts"].values())
        assert_allclose(found.index, final["test_concordance"]["c"], rtol=1e-12)
        assert_allclose(found.se, final["test_concordance"]["se"], rtol=1e-10)


def test_ties_are_counted_as_defined():
    # (1, death, 3) before all; two deaths at 2 with one score; a censoring at 2 outlives the deaths there
    found = concordance([1, 2, 2, 2, 3], [1, 1, 1, 0, 0], [3, 2, 2, 2, 1])
    # comparable: row 1 with four, each of rows 2 and 3 with rows 4 (score tied) and 5
    assert counts(found) == [6, 0, 2, 0, 1]
    assert found.index == pytest.approx(7 / 8)


@pytest.mark.parametrize("tied", [False, True])
def test_index_equals_scikit_survival(random_cohort, tied):
    from sksurv.metrics import concordance_index_censored

    time, event, score = random_cohort(4, 250, tied)
    found = concordance(time, event, score)
    expected = concordance_index_censored(event, time, score)
    assert_allclose(found.index, expected[0], rtol=1e-12)
    assert [found.concordant, found.discordant, found.tied_score] == list(expected[1:4])


def test_blocks_do_not_change_the_result(random_cohort, monkeypatch):
    time, event, score = random_cohort(9, 120, tied=True)
    whole = concordance(time, event, score)
    monkeypatch.setattr(module, "_CELLS", 500)
    parts = concordance(time, event, score)
    assert counts(parts) == counts(whole)
    assert_allclose(parts.influence, whole.influence)


def test_error_is_close_to_the_spread_over_samples(random_cohort):
    samples = [concordance(*random_cohort(seed, 200)) for seed in range(200)]
    spread = np.std([sample.index for sample in samples], ddof=1)
    assert np.mean([sample.se for sample in samples]) == pytest.approx(spread, rel=0.15)
    lower, upper = samples[0].interval()
    assert lower < samples[0].index < upper


def test_difference_of_scores_uses_their_correlation(random_cohort):
    time, event, score = random_cohort(2, 200)
    noisy = score + 0.3 * np.random.default_rng(0).normal(size=200)
    one, other = concordance(time, event, score), concordance(time, event, noisy)
    found = compare_concordance(one, other)
    assert found.difference == pytest.approx(other.index - one.index)
    assert found.se < np.hypot(one.se, other.se) / 2
    assert found.lower < found.difference < found.upper
    # leaving out one row at a time moves the difference as the influences say
    everyone = np.arange(200)
    jack = [
        concordance(time[everyone != row], event[everyone != row], noisy[everyone != row]).index
        - concordance(time[everyone != row], event[everyone != row], score[everyone != row]).index
        for row in everyone
    ]
    assert found.se == pytest.approx(np.sqrt(np.var(jack) * 199), rel=0.05)
    assert compare_concordance(one, one).p == 1.0
    with pytest.raises(InputError, match="other rows"):
        compare_concordance(one, concordance(time[:90], event[:90], score[:90]))


def test_no_comparable_pair_is_refused():
    with pytest.raises(InputError, match="no two patients can be compared"):
        concordance([1, 2, 3], [0, 0, 1], [1, 2, 3])

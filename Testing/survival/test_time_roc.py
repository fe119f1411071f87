from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.risk_groups import assign_groups
from NEMOPETLib.survival.time_roc import compare_areas, time_roc


def value(cut) -> float | None:
    return None if cut is None else cut.value


def test_area_error_and_youden_cut_equal_time_roc(cut_case):
    for time, expected in cut_case.expected["timeROC"].items():
        found = time_roc(cut_case.time, cut_case.event, cut_case.score, float(time))
        assert_allclose([found.auc, found.se], [expected["auc"], expected["se"]], rtol=1e-8)
        assert_allclose(found.youden, expected["youden"], rtol=1e-8, atol=1e-14)
        assert value(found.cut(">=")) == expected["cut_ge"]
        if expected["cut_ge"] is not None:
            assert value(found.cut(">")) == expected["cut_gt"]
            assert assign_groups(cut_case.score, [found.cut(">")]).sum() == expected["n_high"]
            assert assign_groups(cut_case.score, [found.cut(">=")]).sum() == expected["n_high"]
        assert (found.cases, found.controls) == (expected["cases"], expected["controls"])
        assert cut_case.time.size - found.cases - found.controls == expected["censored"]
        best = found._best
        assert_allclose(found.sensitivity[best], expected["tp"], rtol=1e-8, atol=1e-14)
        assert_allclose(found.false_positives[best], expected["fp"], rtol=1e-8, atol=1e-14)
        assert not found.warnings


def test_area_equals_scikit_survival(random_cohort):
    from sksurv.metrics import cumulative_dynamic_auc
    from sksurv.util import Surv

    time, event, score = random_cohort(3, 300)
    survival = Surv.from_arrays(event, time)
    for at in (0.3, 0.8):
        expected, _ = cumulative_dynamic_auc(survival, survival, score, [at])
        assert_allclose(time_roc(time, event, score, at).auc, expected[0], rtol=1e-10)


def test_without_censoring_it_is_the_ordinary_roc(random_cohort):
    from sklearn.metrics import roc_auc_score, roc_curve

    time, _, score = random_cohort(4, 120, tied=True)
    found = time_roc(time, np.ones(120), score, 0.55)
    assert_allclose(found.auc, roc_auc_score(time < 0.55, score))
    false_positive, true_positive, _ = roc_curve(time < 0.55, score, drop_intermediate=False)
    assert_allclose(found.youden, (true_positive - false_positive).max())


def test_error_is_close_to_the_spread_over_samples(random_cohort):
    samples = [time_roc(*random_cohort(seed, 250), 0.7) for seed in range(200)]
    spread = np.std([sample.auc for sample in samples], ddof=1)
    assert np.mean([sample.se for sample in samples]) == pytest.approx(spread, rel=0.15)
    lower, upper = samples[0].interval()
    assert lower < samples[0].auc < upper


def test_influences_stand_in_the_order_of_the_rows(random_cohort):
    time, event, score = random_cohort(2, 90)
    order = np.random.default_rng(0).permutation(90)
    one = time_roc(time, event, score, 0.6)
    other = time_roc(time[order], event[order], score[order], 0.6)
    assert_allclose(other.influence, one.influence[order], atol=1e-12)


def test_administrative_censoring_is_evaluated_just_below_and_said(random_cohort):
    time, event, score = random_cohort(5, 200)
    limited, seen = np.minimum(time, 0.8), event & (time < 0.8)
    found = time_roc(limited, seen, score, 0.8)
    assert len(found.warnings) == 1
    assert "just below 0.8" in found.warnings[0]
    assert found.controls == (time >= 0.8).sum()
    assert_allclose(found.auc, time_roc(time, event, score, 0.8).auc)


def test_of_equal_youden_values_the_highest_cut_counts():
    # two perfect steps: above 3 (all cases) and above 1.5 would tie with one control fewer on either side
    found = time_roc([1, 1, 5, 5, 1, 5], np.ones(6), [4, 4, 3, 2, 1, 0], 3)
    assert found.youden == pytest.approx(2 / 3)
    assert value(found.cut(">")) == 3
    assert value(found.cut(">=")) == 4


def test_no_useful_cut_is_none():
    found = time_roc([1, 2, 3, 4], np.ones(4), [1, 2, 3, 4], 2.5)
    assert found.auc == 0
    assert found.youden == 0
    assert found.cut(">") is None
    assert found.cut(">=") is None


def test_difference_of_areas_uses_their_correlation(random_cohort):
    time, event, score = random_cohort(6, 250)
    noisy = score + 0.2 * np.random.default_rng(0).normal(size=250)
    one, other = time_roc(time, event, score, 0.7), time_roc(time, event, noisy, 0.7)
    found = compare_areas(one, other)
    assert found.difference == pytest.approx(other.auc - one.auc)
    assert found.se < np.hypot(one.se, other.se) / 2
    assert compare_areas(one, one).p == 1.0
    with pytest.raises(InputError, match="other rows or times"):
        compare_areas(one, time_roc(time, event, score, 0.5))


@pytest.mark.parametrize(("at", "message"), [(9.0, "nobody was followed"), (0.5, "no event before")])
def test_times_outside_the_follow_up_are_refused(at, message):
    with pytest.raises(InputError, match=message):
        time_roc([1, 2, 3], [1, 1, 0], [3, 2, 1], at)

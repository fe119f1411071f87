from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.study.risk_calibration import calibrate, known_outcome


def test_without_censoring_everybody_counts_once() -> None:
    died, weight, warnings = known_outcome(np.array([3.0, 10, 20, 30]), np.ones(4, dtype=bool), 12)
    assert died.tolist() == [True, True, False, False]
    assert weight.tolist() == [1, 1, 1, 1]
    assert warnings == ()


def test_the_censored_hand_their_weight_on() -> None:
    """One of four at risk is lost at 5: the three left, and who dies later, count 4/3."""
    time, event = np.array([3.0, 5, 10, 20, 30]), np.array([True, False, True, False, False])
    died, weight, _ = known_outcome(time, event, 12)
    assert died.tolist() == [True, False, True, False, False]
    assert weight == pytest.approx([1, 0, 4 / 3, 4 / 3, 4 / 3])
    assert weight.sum() == pytest.approx(5)


def test_end_of_study() -> None:
    died, weight, warnings = known_outcome(np.array([3.0, 24, 24]), np.array([True, False, False]), 24)
    assert died.tolist() == [True, False, False]
    assert weight.tolist() == [1, 1, 1]
    assert "just below 24" in warnings[0]
    with pytest.raises(InputError, match="nobody was followed that far"):
        known_outcome(np.array([3.0, 20]), np.array([True, False]), 24)


def test_agrees_with_logistic_regression() -> None:
    generator = np.random.default_rng(0)
    score = generator.normal(3, 2, 400)
    died = generator.random(400) < 1 / (1 + np.exp(-(score - 4)))
    weight = np.where(generator.random(400) < 0.2, 0, generator.uniform(0.5, 2, 400))
    found = calibrate(score, died, weight)
    expected = LogisticRegression(C=1e9, tol=1e-10, max_iter=1000).fit(score[:, None], died, sample_weight=weight)
    assert found.slope == pytest.approx(expected.coef_[0, 0], rel=1e-3)
    assert found.intercept == pytest.approx(expected.intercept_[0], rel=1e-3)
    np.testing.assert_allclose(found.risk(score), expected.predict_proba(score[:, None])[:, 1], rtol=5e-3)


def test_a_constant_score_gives_the_share() -> None:
    died = np.array([True, False, False, False])
    risk = calibrate(np.full(4, 2.5), died, np.array([1.0, 1, 1, 2])).risk(np.array([2.5]))
    assert risk == pytest.approx([1 / 5])


def test_perfect_separation_stays_finite() -> None:
    score = np.arange(20.0)
    found = calibrate(score, score > 9.5, np.ones(20))
    assert np.isfinite([found.intercept, found.slope]).all()
    risk = found.risk(score)
    assert (risk[:10] < 0.5).all()
    assert (risk[10:] > 0.5).all()

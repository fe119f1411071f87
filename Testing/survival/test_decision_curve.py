from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.decision_curve import decision_curve


def test_without_censoring_it_is_the_plain_net_benefit():
    generator = np.random.default_rng(1)
    risk = generator.random(300)
    dead = generator.random(300) < risk
    time = np.where(dead, 1.0, 3.0)
    thresholds = np.array([0.1, 0.3, 0.6])
    found = decision_curve(time, np.ones(300), 1 - risk, 2.0, thresholds)
    for index, threshold in enumerate(thresholds):
        treated = risk > threshold
        odds = threshold / (1 - threshold)
        plain = (treated & dead).sum() / 300 - (treated & ~dead).sum() / 300 * odds
        assert found.model[index] == pytest.approx(plain)
        assert found.treat_all[index] == pytest.approx(dead.mean() - (1 - dead.mean()) * odds)
    assert (found.model >= found.treat_all - 1e-12).all()


def test_a_useless_model_is_no_better_than_treating_all_or_none():
    found = decision_curve([1, 2, 3, 4], [1, 0, 1, 0], [0.5] * 4, 2.5, [0.2, 0.8])
    assert_allclose(found.model[0], found.treat_all[0])
    assert found.model[1] == 0.0


def test_thresholds_are_probabilities():
    with pytest.raises(InputError, match="between 0 and 1"):
        decision_curve([1, 2], [1, 0], [0.5, 0.5], 1.5, [0.0, 0.5])

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.calibration import calibration_groups, calibration_in_the_large, calibration_slope
from NEMOPETLib.survival.kaplan_meier import kaplan_meier


@pytest.fixture(scope="module")
def truth():
    """Many patients whose survival is known: exp(−t·exp(x))."""
    generator = np.random.default_rng(0)
    x = generator.normal(size=6000) * 0.7
    death, censoring = generator.exponential(np.exp(-x)), generator.exponential(2.0, size=6000)
    return np.minimum(death, censoring), death <= censoring, x


def test_true_predictions_are_calibrated(truth):
    time, event, x = truth
    survival = np.exp(-0.5 * np.exp(x))
    groups = calibration_groups(time, event, survival, 0.5, 10)
    assert len(groups) == 10
    assert sum(group.n for group in groups) == 6000
    for group in groups:
        assert group.predicted == pytest.approx(group.observed.estimate, abs=0.05)
    assert np.mean([g.observed.lower <= g.predicted <= g.observed.upper for g in groups]) >= 0.8
    assert calibration_in_the_large(time, event, survival, 0.5) == pytest.approx(1, abs=0.05)
    slope = calibration_slope(time, event, x)
    assert abs(slope.slope - 1) < 3 * slope.se


def test_exaggerated_predictions_are_seen(truth):
    time, event, x = truth
    assert calibration_slope(time, event, 2 * x).slope == pytest.approx(0.5, abs=0.05)
    assert calibration_in_the_large(time, event, np.exp(-0.25 * np.exp(x)), 0.5) > 1.4


def test_equal_predictions_stay_together():
    groups = calibration_groups([1, 2, 3, 4, 5], [1, 1, 0, 1, 1], [0.2, 0.2, 0.2, 0.9, 0.9], 2.5)
    assert [group.n for group in groups] == [3, 2]
    assert_allclose(groups[0].observed.estimate, kaplan_meier([1, 2, 3], [1, 1, 0]).at(2.5).estimate)


def test_constant_predictors_and_certain_survival_are_refused():
    with pytest.raises(InputError, match="linear predictor is constant"):
        calibration_slope([1, 2, 3], [1, 1, 0], [1, 1, 1])
    with pytest.raises(InputError, match="every predicted survival is 1"):
        calibration_in_the_large([1, 2, 3], [1, 1, 0], [1, 1, 1], 2)

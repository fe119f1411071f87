from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.brier import brier_scores
from NEMOPETLib.survival.cox import cox_fit
from NEMOPETLib.survival.design import numeric_design


@pytest.fixture
def predicted(random_cohort):
    time, event, score = random_cohort(4, 200)
    design = numeric_design(score[:, None], ["score"])
    fit = cox_fit(time, event, design)
    at = np.array([0.3, 0.6, 1.0])
    return time, event, fit.baseline.survival(fit.risk_score(design.matrix), at), at


def test_scores_equal_scikit_survival(predicted):
    from sksurv.metrics import brier_score, integrated_brier_score
    from sksurv.util import Surv

    time, event, survival, at = predicted
    observed = Surv.from_arrays(event, time)
    found = brier_scores(time, event, survival, at)
    assert_allclose(found.scores, brier_score(observed, observed, survival, at)[1], rtol=1e-10)
    assert_allclose(found.integrated, integrated_brier_score(observed, observed, survival, at), rtol=1e-10)
    assert (found.scaled > 0).all()
    assert not found.warnings


def test_without_censoring_it_is_the_mean_square():
    found = brier_scores([1, 2, 3, 4], [1, 1, 1, 1], [[0.1], [0.2], [0.7], [1.0]], [2.5])
    assert found.scores[0] == pytest.approx((0.01 + 0.04 + 0.09 + 0) / 4)
    assert found.reference[0] == pytest.approx(0.25)
    assert found.integrated == found.scores[0]


def test_the_end_of_the_study_is_scored_just_below(predicted):
    time, event, survival, at = predicted
    limited, seen = np.minimum(time, 1.0), event & (time < 1.0)
    found = brier_scores(limited, seen, survival, at)
    assert "just below 1" in found.warnings[0]
    assert_allclose(found.scores, brier_scores(time, event, survival, at).scores)


def test_bad_predictions_and_times_are_refused(predicted):
    time, event, survival, at = predicted
    with pytest.raises(InputError, match="between 0 and 1"):
        brier_scores(time, event, survival + 1, at)
    with pytest.raises(InputError, match="one predicted survival"):
        brier_scores(time, event, survival[:, :2], at)
    with pytest.raises(InputError, match="nobody was followed that far"):
        brier_scores(time, event, survival[:, :1], [99.0])

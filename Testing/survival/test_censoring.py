from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.censoring import censoring_distribution, evaluation_time


def test_deaths_leave_before_censorings_of_the_same_time():
    time = np.array([1.0, 1, 2, 2, 3, 4])
    event = np.array([True, False, True, False, False, True])
    found = censoring_distribution(time, event)
    after = np.cumprod([1 - 1 / 5, 1 - 1 / 3, 1 - 1 / 2, 1])
    assert_allclose(found.at(np.array([0.5, 1, 2.5, 3, 9])), [1, *after[:3], after[3]])
    assert_allclose(found.before(np.array([1.0, 2, 3, 4])), [1, *after[:3]])


def test_without_censoring_it_is_one():
    found = censoring_distribution(np.array([1.0, 2, 3]), np.ones(3, dtype=bool))
    assert found.at(np.array([5.0])).tolist() == [1.0]


def test_the_end_of_the_study_is_seen_from_just_below():
    time = np.array([1.0, 24, 24])
    assert evaluation_time(time, 12, "AUC") == (12, ())
    at, warnings = evaluation_time(time, 24, "AUC")
    assert at < 24
    assert at == pytest.approx(24)
    assert warnings[0].startswith("AUC evaluated just below 24")
    with pytest.raises(InputError, match="AUC at 25: nobody was followed that far"):
        evaluation_time(time, 25, "AUC")

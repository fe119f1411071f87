from __future__ import annotations

import numpy as np
import pytest

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.times import checked_scores, checked_times, named_rows


def test_rows_are_counted_from_one_and_not_all_listed():
    assert named_rows([0]) == "row 1"
    assert named_rows([2, 16]) == "rows 3, 17"
    assert named_rows(range(9)) == "rows 1, 2, 3, 4, 5, and 4 more"


def test_booleans_and_numbers_are_events():
    times, events = checked_times([1, 2, 3], [True, 0, 1.0])
    assert times.tolist() == [1.0, 2.0, 3.0]
    assert events.tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("time", "event", "message"),
    [
        ([1, np.nan, 3], [1, 0, 1], "row 2"),
        ([1, 2, 0], [1, 0, 1], "not above 0 in row 3"),
        ([-1, 2, np.inf], [1, 0, 1], "rows 1, 3"),
        ([1, 2, 3], [1, 2, 0], "neither 0 nor 1 in row 2"),
        ([1, 2, 3], [1, np.nan, 0], "row 2"),
        ([1, 2, 3], [0, 0, 0], "no events"),
        ([1, 2, 3], [1, 0], "3 survival times but 2"),
        ([], [], "no rows"),
    ],
)
def test_unusable_times_are_refused_by_row(time, event, message):
    with pytest.raises(InputError, match=message):
        checked_times(time, event)


def test_no_events_can_be_allowed():
    assert not checked_times([1, 2], [0, 0], need_event=False)[1].any()


def test_scores_must_be_finite_and_as_many_as_times():
    with pytest.raises(InputError, match="row 2"):
        checked_scores([1.0, np.nan], 2)
    with pytest.raises(InputError, match="2 scores for 3"):
        checked_scores([1.0, 2.0], 3)

from __future__ import annotations

import numpy as np
import pytest

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.risk_groups import (
    CutPoint,
    assign_groups,
    cut_points,
    group_names,
    median_cut,
    quartile_cuts,
)


def test_the_operator_decides_at_the_cut():
    score = [1, 2, 3, np.nan]
    assert assign_groups(score, [CutPoint(2, ">")]).tolist() == [0, 0, 1, -1]
    assert assign_groups(score, [CutPoint(2, ">=")]).tolist() == [0, 1, 1, -1]


def test_two_cuts_make_three_groups():
    groups = assign_groups([0, 1, 2, 3, 4], cut_points([3, 1], ">="))
    assert groups.tolist() == [0, 1, 1, 2, 2]


def test_median_and_quartiles_equal_r(cut_case):
    score, expected = cut_case.score, cut_case.expected
    assert median_cut(score)[0].value == pytest.approx(expected["median_rule"]["cut"], rel=1e-12)
    assert assign_groups(score, median_cut(score)).sum() == expected["median_rule"]["n_gt"]
    low, high = quartile_cuts(score)
    quartiles = expected["quartile_rule"]
    assert [low.value, high.value] == pytest.approx([quartiles["q1"], quartiles["q3"]], rel=1e-12)
    sizes = np.bincount(assign_groups(score, (low, high)), minlength=3).tolist()
    assert sizes == [quartiles["n_le_q1"], quartiles["n_mid"], quartiles["n_gt_q3"]]


def test_groups_have_names():
    assert group_names(2) == ("low", "high")
    assert group_names(3) == ("low", "intermediate", "high")
    assert group_names(4)[-1] == "group 4"


def test_bad_cuts_are_refused():
    with pytest.raises(InputError, match="needs > or >="):
        CutPoint(1.0, "<")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="finite"):
        CutPoint(float("nan"), ">")
    with pytest.raises(InputError, match="must rise"):
        assign_groups([1, 2], [CutPoint(2, ">"), CutPoint(1, ">")])
    with pytest.raises(InputError, match="no cut-point"):
        assign_groups([1, 2], [])

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.associations import contingency, cross_table, rank_sum, spearman, summary


@pytest.fixture
def sets(r):
    return r.cohort("nemo_cont_train").table, r.cohort("nemo_cont_test").table


def six(found) -> list[float]:
    return [found.minimum, found.q1, found.median, found.mean, found.q3, found.maximum]


def test_baseline_numbers_and_wilcoxon_equal_r(r, sets):
    train, test = sets
    for name, expected in r.reference("nemo_cont")["table1"].items():
        for table, part in ((train, "train"), (test, "test")):
            found = summary(table[name])
            assert_allclose([found.mean, found.sd], [expected[part]["mean"], expected[part]["sd"]], rtol=1e-10)
            assert_allclose(six(found), expected[part]["summary"], rtol=1e-10)
        found = rank_sum(train[name], test[name])
        assert_allclose([found.statistic, found.p], [expected["W"], expected["p_cc"]], rtol=1e-10)


def test_bci_summary_equals_r(r, sets):
    expected = r.reference("nemo_cont")["bci_summary"]
    for table, part in zip(sets, ("train", "test"), strict=True):
        assert_allclose(six(summary(table["bci"])), expected[part], rtol=1e-10)
    found = rank_sum(sets[0]["bci"], sets[1]["bci"])
    assert_allclose([found.statistic, found.p], [expected["W"], expected["p"]], rtol=1e-10)


def test_chi_squared_equals_r_with_yates_for_two_by_two_only(r, sets):
    both = pd.concat([sets[0].assign(set="train"), sets[1].assign(set="test")])
    for name, expected in r.reference("nemo_cont")["table1_categorical"].items():
        rows, columns, counts = cross_table(both["set"], both[name])
        assert rows == ["test", "train"]
        places = [columns.index(level) for level in expected["levels"]]
        assert counts[:, places].tolist() == expected["counts"]
        found = contingency(counts)
        assert (found.df, found.yates) == (expected["df"], len(columns) == 2)
        assert_allclose([found.chisq, found.p], [expected["chisq_default"], expected["p_default"]], rtol=1e-10)
        if found.fisher_p is not None:
            assert_allclose(found.fisher_p, expected["fisher"], rtol=1e-9)


def test_signed_rank_correlations_equal_r(r, sets):
    expected = r.reference("nemo_cont")["spearman_train"]
    found = spearman([sets[0][name] for name in expected["vars"]], expected["vars"])
    assert_allclose(found.rho, expected["rho"], rtol=1e-8)
    age, muscle = expected["vars"].index("age"), expected["vars"].index("hu_muscle")
    assert found.rho[age, muscle] < -0.5
    bci = expected["vars"].index("bci")
    for name, p in expected["p_asymptotic"].items():
        assert_allclose(found.p[expected["vars"].index(name), bci], p, rtol=1e-8)


def test_small_untied_samples_are_compared_exactly():
    found = rank_sum([1.1, 2.2, 3.3], [4.4, 5.5, 6.6, 0.5])
    assert found.method == "exact"
    assert found.p == pytest.approx(stats.mannwhitneyu([1.1, 2.2, 3.3], [4.4, 5.5, 6.6, 0.5], method="exact").pvalue)
    assert rank_sum([1, 1, 2], [2, 3, 4]).method == "continuity correction"
    assert rank_sum([1, 1], [1, 1, 1]).p == 1.0


def test_missing_values_are_left_out_and_counted():
    found = summary([1, np.nan, 3])
    assert (found.n, found.missing, found.mean) == (2, 1, 2.0)
    assert summary([np.nan]).n == 0
    assert np.isnan(summary([5.0]).sd)
    assert rank_sum([1, np.nan, 2], [3, 4]).statistic == 0
    matrix = spearman([[1, 2, np.nan, 4], [2, 4, 1, 8], [7, 7, 7, 7]], ["a", "b", "c"])
    assert matrix.rho[0, 1] == pytest.approx(1)
    assert matrix.p[0, 1] == 0.0
    assert matrix.n[0, 1] == 3
    assert np.isnan(matrix.rho[0, 2])


def test_empty_samples_and_tables_are_refused():
    with pytest.raises(InputError, match="no values"):
        rank_sum([np.nan], [1, 2])
    with pytest.raises(InputError, match="two rows and two columns"):
        contingency([[3, 4], [0, 0]])

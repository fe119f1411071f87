from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival import rmolr as module
from NEMOPETLib.survival.efron import null_residuals
from NEMOPETLib.survival.rmolr import rmolr, rsolr12


def searches(case):
    return {int(key[2:]): value for key, value in case.expected.items() if key.startswith("ns")}


def all_statistics(case, ns) -> np.ndarray:
    search = module._Search.of(case.time, case.event, case.score, ns)
    blocks = [block for _, _, block in module._ordered_statistics(search, 1.0)]
    return np.concatenate([block[block > -np.inf] for block in blocks])


def test_cuts_and_all_pairs_equal_rolr(cut_case):
    compared = 0
    for ns, values in searches(cut_case).items():
        expected = values.get("rmolr", {"error": "not run"})
        if "error" in expected:  # R stops where a time has an event and a censoring
            continue
        compared += 1
        found = rmolr(cut_case.time, cut_case.event, cut_case.score, ns)
        assert found.cuts == tuple(expected["cuts"])
        assert_allclose(found.statistic, expected["stat"], rtol=1e-8)
        everything = all_statistics(cut_case, ns)
        assert everything.size == expected["npairs"]
        checksum = expected["checksum"]
        assert_allclose([everything.sum(), (everything**2).sum()], [checksum["sum"], checksum["sumsq"]], rtol=1e-8)
        groups = np.searchsorted(found.cuts, cut_case.score, side="right")
        assert np.bincount(groups).tolist() == expected["n_ge"]
    if np.unique(cut_case.time).size == cut_case.time.size and np.unique(cut_case.score).size > 300:
        assert compared == 3


def test_nested_statistics_equal_rolr(cut_case):
    for ns, values in searches(cut_case).items():
        expected = values.get("rsolr12")
        if expected is None:
            continue
        found = rsolr12(cut_case.time, cut_case.event, cut_case.score, ns)
        assert [pair.cuts for pair in found] == [tuple(expected["sol1"]), tuple(expected["sol2"])]
        if None not in expected["max"]:
            assert_allclose([pair.statistic for pair in found], expected["max"], rtol=1e-8)


def test_other_direction_equals_rolr(r):
    cohort = r.cohort("edge_continuous")
    found = rmolr(cohort.time, cohort.event, cohort.table["x"], 30, worse="low")
    assert found.cuts == tuple(r.reference("edge")["edge_continuous"]["rmolr_alt_increase_ns30"])


def by_definition(time, event, score, ns) -> tuple[float, tuple[float, float]]:
    """rmolr written out, with plain loops over pairs and times."""
    residuals = null_residuals(time, event)
    moments = np.unique(time[event])
    values = np.unique(score)
    best, cuts = -np.inf, (0.0, 0.0)
    total = event.sum()

    def single(cut) -> tuple[float, float]:
        low = score < cut
        expected = (event[low] - residuals[low]).sum()
        return -residuals[low].sum(), expected * (total - expected) / total

    for i, lower in enumerate(values):
        for upper in values[i + 1 :]:
            sizes = [
                (score < lower).sum(),
                ((score >= lower) & (score < upper)).sum(),
                (score >= upper).sum(),
            ]
            if min(sizes) < ns:
                continue
            covariance = 0.0
            for moment in moments:
                at_risk = time >= moment
                first, third = (at_risk & (score < lower)).sum(), (at_risk & (score >= upper)).sum()
                covariance += first * third / at_risk.sum() ** 2
            (one, of_one), (two, of_two) = single(lower), single(upper)
            statistic = (one + two) / np.sqrt(of_one + of_two + 2 * covariance)
            if statistic > best + 1e-12:
                best, cuts = float(statistic), (float(lower), float(upper))
    return best, cuts


@pytest.mark.parametrize("tied", [False, True])
def test_ties_of_scores_events_and_censorings_follow_the_definition(random_cohort, tied):
    time, event, score = random_cohort(6, 60, tied)
    if tied:
        assert set(time[event]) & set(time[~event])
        assert np.unique(score).size < 60
    found = rmolr(time, event, score, 12)
    best, cuts = by_definition(time, event, score, 12)
    assert found.statistic == pytest.approx(best, rel=1e-10)
    assert found.cuts == cuts


def test_blocks_do_not_change_the_result(random_cohort, monkeypatch):
    time, event, score = random_cohort(7, 150, tied=True)
    whole = rmolr(time, event, score, 20), rsolr12(time, event, score, 20)
    monkeypatch.setattr(module, "_CELLS", 300)
    assert (rmolr(time, event, score, 20), rsolr12(time, event, score, 20)) == whole


def test_a_score_turned_round_mirrors_the_groups(random_cohort):
    time, event, score = random_cohort(8, 120)
    found, mirrored = rmolr(time, event, score, 20), rmolr(time, event, -score, 20, worse="low")
    assert found.statistic == pytest.approx(mirrored.statistic)
    sizes = np.bincount(np.searchsorted(found.cuts, score, side="right"))
    other = np.bincount(np.searchsorted(mirrored.cuts, -score, side="right"))
    assert sizes.tolist() == other[::-1].tolist()


def test_impossible_groups_are_refused():
    with pytest.raises(InputError, match="too few for 3 groups"):
        rmolr(np.arange(1.0, 12), np.ones(11), np.arange(11.0), 4)
    with pytest.raises(InputError, match="no two cuts leave"):
        rmolr(np.arange(1.0, 13), np.ones(12), np.repeat([0.0, 1.0], 6), 4)

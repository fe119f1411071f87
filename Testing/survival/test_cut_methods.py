from __future__ import annotations

import numpy as np
import pytest

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.cut_methods import METHODS, UNSEARCHED, CutRule, cut_p_values, find_cuts
from NEMOPETLib.survival.log_rank import log_rank
from NEMOPETLib.survival.risk_groups import assign_groups


def test_every_method_finds_r_cuts(r):
    for name, case in r.cuts():
        if name not in ("clinical", "clinical_radiomic_bci", "edge_continuous"):
            continue
        horizon = 24 if name != "edge_continuous" else 12
        ns, values = (45, case.expected["ns45"]) if "ns45" in case.expected else (30, case.expected["ns30"])

        def cuts(method, case=case, ns=ns, horizon=horizon):
            found = find_cuts(CutRule(method, ns=ns, horizon=horizon), case.time, case.event, case.score)
            return [(cut.value, cut.operator) for cut in found.cuts]

        assert cuts("rlr") == [(values["rlr_approximate"]["cut"], ">=")]
        assert cuts("rlr_last") == [(values["rlr_approximate"]["max_xcutoff"], ">")]
        assert cuts("rhier") == [(cut, ">=") for cut in values["rhier_approximate"]["cuts"]]
        assert cuts("rmolr") == [(cut, ">=") for cut in values["rmolr"]["cuts"]]
        assert cuts("surv_cutpoint") == [(case.expected["surv_cutpoint_0.1"]["cut"], ">")]
        assert cuts("time_roc") == [(case.expected["timeROC"][str(horizon)]["cut_gt"], ">")]


def test_last_admissible_cut_leaves_one_less_than_ns_above(random_cohort):
    time, event, score = random_cohort(1, 200)
    found = find_cuts(CutRule("rlr_last", ns=45), time, event, score)
    assert assign_groups(score, found.cuts).sum() == 44


def test_p_values_are_labelled(random_cohort):
    time, event, score = random_cohort(2, 150, effect=0.3)
    for method in METHODS:
        rule = CutRule(method, ns=25, horizon=0.7)
        found = cut_p_values(rule, time, event, score, permutations=49)
        groups = assign_groups(score, find_cuts(rule, time, event, score).cuts)
        assert found.naive == pytest.approx(log_rank(time, event, groups).test.p)
        if method in UNSEARCHED:
            assert (found.corrected, found.correction) == (found.naive, "not searched")
        else:
            assert found.correction == "permutation (B = 49)"
            assert found.corrected >= 1 / 50
        assert (found.lau94 is not None) == (method == "surv_cutpoint")


@pytest.mark.parametrize("method", ["rlr", "rhier", "surv_cutpoint", "time_roc"])
def test_naive_p_values_lie_and_corrected_ones_do_not(random_cohort, method):
    rule = CutRule(method, ns=12, minprop=0.15, horizon=0.6)
    found = [cut_p_values(rule, *random_cohort(seed, 60, effect=0), permutations=39, seed=seed) for seed in range(80)]
    naive = np.mean([p.naive < 0.05 for p in found])
    corrected = np.mean([p.corrected <= 2 / 40 for p in found])
    assert naive > 0.12
    assert corrected <= 0.125


def test_no_second_split_and_no_useful_cut_are_warned_of():
    score = np.arange(40.0)
    time = np.where(score < 20, 10 + score, 1 + score / 100)
    found = find_cuts(CutRule("rhier", ns=15), time, np.ones(40), score)
    assert len(found.cuts) == 1
    assert "first cut twice" in found.warnings[0]
    rule = CutRule("time_roc", horizon=2.5)
    found = find_cuts(rule, [1, 2, 3, 4], np.ones(4), [1, 2, 3, 4])
    assert found.cuts == ()
    assert "no cut is better than chance" in found.warnings[-1]
    assert cut_p_values(rule, [1, 2, 3, 4], np.ones(4), [1, 2, 3, 4], permutations=9).naive == 1.0


def test_an_unknown_method_is_refused():
    with pytest.raises(InputError, match="'tertiles' is unknown"):
        CutRule("tertiles")  # type: ignore[arg-type]

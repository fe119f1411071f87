from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.cox import cox_fit
from NEMOPETLib.survival.design import design_matrix, numeric_design
from NEMOPETLib.survival.step_aic import step_aic


def names(values) -> list[str]:
    return values if isinstance(values, list) else [values]


@pytest.mark.parametrize("direction", ["both", "backward"])
@pytest.mark.parametrize(
    "name",
    ["gbsg", "lung", *(f"{m}/full" for m in ("clinical", "radiomic", "bci", "clinical_radiomic_bci"))],
)
def test_path_equals_step_aic_of_mass(r, name, direction):
    case = r.cox(name)
    where = r.reference(name) if "/" not in name else r.reference("nemo_cont")["models"][name.split("/")[0]]
    expected = where[f"step_{direction}"]
    found = step_aic(case.time, case.event, case.design, direction)
    assert list(found.selected) == expected["selected"]
    assert [step.change for step in found.path] == names(expected["anova"]["step"])
    assert_allclose([step.aic for step in found.path], expected["anova"]["aic"], rtol=1e-10)
    assert len(found.path) == len(expected["path"])
    for step, station in zip(found.path, expected["path"], strict=True):
        assert list(step.terms) == station["current"]
        assert ["<none>", *step.candidates] == list(station["aic"])
        assert_allclose([step.aic, *step.candidates.values()], list(station["aic"].values()), rtol=1e-10)
    assert_allclose(found.fit.aic, expected["aic"], rtol=1e-12)


def plain_step(time, event, table, entry) -> tuple[list[str], list[tuple[str, ...]]]:
    """The same path by fitting every candidate with `cox_fit` from nothing."""

    def aic(terms) -> float:
        return cox_fit(time, event, design_matrix(table, terms)).aic

    terms, changes, path = tuple(entry), [], []
    while True:
        path.append(terms)
        options = {f"- {t}": tuple(u for u in terms if u != t) for t in terms}
        options |= {f"+ {t}": (*terms, t) for t in entry if t not in terms}
        best = min(options, key=lambda name: aic(options[name]))
        if aic(options[best]) >= aic(terms) - 1e-7:
            return changes, path
        changes.append(best)
        terms = options[best]


@pytest.mark.parametrize("seed", range(6))
def test_factors_move_as_a_whole_and_every_aic_is_that_of_a_full_fit(random_cohort, seed):
    time, event, score = random_cohort(seed, 120, tied=seed % 2 == 0)
    generator = np.random.default_rng(seed + 1000)
    table = pd.DataFrame(
        {
            "x": score,
            "copy": score + generator.normal(size=120),
            "noise": generator.normal(size=120),
            "group": generator.choice(["a", "b", "c"], 120),
            "flag": generator.integers(0, 2, 120),
        }
    )
    entry = list(table.columns)
    found = step_aic(time, event, design_matrix(table, entry), "both")
    changes, path = plain_step(time, event, table, entry)
    assert [step.change for step in found.path[1:]] == changes
    assert [step.terms for step in found.path] == path
    for step in found.path:
        fit = cox_fit(time, event, design_matrix(table, step.terms))
        assert step.aic == pytest.approx(fit.aic, abs=1e-7)
        assert all(f"group{level}" in fit.columns for level in "bc") == ("group" in step.terms)


def test_a_dropped_variable_can_come_back():
    # found by search: after two drops a third variable is worth its degree of freedom again
    found = None
    for seed in range(300):
        generator = np.random.default_rng(seed)
        a, b, c = generator.normal(size=(3, 40))
        matrix = np.column_stack([a, b, a + b + 0.15 * c, a - b + 0.15 * generator.normal(size=40)])
        time = generator.exponential(np.exp(-0.4 * a - 0.4 * b))
        path = step_aic(time, np.ones(40), numeric_design(matrix, list("abcd"))).path
        if any(step.change.startswith("+") for step in path):
            found = path
            break
    assert found is not None
    back = next(step for step in found if step.change.startswith("+"))
    assert back.terms[-1] == back.change[2:]
    assert all(later.aic < earlier.aic for earlier, later in pairwise(found))


def test_nothing_may_be_left(random_cohort):
    time, event, _ = random_cohort(3, 60, effect=0)
    noise = np.random.default_rng(17).normal(size=(60, 2))
    found = step_aic(time, event, numeric_design(noise, ["a", "b"]))
    assert found.selected == ()
    assert found.path[-1].candidates.keys() == {"+ a", "+ b"}
    assert found.fit.aic == pytest.approx(found.path[-1].aic) == pytest.approx(-2 * found.fit.loglik_null)
    assert found.fit.risk_score(np.empty((3, 0))).tolist() == [1.0, 1.0, 1.0]


def test_selection_can_be_switched_off(random_cohort):
    time, event, score = random_cohort(3, 60, effect=0)
    design = numeric_design(np.column_stack([score, score**2]), ["a", "b"])
    found = step_aic(time, event, design, "none")
    assert found.selected == ("a", "b")
    assert len(found.path) == 1


def test_a_separated_variable_stays_and_is_named():
    time = np.arange(1.0, 31)
    marker = (time <= 12).astype(float)
    noise = np.random.default_rng(0).normal(size=30)
    design = numeric_design(np.column_stack([noise, marker]), ["noise", "marker"])
    found = step_aic(time, np.ones(30), design)
    assert "marker" in found.selected
    assert found.fit.warnings[0].startswith("marker: ")
    assert found.path[-1].aic == pytest.approx(found.fit.aic, abs=1e-6)


def test_bad_input_is_refused_by_name(random_cohort):
    time, event, score = random_cohort(1, 40)
    with pytest.raises(InputError, match="a, b are collinear"):
        step_aic(time, event, numeric_design(np.column_stack([score, -score]), ["a", "b"]))
    with pytest.raises(InputError, match="'forward' is unknown"):
        step_aic(time, event, numeric_design(score[:, None], ["a"]), "forward")  # type: ignore[arg-type]

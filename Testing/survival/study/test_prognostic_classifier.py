from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from NEMOPETLib.errors import InputError
from NEMOPETLib.progress import no_progress
from NEMOPETLib.survival.study import prognostic_classifier as module
from NEMOPETLib.survival.study.classifier_result import ClassifierResult
from NEMOPETLib.survival.study.learners import LEARNERS, Learner
from NEMOPETLib.survival.study.prognostic_classifier import prognostic_classifier
from NEMOPETLib.survival.study.study_config import ClassifierConfig, Split, StudyConfig
from NEMOPETLib.survival.study.study_rows import select_rows
from NEMOPETLib.survival.study.survival_study import survival_study

pytest.importorskip("sksurv")

QUICK = tuple(learner for learner in LEARNERS if learner.name in ("logistic regression, ridge", "Cox, ridge"))


def cohort(n: int, seed: int, effect: float, variables: int = 2) -> pd.DataFrame:
    """Exponential deaths, a median of 24 months, some lost before; x0 is prognostic, the others are noise."""
    generator = np.random.default_rng(seed)
    x = generator.normal(size=(n, variables))
    death = generator.exponential(24 / np.log(2), n) * np.exp(-effect * x[:, 0])
    lost = generator.exponential(80, n)
    table = pd.DataFrame(x, columns=[f"x{k}" for k in range(variables)])
    return table.assign(
        os_months=np.minimum(death, lost),
        os_event=(death <= lost).astype(float),
        set=np.where(np.arange(n) < 2 * n // 3, "train", "test"),
    )


def classify(table: pd.DataFrame, learners: tuple[Learner, ...] = QUICK, **options: object) -> ClassifierResult:
    variables = tuple(name for name in table.columns if name.startswith("x"))
    config = StudyConfig(classifier=replace(ClassifierConfig(variables), **options))  # type: ignore[arg-type]
    rows, _ = select_rows(table, config, variables)
    return prognostic_classifier(rows, config, no_progress, learners)


def test_what_is_prognostic_is_found() -> None:
    found = classify(cohort(300, 1, 1.5))
    assert found.horizon == 24
    for learner in found.learners:
        assert learner.auc > 0.8
        assert learner.brier < 0.8 * learner.brier_reference
    assert found.performance["test"].roc[24.0].auc > 0.75
    assert 0.6 < found.performance["test"].calibration[24.0].in_the_large < 1.6
    assert found.chosen == min(found.learners, key=lambda learner: learner.brier).name
    assert {name: risk.size for name, risk in found.risk.items()} == {"train": 200, "test": 100}
    assert all(((risk > 0) & (risk < 1)).all() for risk in found.risk.values())


def test_noise_looks_like_noise() -> None:
    """Thirty noise variables: a leak from fold to fold would show as an AUC above chance."""
    found = classify(cohort(240, 3, 0.0, 30))
    for learner in found.learners:
        assert learner.auc_lower < 0.5 < learner.auc_upper + 0.05
        assert learner.brier > 0.97 * learner.brier_reference


def test_every_learner(recwarn: pytest.WarningsRecorder) -> None:
    found = classify(cohort(150, 4, 1.0, 3), LEARNERS, folds=2, inner_folds=2)
    assert [learner.name for learner in found.learners] == [learner.name for learner in LEARNERS]
    for learner in found.learners:
        assert learner.auc > 0.6, learner.name
        assert 0 < learner.brier < 0.26, learner.name
    assert not recwarn.list


def test_same_seed_same_risks() -> None:
    table = cohort(150, 5, 0.7)
    one, other = classify(table), classify(table)
    np.testing.assert_array_equal(one.risk["train"], other.risk["train"])
    np.testing.assert_array_equal(one.risk["test"], other.risk["test"])


def test_horizon_at_the_end_of_the_study() -> None:
    table = cohort(200, 6, 1.0)
    late = table["os_months"] >= 24
    table.loc[late, ["os_months", "os_event"]] = [24.0, 0.0]
    found = classify(table)
    assert "just below 24" in found.warnings[0]
    assert found.performance["test"].roc[24.0].controls == int((late & (table["set"] == "test")).sum())


def test_too_few_events() -> None:
    table = cohort(60, 7, 0.0)
    table.loc[table["os_months"] < 24, "os_event"] = 0.0
    table.loc[:3, ["os_months", "os_event"]] = [6.0, 1.0]
    with pytest.raises(InputError, match="needs 10 rows or more with the event by 24 and as many without: there are 4"):
        classify(table)


def test_nobody_followed_that_far() -> None:
    with pytest.raises(InputError, match="classifier at 1000: nobody was followed that far"):
        classify(cohort(90, 8, 0.0), horizon=1000.0)


def test_without_scikit_survival_the_study_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", {}.get)
    table = cohort(90, 9, 0.0)
    with pytest.raises(InputError, match="needs scikit-survival, which is not installed: pip install"):
        classify(table)
    config = StudyConfig(split=Split(), models=(), classifier=ClassifierConfig(("x0",)), bootstraps=0)
    study = survival_study(table, config)
    assert study.classifier is None
    assert [(failure.model, failure.what) for failure in study.failures] == [("", "classifier")]
    assert [row.column for row in study.baseline] == []


def test_a_variable_that_is_not_there_fails_the_classifier_only() -> None:
    config = StudyConfig(models=(), classifier=ClassifierConfig(("nowhere",)), bootstraps=0)
    study = survival_study(cohort(60, 10, 0.0), config)
    assert [failure.what for failure in study.failures] == ["classifier"]
    assert "no column nowhere" in study.failures[0].reason

"""Further public and simulated cohorts, computed by R on this machine where it has survival and MASS."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from NEMOPETLib.survival.concordance import concordance
from NEMOPETLib.survival.cox import cox_fit
from NEMOPETLib.survival.design import Design, design_matrix
from NEMOPETLib.survival.kaplan_meier import kaplan_meier
from NEMOPETLib.survival.log_rank import log_rank
from NEMOPETLib.survival.maxstat import maxstat
from NEMOPETLib.survival.predicted_survival import predicted_survival
from NEMOPETLib.survival.proportional_hazards import proportional_hazards
from NEMOPETLib.survival.risk_model import freeze, score
from NEMOPETLib.survival.simulator import simulate_cohort
from NEMOPETLib.survival.step_aic import step_aic
from NEMOPETLib.survival.times import Bools, Floats

CLINICAL = ["hr", "her2", "age_years", "bmi", "tmtv_ml", "dmax_mm"]
TISSUE = [f"{t}_{m}" for t in ("fat_sc", "fat_v", "muscle") for m in ("volume_ml", "sul_mean", "hu_mean")]
PBC = ["age", "sex", "edema", "bili", "albumin", "protime", "stage", "hepato", "ast", "platelet"]
COLON = ["rx", "sex", "age", "obstruct", "perfor", "adhere", "nodes", "differ", "extent", "surg"]


def cohort(name, dataset, variables, horizon, **more) -> dict[str, object]:
    spec = {"name": name, "dataset": dataset, "variables": variables, "horizon": horizon}
    return spec | {"time": "time", "event": "status", "is_event": "event == 1"} | more


PUBLIC = [
    cohort("veteran", "veteran", ["trt", "celltype", "karno", "diagtime", "age", "prior"], 90),
    cohort("pbc", "pbc", PBC, 1826, is_event="event == 2"),
    cohort("colon_death", "colon", COLON, 1826, where="etype == 2"),
    cohort("colon_relapse", "colon", COLON, 1826, where="etype == 1"),
    cohort("ovarian", "ovarian", ["age", "resid.ds", "rx", "ecog.ps"], 365, time="futime", event="fustat"),
    cohort("rotterdam", "rotterdam", ["age", "meno", "size", "grade", "nodes", "pgr", "er"], 1826)
    | {"time": "dtime", "event": "death"},
]
SIMULATED = {"sim_clinical": CLINICAL, "sim_tissue": TISSUE, "sim_subtype": ["subtype", *CLINICAL[2:]]}
NAMES = (*(str(spec["name"]) for spec in PUBLIC), *SIMULATED, "sim_months")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cohorts and R's numbers of them."""
    rscript = shutil.which("Rscript")
    packages = "stopifnot(all(sapply(c('survival', 'MASS', 'jsonlite'), requireNamespace, quietly = TRUE)))"
    if rscript is None or subprocess.run([rscript, "-e", packages], capture_output=True, check=False).returncode:
        pytest.skip("R with the packages survival, MASS and jsonlite is not installed")
    place = tmp_path_factory.mktemp("r")
    specs = list(PUBLIC)
    for seed, (name, variables) in enumerate(SIMULATED.items()):
        table = simulate_cohort(seed + 20, 300, 0)
        table.to_csv(place / f"{name}_rows.csv", index=False)
        file = {"file": f"{name}_rows.csv", "time": "os_months", "event": "os_event"}
        specs.append(cohort(name, None, variables, 12) | file)
    table = simulate_cohort(30, 400, 0)
    table["os_months"] = np.ceil(table["os_months"])  # whole months: heavily tied
    table.to_csv(place / "sim_months_rows.csv", index=False)
    file = {"file": "sim_months_rows.csv", "time": "os_months", "event": "os_event"}
    specs.append(cohort("sim_months", None, [*CLINICAL, "muscle_hu_mean"], 12) | file)
    (place / "cohorts.json").write_text(json.dumps(specs), encoding="utf-8")
    script = Path(__file__).with_name("against_r.R")
    subprocess.run([rscript, str(script), str(place)], check=True, capture_output=True)
    return place


@pytest.fixture(params=NAMES)
def case(request: pytest.FixtureRequest, folder: Path) -> tuple[Floats, Bools, Design, dict]:
    expected = json.loads((folder / f"{request.param}.json").read_text(encoding="utf-8"))
    table = pd.read_csv(folder / f"{request.param}.csv")
    for name, levels in (expected["levels"] or {}).items():
        table[name] = pd.Categorical(table[name], categories=levels)
    spec = next(s for s in json.loads((folder / "cohorts.json").read_text()) if s["name"] == request.param)
    expected |= {"horizon": spec["horizon"], "table": table}
    design = design_matrix(table, spec["variables"])
    return table["time"].to_numpy(np.float64), table["event"].to_numpy() == 1, design, expected


def test_cox_model(case):
    time, event, design, expected = case
    fit = cox_fit(time, event, design)
    assert_allclose(fit.coef, np.atleast_1d(expected["coef"]), rtol=1e-9, atol=1e-12)
    assert_allclose(fit.se, np.atleast_1d(expected["se"]), rtol=1e-9)
    assert_allclose([fit.loglik_null, fit.loglik], expected["loglik"], rtol=1e-11)
    assert_allclose(fit.means, np.atleast_1d(expected["means"]), rtol=1e-9, atol=1e-12)
    assert_allclose(fit.risk_score(design.matrix), expected["risk"], rtol=1e-9)
    assert_allclose(fit.baseline.at(expected["horizon"]), expected["cumulative_hazard"], rtol=1e-9)


def test_predicted_survival(case):
    time, event, design, expected = case
    table = expected["table"]
    model = freeze("model", cox_fit(time, event, design), design, table, ("time", "event"))
    found = predicted_survival(model, score(model, table.head(4)), expected["horizon"] * np.array([0.5, 1]))
    for part in ("estimate", "lower", "upper"):
        assert_allclose(getattr(found, part).T, expected["predicted"][part], rtol=1e-7)


def test_proportional_hazards(case):
    time, event, design, expected = case
    found = proportional_hazards(time, event, design, cox_fit(time, event, design))
    tests = [*found.terms.values(), found.overall]
    assert [test.df for test in tests] == expected["zph"]["df"]
    assert_allclose([test.chisq for test in tests], expected["zph"]["chisq"], rtol=1e-7, atol=1e-9)


def test_concordance(case):
    time, event, _, expected = case
    found = concordance(time, event, expected["risk"])
    assert_allclose(found.index, expected["concordance"], rtol=1e-12)
    assert_allclose(found.se, expected["concordance_se"], rtol=1e-8)
    assert found.concordant == expected["counts"][0]


@pytest.mark.parametrize("direction", ["both", "backward"])
def test_step_path(case, direction):
    time, event, design, expected = case
    found = step_aic(time, event, design, direction)
    steps = expected["steps"][direction]
    assert [step.change for step in found.path] == list(np.atleast_1d(steps["change"]))
    assert_allclose([step.aic for step in found.path], steps["aic"], rtol=1e-9)
    assert list(found.selected) == [name.strip("`") for name in np.atleast_1d(steps["selected"])]
    assert_allclose(found.fit.coef, np.atleast_1d(steps["coef"]), rtol=1e-8)


def test_kaplan_meier_and_log_rank(case):
    time, event, _, expected = case
    risk = np.array(expected["risk"])
    high = risk > np.median(risk)
    for index, rows in enumerate((~high, high)):
        curve = kaplan_meier(time[rows], event[rows])
        point = curve.at(expected["horizon"])
        values = [point.estimate, point.se, point.lower, point.upper]
        assert_allclose(values, [expected["km"][key][index] for key in ("surv", "se", "lower", "upper")], rtol=1e-9)
        median = expected["km"]["median"][index]
        assert_allclose(curve.median().estimate, np.nan if median is None else median, rtol=1e-12)
    assert_allclose(log_rank(time, event, high).test.chisq, expected["logrank"], rtol=1e-9)


def test_maximally_selected_statistic(case):
    time, event, _, expected = case
    if "maxstat" not in expected:
        pytest.skip("R's package maxstat is not installed")
    found = maxstat(time, event, expected["risk"])
    assert_allclose(found.statistic, expected["maxstat"]["statistic"], rtol=1e-9)
    assert_allclose(found.cut, expected["maxstat"]["cut"], rtol=1e-12)
    assert_allclose(found.p_lau92, expected["maxstat"]["Lau92"], rtol=1e-8)
    assert_allclose(found.p_lau94, expected["maxstat"]["Lau94"], rtol=1e-8, atol=1e-18)

"""The whole study against R, and whether its corrected p-values keep their promise.

    python Testing/Benchmarks/survival.py study          (a minute; R is timed too where Rscript is installed)
    python Testing/Benchmarks/survival.py null           (some minutes: 500 cohorts in which nothing is prognostic)

Study: CPU time, the least of several runs after one to warm up, one thread of linear algebra. "As R" is what
whole_study.R does: six models with step AIC, test of proportional hazards, every cut-point search but rmolr, groups
with survival at two horizons and log-rank test in train and test. rmolr: R's rolr needs 12.7 s for 1000 patients on
the machine of the reference values; it is not in Debian, so its time cannot be measured here.

The growth of rlr and rhier to 100 000 patients and the bootstrap of one chain: survival_core.py.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import pandas as pd

from NEMOPETLib.survival.proportional_hazards import proportional_hazards
from NEMOPETLib.survival.rmolr import rmolr
from NEMOPETLib.survival.simulator import simulate_cohort
from NEMOPETLib.survival.study.attempts import Attempts
from NEMOPETLib.survival.study.fitted_model import FittedModel, fit_model
from NEMOPETLib.survival.study.risk_strata import stratify, subtype_rows
from NEMOPETLib.survival.study.study_config import ClassifierConfig, StudyConfig, nemo_pet_study
from NEMOPETLib.survival.study.study_rows import select_rows
from NEMOPETLib.survival.study.survival_study import survival_study

R_SCRIPT = Path(__file__).with_name("whole_study.R")
R_RMOLR_1000 = 12.7
PACKAGE = {"rlr": "rolr", "rhier": "rolr", "surv_cutpoint": "maxstat", "time_roc": "timeROC"}
AS_R = ("median", "quartiles", "rlr", "rhier", "surv_cutpoint", "time_roc")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def cpu_seconds(run: Callable[[], object], repeats: int) -> float:
    """Least CPU time of several runs after one to warm up."""
    run()
    times = []
    for _ in range(repeats):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def quick(config: StudyConfig) -> StudyConfig:
    """Without further models, classifier and resampling."""
    stratify_quickly = replace(config.stratify, permutations=0)
    return replace(config, further=(), classifier=ClassifierConfig(), stratify=stratify_quickly, bootstraps=0)


def as_r(table: pd.DataFrame, config: StudyConfig) -> None:
    """What R is timed for."""
    names = {model.name for model in config.models}
    variables = [v for model in config.models for v in model.variables if v not in names]
    cohort, _ = select_rows(table, config, list(dict.fromkeys(variables)))
    attempt, fitted = Attempts(), dict[str, FittedModel]()
    subtypes = subtype_rows(cohort.table, config.stratify.subtype)
    for model in config.models:
        one = fitted[model.name] = fit_model(cohort, config.endpoint, model, fitted)
        if one.fit.terms:
            proportional_hazards(one.time[one.train], one.event[one.train], one.design, one.fit)
        for stratum in stratify(one, config, subtypes, attempt).values():
            for groups in stratum.sets.values():
                assert groups.log_rank is None or [group.survival for group in groups.groups]
    assert not attempt.failures


def r_seconds(table: pd.DataFrame, repeats: int) -> tuple[float, list[str]] | None:
    """CPU seconds of one study in R, and the packages that it lacks; None without R."""
    program = shutil.which("Rscript")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for name in ("train", "test"):
            files.append(str(Path(folder) / f"{name}.csv"))
            table[table["set"] == name].to_csv(files[-1], index=False)
        command = [program, str(R_SCRIPT), *files, str(repeats)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        say(f"R failed: {done.stderr.strip().splitlines()[-1]}")
        return None
    lines = done.stdout.strip().splitlines()
    return float(lines[-1]), lines[0].split()[1:]


def study(repeats: int) -> None:
    table, config = simulate_cohort(), quick(nemo_pet_study())
    same = replace(config, stratify=replace(config.stratify, methods=AS_R))
    ours = cpu_seconds(lambda: as_r(table, same), repeats)
    say(f"the study as R does it        {1e3 * ours:8.1f} ms")
    found = r_seconds(table, repeats)
    if found is None:
        say("the study in R                skipped: Rscript with survival and MASS is not installed")
    else:
        seconds, without = found
        parts = tuple(method for method in AS_R if PACKAGE.get(method) not in without)
        fewer = replace(config, stratify=replace(config.stratify, methods=parts))
        ours = cpu_seconds(lambda: as_r(table, fewer), repeats)
        say(f"with {', '.join(parts)} only  {1e3 * ours:8.1f} ms")
        say(f"the same in R                 {1e3 * seconds:8.1f} ms: {seconds / ours:.1f} times ours")
    whole = cpu_seconds(lambda: survival_study(table, config), max(1, repeats // 2))
    say(f"with all validation and rmolr {1e3 * whole:8.1f} ms")
    generator = np.random.default_rng(0)
    score = generator.normal(size=1000)
    death, censoring = generator.exponential(np.exp(-0.5 * score)), generator.exponential(0.5, 1000)
    pairs = cpu_seconds(lambda: rmolr(np.minimum(death, censoring), death <= censoring, score), 5)
    times = R_RMOLR_1000 / pairs
    say(f"rmolr, 1000 patients          {1e3 * pairs:8.1f} ms: R's {R_RMOLR_1000} s are {times:.0f} times that")


def null_p_values(task: tuple[int, int]) -> dict[str, tuple[float, float]]:
    """Naive and corrected p-values of every model and method in one cohort without any effect."""
    seed, permutations = task
    config = quick(nemo_pet_study())
    methods = replace(config.stratify, methods=("median", *AS_R[2:]), permutations=permutations)
    radiomic = replace(config, models=config.models[1:2], stratify=methods, seed=seed, composition=None)
    fixed = replace(radiomic, models=(replace(radiomic.models[0], selection="none"),))
    found = {}
    for label, each in (("selected", radiomic), ("as given", fixed)):
        result = survival_study(simulate_cohort(seed, 370, 0, effect=0), replace(each, split=each.split))
        for model in result.models.values():
            for method, stratum in model.strata.items():
                if stratum.p is not None and stratum.p.corrected is not None:
                    found[f"{label} {method}"] = stratum.p.naive, stratum.p.corrected
    return found


def null(cohorts: int, permutations: int, workers: int) -> bool:
    """Share of p-values below 0.05 where nothing is prognostic; whether the corrected ones keep to 3–7 %."""
    with ProcessPoolExecutor(workers) as pool:
        found = list(pool.map(null_p_values, [(seed, permutations) for seed in range(cohorts)], chunksize=2))
    kept = True
    say(f"{cohorts} null cohorts, {permutations} permutations of the whole chain: share of cohorts with p < 0.05")
    for name in dict.fromkeys(name for cohort in found for name in cohort):
        pairs = [cohort.get(name, (1.0, 1.0)) for cohort in found]  # without variables there are no groups
        naive, corrected = np.mean([[p < 0.05 for p in pair] for pair in pairs], axis=0)
        kept &= 0.03 <= corrected <= 0.07
        say(f"{name:28} naive {100 * naive:5.1f} %   corrected {100 * corrected:5.1f} %")
    return kept


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("study", "null"))
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--cohorts", type=int, default=500)
    parser.add_argument("--permutations", type=int, default=99)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    if options.what == "study":
        study(options.repeats)
    elif not null(options.cohorts, options.permutations, options.workers):
        sys.exit("a corrected p-value leaves the range of 3 to 7 %")


if __name__ == "__main__":
    main()

"""What permutations and bootstrap samples of the whole chain say of each model of a study."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from NEMOPETLib.progress import Progress
from NEMOPETLib.survival.bootstrap import BootstrapResult, bootstrap_chain
from NEMOPETLib.survival.chain import Chain
from NEMOPETLib.survival.risk_groups import Method
from NEMOPETLib.survival.study.attempts import Attempts
from NEMOPETLib.survival.study.chain_permutation import chain_permutation_p
from NEMOPETLib.survival.study.fitted_model import FittedModel
from NEMOPETLib.survival.study.model_result import ModelResult
from NEMOPETLib.survival.study.stratum_result import CutStability, Stratum
from NEMOPETLib.survival.study.study_config import StudyConfig
from NEMOPETLib.survival.study.study_result import Failure
from NEMOPETLib.survival.times import Bools, Floats


@dataclass(frozen=True, eq=False)
class _Task:
    """One model's chain and how often it is learned anew; small enough to be sent to another process."""

    name: str
    time: Floats
    event: Bools
    chain: Chain
    permutations: int
    samples: int
    seed: int


@dataclass(frozen=True, eq=False)
class _Outcome:
    p: Floats | None
    bootstrap: BootstrapResult | None
    failures: tuple[Failure, ...]


def resample(
    fitted: Mapping[str, FittedModel],
    results: Mapping[str, ModelResult],
    config: StudyConfig,
    attempt: Attempts,
    progress: Progress,
    workers: int,
) -> dict[str, ModelResult]:
    """The results with corrected p-values and, for the main models, optimism and stability of the cut-points.

    Parameters
    ----------
    fitted, results
        The models by name.
    config
        How many permutations and bootstrap samples, and the seed.
    attempt
        Who notes what fails.
    progress
        Told of the models.
    workers
        Processes, each of which takes a model at a time.
    """
    main = {model.name for model in config.models}
    tasks = [
        _Task(
            name,
            model.time[model.train],
            model.event[model.train],
            model.chain([stratum.found.rule for stratum in results[name].strata.values()]),
            config.stratify.permutations if results[name].strata else 0,
            config.bootstraps if name in main and model.fit.terms else 0,
            int(np.random.SeedSequence([config.seed, place]).generate_state(1)[0]),
        )
        for place, (name, model) in enumerate(fitted.items())
    ]
    tasks = [task for task in tasks if task.permutations or task.samples]
    done = dict(results)
    with ProcessPoolExecutor(workers) if workers > 1 else nullcontext() as pool:
        outcomes = map(_learned_anew, tasks) if pool is None else pool.map(_learned_anew, tasks)
        for task, outcome in zip(progress(tasks, "learning each model anew"), outcomes, strict=True):
            attempt.failures += outcome.failures
            done[task.name] = _completed(results[task.name], task, outcome)
    return done


def _learned_anew(task: _Task) -> _Outcome:
    attempt = Attempts()
    rows = task.time, task.event, task.chain
    p: Floats | None = None
    bootstrap: BootstrapResult | None = None
    if task.permutations:
        work = partial(chain_permutation_p, *rows, task.permutations, task.seed)
        p = attempt(task.name, "corrected p-values", work)
    if task.samples:
        bootstrap = attempt(task.name, "bootstrap", partial(bootstrap_chain, *rows, task.samples, task.seed))
    return _Outcome(p, bootstrap, tuple(attempt.failures))


def _completed(result: ModelResult, task: _Task, outcome: _Outcome) -> ModelResult:
    strata: dict[Method, Stratum] = {}
    for place, (method, stratum) in enumerate(result.strata.items()):
        corrected = stratum.p
        if corrected is not None and outcome.p is not None:
            corrected = replace(corrected, chain=float(outcome.p[place]), permutations=task.permutations)
        strata[method] = replace(stratum, p=corrected, stability=_stability(outcome.bootstrap, place))
    return replace(result, strata=strata, bootstrap=outcome.bootstrap)


def _stability(bootstrap: BootstrapResult | None, place: int) -> CutStability | None:
    if bootstrap is None:
        return None
    return CutStability(bootstrap.cut_intervals[place], bootstrap.above[place], bootstrap.chisq[place])

"""What permutations and bootstrap samples of the whole chain say of each model of a study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from NEMOPETLib.progress import Progress
from NEMOPETLib.survival.attempts import Attempts
from NEMOPETLib.survival.bootstrap import BootstrapResult, bootstrap_chain
from NEMOPETLib.survival.chain_permutation import chain_permutation_p
from NEMOPETLib.survival.fitted_model import FittedModel
from NEMOPETLib.survival.model_result import ModelResult
from NEMOPETLib.survival.risk_groups import Method
from NEMOPETLib.survival.stratum_result import CutStability, Stratum
from NEMOPETLib.survival.study_config import StudyConfig
from NEMOPETLib.survival.times import Floats


def resample(
    fitted: Mapping[str, FittedModel],
    results: Mapping[str, ModelResult],
    config: StudyConfig,
    attempt: Attempts,
    progress: Progress,
    workers: int,
) -> dict[str, ModelResult]:
    """The results with corrected p-values, optimism and stability of the cut-points, as far as asked for."""
    done = dict(results)
    if not (config.stratify.permutations or config.bootstraps):
        return done
    for place, name in enumerate(progress(list(results), "learning each model anew")):
        seed = int(np.random.SeedSequence([config.seed, place]).generate_state(1)[0])
        done[name] = _resampled(fitted[name], results[name], config, attempt, seed, workers)
    return done


def _resampled(
    model: FittedModel, result: ModelResult, config: StudyConfig, attempt: Attempts, seed: int, workers: int
) -> ModelResult:
    rows = model.train
    time, event = model.time[rows], model.event[rows]
    chain = model.chain([stratum.found.rule for stratum in result.strata.values()])
    permutations, samples = config.stratify.permutations, config.bootstraps
    p: Floats | None = None
    bootstrap: BootstrapResult | None = None
    if permutations and chain.rules:
        work = partial(chain_permutation_p, time, event, chain, permutations, seed)
        p = attempt(result.name, "corrected p-values", work)
    if samples and model.fit.terms:
        bootstrap = attempt(
            result.name, "bootstrap", partial(bootstrap_chain, time, event, chain, samples, seed, workers)
        )
    strata: dict[Method, Stratum] = {}
    for place, (method, stratum) in enumerate(result.strata.items()):
        corrected = stratum.p
        if corrected is not None and p is not None:
            corrected = replace(corrected, chain=float(p[place]), permutations=permutations)
        strata[method] = replace(stratum, p=corrected, stability=_stability(bootstrap, place))
    return replace(result, strata=strata, bootstrap=bootstrap)


def _stability(bootstrap: BootstrapResult | None, place: int) -> CutStability | None:
    if bootstrap is None:
        return None
    return CutStability(bootstrap.cut_intervals[place], bootstrap.above[place], bootstrap.chisq[place])

"""``nemopet survival COHORT --out DIR``: the whole survival study from a cohort table."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from NEMOPETLib.command_line.options import whole_number
from NEMOPETLib.command_line.output import add_json_option, add_progress_option, progress_from, say, write_result
from NEMOPETLib.errors import InputError
from NEMOPETLib.report.study_report import write_study_report
from NEMOPETLib.survival.cut_methods import METHODS
from NEMOPETLib.survival.model_file import read_model
from NEMOPETLib.survival.study.results_json import results_document
from NEMOPETLib.survival.study.study_config import ClassifierConfig, StudyConfig, nemo_pet_study, only_models
from NEMOPETLib.survival.study.study_output import write_study
from NEMOPETLib.survival.study.study_table import read_study_table
from NEMOPETLib.survival.study.study_toml import read_study_config
from NEMOPETLib.survival.study.survival_study import survival_study


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("cohort", type=Path, metavar="COHORT", help="the cohort table: CSV or .xlsx")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder to write to")
    parser.add_argument("--config", type=Path, metavar="FILE", help="TOML: which models, endpoint, cut-points, …")
    parser.add_argument("--models", nargs="+", metavar="NAME", help="only these main models (default: all)")
    parser.add_argument(
        "--methods", nargs="+", choices=METHODS, metavar="NAME",
        help="only these ways to form risk groups, of: %(choices)s (default: all)",
    )  # fmt: skip
    parser.add_argument(
        "--frozen",
        type=Path,
        nargs="+",
        default=[],
        metavar="MODEL",
        help="model files of an earlier study, evaluated on the test rows as they are",
    )
    parser.add_argument("--seed", type=whole_number, metavar="N", help="where random numbers start (default: 0)")
    parser.add_argument(
        "--bootstraps", type=whole_number, metavar="N", help="bootstrap samples; 0: none (default: 200)"
    )
    parser.add_argument(
        "--permutations",
        type=whole_number,
        metavar="N",
        help="permutations behind corrected p-values (default: 199)",
    )
    parser.add_argument("--no-classifier", action="store_true", help="leave the prognostic classifier out")
    parser.add_argument(
        "--workers",
        type=whole_number,
        default=min(8, os.cpu_count() or 1),
        metavar="N",
        help="processes that compute and draw; the numbers are the same whatever N (default: one a core, at most 8)",
    )
    parser.add_argument("--language", choices=["en", "fr"], default="en", help="of the report (default: %(default)s)")
    add_progress_option(parser)
    add_json_option(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Analyse and write; 1 if a main model failed while others did not.

    Raises
    ------
    InputError
        If nothing could be analysed.
    """
    config = _config(arguments)
    table = read_study_table(arguments.cohort)
    frozen = [read_model(path) for path in arguments.frozen]
    arguments.out.mkdir(parents=True, exist_ok=True)  # before the work of which the result goes there
    try:
        result = survival_study(table, config, progress_from(arguments), arguments.workers, frozen)
    except InputError as error:
        raise InputError(f"{arguments.cohort}: {error}") from error
    write_study(result, arguments.out)
    report = write_study_report(result, arguments.out, arguments.language, arguments.workers)
    for warning in result.warnings:
        say(f"warning: {warning}")
    for failure in result.failures:
        say(f"not done: {failure.model or 'study'}, {failure.what}: {failure.reason}")
    document = results_document(result)
    write_result(document, arguments, _lines(document, report))
    if not result.models:
        reasons = "; ".join(f"{f.model}: {f.reason}" for f in result.failures if f.what == "model")
        raise InputError(f"{arguments.cohort}: no model could be fitted: {reasons}")
    return 1 if any(model.name not in result.models for model in config.models) else 0


def _config(arguments: argparse.Namespace) -> StudyConfig:
    config = nemo_pet_study() if arguments.config is None else read_study_config(arguments.config)
    if arguments.models:
        config = only_models(config, arguments.models)
    if arguments.methods:
        config = replace(config, stratify=replace(config.stratify, methods=tuple(arguments.methods)))
    if arguments.seed is not None:
        config = replace(config, seed=arguments.seed)
    if arguments.bootstraps is not None:
        config = replace(config, bootstraps=arguments.bootstraps)
    if arguments.permutations is not None:
        config = replace(config, stratify=replace(config.stratify, permutations=arguments.permutations))
    if arguments.no_classifier:
        config = replace(config, classifier=ClassifierConfig())
    return config


def _lines(document: dict[str, Any], report: Path) -> Iterator[str]:
    counts = ", ".join(f"{n} {name}" for name, n in document["n"].items())
    yield f"analysed: {counts}"
    if document["origin"] == "simulated":
        yield "simulated patients: nothing here says anything about real ones"
    for name, model in document["models"].items():
        kept = ", ".join(model["selected"]) or "nothing"
        index = ", ".join(
            f"{value:.3f} in {where}" for where, value in model["concordance"].items() if value is not None
        )
        yield f"{name}: kept {kept}; C {index}"
    yield f"report: {report}"

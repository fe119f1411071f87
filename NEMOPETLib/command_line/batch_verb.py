"""``nemopet batch ROOT --cohort FILE``: every patient below a folder, resumable, on one machine or a cluster."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from NEMOPETLib.batch.batch import BatchOptions, run_batch
from NEMOPETLib.batch.cluster_crew import ClusterCrew
from NEMOPETLib.batch.crew import Crew
from NEMOPETLib.batch.index_page import index_path, write_index
from NEMOPETLib.batch.job import Recipe
from NEMOPETLib.batch.memory import plan_memory
from NEMOPETLib.batch.networks import network_bytes, require_networks, uses_network, weights_text
from NEMOPETLib.batch.process_crew import ProcessCrew
from NEMOPETLib.batch.summary import BatchSummary, PatientStanding
from NEMOPETLib.command_line.batch_view import BatchView
from NEMOPETLib.command_line.engine_options import add_engine_options, engines_from
from NEMOPETLib.command_line.options import add_privacy_options, add_series_options, positive_number, pseudonyms_from
from NEMOPETLib.command_line.output import (
    add_json_option,
    add_progress_option,
    progress_from,
    say,
    step_writer,
    write_result,
)
from NEMOPETLib.command_line.patient_options import add_row_options, patient_options_from
from NEMOPETLib.engines.nvidia import nvidia_gpus
from NEMOPETLib.errors import InputError
from NEMOPETLib.report.words import Language
from NEMOPETLib.studies.archive import ArchivedStudy

_MOST_WORKERS = 4  # unless asked for: more wait for the disk


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("root", type=Path, metavar="ROOT", help="a folder; searched to any depth")
    parser.add_argument("--cohort", type=Path, required=True, metavar="FILE", help="cohort table (CSV); made if absent")
    parser.add_argument(
        "--workers", type=positive_number, metavar="N", help="patients at once (default: cores, at most 4)"
    )
    parser.add_argument("--scheduler", metavar="ADDRESS", help="work on the Dask cluster of this scheduler")
    parser.add_argument(
        "--redo-changed",
        action="store_true",
        help="do anew what was made of other input, options, weights or software",
    )
    parser.add_argument(
        "--wait-min", type=float, default=30.0, metavar="MIN",
        help="how long to wait for a share that is away or a full disk (default: %(default)s)",
    )  # fmt: skip
    add_engine_options(parser)
    add_row_options(parser)
    add_series_options(parser, "pet", "ct")
    add_privacy_options(parser)
    add_progress_option(parser)
    add_json_option(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Process all patients; 1 if some failed.

    Raises
    ------
    InputError
        If the archive or the table cannot be used, or are out of reach for too long.
    """
    if not arguments.root.is_dir():
        raise InputError(f"{arguments.root} is no folder: give the folder of the studies")
    options = replace(patient_options_from(arguments), pseudonyms=pseudonyms_from(arguments))
    engines = engines_from(arguments)
    if not arguments.scheduler:  # there, its workers have them
        require_networks(engines)
    recipe = Recipe(engines, options, arguments.pet_series, arguments.ct_series, weights_text(engines))
    batch = BatchOptions(
        arguments.root, arguments.cohort, recipe, arguments.redo_changed, wait_limit_s=60 * arguments.wait_min
    )
    show = partial(_write_index, None if options.pseudonyms else arguments.root, arguments.cohort, options.language)
    with closing(BatchView(show, step_writer(arguments))) as view:
        summary = run_batch(batch, partial(_crew, arguments, recipe), view, progress_from(arguments))
    write_result(_result(summary, arguments), arguments, _lines(summary, arguments))
    return 1 if summary.failures else 0


def _crew(
    arguments: argparse.Namespace, recipe: Recipe, studies: list[ArchivedStudy], tell: Callable[[str], None]
) -> Crew:
    if arguments.scheduler:
        cluster = ClusterCrew(arguments.scheduler, uses_gpu=uses_network(recipe.engines))
        tell(cluster.described())
        return cluster
    wanted = arguments.workers or min(os.cpu_count() or 1, _MOST_WORKERS)
    plan = plan_memory(studies, wanted, network_bytes(recipe.engines))
    tell(plan.described())
    chooses = recipe.engines.device in ("auto", "gpu") and uses_network(recipe.engines)
    return ProcessCrew(plan, len(nvidia_gpus()) if chooses else 0)


def _write_index(root: Path | None, cohort: Path, language: Language, summary: BatchSummary) -> None:
    try:
        write_index(summary, root, cohort, language)
    except InputError as error:  # the next one may be written
        say(str(error))


def _result(summary: BatchSummary, arguments: argparse.Namespace) -> dict[str, Any]:
    return {
        "counts": summary.counts,
        "to_review": len(summary.to_review),
        "index": str(index_path(arguments.cohort)),
        "patients": [_patient(one) for one in summary.patients],
    }


def _patient(one: PatientStanding) -> dict[str, Any]:
    return {
        "folder": one.where,
        "patient_id": one.patient_id,
        "study_uid": one.study_uid,
        "standing": one.standing,
        "new": one.is_new,
        "step": one.step,
        "reason": one.reason,
    }


def _lines(summary: BatchSummary, arguments: argparse.Namespace) -> Iterator[str]:
    new = sum(one.is_new for one in summary.patients)
    counts = summary.counts
    names = {
        "done": "done",
        "readers": "approved or corrected by a reader, left as they are",
        "foreign": "with a row that no batch wrote, left as they are",
        "changed": "changed since they were done (--redo-changed does them anew)",
        "failed": "failed",
        "waiting": "not done",
        "left_out": "left out",
    }
    for standing, words in names.items():
        count = counts.get(standing, 0)  # type: ignore[call-overload]
        if count or standing in ("done", "failed"):
            yield f"{count} {words}" + (f", {new} of them now" if standing == "done" else "")
    yield f"{len(summary.to_review)} to review"
    for one in summary.patients:
        if one.standing in ("failed", "changed"):
            step = f" ({one.step})" if one.step else ""
            yield f"{one.standing}: {one.where}{step}: {one.reason}"
    yield f"index: {index_path(arguments.cohort)}"

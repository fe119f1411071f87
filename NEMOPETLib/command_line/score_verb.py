"""``nemopet score MODEL COHORT``: a frozen model applied to new rows, and looked at where their outcome is known."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from NEMOPETLib.command_line.output import add_json_option, say, write_result
from NEMOPETLib.survival.model_file import read_model
from NEMOPETLib.survival.predicted_survival import survival_times
from NEMOPETLib.survival.study.scored_table import score_table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("model", type=Path, metavar="MODEL", help="a file of the folder models of a survival study")
    parser.add_argument("cohort", type=Path, metavar="COHORT", help="the cohort table: CSV or .xlsx")
    parser.add_argument("--out", type=Path, metavar="FILE", help="CSV to write: the table with the scores in it")
    parser.add_argument("--method", metavar="NAME", help="which cut-points make risk_group (default: the first)")
    parser.add_argument("--set", dest="part", metavar="NAME", help="evaluate these rows of column set (default: test)")
    parser.add_argument(
        "--horizons",
        type=float,
        nargs="+",
        metavar="T",
        help="predict and evaluate at, in the unit of the model's time (default: 1 and 2 years)",
    )
    parser.add_argument("--force", action="store_true", help="also a model of simulated patients on real rows")
    add_json_option(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Score, write and print."""
    model = read_model(arguments.model)
    horizons, untold = survival_times(model, sorted(set(arguments.horizons or ())))
    result = score_table(
        model,
        arguments.cohort,
        method=arguments.method,
        part=arguments.part,
        horizons=horizons,
        force=arguments.force,
    )
    if arguments.out is not None:
        result.write(arguments.out)
    for warning in (*untold, *result.warnings):
        say(f"warning: {warning}")
    write_result(result.document(), arguments, _lines(result.document(), result.csv_lines(), arguments.out))
    return 0


def _lines(document: dict[str, Any], rows: list[str], out: Path | None) -> Iterator[str]:
    if out is None:
        yield from rows
    else:
        yield f"{document['scored']} of {document['rows']} rows scored by {document['model']}: {out}"
    evaluation = document["evaluation"]
    if evaluation is not None and out is not None:
        yield f"evaluated on {evaluation['n']} rows with {evaluation['events']} events ({evaluation['rows']})"
        index = evaluation["performance"]["concordance"]
        if index is not None:
            yield f"C {index['estimate']:.3f} ({index['lower']:.3f} to {index['upper']:.3f})"
        for horizon, area in evaluation["performance"].get("auc", {}).items():
            yield f"AUC at {horizon} {area['estimate']:.3f} ({area['lower']:.3f} to {area['upper']:.3f})"
        yield from (f"note: {note}" for note in evaluation["notes"])

"""``nemopet demo``: the main job on a phantom, its truth beside what was measured."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tqdm import tqdm

from NEMOPETLib.command_line.output import add_json_option, progress_bar, write_result
from NEMOPETLib.demo import Comparison, DemoPatient, demo_cohort, demo_patient


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("--out", type=Path, default=Path("nemopet-demo"), metavar="DIR", help="default: %(default)s")
    parser.add_argument("--full-size", action="store_true", help="CT 512×512×700, PET 200×200×500: some minutes")
    parser.add_argument(
        "--variant", choices=["sharp", "blurred", "noisy"], default="sharp", help="default: %(default)s"
    )
    parser.add_argument("--language", choices=["en", "fr"], default="en", help="of pages and report")
    add_json_option(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Make, measure and compare the phantom patient; then simulate and analyse a cohort."""
    patient = demo_patient(
        arguments.out,
        full_size=arguments.full_size,
        variant=arguments.variant,
        language=arguments.language,
        writing=_bar,
        progress=progress_bar,
    )
    report = demo_cohort(arguments.out, language=arguments.language, workers=os.cpu_count() or 1, progress=progress_bar)
    result = {
        "truth": {one.column: one.truth for one in patient.comparisons},
        "measured": {one.column: one.measured for one in patient.comparisons},
        "cohort": str(patient.cohort),
        "page": str(patient.result.page.html),
        "report": str(report),
    }
    write_result(result, arguments, [*_lines(patient), f"report: {report}"])
    return 0


def _bar(title: str) -> Callable[[int, int], None]:
    """A progress bar that is told how many of how many are done."""
    bar = tqdm(desc=title, file=sys.stderr, disable=None, leave=False)

    def show(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)
        if done == total:
            bar.close()

    return show


def _lines(patient: DemoPatient) -> Iterator[str]:
    yield f"{'':22}{'truth':>14}{'measured':>14}{'difference':>14}"
    yield from map(_line, patient.comparisons)
    yield f"row:    {patient.cohort}"
    yield f"page:   {patient.result.page.html}"


def _line(one: Comparison) -> str:
    if one.measured is None:
        return f"{one.column:22}{one.truth:14.4f}{'-':>14}"
    difference = one.measured - one.truth
    relative = f"{100 * difference / one.truth:+13.3f}%" if one.truth else f"{difference:+14.4f}"
    return f"{one.column:22}{one.truth:14.4f}{one.measured:14.4f}{relative}  {one.unit}"
